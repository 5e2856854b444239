/**
 * The report as one page that needs nothing else: no network, no font, no image, and a policy that forbids them.
 *
 * @since 0.1.0
 */
import * as Crypto from "node:crypto"
import * as Diagnosis from "./Diagnosis.js"
import { spelled } from "./internal/diagnosis/show.js"
import { foreign, html, Markup, noted, type Value } from "./internal/html/markup.js"
import { script } from "./internal/html/script.js"
import { style } from "./internal/html/style.js"
import { version } from "./internal/version.js"
import {
  againWith,
  amountOf,
  capital,
  count,
  counterexamplesOf,
  frequency,
  headerOf,
  keyOf,
  leftOut,
  marks,
  numbers,
  objectOf,
  seconds,
  statuses,
  tenths,
  verdictMarks,
  verdictTitles,
  waiverFile
} from "./internal/wording.js"
import type { Body, Counterexample, Report, ReportedExchange, ReportedRequirement, Status } from "./Report.js"
import * as Requirement from "./Requirement.js"
import * as Terminal from "./Terminal.js"

/**
 * Writes the page. Whatever is in the report stays text: characters that cannot be seen or that turn the direction of
 * writing are spelled. Works without scripts; with them, command lines can be copied at a click.
 *
 * @since 0.1.0
 * @category rendering
 */
export const render = (report: Report, options: { readonly command?: string | undefined } = {}): string => {
  const command = options.command ?? Terminal.commandOf(report)
  const findings = findingsOf(report)
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${verdictTitles[report.verdict]}: ${report.target}</title>
<style>${styleMarkup}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the report</a>
${banner(report)}
${navigation(report, findings)}
<main id="main" tabindex="-1">
${findingsSection(findings, command)}
${requirementsSection(report, findings)}
${inputsSection(report)}
${latencySection(report)}
${leftOutSection(report)}
${againSection(report, command)}
</main>
<footer>
<p>Written by inbox-contract ${version}. The token that was sent with is not in this page; the content of messages is.</p>
</footer>
<p class="hidden" role="status" id="told"></p>
<script>${scriptMarkup}</script>
</body>
</html>
`.source
}

const chapterFilters = statuses
  .map(
    (status) => `
:root:has(#show-${status}:checked) .rows tbody tr:not(.${status}),
:root:has(#show-${status}:checked) .chapter:not(:has(tbody tr.${status})) { display: none; }`
  )
  .join("")

const styleMarkup = new Markup(style.replace("FILTERS", chapterFilters))
const scriptMarkup = new Markup(script)

const hashOf = ({ source }: Markup): string => `'sha256-${Crypto.createHash("sha256").update(source).digest("base64")}'`

const policy = [
  "default-src 'none'",
  `style-src ${hashOf(styleMarkup)}`,
  `script-src ${hashOf(scriptMarkup)}`,
  "base-uri 'none'",
  "form-action 'none'"
].join("; ")

// ---------------------------------------------------------------------------------------------------------------------
// banner
// ---------------------------------------------------------------------------------------------------------------------

const banner = (report: Report): Markup => {
  const facts: ReadonlyArray<readonly [string, Markup | string]> = [
    ["Target", foreign(report.target)],
    [report.threads.length === 1 ? "Thread" : "Threads", foreign(report.threads.join(", "))],
    ["Seed", String(report.seed)],
    ["Budget", report.budget],
    ["Requests", `${numbers.format(report.requests)}, ${numbers.format(report.accepted)} accepted`],
    ["Duration", seconds(report.durationMs)],
    ["Median answer", `${tenths(report.latency.p50)} ms`],
    ["Started", html`<time datetime="${report.startedAt}">${clock(report.startedAt)}</time>`],
    ...(report.strict ? [["Mode", "strict: a broken SHOULD fails"] as const] : [])
  ]
  const present = statuses.filter((status) => amountOf(report, status) > 0)
  return html`<header class="banner ${report.verdict}">
<h1>${marks[verdictMarks[report.verdict]]} ${verdictTitles[report.verdict]}</h1>
<div class="why"><p>${noted(sentence(report))}</p></div>
<dl class="facts">
${facts.map(([term, value]) => html`<div><dt>${term}</dt><dd>${value}</dd></div>`)}
</dl>
<div>${tally(report, present)}</div>
<ul class="legend">
${present.map((status) => html`<li>${badge(status)} ${numbers.format(amountOf(report, status))}</li>`)}
</ul>
</header>`
}

/** The verdict without its first word, as a sentence of its own. */
const sentence = (report: Report): string => `${capital(Terminal.verdict(report).replace(/^[A-Z]+: /, ""))}.`

const clock = (instant: string): string => instant.replace("T", " ").replace(/\.\d+Z$|Z$/, " UTC")

const badge = (status: Status): Markup =>
  html`<span class="badge ${status}"><span aria-hidden="true">${marks[status]} </span>${status}</span>`

/** A bar of all requirements, as wide as each status has its share. */
const tally = (report: Report, present: ReadonlyArray<Status>): Markup => {
  const total = report.requirements.length
  const label = present.map((status) => `${amountOf(report, status)} ${status}`).join(", ")
  let from = 0
  return html`<svg class="tally" viewBox="0 0 ${total} 1" preserveAspectRatio="none" role="img" aria-label="${count(total, "requirement")}: ${label}">
${present.map((status) => {
  const wide = amountOf(report, status)
  const bar = html`<rect class="fill-${status}" x="${from}" y="0" width="${wide}" height="1"/>`
  from += wide
  return bar
})}
</svg>`
}

const navigation = (report: Report, findings: ReadonlyArray<Told>): Markup => html`<nav aria-label="Sections">
<ul>
${findings.length === 0 ? undefined : html`<li><a href="#findings">Findings (${findings.length})</a></li>`}
<li><a href="#requirements">Requirements (${report.requirements.length})</a></li>
<li><a href="#inputs">Inputs</a></li>
<li><a href="#latency">Latency</a></li>
<li><a href="#left-out">Left out</a></li>
<li><a href="#again">Run again</a></li>
</ul>
</nav>`

// ---------------------------------------------------------------------------------------------------------------------
// findings
// ---------------------------------------------------------------------------------------------------------------------

interface Told {
  readonly anchor: string
  readonly status: Status
  readonly requirement: ReportedRequirement
  readonly counterexample: Counterexample
}

const findingsOf = (report: Report): ReadonlyArray<Told> =>
  (["failed", "warned", "waived"] as const)
    .flatMap((status) => Terminal.told(report, status).map((each) => ({ status, ...each })))
    .map((each, position) => ({ anchor: `finding-${position + 1}`, ...each }))

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

const finding = (
  { anchor, counterexample: self, requirement, status }: Told,
  command: string,
  open: boolean
): Markup => {
  const rows: ReadonlyArray<readonly [string, Value]> = [
    ["When", self.when === "" ? undefined : noted(self.when)],
    ["The document", self.source === "" ? undefined : html`<blockquote>${noted(self.source)}</blockquote>`],
    ["Harm to a client", self.harm === "" ? undefined : noted(self.harm)],
    ["Seen", frequency(self)],
    ["Alike", self.alike.length === 0 ? undefined : noted(self.alike.join("; "))],
    [
      "Breaks besides",
      self.also.length === 0
        ? undefined
        : self.also.map((id, at) => html`${at === 0 ? "" : ", "}${requirementLink(id)}`)
    ],
    ["Waived", requirement.waived === undefined ? undefined : noted(requirement.waived)]
  ]
  return html`<details class="card finding ${status}" id="${anchor}"${open ? new Markup(" open") : undefined}>
<summary><span class="heading"><h3>${requirement.id}</h3> ${badge(status)} <span class="level">${self.level}</span></span><p>${requirement.title}</p></summary>
<div class="inside">
<dl class="versus">
<div class="passed"><dt>Expected</dt><dd>${noted(self.expected)}</dd></div>
<div class="${status === "warned" ? "warned" : "failed"}"><dt>Came</dt><dd>${noted(self.actual)}${self.place === "" ? undefined : html` <span class="soft">at <code>${self.place}</code></span>`}</dd></div>
</dl>
<dl class="about">
${rows.map(([term, value]) => (value === undefined ? undefined : html`<dt>${term}</dt><dd>${value}</dd>`))}
</dl>
${exchanges(self)}
<h4>By hand, with the token in INBOX_API_TOKEN</h4>
${paste(self.curl, `the curl line of ${requirement.id}`)}
<h4>Again with the kit, which says “still violates” or “fixed”</h4>
${paste(`${command} --replay ${self.replay}`, `the replay line of ${requirement.id}`)}
</div>
</details>`
}

const requirementLink = (id: string): Markup => html`<a href="#requirement-${id}"><code>${id}</code></a>`

/** A line to be pasted elsewhere. A long one can be scrolled, so it takes the focus. */
const paste = (text: string, what: string): Markup =>
  html`<div class="paste" data-what="${what}"><pre tabindex="0" role="group" aria-label="${what}"><code>${text}</code></pre></div>`

const exchanges = (self: Counterexample): ReadonlyArray<Markup> => {
  const total = self.exchanges.length
  const how = self.together ? "in flight together" : "one after another"
  return [
    ...(total > 1 ? [html`<p class="soft">${count(total, "request")}, ${how}:</p>`] : []),
    ...self.exchanges.map((exchange, position) => {
      const offending = position === self.offending
      const name = total === 1 ? exchange.title : `${position + 1} of ${total}, ${exchange.title}`
      const inside = html`<div class="sides">
<div><h4>Request</h4><pre tabindex="0" role="group" aria-label="Request ${position + 1}">${request(exchange, offending ? self.place : undefined)}</pre></div>
<div><h4>Answer after ${seconds(Math.round(exchange.durationMs))}</h4><pre tabindex="0" role="group" aria-label="Answer ${position + 1}">${answer(exchange, offending ? self.place : undefined)}</pre></div>
</div>`
      return offending || total <= 2
        ? html`<figure class="exchange"><figcaption>${noted(capital(name))}${offending && total > 1 ? " (the offending one)" : ""}</figcaption>${inside}</figure>`
        : html`<details class="exchange"><summary>${noted(capital(name))} <span class="soft">${outcome(exchange)}</span></summary>${inside}</details>`
    })
  ]
}

const outcome = ({ response, trouble }: ReportedExchange): string =>
  response === null ? (trouble ?? "no answer") : `${response.status} ${response.statusText}`

const wrong = (value: Markup | string): Markup => html`<mark class="wrong">${value}</mark>`

/** A text from the wire on lines of its own, at most so many characters of it. */
const raw = (text: string, max: number): Markup => {
  const lines = text.split("\n")
  return html`${lines.map(
    (line, position) =>
      html`<bdi>${noted(line.length <= max ? spelled(line) : Diagnosis.show(line, { max, quotes: false }))}</bdi>${
        position === lines.length - 1 ? "" : html`${noted("⟨U+000A⟩")}\n`
      }`
  )}`
}

const longest = { value: 300, offending: 4_000, body: 8_000 } as const

const headerLine = ([name, value]: readonly [string, string]): Markup =>
  html`${foreign(name)}: ${raw(value, longest.value)}`

const request = ({ request: { body, headers, method, url } }: ReportedExchange, place: string | undefined): Markup =>
  html`<strong>${foreign(method)}</strong> ${foreign(url)}
${headers.map((header) => html`${headerLine(header)}\n`)}${body === null ? undefined : html`\n${requestBody(body, keyOf(place))}`}`

/** The value that the answer is at fault with is set off where it was sent. */
const requestBody = (body: Body, key: string | undefined): Markup => {
  const sent = key === undefined ? undefined : objectOf(body.text)?.[key]
  const spelled = sent === undefined ? "" : JSON.stringify(sent)
  const at = spelled === "" ? -1 : body.text.indexOf(spelled)
  return at === -1 || body.encoding === "base64"
    ? anyBody(body)
    : html`${raw(body.text.slice(0, at), longest.body)}<mark class="sent">${raw(spelled, longest.offending)}</mark>${raw(body.text.slice(at + spelled.length), longest.body)}`
}

const anyBody = (body: Body): Markup => {
  if (body.bytes === 0) return html`<span class="soft">(an empty body)</span>`
  return body.encoding === "base64"
    ? html`${raw(body.text, longest.body)}\n<span class="soft">(${count(body.bytes, "byte")} that are not UTF-8, in base64)</span>`
    : raw(body.text, longest.body)
}

const answer = ({ response, trouble }: ReportedExchange, place: string | undefined): Markup => {
  const troubled = trouble === null ? undefined : place === undefined ? html`${noted(trouble)}` : wrong(noted(trouble))
  if (response === null) return html`${troubled}`
  const statusLine = `${response.status} ${response.statusText}`.trim()
  const wanted = headerOf(place)
  const isThere = response.headers.some(([name]) => name.toLowerCase() === wanted)
  return html`<strong>${place === "status" ? wrong(foreign(statusLine)) : foreign(statusLine)}</strong>
${response.headers.map((header) => html`${header[0].toLowerCase() === wanted ? wrong(headerLine(header)) : headerLine(header)}\n`)}${
  wanted !== undefined && !isThere ? html`${wrong(`${wanted} is missing`)}\n` : undefined
}
${answerBody(response.body, place)}${troubled === undefined ? undefined : html`\n${troubled}`}`
}

const answerBody = (body: Body, place: string | undefined): Markup => {
  const message = place === "body" ? undefined : objectOf(body.text)
  if (message !== undefined) return object(message, keyOf(place))
  return place === "body" ? wrong(anyBody(body)) : anyBody(body)
}

const object = (value: Readonly<Record<string, unknown>>, key: string | undefined): Markup => {
  const lines = Object.entries(value).map(([name, inner], position, all) => {
    const comma = position === all.length - 1 ? "" : ","
    const isAtFault = name === key
    const line = html`${raw(JSON.stringify(name), longest.value)}: ${raw(JSON.stringify(inner), isAtFault ? longest.offending : longest.value)}`
    return html`  ${isAtFault ? wrong(line) : line}${comma}\n`
  })
  const missing = key !== undefined && !Object.hasOwn(value, key)
  return html`{\n${lines}${missing ? html`  ${wrong(`"${key}" is missing`)}\n` : undefined}}`
}

// ---------------------------------------------------------------------------------------------------------------------
// requirements
// ---------------------------------------------------------------------------------------------------------------------

const requirementsSection = (report: Report, findings: ReadonlyArray<Told>): Markup => {
  const present = statuses.filter((status) => amountOf(report, status) > 0)
  const choice = (id: string, label: Markup | string, checked: boolean) =>
    html`<label><input type="radio" name="show" id="show-${id}"${checked ? new Markup(" checked") : undefined}> ${label}</label>`
  return html`<section aria-labelledby="requirements">
<h2 id="requirements">Requirements</h2>
<fieldset class="filter"><legend>Show</legend>
${choice("all", `all ${report.requirements.length}`, true)}
${present.map((status) => choice(status, html`${badge(status)} ${amountOf(report, status)}`, false))}
</fieldset>
${Requirement.groups.map((group) => chapter(report, group, findings))}
</section>`
}

const chapter = (report: Report, group: Requirement.Group, findings: ReadonlyArray<Told>): Markup | undefined => {
  const rows = report.requirements.filter((row) => row.group === group)
  if (rows.length === 0) return undefined
  const held = rows.filter(({ status }) => status === "passed").length
  return html`<div class="card chapter">
<table class="rows">
<caption>${Requirement.groupTitles[group]} <span class="soft">${held} of ${rows.length} passed</span></caption>
<thead><tr><th scope="col">Status</th><th scope="col">Requirement</th><th scope="col">Holds when</th><th scope="col">Level</th><th scope="col" class="number">Cases</th></tr></thead>
<tbody>
${rows.map((row) => requirementRow(row, report, findings))}
</tbody>
</table>
</div>`
}

const requirementRow = (row: ReportedRequirement, report: Report, findings: ReadonlyArray<Told>): Markup => {
  const own = findings.filter(({ counterexample }) =>
    counterexamplesOf(row).some(
      ({ replay, requirement }) => replay === counterexample.replay && requirement === counterexample.requirement
    )
  )
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
