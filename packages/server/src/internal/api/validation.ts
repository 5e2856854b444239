import * as Arr from "effect/Array"
import * as Option from "effect/Option"
import type * as ParseResult from "effect/ParseResult"
import * as SchemaAST from "effect/SchemaAST"

interface Fault {
  readonly path: ReadonlyArray<PropertyKey>
  readonly problem: string
}

const expected = (ast: SchemaAST.AST): string =>
  Option.getOrElse(SchemaAST.getJSONSchemaAnnotation(ast).pipe(Option.flatMap(describe)), () =>
    SchemaAST.isTypeLiteral(ast) ? "a JSON object" : `of the type ${String(ast)}`
  )

const describe = (json: object): Option.Option<string> => {
  if ("pattern" in json) return Option.some(`a string that matches ${String(json.pattern)}`)
  if ("minLength" in json) return Option.some(`a string of at least ${String(json.minLength)} character`)
  return Option.none()
}

const fault = (issue: ParseResult.ParseIssue, path: ReadonlyArray<PropertyKey> = []): Fault => {
  switch (issue._tag) {
    case "Pointer":
      return fault(issue.issue, [...path, ...Arr.ensure(issue.path)])
    case "Composite":
      return fault(Arr.ensure(issue.issues)[0] as ParseResult.ParseIssue, path)
    case "Missing":
      return { path, problem: "is missing" }
    case "Unexpected":
      return { path, problem: "is not expected" }
    case "Refinement":
    case "Transformation":
    case "Type":
    case "Forbidden":
      return { path, problem: `must be ${expected(issue.ast)}` }
  }
}

/**
 * Says which field of the input is wrong and what it must be, in one sentence. What the input holds is never repeated:
 * it may be a message that somebody wrote, or a thousand levels deep.
 */
export const explain = (issue: ParseResult.ParseIssue, whole: string): string => {
  const { path, problem } = fault(issue)
  return `${path.length === 0 ? whole : path.map(String).join(".")} ${problem}`
}
