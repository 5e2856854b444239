/**
 * The last lines of a report: figures and coverage.
 *
 * @since 0.1.0
 */
import type { Report, Status } from "../../report/Report.js"
import { amountOf, statuses, verdict } from "../../report/summary.js"
import { count, numbers, seconds, tenths } from "../../text/words.js"
import { wrap } from "../../text/wrap.js"
import { type Page, painted } from "./page.js"
import { casesWidth } from "./table.js"

export const summary = (report: Report, page: Page): ReadonlyArray<string> => {
  const amount = (status: Status) => amountOf(report, status)
  const counts = statuses
    .filter((status) => status === "passed" || status === "failed" || amount(status) > 0)
    .map((status, position) => {
      const text = `${amount(status)} ${position === 0 ? "requirements " : ""}${status}`
      return amount(status) === 0 ? text : painted(status, text, page)
    })
  const verdictColor = { conforms: page.paint.green, violates: page.paint.red, inconclusive: page.paint.magenta }
  const facts = [
    `${count(report.requests, "request")} in ${seconds(report.durationMs)}, ${numbers.format(report.accepted)} accepted`,
    report.latency.histogram.length === 0
      ? "nothing was answered"
      : `answers in ${tenths(report.latency.p50)} ms (median), ${tenths(report.latency.p95)} ms (95 %)`,
    `seed ${report.seed}, budget ${report.budget}`
  ]
  return [
    ...wrap(`${facts.join("; ")}`, page.width).map((line) => page.paint.dim(line)),
    ...coverage(report, page),
    ...report.notes.flatMap((note) => wrap(`note: ${note}`, page.width).map((line) => page.paint.dim(line))),
    "",
    counts.join(", "),
    ...wrap(verdict(report), page.width).map((line) => page.paint.bold(verdictColor[report.verdict](line)))
  ]
}

const coverage = ({ coverage: classes }: Report, page: Page): ReadonlyArray<string> => {
  const sent = classes.filter(({ cases }) => cases > 0)
  if (sent.length === 0) return []
  const least = sent.reduce((left, right) => (right.cases < left.cases ? right : left))
  const line =
    sent.length < classes.length
      ? `contents sent: ${sent.length} of ${count(classes.length, "class", "classes")}; least: ${least.class} (${numbers.format(least.cases)})`
      : `contents sent: all ${count(classes.length, "class", "classes")}; least: ${least.class} (${numbers.format(least.cases)})`
  return [
    ...wrap(line, page.width).map((each) => page.paint.dim(each)),
    ...(page.verbose
      ? classes.map(({ cases, class: id, title }) =>
          page.paint.dim(`  ${numbers.format(cases).padStart(casesWidth)}  ${id}  ${title}`)
        )
      : [])
  ]
}
