/** Shows in the API reference what the first comment of a module says, which TypeDoc takes for that of its first import. */
import { Comment, Converter, ReflectionKind } from "typedoc"

const commentOf = (source) => {
  const text = (/^\/\*\*(.*?)\*\//s.exec(source)?.[1] ?? "").replace(/^ \* ?/gm, "")
  return text.replace(/^@(since|category) .*$/gm, "").replace(/^@example$/m, "#### Example\n")
}

export const load = (application) => {
  application.converter.on(Converter.EVENT_CREATE_DECLARATION, (context, reflection) => {
    if (reflection.kind !== ReflectionKind.Module || reflection.comment !== undefined) return
    const [file] = context.getSymbolFromReflection(reflection)?.declarations ?? []
    if (file?.text !== undefined) reflection.comment = new Comment([{ kind: "text", text: commentOf(file.text) }])
  })
}
