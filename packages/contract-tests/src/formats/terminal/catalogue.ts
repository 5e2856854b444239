/**
 * The catalogue of requirements.
 *
 * @since 0.1.0
 */
import * as Requirement from "../../contract/Requirement.js"
import { wrap } from "../../text/wrap.js"
import { coloredLevel, finished, labelled, levelWidth, makePage, type Options } from "./page.js"

/**
 * Lays out the catalogue, or some requirements of it, one line a requirement where the page is wide enough; with
 * `verbose` also what each rests on and what a client suffers.
 *
 * @since 0.1.0
 * @category rendering
 */
export const renderCatalogue = (
  options: Options & { readonly requirements?: ReadonlyArray<Requirement.Requirement> } = {}
): string => {
  const page = makePage(options)
  const requirements = options.requirements ?? Requirement.all
  const wide = Math.max(...requirements.map(({ id }) => id.length))
  const indent = wide + 2 + levelWidth + 2
  // A title goes below its id where there is no room beside it.
  const isNarrow = page.width - indent < 24
  const titled = (head: string, title: string): ReadonlyArray<string> => {
    const lines = wrap(title, page.width - (isNarrow ? 2 : indent))
    const margin = " ".repeat(isNarrow ? 2 : indent)
    return isNarrow
      ? [head, ...lines.map((line) => `${margin}${line}`)]
      : lines.map((line, position) => (position === 0 ? `${head}  ${line}` : `${margin}${line}`))
  }
  return finished(
    page,
    requirements.flatMap(({ harm, id, level, source, title }) => [
      ...titled(`${page.paint.bold(id.padEnd(wide))}  ${coloredLevel(level, page)}`, title),
      ...(page.verbose ? [...labelled("document", source, page, 2), ...labelled("harm", harm, page, 2), ""] : [])
    ])
  )
}
