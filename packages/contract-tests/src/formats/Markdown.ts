/**
 * The report as GitHub shows it: in a comment of a pull request, or in the summary of a step.
 *
 * @since 0.1.0
 */
import * as Requirement from "../contract/Requirement.js"
import * as Matrix from "../kit/Matrix.js"
import type { Counterexample, Report, ReportedRequirement, Status } from "../report/Report.js"
import * as Summary from "../report/summary.js"
import {
  amountOf,
  frequency,
  leftOut,
  marks,
  statuses,
  verdictMarks,
  verdictOf,
  verdictTitles,
  waiverFile
} from "../report/summary.js"
import { spelled } from "../text/visible.js"
import { capital, count, numbers, seconds, tenths } from "../text/words.js"
import { headline } from "./headline.js"
import { html, Markup, type Value } from "./html/markup.js"
import * as Terminal from "./Terminal.js"

/**
 * How much GitHub takes, in bytes: of a comment, and of the summary of a step.
 *
 * @since 0.1.0
 * @category constants
 */
export const limits = { comment: 65_536, summary: 1_048_576 } as const

/**
 * How a report is written.
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

/**
 * Writes a matrix: requirements down the side, targets across, and a sentence for each. As safe as {@link render}, and no longer than a comment.
 *
 * @since 0.1.0
 * @category rendering
 */
export const renderMatrix = (matrix: Matrix.Matrix): string => {
  const { budget, seed, targets, verdict } = matrix
  const rows = Matrix.rows(matrix)
  const telling = rows.filter(Matrix.isTelling)
  const heads = targets.map(({ name }) => html`<th>${prose(name)}</th>`)
  const chapters = (shown: ReadonlyArray<Matrix.Row>) =>
    Requirement.groups.flatMap((group) => {
      const own = shown.filter(({ requirement }) => requirement.group === group)
      return own.length === 0
        ? []
        : [
            html`<tr><th colspan="${targets.length + 2}" align="left">${Requirement.groupTitles[group]}</th></tr>\n`,
            ...own.map(
              ({ requirement: { id, title }, statuses }) =>
                html`<tr><td>${code(id)}</td><td>${prose(title)}</td>${statuses.map((status) => html`<td align="center">${marks[status]}</td>`)}</tr>\n`
            )
          ]
    })
  const full = (shown: ReadonlyArray<Matrix.Row>) => html`<table>
<tr><th>Requirement</th><th>Holds when</th>${heads}</tr>
${chapters(shown)}</table>`
  const present = statuses.filter((status) => rows.some((row) => row.statuses.includes(status)))
  const start = [
    `## ${marks[verdictMarks[verdict]]} ${verdictTitles[verdict]}: ${count(targets.length, "server")}\n`,
    block(html`<table>
<tr><th>Server</th><th>Verdict</th><th>Target</th></tr>
${targets.map(
  ({ name, report }) =>
    html`<tr><td>${prose(name)}</td><td>${marks[verdictMarks[report.verdict]]} ${prose(verdictOf(report))}</td><td>${code(report.target)}</td></tr>\n`
)}</table>`),
    ...(telling.length === 0 ? [] : [block(full(telling))]),
    block(
      html`<p>${present.map((status) => `${marks[status]} ${status}`).join(", ")}. Seed ${seed}, budget ${budget}.</p>`
    )
  ].join("\n")
  const all = block(html`<details>
<summary>All ${count(rows.length, "requirement")}</summary>
${full(rows)}
</details>`)
  return fitted(start, [{ text: all, name: "the table of all requirements" }], limits.comment)
}

interface Part {
  readonly text: string
  /** What is said to be left out where there is no room for it. */
  readonly name: string | undefined
}

/** Bytes that are kept for the note of what was left out. */
const noteSize = 2_000

const fitted = (start: string, parts: ReadonlyArray<Part>, limit: number): string => {
  const out = [start]
  const missing: Array<string> = []
  let room = limit - noteSize - Buffer.byteLength(start)
  for (const { name, text } of parts) {
    const size = Buffer.byteLength(text) + 1
    if (size <= room) {
      out.push(text)
      room -= size
    } else if (name !== undefined) missing.push(name)
  }
  const shown = missing.slice(0, 20).join(", ")
  const more = missing.length > 20 ? ` and ${missing.length - 20} more` : ""
  if (missing.length > 0) {
    const note = `Left out, since GitHub shows no more than ${numbers.format(limit)} bytes here: ${shown}${more}. A report as html or json has everything.`
    out.push(block(html`<p><b>${prose(note)}</b></p>`))
  }
  return out.join("\n")
}

// ---------------------------------------------------------------------------------------------------------------------
// text that stays text
// ---------------------------------------------------------------------------------------------------------------------

/** Markup on lines without an empty one among them, as which it would end. */
const block = (markup: Markup): string => `${markup.source.replace(/\n\s*\n/g, "\n")}\n`

/** A sentence of the kit. What would name a person or an issue is cut apart. */
const prose = (text: string): Markup =>
  html`${oneLine(text)
    .split(/([@#])/)
    .map((part, position) => (position % 2 === 1 ? html`${part}<!-- -->` : part))}`

/** What was sent, or came back. */
const code = (text: string): Markup => html`<code>${oneLine(text)}</code>`

const oneLine = (text: string): string => text.replaceAll("\n", "⟨U+000A⟩")

/** A fence that is longer than any in the text. */
const fenced = (language: string, text: string): string => {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = "`".repeat(longest + 1)
  return `${fence}${language}\n${spelled(text, true)}\n${fence}\n`
}

const table = (rows: ReadonlyArray<readonly [string, Value]>): Markup => html`<table>
${rows.map(([term, value]) => html`<tr><th align="left" valign="top">${term}</th><td>${value}</td></tr>\n`)}</table>`

// ---------------------------------------------------------------------------------------------------------------------
// parts
// ---------------------------------------------------------------------------------------------------------------------

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
    "Again with the kit, which says `still violates` or `fixed`:\n",
    fenced("sh", `${command} --replay ${self.replay}`),
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
  const rows = Requirement.groups.flatMap((group) => {
    const own = report.requirements.filter((each) => each.group === group)
    return own.length === 0
      ? []
      : [
          html`<tr><th colspan="4" align="left">${Requirement.groupTitles[group]}</th></tr>\n`,
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
