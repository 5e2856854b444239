import type { Counterexample } from "../report/Report.js"
import { spelled } from "../text/visible.js"
import { cut } from "../text/wrap.js"

/** Much more than is shown. */
const longest = 1_000

/** What tells a folded finding from the next one of the same requirement. */
export const headline = ({ actual, exchanges, offending, when }: Counterexample): string => {
  const body = exchanges[offending]?.request.body
  const sent =
    body === null || body === undefined || body.encoding === "base64"
      ? ""
      : cut(spelled(body.text.slice(0, longest)), 80)
  return [cut(actual, 120), when, sent === "" ? "" : `for ${sent}`].filter((part) => part !== "").join(" ")
}
