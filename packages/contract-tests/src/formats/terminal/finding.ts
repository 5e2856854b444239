/**
 * Findings, with their exchanges and how to replay them.
 *
 * @since 0.1.0
 */
import type { Counterexample, Report, ReportedRequirement, Status } from "../../report/Report.js"
import { frequency, marks, told, waiverFile } from "../../report/summary.js"
import { count } from "../../text/words.js"
import { cut, wrap, wrapCommand } from "../../text/wrap.js"
import { headline } from "../headline.js"
import { exchanges, margin } from "./exchange.js"
import { labelled, type Page, painted, rule } from "./page.js"

export const findings = (report: Report, command: string, page: Page): ReadonlyArray<string> => {
  const block = (status: Status, title: (amount: number) => string): ReadonlyArray<string> => {
    const all = told(report, status)
    return all.length === 0
      ? []
      : [
          rule(page, title(all.length)),
          "",
          ...all.flatMap(({ counterexample, requirement }) => [
            ...finding(requirement, counterexample, command, page),
            "",
            ""
          ])
        ]
  }
  if (page.brief) return [...waived(report, page), ...list(report, page)]
  return [
    ...waived(report, page),
    ...block("warned", (amount) => `${count(amount, "warning")}${report.strict ? ", failing under --strict" : ""}`),
    ...block("failed", (amount) => count(amount, "failure")),
    ...list(report, page)
  ]
}

/** One line a finding, those that fail the run last. */
const list = (report: Report, page: Page): ReadonlyArray<string> => {
  const lines = (["warned", "failed"] as const).flatMap((status) =>
    told(report, status).map(({ counterexample, requirement }) => {
      const level = counterexample.level.padEnd(6)
      const text = cut(`${level} ${requirement.id}: ${headline(counterexample)}`, page.width - 4)
      return `  ${painted(status, marks[status], page)} ${text}`
    })
  )
  return lines.length === 0 ? [] : [rule(page, count(lines.length, "finding")), ...lines, ""]
}

const waived = (report: Report, page: Page): ReadonlyArray<string> => {
  const rows = report.requirements.filter(({ status }) => status === "waived")
  if (rows.length === 0) return []
  return [
    rule(page, "waived"),
    ...rows.flatMap(({ id, waived: reason }) =>
      wrap(`${id}: ${reason ?? ""}`, page.width - 4).map(
        (line, position) => `  ${position === 0 ? painted("waived", marks.waived, page) : " "} ${line}`
      )
    ),
    ""
  ]
}

export const finding = (
  requirement: ReportedRequirement,
  self: Counterexample,
  command: string,
  page: Page
): ReadonlyArray<string> => {
  const status = self.level === "MUST" ? "failed" : "warned"
  const row = (label: string, text: string, color?: (line: string) => string) =>
    text === "" ? [] : labelled(label, text, page, 2, color)
  return [
    `${painted(status, `${marks[status]} ${requirement.id}`, page)}  ${page.paint.dim(self.level)}`,
    ...wrap(requirement.title, page.width - 2).map((line) => `  ${page.paint.bold(line)}`),
    "",
    ...row("expected", self.expected, page.paint.green),
    ...row("actual", `${self.actual}${self.place === "" ? "" : `  (${self.place})`}`, page.paint.red),
    ...row("when", self.when),
    ...row("document", self.source),
    ...row("harm", self.harm),
    ...row("seen", frequency(self)),
    ...row("alike", self.alike.join("; ")),
    ...row("breaks", self.also.length === 0 ? "" : `besides: ${self.also.join(", ")}`),
    "",
    ...exchanges(self, page),
    ...curl(self, page),
    ...replay(self, command, page)
  ]
}

/** A longer command line is not shown: the replay token does the same, and the JSON report has it. */
const longestCurl = 3_000

const curl = (self: Counterexample, page: Page): ReadonlyArray<string> => [
  `  ${page.paint.dim("by hand, with the token in INBOX_API_TOKEN")}`,
  ...(self.curl.length > longestCurl && !page.verbose
    ? [`${margin}${count(self.curl.length, "character")} of curl: too long to show; --report json=FILE has it`]
    : self.curl.split("\n").map((line) => `${margin}${line}`)),
  ""
]

/** Tokens may be long: a line of its own can be selected as a whole. */
const replay = (self: Counterexample, command: string, page: Page): ReadonlyArray<string> => {
  const line = `${command} --replay ${self.replay}`
  return [
    `  ${page.paint.dim('again with the kit, which says "still violates", "fixed" or "not seen"')}`,
    ...(line.length + margin.length <= page.width
      ? [`${margin}${line}`]
      : [
          ...wrapCommand(`${command} --replay`, page.width - margin.length - 2).map(
            (part, position) => `${margin}${position === 0 ? "" : "  "}${part} \\`
          ),
          self.replay
        ])
  ]
}

export const excuses = (report: Report, page: Page): ReadonlyArray<string> => {
  const file = waiverFile(report)
  return file === undefined
    ? []
    : [rule(page, "to excuse what is known, give a file with these entries to --waive FILE"), file, ""]
}
