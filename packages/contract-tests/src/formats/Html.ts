/**
 * The report as one page that needs nothing else: no network, no font, no image, and a policy that forbids them.
 *
 * @since 0.1.0
 */
import type { Column, Matrix as Outcome } from "../kit/Matrix.js"
import { groups, groupTitles, type Report, type ReportedRequirement } from "../report/Report.js"
import * as Summary from "../report/summary.js"
import {
  againWith,
  amountsOf,
  leftOut,
  marks,
  statuses,
  verdictMarks,
  verdictTitles,
  waiverFile
} from "../report/summary.js"
import { capital, count, numbers, seconds, tenths } from "../text/words.js"
import { finding, findingsOf, type Told, toldOf } from "./html/finding.js"
import { foreign, html, type Markup, noted } from "./html/markup.js"
import * as Matrix from "./html/matrix.js"
import { badge, facts, filter, instant, legend, page, paste, requirementLink, tally } from "./html/page.js"

/**
 * Writes the page. Whatever is in the report stays text: characters that cannot be seen or that turn the direction of
 * writing are spelled. Works without scripts; with them, command lines can be copied at a click.
 *
 * @since 0.1.0
 * @category rendering
 */
export const render = (report: Report, options: { readonly command?: string | undefined } = {}): string => {
  const command = options.command ?? Summary.commandOf(report)
  const findings = findingsOf(report)
  return page({
    title: `${verdictTitles[report.verdict]}: ${report.target}`,
    filters,
    banner: banner(report),
    navigation: navigation(report, findings),
    main: [
      findingsSection(findings, command),
      requirementsSection(report, findings),
      inputsSection(report),
      latencySection(report),
      leftOutSection(report),
      againSection(report, command)
    ]
  })
}

/**
 * Writes a matrix as a page: requirements down the side, targets across, and the findings of each target. As safe as
 * {@link render}.
 *
 * @since 0.1.0
 * @category rendering
 */
export const renderMatrix = (
  matrix: Outcome,
  options: {
    /** The command that tests a target alone, to which flags are added. Made from its report unless given. */
    readonly commandOf?: ((column: Column) => string) | undefined
  } = {}
): string => Matrix.render(matrix, options.commandOf ?? (({ report }) => Summary.commandOf(report)))

const filters = statuses
  .map(
    (status) => `
:root:has(#show-${status}:checked) .rows tbody tr:not(.${status}),
:root:has(#show-${status}:checked) .chapter:not(:has(tbody tr.${status})) { display: none; }`
  )
  .join("")

// ---------------------------------------------------------------------------------------------------------------------
// banner
// ---------------------------------------------------------------------------------------------------------------------

const banner = (report: Report): Markup => html`<header class="banner ${report.verdict}">
<h1>${marks[verdictMarks[report.verdict]]} ${verdictTitles[report.verdict]}</h1>
<div class="why"><p>${noted(sentence(report))}</p></div>
${facts([
  ["Target", foreign(report.target)],
  [report.threads.length === 1 ? "Thread" : "Threads", foreign(report.threads.join(", "))],
  ["Seed", String(report.seed)],
  ["Budget", report.budget],
  ["Requests", `${numbers.format(report.requests)}, ${numbers.format(report.accepted)} accepted`],
  ["Duration", seconds(report.durationMs)],
  ["Median answer", `${tenths(report.latency.p50)} ms`],
  ["Started", instant(report.startedAt)],
  ...(report.strict ? [["Mode", "strict: a broken SHOULD fails"] as const] : [])
])}
<div>${tally(amountsOf(report))}</div>
${legend(amountsOf(report))}
</header>`

/** The verdict without its first word, as a sentence of its own. */
const sentence = (report: Report): string => `${capital(Summary.verdict(report).replace(/^[A-Z]+: /, ""))}.`

const navigation = (report: Report, findings: ReadonlyArray<Told>): ReadonlyArray<Markup> => [
  ...(findings.length === 0 ? [] : [html`<a href="#findings">Findings (${findings.length})</a>`]),
  html`<a href="#requirements">Requirements (${report.requirements.length})</a>`,
  html`<a href="#inputs">Inputs</a>`,
  html`<a href="#latency">Latency</a>`,
  html`<a href="#left-out">Left out</a>`,
  html`<a href="#again">Run again</a>`
]

// ---------------------------------------------------------------------------------------------------------------------
// findings
// ---------------------------------------------------------------------------------------------------------------------

/** With more findings than this, only the first one is unfolded. */
const unfolded = 3

const findingsSection = (findings: ReadonlyArray<Told>, command: string): Markup | undefined => {
  if (findings.length === 0) return undefined
  return html`<section aria-labelledby="findings">
<h2 id="findings">Findings</h2>
<p class="soft">${count(findings.length, "distinct fault")}, each with the smallest request that shows it. The part of the answer that is at fault is <mark class="wrong">marked</mark>.</p>
${findings.map((told, position) => finding(told, command, findings.length <= unfolded || position === 0))}
</section>`
}

// ---------------------------------------------------------------------------------------------------------------------
// requirements
// ---------------------------------------------------------------------------------------------------------------------

const requirementsSection = (report: Report, findings: ReadonlyArray<Told>): Markup => {
  return html`<section aria-labelledby="requirements">
<h2 id="requirements">Requirements</h2>
${filter([
  ["all", `all ${report.requirements.length}`],
  ...[...amountsOf(report)].map(([status, amount]) => [status, html`${badge(status)} ${amount}`] as const)
])}
${groups.map((group) => chapter(report, group, findings))}
</section>`
}

const chapter = (
  report: Report,
  group: ReportedRequirement["group"],
  findings: ReadonlyArray<Told>
): Markup | undefined => {
  const rows = report.requirements.filter((row) => row.group === group)
  if (rows.length === 0) return undefined
  const held = rows.filter(({ status }) => status === "passed").length
  return html`<div class="card chapter">
<table class="rows">
<caption>${groupTitles[group]} <span class="soft">${held} of ${rows.length} passed</span></caption>
<thead><tr><th scope="col">Status</th><th scope="col">Requirement</th><th scope="col">Holds when</th><th scope="col">Level</th><th scope="col" class="number">Cases</th></tr></thead>
<tbody>
${rows.map((row) => requirementRow(row, report, findings))}
</tbody>
</table>
</div>`
}

const requirementRow = (row: ReportedRequirement, report: Report, findings: ReadonlyArray<Told>): Markup => {
  const own = toldOf(row, findings)
  const links = own.map(
    ({ anchor }, position) =>
      html`${position === 0 ? "" : ", "}<a href="#${anchor}">${position === 0 ? "see the finding" : `and another`}</a>`
  )
  // What ended the run is said at the top of the page, and need not be said of each row.
  const why = row.waived ?? (row.because === report.reason ? undefined : row.because)
  return html`<tr class="${row.status}" id="requirement-${row.id}">
<td>${badge(row.status)}</td>
<th scope="row"><code>${row.id}</code></th>
<td class="title">${row.title}${why === undefined ? undefined : html` <span class="soft">${noted(why)}</span>`}${links.length === 0 ? undefined : html` <span class="soft">${links}</span>`}</td>
<td class="level">${row.level}</td>
<td class="number">${numbers.format(row.cases)}<span class="hidden"> cases</span></td>
</tr>`
}

// ---------------------------------------------------------------------------------------------------------------------
// inputs and latency
// ---------------------------------------------------------------------------------------------------------------------

const inputsSection = ({ coverage }: Report): Markup => {
  const most = Math.max(1, ...coverage.map(({ cases }) => cases))
  const sent = coverage.filter(({ cases }) => cases > 0).length
  return html`<section aria-labelledby="inputs">
<h2 id="inputs">Inputs</h2>
<p class="soft">Contents of ${sent} of ${count(coverage.length, "class", "classes")} were sent; a content may be of several. Bars are on a logarithmic scale.</p>
<ul class="card classes">
${coverage.map(
  (
    each
  ) => html`<li><div class="name"><span>${each.title} <code class="soft">${each.class}</code></span><span class="number">${numbers.format(each.cases)}</span></div>
<svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true"><rect class="track" width="100" height="1"/><rect class="bar" width="${share(each.cases, most)}" height="1"/></svg></li>`
)}
</ul>
</section>`
}

/** Of a hundred, on a logarithmic scale on which nothing is nothing. */
const share = (amount: number, most: number): number => Math.round((Math.log1p(amount) / Math.log1p(most)) * 1000) / 10

const chart = { wide: 880, high: 220, left: 48, right: 16, top: 40, bottom: 28 } as const

const latencySection = ({ latency, requests }: Report): Markup => {
  const { histogram } = latency
  const first = histogram[0]
  const last = histogram.at(-1)
  const facts = [
    ["Half within", latency.p50],
    ["90 % within", latency.p90],
    ["95 % within", latency.p95],
    ["99 % within", latency.p99],
    ["Longest", latency.max]
  ] as const
  return html`<section aria-labelledby="latency">
<h2 id="latency">Latency</h2>
${
  first === undefined || last === undefined
    ? html`<p>Nothing was answered.</p>`
    : html`<div class="card chart">
<dl class="facts">${facts.map(([term, value]) => html`<div><dt>${term}</dt><dd>${tenths(value)} ms</dd></div>`)}</dl>
<div class="scroll" tabindex="0" role="group" aria-label="Latency chart">${histogramChart(latency, first.from, last.to)}</div>
<details><summary>The same as a table</summary>
<table><caption class="hidden">How many answers took how long</caption>
<thead><tr><th scope="col" class="number">From (ms)</th><th scope="col" class="number">To (ms)</th><th scope="col" class="number">Answers</th></tr></thead>
<tbody>${histogram.map((each) => html`<tr><td class="number">${each.from}</td><td class="number">${each.to}</td><td class="number">${numbers.format(each.requests)}</td></tr>`)}</tbody>
</table></details>
</div>`
}
<p class="soft">From request to answer, over ${count(requests, "request")}; several are in flight at once, and the kit shares the machine with a server that runs on it.</p>
</section>`
}

const histogramChart = ({ histogram, p50, p95, p99 }: Report["latency"], from: number, to: number): Markup => {
  const width = chart.wide - chart.left - chart.right
  const height = chart.high - chart.top - chart.bottom
  const most = Math.max(1, ...histogram.map(({ requests }) => requests))
  const x = (time: number) =>
    chart.left + (Math.log(Math.min(to, Math.max(from, time)) / from) / Math.log(to / from)) * width
  const rounded = (value: number) => Math.round(value * 10) / 10
  const ticks = [0.01, 0.1, 1, 10, 100, 1_000, 10_000, 100_000]
    .flatMap((decade) => [decade, 2 * decade, 5 * decade])
    .filter((time) => time >= from && time <= to && x(time) < chart.wide - 2 * chart.right)
  const lines = [
    ["50 %", p50, 0],
    ["95 %", p95, 1],
    ["99 %", p99, 2]
  ] as const
  const label = `Histogram: most answers took between ${from} and ${to} ms; half within ${tenths(p50)} ms, 95 % within ${tenths(p95)} ms, 99 % within ${tenths(p99)} ms`
  return html`<svg viewBox="0 0 ${chart.wide} ${chart.high}" role="img" aria-label="${label}">
<line class="axis" x1="${chart.left}" x2="${chart.wide - chart.right}" y1="${chart.high - chart.bottom}" y2="${chart.high - chart.bottom}"/>
<text x="${chart.left - 6}" y="${chart.top + 4}" text-anchor="end">${numbers.format(most)}</text>
<text x="${chart.left - 6}" y="${chart.high - chart.bottom}" text-anchor="end">0</text>
${histogram.map((each) => {
  const high = (each.requests / most) * height
  const [left, right] = [x(each.from), x(each.to)]
  return html`<rect class="bar" x="${rounded(left + 0.5)}" y="${rounded(chart.high - chart.bottom - high)}" width="${rounded(Math.max(1, right - left - 1))}" height="${rounded(high)}"/>`
})}
${ticks.map((time) => html`<text x="${rounded(x(time))}" y="${chart.high - 8}" text-anchor="middle">${numbers.format(time)} ms</text>`)}
${lines.map(
  ([
    name,
    time,
    row
  ]) => html`<line class="line" x1="${rounded(x(time))}" x2="${rounded(x(time))}" y1="${12 * row + 6}" y2="${chart.high - chart.bottom}"/>
<text class="at" x="${rounded(x(time) + 4)}" y="${12 * row + 12}">${name}</text>`
)}
</svg>`
}

// ---------------------------------------------------------------------------------------------------------------------
// what was left out, and how to go on
// ---------------------------------------------------------------------------------------------------------------------

const leftOutSection = (report: Report): Markup => {
  const known = new Set(report.requirements.map(({ id }) => id))
  const items = leftOut(report).map(
    ({ ids, text }) =>
      html`<li>${noted(text)}${ids.map(
        (id, position) =>
          html`${position === 0 ? ": " : ", "}${known.has(id) ? requirementLink(id) : html`<code>${id}</code>`}`
      )}</li>`
  )
  return html`<section aria-labelledby="left-out">
<h2 id="left-out">Left out, and worth knowing</h2>
${items.length === 0 ? html`<p>Nothing: every requirement was put to the test, with contents of every class.</p>` : html`<ul class="plain">${items}</ul>`}
</section>`
}

const againSection = (report: Report, command: string): Markup => {
  const waivers = waiverFile(report)
  return html`<section aria-labelledby="again">
<h2 id="again">Run again</h2>
<h3 class="small">The same requests in the same order</h3>
${paste(againWith(command, report), "the command")}
${
  waivers === undefined
    ? undefined
    : html`<h3 class="small">To excuse what is known: a file for --waive</h3>
${paste(waivers, "the waivers")}`
}
</section>`
}
