import * as Diagnosis from "../../judge/Diagnosis.js"
import type {
  Body,
  Counterexample,
  Report,
  ReportedExchange,
  ReportedRequirement,
  Status
} from "../../report/Report.js"
import * as Summary from "../../report/summary.js"
import { counterexamplesOf, frequency, headerOf, keyOf, objectOf } from "../../report/summary.js"
import { spelled } from "../../text/visible.js"
import { capital, count, seconds } from "../../text/words.js"
import { headline } from "../headline.js"
import { foreign, html, Markup, noted, type Value } from "./markup.js"
import { badge, paste, requirementLink } from "./page.js"

/** A finding, and where it is on the page. */
export interface Told {
  readonly anchor: string
  readonly status: Status
  readonly requirement: ReportedRequirement
  readonly counterexample: Counterexample
}

/** The findings of a report, under anchors that begin with a prefix. */
export const findingsOf = (report: Report, prefix = ""): ReadonlyArray<Told> =>
  (["failed", "warned", "waived"] as const)
    .flatMap((status) => Summary.told(report, status).map((each) => ({ status, ...each })))
    .map((each, position) => ({ anchor: `${prefix}finding-${position + 1}`, ...each }))

/** The findings that show how a requirement is broken: one may be told under the name of another requirement. */
export const toldOf = (row: ReportedRequirement, findings: ReadonlyArray<Told>): ReadonlyArray<Told> =>
  findings.filter(({ counterexample }) =>
    counterexamplesOf(row).some(
      ({ replay, requirement }) => replay === counterexample.replay && requirement === counterexample.requirement
    )
  )

/** A finding in full, folded to its first lines unless it is open. */
export const finding = (
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
<summary><span class="heading"><h3>${requirement.id}</h3> ${badge(status)} <span class="level">${self.level}</span></span><p>${requirement.title}</p><p class="headline">${noted(headline(self))}</p></summary>
<div class="inside">
<dl class="versus">
<div class="passed"><dt>Expected</dt><dd>${noted(self.expected)}</dd></div>
<div class="${status === "warned" ? "warned" : "failed"}"><dt>Actual</dt><dd>${noted(self.actual)}${self.place === "" ? undefined : html` <span class="soft">at <code>${self.place}</code></span>`}</dd></div>
</dl>
<dl class="about">
${rows.map(([term, value]) => (value === undefined ? undefined : html`<dt>${term}</dt><dd>${value}</dd>`))}
</dl>
${exchanges(self)}
<h4>By hand, with the token in INBOX_API_TOKEN</h4>
${paste(self.curl, `the curl line of ${requirement.id}`)}
${
  self.replay === ""
    ? undefined
    : html`<h4>Again with the kit, which says “still violates”, “fixed” or “not seen”</h4>
${paste(`${command} --replay ${self.replay}`, `the replay line of ${requirement.id}`)}`
}
</div>
</details>`
}

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
