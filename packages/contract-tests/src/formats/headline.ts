import type { Counterexample } from "../report/Report.js"
import { oneLine } from "../report/shown.js"
import { cut } from "../text/wrap.js"

/** Much more than is shown. */
const longest = 1_000

/** Distinguishes a folded finding from the next one of the same requirement. */
export const headline = ({ actual, exchanges, offending, when }: Counterexample): string => {
  const exchange = exchanges[offending]
  const body = exchange?.request.body
  const isEdited = exchange !== undefined && !exchange.title.startsWith(valid)
  const text = body === null || body === undefined || body.encoding === "base64" ? "" : body.text
  const sent = isEdited ? exchange.title : oneLine(text.slice(0, longest))
  return [cut(actual, 120), when, sent === "" ? "" : `for ${cut(sent, 80)}`].filter((part) => part !== "").join(" ")
}

/** The titles of requests that are nothing but messages begin so. */
const valid = "a valid message"
