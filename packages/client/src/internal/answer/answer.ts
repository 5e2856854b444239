/**
 * Reads what a server says about a failed request, whatever form it has, and withholds what repeats the request.
 */
import type * as Headers from "@effect/platform/Headers"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as RateLimit from "../../RateLimit.js"
import { parseHttpDate } from "./httpDate.js"
import { type IsSecret, masked, oneLine } from "./withheld.js"

/** Fields of an answer that is not a message. */
export interface Answer {
  readonly status: number
  readonly code?: string
  readonly detail?: string
  readonly requestId?: string
  readonly rateLimit?: RateLimit.RateLimit
}

interface Said {
  readonly code?: unknown
  readonly detail?: unknown
  readonly requestId?: unknown
}

const maxDetail = 300

/** Stands for what is not repeated. */
export const withheld = "(withheld: it repeats the request)"

const token = /^[\w.:/+=-]{1,128}$/

/** A short word without spaces, such as an error code or a request id. */
const word = (value: unknown, isSecret: IsSecret): Option.Option<string> =>
  typeof value === "string" && token.test(value) && !isSecret(value) ? Option.some(value) : Option.none()

/** Length that is compared: somewhat more than is shown, so that a quotation at the cut is still known for one. */
const compared = 2 * maxDetail

const isEmpty = (text: string): boolean => !/[\p{L}\p{N}]/u.test(text.replaceAll(masked, ""))

const detail = (value: unknown, isSecret: IsSecret): Option.Option<string> => {
  if (typeof value !== "string") {
    return Option.none()
  }
  // Cut before it is looked at, so that a huge answer costs little.
  const line = oneLine(value.slice(0, 4 * compared)).slice(0, compared)
  const safe = isSecret.mask(line)
  const shown = safe.length > maxDetail ? `${safe.slice(0, maxDetail)}…` : safe
  return shown === "" ? Option.none() : Option.some(safe !== line && isEmpty(shown) ? withheld : shown)
}

/** The three envelopes: `{error:{code,message}}`, `{error:"code",message}` and `{code,message,requestId}`. */
const fromJson = (json: unknown): Said => {
  if (!Predicate.isRecord(json)) {
    return {}
  }
  if (Predicate.isRecord(json.error)) {
    return { code: json.error.code, detail: json.error.message, requestId: json.error.requestId ?? json.requestId }
  }
  return { code: json.error ?? json.code, detail: json.message, requestId: json.requestId }
}

/** The title of a page. Each step begins where the one before has ended: a page costs its length. */
const titleOf = (html: string): string | undefined => {
  const tag = html.search(/<title/i)
  const start = tag < 0 ? -1 : html.indexOf(">", tag)
  if (start < 0) {
    return undefined
  }
  const end = html.indexOf("<", start)
  return end < 0 ? undefined : html.slice(start + 1, end)
}

const fromText = (text: string): Said => ({ detail: text.trimStart().startsWith("<") ? titleOf(text) : text })

const fromBody = (text: string): Said => {
  try {
    return fromJson(JSON.parse(text))
  } catch {
    return fromText(text)
  }
}

/** None of the headers that are read has a use for more, and what is too long for a number stays so. */
const longestHeader = 256

/** The headers that are read, without those that repeat the request. */
export const safeHeaders = (headers: Headers.Headers, isSecret: IsSecret): Headers.Headers =>
  Object.fromEntries(
    ["x-request-id", "request-id", "retry-after", "x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"]
      .map((name) => [name, headers[name]?.slice(0, longestHeader)] as const)
      .filter(([, value]) => value !== undefined && !isSecret(value))
  ) as never

/** The server's name for the request. */
export const requestId = (headers: Headers.Headers, isSecret: IsSecret): string | undefined => {
  const { "request-id": other, "x-request-id": usual } = headers
  return usual === undefined && other === undefined
    ? undefined
    : Option.getOrUndefined(Option.orElse(word(usual, isSecret), () => word(other, isSecret)))
}

/** Reads what headers alone tell. */
export const fromHeaders = (headers: Headers.Headers, isSecret: IsSecret): Pick<Answer, "requestId" | "rateLimit"> => {
  const id = requestId(headers, isSecret)
  const rateLimit = RateLimit.fromHeaders(headers)
  return {
    ...(id === undefined ? {} : { requestId: id }),
    ...(Option.isSome(rateLimit) ? { rateLimit: rateLimit.value } : {})
  }
}

/** The time of the server that answers, in milliseconds since the Unix epoch: by its own clock, if it tells. */
const serverTime = (headers: Headers.Headers, now: number): number =>
  Option.getOrElse(parseHttpDate((headers.date ?? "").slice(0, longestHeader), now), () => now)

/** The time until a rate limit ends, by the clock of the server that tells of it. */
export const resetAfter = (
  rateLimit: RateLimit.RateLimit | undefined,
  headers: Headers.Headers,
  now: number
): Duration.Duration | undefined =>
  rateLimit?.reset === undefined
    ? undefined
    : Duration.millis(Math.max(0, DateTime.toEpochMillis(rateLimit.reset) - serverTime(headers, now)))

/**
 * The time that a server asks to wait: `Retry-After`, or else, after a 429, the time until its rate limit ends where
 * nothing remains of it. `safe` are the safe headers.
 */
export const retryAfter = (
  status: number,
  headers: Headers.Headers,
  safe: Headers.Headers,
  now: number
): { readonly retryAfter?: Duration.Duration } => {
  const asked = Option.flatMap(Option.fromNullable(safe["retry-after"]), (text) =>
    RateLimit.parseRetryAfter(text, serverTime(headers, now))
  )
  if (Option.isSome(asked)) {
    return { retryAfter: asked.value }
  }
  const rateLimit = status === 429 ? Option.getOrUndefined(RateLimit.fromHeaders(safe)) : undefined
  const until = rateLimit?.remaining === 0 ? resetAfter(rateLimit, headers, now) : undefined
  return until === undefined || Duration.toMillis(until) === 0 ? {} : { retryAfter: until }
}

/** Reads what status, headers and body tell. `headers` are safe ones; `body` is absent where it was cut short. */
export const read = (
  status: number,
  headers: Headers.Headers,
  body: string | undefined,
  isSecret: IsSecret
): Answer => {
  const said = body === undefined ? {} : fromBody(body)
  const code = word(said.code, isSecret)
  const words = detail(said.detail, isSecret)
  const id = word(said.requestId, isSecret)
  return {
    status,
    ...(Option.isSome(code) ? { code: code.value } : {}),
    ...(Option.isSome(words) ? { detail: words.value } : {}),
    ...(Option.isSome(id) ? { requestId: id.value } : {}),
    ...fromHeaders(headers, isSecret)
  }
}
