/**
 * Requests and answers.
 *
 * @since 0.1.0
 */
import * as Diagnosis from "../../judge/Diagnosis.js"
import type { Body, Counterexample, ReportedExchange } from "../../report/Report.js"
import { headerOf, keyOf, objectOf } from "../../report/summary.js"
import { count, seconds } from "../../text/words.js"
import { cut } from "../../text/wrap.js"
import type { Page } from "./page.js"

/** Of requests before the offending one, so many are a line each; the others are counted. */
const shownBefore = 3

/**
 * Exchanges that show a violation.
 *
 * @since 0.1.0
 * @category models
 */
export interface Proof extends Pick<Counterexample, "exchanges" | "together" | "offending" | "place"> {}

export const exchanges = (self: Proof, page: Page): ReadonlyArray<string> => {
  const many = self.exchanges.length > 1
  const intro = self.together ? [`  ${count(self.exchanges.length, "request")} in flight together:`] : []
  const lines = (exchange: ReportedExchange, position: number): ReadonlyArray<string> => {
    const offending = position === self.offending
    const name = many ? ` ${position + 1}${offending ? " (the offending one)" : ""}` : ""
    return offending || page.verbose
      ? inFull(exchange, name, offending ? self.place : undefined, page)
      : brief(exchange, name, page)
  }
  const hidden = page.verbose ? 0 : Math.max(0, self.offending - shownBefore)
  return [
    ...intro,
    ...self.exchanges.flatMap((exchange, position) => {
      if (hidden < 2 || position < shownBefore - 1 || position >= self.offending - 1) return lines(exchange, position)
      return position === shownBefore - 1 ? [page.paint.dim(`  … ${count(hidden, "more request")}`)] : []
    })
  ]
}

const brief = (exchange: ReportedExchange, name: string, page: Page): ReadonlyArray<string> => {
  const sent = exchange.request.body === null ? "no body" : bodyText(exchange.request.body, 40)
  const answer = exchange.response === null ? (exchange.trouble ?? "no answer") : String(exchange.response.status)
  return [`  ${page.paint.dim(`request${name}`)}  ${exchange.request.method} ${sent} → ${answer}`]
}

const inFull = (
  exchange: ReportedExchange,
  name: string,
  place: string | undefined,
  page: Page
): ReadonlyArray<string> => [
  `  ${page.paint.dim(`request${name}, ${exchange.title}`)}`,
  ...request(exchange.request, page),
  `  ${page.paint.dim(`answer${many(name)}, after ${seconds(Math.round(exchange.durationMs))}`)}`,
  ...answer(exchange, place, page),
  ""
]

const many = (name: string): string => name.replace(" (the offending one)", "")

export const margin = "    "

/** Headers of a plain message: the line for curl has them. */
const usual: ReadonlyMap<string, string> = new Map([
  ["Authorization", "Bearer $INBOX_API_TOKEN"],
  ["Content-Type", "application/json"],
  ["Accept", "application/json"],
  ["User-Agent", "inbox-contract"]
])

/**
 * The lines of a request.
 *
 * @internal
 */
export const request = (
  { body, headers, method, url }: ReportedExchange["request"],
  page: Page
): ReadonlyArray<string> => [
  `${margin}${page.paint.bold(method)} ${url}`,
  ...headers
    .filter(([name, value]) => page.verbose || usual.get(name) !== value)
    .map(([name, value]) => `${margin}${visible(name, 200)}: ${visible(value, 200)}`),
  ...(body === null ? [] : [`${margin}${bodyText(body, page.verbose ? 4_000 : 400)}`])
]

/**
 * The lines of an answer, with what is at the place marked.
 *
 * @internal
 */
export const answer = (exchange: ReportedExchange, place: string | undefined, page: Page): ReadonlyArray<string> => {
  const { response, trouble } = exchange
  const troubled = trouble === null ? [] : [offence(trouble, place !== undefined, page)]
  if (response === null) return troubled
  return [
    offence(`${response.status} ${visible(response.statusText, 200)}`.trim(), place === "status", page),
    ...answerHeaders(response.headers, place, page),
    ...answerBody(response.body, place, page),
    ...troubled
  ]
}

const offence = (text: string, marked: boolean, page: Page): string =>
  marked ? `${page.paint.red(`  > ${text}`)}` : `${margin}${text}`

/** The headers that bear on how an answer is read. */
const relevant = /^(content-type|content-encoding|retry-after|location|www-authenticate|x-ratelimit-.*)$/i

const answerHeaders = (
  headers: ReadonlyArray<readonly [string, string]>,
  place: string | undefined,
  page: Page
): ReadonlyArray<string> => {
  const wanted = headerOf(place)
  const isShown = (name: string) =>
    page.verbose || name.toLowerCase() === wanted || (relevant.test(name) && !/^x-ratelimit/i.test(name))
  const shown = headers.filter(([name]) => isShown(name))
  const missing = wanted !== undefined && !headers.some(([name]) => name.toLowerCase() === wanted)
  return [
    ...shown.map(([name, value]) =>
      offence(`${visible(name, 200)}: ${visible(value, 200)}`, name.toLowerCase() === wanted, page)
    ),
    ...(missing ? [offence(`${wanted} is missing`, true, page)] : [])
  ]
}

const visible = (text: string, max: number): string =>
  text.length <= max && /^[\x20-\x7e]*$/.test(text)
    ? text
    : Diagnosis.show(text, { max: text.length <= max ? max : Math.max(8, max - elision), quotes: false })

/** Columns of the note about characters that are left out. */
const elision = 16

const bodyText = (body: Body, max: number): string => {
  if (body.bytes === 0) return "(an empty body)"
  return body.encoding === "base64"
    ? `${cut(body.text, max)}  (${count(body.bytes, "byte")} that are not UTF-8, in base64)`
    : visible(body.text, max)
}

/** Characters of a body that are shown where it is not what is wrong. */
const besideThePoint = 160

const answerBody = (body: Body, place: string | undefined, page: Page): ReadonlyArray<string> => {
  const isBeside = place === "status" || headerOf(place) !== undefined
  if (isBeside && !page.verbose) return [`${margin}${bodyText(body, besideThePoint)}`]
  const message = place === "body" ? undefined : objectOf(body.text)
  if (message !== undefined) return objectLines(message, place, page)
  const text = bodyText(body, page.verbose ? 4_000 : 600)
  return place === "body" ? [offence(text, true, page)] : [`${margin}${text}`]
}

/** The keys around the offending one that are shown, on either side. */
const neighbours = 3

const objectLines = (
  value: Readonly<Record<string, unknown>>,
  place: string | undefined,
  page: Page
): ReadonlyArray<string> => {
  const key = keyOf(place)
  const keys = Object.keys(value)
  const at = key === undefined ? -1 : keys.indexOf(key)
  const near = (position: number) =>
    page.verbose || key === undefined || (at !== -1 && Math.abs(position - at) <= neighbours)
  const room = page.width - margin.length - 2
  const lines: Array<string> = [`${margin}{`]
  let hidden = 0
  const flush = () => {
    if (hidden > 0) lines.push(page.paint.dim(`${margin}  … ${count(hidden, "more key")}`))
    hidden = 0
  }
  keys.forEach((name, position) => {
    if (!near(position)) {
      hidden++
      return
    }
    flush()
    const comma = position === keys.length - 1 ? "" : ","
    const offending = position === at
    const max = offending ? 400 : Math.max(20, room - name.length - 5)
    const line = `  ${visible(JSON.stringify(name), 80)}: ${visible(JSON.stringify(value[name]), max)}${comma}`
    lines.push(offence(line, offending, page))
    if (offending) lines.push(page.paint.red(`${margin}  ${"^".repeat(name.length + 2)}`))
  })
  flush()
  if (key !== undefined && at === -1) lines.push(offence(`  ${JSON.stringify(key)} is missing`, true, page))
  lines.push(`${margin}}`)
  return lines
}
