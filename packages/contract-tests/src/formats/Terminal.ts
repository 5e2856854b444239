/**
 * The report as a person reads it: a table, the findings last and in full, and one line that says what to do next.
 *
 * @since 0.1.0
 */
import type { Counterexample, Report, ReportedRequirement } from "../report/Report.js"
import { shown } from "../report/shown.js"
import { commandOf } from "../report/summary.js"
import { summary } from "./terminal/ending.js"
import { exchanges, type Proof } from "./terminal/exchange.js"
import { excuses, finding, findings } from "./terminal/finding.js"
import { finished, makePage, type Options } from "./terminal/page.js"
import { header, table } from "./terminal/table.js"

export { commandOf, runLine, verdict } from "../report/summary.js"

export { renderCatalogue } from "./terminal/catalogue.js"
export type { Options } from "./terminal/page.js"
export { renderReplayed } from "./terminal/replayed.js"

/**
 * Lays out a whole report. Ends with a newline.
 *
 * @since 0.1.0
 * @category rendering
 */
export const render = (raw: Report, options: Options = {}): string => {
  const page = makePage(options)
  const report = shown(raw)
  const command = options.command ?? commandOf(report)
  return finished(page, [
    ...header(report, page),
    // Rows that fail are in the list of findings.
    ...(page.brief ? [] : table(report, page)),
    ...findings(report, command, page),
    ...excuses(report, page),
    ...summary(report, page)
  ])
}

/**
 * Lays out one counterexample of a requirement, as {@link render} does. Without a newline at the end.
 *
 * @since 0.1.0
 * @category rendering
 */
export const renderFinding = (
  requirement: ReportedRequirement,
  counterexample: Counterexample,
  options: Options & { readonly command: string }
): string => {
  const page = makePage(options)
  return finished(page, finding(shown(requirement), shown(counterexample), options.command, page)).trimEnd()
}

/**
 * Lays out what was sent for a counterexample and what came back, the offending part behind a `>`.
 *
 * @since 0.1.0
 * @category rendering
 */
export const renderExchanges = (self: Proof, options: Options = {}): string => {
  const page = makePage(options)
  return finished(page, exchanges(shown(self), page))
}
