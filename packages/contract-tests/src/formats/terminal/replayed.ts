/**
 * The outcome of a replay.
 *
 * @since 0.1.0
 */
import * as Requirement from "../../contract/Requirement.js"
import type { Replayed } from "../../kit/Conformance.js"
import { shown } from "../../report/shown.js"
import { count } from "../../text/words.js"
import { wrap } from "../../text/wrap.js"
import { exchanges } from "./exchange.js"
import { finished, labelled, makePage, type Options } from "./page.js"

/**
 * Lays out what became of a replay: the outcome in the first line, then what is still wrong.
 *
 * @since 0.1.0
 * @category rendering
 */
export const renderReplayed = (raw: Replayed, options: Options = {}): string => {
  const page = makePage(options)
  const replayed = shown(raw)
  const requirement = Requirement.byId.get(replayed.requirement)
  const row = (label: string, text: string, color?: (line: string) => string) =>
    text === "" ? [] : labelled(label, text, page, 2, color)
  const title = row("title", requirement?.title ?? "")
  switch (replayed.outcome) {
    case "fixed":
      return finished(page, [
        page.paint.green(`fixed: ${replayed.requirement} (sent ${count(replayed.tries, "time")}, and did not fail)`),
        ...title
      ])
    case "not seen":
      return finished(page, [
        page.paint.magenta(
          `not seen: ${replayed.requirement} did not fail in ${count(replayed.tries, "try", "tries")}; as it does not fail each time, that does not prove it fixed`
        ),
        ...title
      ])
    case "inconclusive":
      return finished(
        page,
        wrap(`inconclusive: ${replayed.reason ?? "no answer"}`, page.width).map((line) => page.paint.magenta(line))
      )
    case "still violates":
      return finished(page, [
        page.paint.red(`still violates: ${replayed.requirement}`),
        ...title,
        ...replayed.violations.flatMap((violation) => [
          ...row("expected", violation.expected, page.paint.green),
          ...row("actual", `${violation.actual}  (${violation.place})`, page.paint.red)
        ]),
        ...row("document", requirement?.source ?? ""),
        ...row("harm", requirement?.harm ?? ""),
        "",
        ...exchanges(
          {
            exchanges: replayed.exchanges,
            together: replayed.together,
            offending: replayed.violations[0]?.step ?? 0,
            place: replayed.violations[0]?.place ?? ""
          },
          page
        )
      ])
  }
}
