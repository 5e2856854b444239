import * as ParseResult from "effect/ParseResult"

/** The first thing that is wrong, behind the path to it. */
export const firstIssue = (error: ParseResult.ParseError): string => {
  const [issue] = ParseResult.ArrayFormatter.formatErrorSync(error)
  return issue === undefined ? "is not what was expected" : `${issue.path.join(".")} ${issue.message}`.trim()
}
