/**
 * The report as GitHub shows it: in a comment of a pull request, or in the summary of a step.
 *
 * @since 0.1.0
 */
import {
  type Counterexample,
  groups,
  groupTitles,
  type Report,
  type ReportedRequirement,
  type Status
} from "../report/Report.js"
import * as Summary from "../report/summary.js"
import {
  amountOf,
  frequency,
  leftOut,
  marks,
  statuses,
  verdictMarks,
  verdictTitles,
  waiverFile
} from "../report/summary.js"
import { capital, count, numbers, seconds, tenths } from "../text/words.js"
import { headline } from "./headline.js"
import { html, Markup, type Value } from "./html/markup.js"
import { block, code, fenced, fitted, limits, type Part, prose, table } from "./markdown/text.js"
import * as Terminal from "./Terminal.js"

export { renderMatrix } from "./markdown/matrix.js"
export { limits } from "./markdown/text.js"

/**
 * Options of a report.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** The command to which `--replay` is added. Made from the report's target and threads unless given. */
  readonly command?: string | undefined
  /** Bytes at the most; what does not fit is left out, and the text says so. As much as a comment holds unless given. */
  readonly limit?: number | undefined
}

/**
 * Writes the report. Whatever is in it stays text: it cannot end a fence or a table, and names nobody and no issue.
 *
 * @since 0.1.0
 * @category rendering
 */
export const render = (report: Report, options: Options = {}): string => {
  const command = options.command ?? Summary.commandOf(report)
  const findings = (["failed", "warned", "waived"] as const).flatMap((status) =>
    Summary.told(report, status).map((each) => ({ status, ...each }))
  )
  const parts: ReadonlyArray<Part> = [
    ...(findings.length === 0 ? [] : [{ text: "### Findings\n", name: undefined }]),
    ...findings.map((each, position) => ({
      text: finding(each.requirement, each.counterexample, each.status, command, position === 0),
      name: `the finding of ${each.requirement.id}`
    })),
    { text: requirements(report), name: "the table of requirements" },
    { text: inputs(report), name: "the inputs" },
    { text: others(report), name: "what was left out of the run" },
    { text: waivers(report), name: "the waivers" }
  ].filter(({ text }) => text !== "")
  return fitted(head(report), parts, options.limit ?? limits.comment)
}

const head = (report: Report): string => {
  const amounts = statuses
    .filter((status) => amountOf(report, status) > 0)
    .map((status) => `${marks[status]} ${amountOf(report, status)} ${status}`)
  return [
    `## ${marks[verdictMarks[report.verdict]]} ${verdictTitles[report.verdict]}\n`,
    block(html`<p>${prose(capital(Summary.verdict(report).replace(/^[A-Z]+: /, "")))}.</p>`),
    block(
      table([
        ["Target", code(report.target)],
        ["Requirements", amounts.join(", ")],
        [
          "Traffic",
          `${count(report.requests, "request")} in ${seconds(report.durationMs)}, ${numbers.format(report.accepted)} accepted; answers in ${tenths(report.latency.p50)} ms (median), ${tenths(report.latency.p95)} ms (95 %)`
        ],
        ["Seed", String(report.seed)],
        ["Budget", report.budget]
      ])
    )
  ].join("\n")
}

const finding = (
  row: ReportedRequirement,
  self: Counterexample,
  status: Status,
  command: string,
  open: boolean
): string => {
  const rows: ReadonlyArray<readonly [string, Value]> = [
    ["Expected", code(self.expected)],
    ["Actual", html`${code(self.actual)}${self.place === "" ? undefined : html` at ${code(self.place)}`}`],
    ["When", prose(self.when)],
    ["The document", prose(self.source)],
    ["Harm to a client", prose(self.harm)],
    ["Seen", frequency(self)],
    ["Alike", prose(self.alike.join("; "))],
    ["Breaks besides", self.also.map((id, position) => html`${position === 0 ? "" : ", "}${code(id)}`)],
    ["Waived", prose(row.waived ?? "")]
  ]
  const told = rows.filter(([, value]) => !(value instanceof Markup && value.source === "") && !isEmpty(value))
  return [
    block(html`<details${open ? new Markup(" open") : undefined}>
<summary>${marks[status]} ${code(row.id)} <b>${self.level}</b> ${prose(row.title)}<br>${code(headline(self))}</summary>
${table(told)}`),
    fenced("diff", exchangesOf(self)),
    "By hand, with the token in `INBOX_API_TOKEN`:\n",
    fenced("sh", self.curl.length > longestCurl ? `# ${tooLong(self.curl)}` : self.curl),
    ...(self.replay === ""
      ? []
      : [
          "Again with the kit, which says `still violates`, `fixed` or `not seen`:\n",
          fenced("sh", `${command} --replay ${self.replay}`)
        ]),
    "</details>\n"
  ].join("\n")
}

const isEmpty = (value: Value): boolean => typeof value === "object" && !(value instanceof Markup) && value.length === 0

const longestCurl = 8_000

const tooLong = (curl: string): string =>
  `${count(curl.length, "character")} of curl: too long to show; a report as json has it`

/** As a difference, so that what is at fault is red. */
const exchangesOf = (self: Counterexample): string =>
  Terminal.renderExchanges(self)
    .split("\n")
    .filter((line) => !/^ +\^+$/.test(line))
    .map((line) => line.replace(/^ {2}> /, "-   "))
    .join("\n")
    .trimEnd()

const requirements = (report: Report): string => {
  const rows = groups.flatMap((group) => {
    const own = report.requirements.filter((each) => each.group === group)
    return own.length === 0
      ? []
      : [
          html`<tr><th colspan="4" align="left">${groupTitles[group]}</th></tr>\n`,
          ...own.map(
            ({ because, cases, id, level, status, title, waived }) =>
              html`<tr><td>${marks[status]} ${status}</td><td>${code(id)}</td><td>${prose(title)}${
                (waived ?? because) === undefined ? undefined : html`<br><i>${prose(waived ?? because ?? "")}</i>`
              }</td><td>${level}</td><td align="right">${numbers.format(cases)}</td></tr>\n`
          )
        ]
  })
  return block(html`<details>
<summary>All ${count(report.requirements.length, "requirement")}</summary>
<table>
<tr><th>Status</th><th>Requirement</th><th>Holds when</th><th>Level</th><th>Cases</th></tr>
${rows}</table>
</details>`)
}

const inputs = ({ coverage }: Report): string =>
  coverage.length === 0
    ? ""
    : block(html`<details>
<summary>Contents sent, by class</summary>
<table>
${coverage.map(
  (each) =>
    html`<tr><td>${code(each.class)}</td><td>${prose(each.title)}</td><td align="right">${numbers.format(each.cases)}</td></tr>\n`
)}</table>
</details>`)

const others = (report: Report): string => {
  const items = leftOut(report)
  return items.length === 0
    ? ""
    : block(html`<details>
<summary>Left out, and worth knowing</summary>
<ul>
${items.map(({ ids, text }) => html`<li>${prose(text)}${ids.map((id, position) => html`${position === 0 ? ": " : ", "}${code(id)}`)}</li>\n`)}</ul>
</details>`)
}

const waivers = (report: Report): string => {
  const file = waiverFile(report)
  return file === undefined
    ? ""
    : `<details>\n<summary>To excuse what is known: a file for --waive</summary>\n\n${fenced("json", file)}\n</details>\n`
}
