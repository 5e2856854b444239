/**
 * Findings, with their exchanges and how to replay them.
 *
 * @since 0.1.0
 */
import * as Arr from "effect/Array"
import type { Counterexample, Report, ReportedRequirement, Status } from "../../report/Report.js"
import { frequency, isFault, marks, told, waiverFile } from "../../report/summary.js"
import { count } from "../../text/words.js"
import { continued, cut, wrap, wrapCommand } from "../../text/wrap.js"
import { headline } from "../headline.js"
import { exchanges, margin } from "./exchange.js"
import { labelled, type Page, painted, rule } from "./page.js"

/** With more findings than this, the command is shown once, and warnings beside failures are short. */
const mostInFull = 3

export const findings = (report: Report, command: string, page: Page): ReadonlyArray<string> => {
  const total = told(report, "failed").length + told(report, "warned").length
  const isLong = total > mostInFull && !page.verbose
  const block = (status: Status, title: (amount: number) => string): ReadonlyArray<string> => {
    const all = told(report, status)
    const isShort = isLong && status === "warned" && told(report, "failed").length > 0
    return all.length === 0
      ? []
      : [
          rule(page, title(all.length)),
          "",
          ...all.flatMap(({ counterexample, requirement }) => [
            ...(isShort
              ? short(requirement, counterexample, page)
              : finding(requirement, counterexample, isLong ? undefined : command, page)),
            ""
          ])
        ]
  }
  if (page.brief) return [...waived(report, page), ...list(report, page)]
  return [
    ...waived(report, page),
    ...(isLong ? again(command, page) : []),
    ...block("warned", (amount) => `${count(amount, "warning")}${report.strict ? ", failing under --strict" : ""}`),
    ...block("failed", (amount) => count(amount, "failure")),
    ...list(report, page)
  ]
}

/** One line a finding, those that fail the run last. */
const list = (report: Report, page: Page): ReadonlyArray<string> => {
  const all = (["warned", "failed"] as const).flatMap((row) =>
    told(report, row).map(({ counterexample, requirement }) => {
      // A row may have a MUST and a SHOULD broken: each finding stands for its own.
      const status = counterexample.level === "SHOULD" && !report.strict ? "warned" : row
      const text = cut(
        `${counterexample.level.padEnd(6)} ${requirement.id}: ${headline(counterexample)}`,
        page.width - 4
      )
      return { status, line: `  ${painted(status, marks[status], page)} ${text}` }
    })
  )
  const lines = Arr.partition(all, ({ status }) => status === "failed").flatMap((each) => each.map(({ line }) => line))
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

/** Command that sends one of many findings again. */
const again = (command: string, page: Page): ReadonlyArray<string> => [
  rule(page, "to send a finding again with the kit, add its --replay to"),
  ...continued(command, page.width - margin.length).map((line) => `${margin}${line}`),
  page.paint.dim(`${margin}which says "still violates", "fixed" or "not seen"`),
  ""
]

/** The lines that tell what a finding is. */
const beginning = (requirement: ReportedRequirement, self: Counterexample, page: Page): ReadonlyArray<string> => {
  const status = self.level === "MUST" ? "failed" : "warned"
  return [
    `${painted(status, `${marks[status]} ${requirement.id}`, page)}  ${page.paint.dim(self.level)}`,
    ...wrap(requirement.title, page.width - 2).map((line) => `  ${page.paint.bold(line)}`),
    ...labelled("expected", self.expected, page, 2, page.paint.green),
    ...labelled("actual", `${self.actual}${self.place === "" ? "" : `  (${self.place})`}`, page, 2, page.paint.red),
    ...(self.when === "" ? [] : labelled("when", self.when, page, 2))
  ]
}

/** A warning beside failures: what it is, and how to send it again. */
const short = (requirement: ReportedRequirement, self: Counterexample, page: Page): ReadonlyArray<string> => [
  ...beginning(requirement, self, page),
  ...curl(self, page),
  ...replay(self, undefined, page)
]

/** A finding in full. Without a command, only the token is shown with which it is sent again. */
export const finding = (
  requirement: ReportedRequirement,
  self: Counterexample,
  command: string | undefined,
  page: Page
): ReadonlyArray<string> => {
  const row = (label: string, text: string) => (text === "" ? [] : labelled(label, text, page, 2))
  return [
    ...beginning(requirement, self, page),
    ...row("document", self.source),
    ...row("harm", self.harm),
    ...row("seen", frequency(self)),
    ...row("alike", alike(self.alike, page)),
    ...row("breaks", self.also.length === 0 ? "" : `besides: ${self.also.join(", ")}`),
    "",
    ...exchanges(self, page),
    ...curl(self, page),
    ...replay(self, command, page)
  ]
}

/** Of what was answered wrongly in the same way, so many are named. */
const namedAlike = 4

const alike = (titles: ReadonlyArray<string>, { verbose }: Page): string =>
  verbose || titles.length <= namedAlike
    ? titles.join("; ")
    : `${titles.slice(0, namedAlike - 1).join("; ")}, and ${titles.length - namedAlike + 1} more`

/** A longer command line is not shown: the replay token does the same, and the JSON report has it. */
const longestCurl = 3_000

const curl = (self: Counterexample, page: Page): ReadonlyArray<string> => [
  `  ${page.paint.dim("by hand, with the token in INBOX_API_TOKEN")}`,
  ...(self.curl.length > longestCurl && !page.verbose
    ? [`${margin}${count(self.curl.length, "character")} of curl: too long to show; --report json=FILE has it`]
    : self.curl.split("\n").map((line) => `${margin}${line}`))
]

/** Tokens may be long: a line of its own can be selected as a whole. */
const replay = (self: Counterexample, command: string | undefined, page: Page): ReadonlyArray<string> => {
  if (self.replay === "") return []
  if (command === undefined) return [`--replay ${self.replay}`]
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

/** With more faults than this, nobody excuses all of them. */
const mostExcuses = 3

export const excuses = (report: Report, page: Page): ReadonlyArray<string> => {
  const file = waiverFile(report)
  if (file === undefined) return []
  return report.requirements.filter((row) => isFault(row, report)).length > mostExcuses && !page.verbose
    ? [...wrap("to excuse what is known, give a file to --waive FILE; --verbose shows its entries", page.width), ""]
    : [rule(page, "to excuse what is known, give a file with these entries to --waive FILE"), file, ""]
}
