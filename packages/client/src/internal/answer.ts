/**
 * Reads what a server says about a failed request, whatever form it has, and withholds what repeats the request.
 */
import type * as Headers from "@effect/platform/Headers"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as RateLimit from "../RateLimit.js"
import { oneLine } from "./withheld.js"

/** What is read of an answer that is not a message. */
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
const word = (value: unknown, isSecret: (text: string) => boolean): Option.Option<string> =>
  typeof value === "string" && token.test(value) && !isSecret(value) ? Option.some(value) : Option.none()

const detail = (value: unknown, isSecret: (text: string) => boolean): Option.Option<string> => {
  if (typeof value !== "string") {
    return Option.none()
  }
  const line = oneLine(value)
  // What is shown is cut before it is compared, so that a huge answer costs little.
  const shown = line.length > maxDetail ? `${line.slice(0, maxDetail)}…` : line
  return shown === "" ? Option.none() : Option.some(isSecret(shown) ? withheld : shown)
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

const title = /<title[^>]*>([^<]*)</i

const fromText = (text: string): Said => (/^\s*</.test(text) ? { detail: title.exec(text)?.[1] } : { detail: text })

const fromBody = (text: string): Said => {
  try {
    return fromJson(JSON.parse(text))
  } catch {
    return fromText(text)
  }
}

/** The headers that are read, without those that repeat the request. */
export const safeHeaders = (headers: Headers.Headers, isSecret: (text: string) => boolean): Headers.Headers =>
  Object.fromEntries(
    ["x-request-id", "request-id", "retry-after", "x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"]
      .map((name) => [name, headers[name]] as const)
      .filter(([, value]) => value !== undefined && !isSecret(value))
  ) as never

/** The server's name for the request. */
export const requestId = (headers: Headers.Headers, isSecret: (text: string) => boolean): string | undefined => {
  const { "request-id": other, "x-request-id": usual } = headers
  return usual === undefined && other === undefined
    ? undefined
    : Option.getOrUndefined(Option.orElse(word(usual, isSecret), () => word(other, isSecret)))
}

/** What headers alone tell. */
export const fromHeaders = (
  headers: Headers.Headers,
  isSecret: (text: string) => boolean
): Pick<Answer, "requestId" | "rateLimit"> => {
  const id = requestId(headers, isSecret)
  const rateLimit = RateLimit.fromHeaders(headers)
  return {
    ...(id === undefined ? {} : { requestId: id }),
    ...(Option.isSome(rateLimit) ? { rateLimit: rateLimit.value } : {})
  }
}

/** What status, headers and body tell. `headers` are safe ones; `body` is absent where it was cut short. */
export const read = (
  status: number,
  headers: Headers.Headers,
  body: string | undefined,
  isSecret: (text: string) => boolean
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
