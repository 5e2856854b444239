import * as Requirement from "../../contract/Requirement.js"
import * as Matrix from "../../kit/Matrix.js"
import type { Status } from "../../report/Report.js"
import { againWith, amountsOf, marks, statuses, verdictMarks, verdictOf, verdictTitles } from "../../report/summary.js"
import { capital, count, numbers, seconds, tenths } from "../../text/words.js"
import { finding, findingsOf, type Told, toldOf } from "./finding.js"
import { foreign, html, type Markup, noted } from "./markup.js"
import { facts, filter, instant, legend, page, paste, tally } from "./page.js"

/** A target with what is told of it further down. */
interface Server extends Matrix.Column {
  readonly anchor: string
  readonly findings: ReadonlyArray<Told>
  readonly command: string
}

/** Writes a matrix as a page. */
export const render = (matrix: Matrix.Matrix, commandOf: (column: Matrix.Column) => string): string => {
  const servers = matrix.targets.map(
    (column, position): Server => ({
      ...column,
      anchor: `server-${position + 1}`,
      findings: findingsOf(column.report, `server-${position + 1}-`),
      command: commandOf(column)
    })
  )
  const found = servers.filter(({ findings }) => findings.length > 0)
  return page({
    title: `${verdictTitles[matrix.verdict]}: ${matrix.targets.map(({ name }) => name).join(", ")}`,
    filters,
    banner: banner(matrix),
    navigation: [
      html`<a href="#servers">Servers (${servers.length})</a>`,
      html`<a href="#requirements">Requirements (${Requirement.all.length})</a>`,
      ...found.map(
        ({ anchor, findings, name }) => html`<a href="#${anchor}-findings">Findings: ${name} (${findings.length})</a>`
      )
    ],
    main: [serversSection(servers), requirementsSection(matrix, servers), ...found.map(findingsSection)]
  })
}

const filters = `
:root:has(#show-telling:checked) .rows tbody tr.quiet,
:root:has(#show-telling:checked) .chapter:not(:has(tbody tr:not(.quiet))) { display: none; }`

const banner = (matrix: Matrix.Matrix): Markup => {
  const { budget, durationMs, seed, startedAt, strict, targets } = matrix
  const requests = targets.reduce((sum, { report }) => sum + report.requests, 0)
  const names = targets.filter(({ report }) => report.verdict === matrix.verdict).map(({ name }) => name)
  return html`<header class="banner ${matrix.verdict}">
<h1>${marks[verdictMarks[matrix.verdict]]} ${headline(matrix)}</h1>
<div class="why"><p>${foreign(names.join(", "))}</p></div>
${facts([
  ["Seed", String(seed)],
  ["Budget", budget],
  ["Requests", numbers.format(requests)],
  ["Duration", seconds(durationMs)],
  ["Started", instant(startedAt)],
  ...(strict ? [["Mode", "strict: a broken SHOULD fails"] as const] : [])
])}
<p></p>
</header>`
}

const headline = ({ targets, verdict }: Matrix.Matrix): string => {
  const amount = targets.filter(({ report }) => report.verdict === verdict).length
  const some = `${numbers.format(amount)} of ${count(targets.length, "server")}`
  switch (verdict) {
    case "conforms":
      return `${count(targets.length, "server")}, no violation`
    case "violates":
      return `${some} ${amount === 1 ? "violates" : "violate"} the contract`
    case "inconclusive":
      return `Inconclusive: ${some}`
  }
}

/** A sentence that begins with its verdict in capitals, for people who read no log. */
const sentence = (text: string): string => text.replace(/^[A-Z]+/, (word) => capital(word.toLowerCase()))

// ---------------------------------------------------------------------------------------------------------------------
// servers
// ---------------------------------------------------------------------------------------------------------------------

const serversSection = (servers: ReadonlyArray<Server>): Markup => html`<section aria-labelledby="servers">
<h2 id="servers">Servers</h2>
<div class="servers">
${servers.map(server)}
</div>
</section>`

const server = ({ anchor, command, findings, name, report }: Server): Markup => {
  const status = verdictMarks[report.verdict]
  return html`<article class="card server ${status}" id="${anchor}" aria-labelledby="${anchor}-name">
<h3 id="${anchor}-name">${foreign(name)}</h3>
<p class="verdict"><span aria-hidden="true">${marks[status]} </span>${noted(sentence(verdictOf(report)))}</p>
${tally(amountsOf(report))}
${legend(amountsOf(report))}
${facts([
  ["Target", foreign(report.target)],
  [report.threads.length === 1 ? "Thread" : "Threads", foreign(report.threads.join(", "))],
  ["Requests", `${numbers.format(report.requests)}, ${numbers.format(report.accepted)} accepted`],
  ["Duration", seconds(report.durationMs)],
  ["Median answer", report.latency.histogram.length === 0 ? "none" : `${tenths(report.latency.p50)} ms`]
])}
${findings.length === 0 ? undefined : html`<p><a href="#${anchor}-findings">${count(findings.length, "finding")}</a></p>`}
<details><summary>Test it alone</summary>
${paste(againWith(command, report), `the command for ${name}`)}</details>
</article>`
}

// ---------------------------------------------------------------------------------------------------------------------
// requirements
// ---------------------------------------------------------------------------------------------------------------------

/** With more targets than this, a status is its mark alone. */
const roomForWords = 4

const requirementsSection = (matrix: Matrix.Matrix, servers: ReadonlyArray<Server>): Markup => {
  const rows = Matrix.rows(matrix)
  const telling = rows.filter(Matrix.isTelling).length
  const present = statuses.filter((status) => rows.some((row) => row.statuses.includes(status)))
  return html`<section aria-labelledby="requirements">
<h2 id="requirements">Requirements</h2>
${
  telling === 0
    ? html`<p class="soft">Each was passed by all servers, or skipped by all of them.</p>`
    : filter([
        ["telling", `what a server did not pass: ${telling}`],
        ["all", `all ${rows.length}`]
      ])
}
<p class="soft">${present.map((status) => `${marks[status]} ${status}`).join(", ")}. A mark that is a link leads to its finding.</p>
${Requirement.groups.map((group) =>
  chapter(
    group,
    rows.filter(({ requirement }) => requirement.group === group),
    servers
  )
)}
</section>`
}

const chapter = (group: Requirement.Group, rows: ReadonlyArray<Matrix.Row>, servers: ReadonlyArray<Server>): Markup => {
  const isWide = servers.length > roomForWords
  // What can be scrolled takes the focus.
  const scrolled = html` tabindex="0" role="group" aria-label="${Requirement.groupTitles[group]}"`
  return html`<div class="card chapter"${isWide ? scrolled : undefined}>
<table class="rows matrix${isWide ? " many" : ""}">
<caption>${Requirement.groupTitles[group]}</caption>
<thead><tr><th scope="col">Requirement</th><th scope="col">Holds when</th><th scope="col">Level</th>${servers.map(({ name }) => html`<th scope="col" class="cell">${foreign(name)}</th>`)}</tr></thead>
<tbody>
${rows.map((row) => requirementRow(row, servers))}
</tbody>
</table>
</div>`
}

const requirementRow = (row: Matrix.Row, servers: ReadonlyArray<Server>): Markup => {
  const { id, level, title } = row.requirement
  return html`<tr class="${Matrix.isTelling(row) ? "telling" : "quiet"}" id="requirement-${id}">
<th scope="row"><code>${id}</code></th>
<td class="title">${title}</td>
<td class="level">${level}</td>
${servers.map((each, position) => cell(row.statuses[position] ?? "skipped", id, each))}
</tr>`
}

const cell = (status: Status, id: string, { findings, name, report }: Server): Markup => {
  const mark = html`<span class="badge ${status}"><span aria-hidden="true">${marks[status]}</span><span class="word"> ${status}</span></span>`
  const row = report.requirements.find((each) => each.id === id)
  const anchor = row === undefined ? undefined : toldOf(row, findings)[0]?.anchor
  return html`<td class="cell"><span class="name" aria-hidden="true">${foreign(name)} </span>${
    anchor === undefined ? mark : html`<a href="#${anchor}">${mark}</a>`
  }</td>`
}

// ---------------------------------------------------------------------------------------------------------------------
// findings
// ---------------------------------------------------------------------------------------------------------------------

const findingsSection = ({
  anchor,
  command,
  findings,
  name
}: Server): Markup => html`<section aria-labelledby="${anchor}-findings">
<h2 id="${anchor}-findings">Findings: ${foreign(name)}</h2>
${findings.map((told) => finding(told, command, false))}
</section>`
