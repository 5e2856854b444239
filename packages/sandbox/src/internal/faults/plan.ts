import { STATUS_CODES } from "node:http"
import * as Answer from "@inbox-effect/server/Answer"
import * as Refusal from "@inbox-effect/server/Refusal"
import * as DateTime from "effect/DateTime"
import * as Either from "effect/Either"
import type * as Fault from "../../Fault.js"

type Tag = Fault.Fault["_tag"]

/** The faults of a request by kind. Where a kind is given twice, the first counts. */
type Faults = { readonly [T in Tag]?: Extract<Fault.Fault, { readonly _tag: T }> }

/** The way in which the delivery of an answer goes wrong. */
export type Breakage = "reset" | "stall-head" | "stall-body" | "truncate"

/** The treatment of a request. */
export interface Plan {
  /** Whether the connection ends before anything is stored. */
  readonly resetsFirst: boolean
  /** Whether an error is answered without looking at the request. */
  readonly refuses: boolean
  /** Time that the answer is held back, in milliseconds. */
  readonly latency: number
  readonly change: (answer: Answer.Answer) => Answer.Answer
  readonly breakage: Breakage | undefined
}

const documentedCodes: Readonly<Record<number, string>> = {
  404: "THREAD_NOT_FOUND",
  422: "VALIDATION_ERROR",
  429: "RATE_LIMITED"
}

const codeOf = (status: number): string =>
  documentedCodes[status] ?? (STATUS_CODES[status] ?? "ERROR").toUpperCase().replace(/[^A-Z]+/g, "_")

const told = (status: number, headers: Answer.Headers = {}): Answer.Answer =>
  Refusal.toAnswer(
    new Refusal.Refusal({
      status,
      code: codeOf(status),
      message: `The sandbox was told to answer with ${status}`,
      headers
    })
  )

const limited = ({ format, retryAfter }: typeof Fault.RateLimited.Type, now: number) => {
  const at = now + retryAfter * 1_000
  const sayings = { seconds: String(retryAfter), date: new Date(at).toUTCString(), none: undefined }
  const saying = sayings[format]
  return told(429, {
    ...(saying === undefined ? {} : { "retry-after": saying }),
    "x-ratelimit-remaining": "0",
    "x-ratelimit-reset": String(Math.ceil(at / 1_000))
  })
}

const withBody = ({ headers, status }: Answer.Answer, body: Uint8Array): Answer.Answer =>
  new Answer.Answer(status, headers, body)

const without = (bytes: Uint8Array, keys: ReadonlyArray<string>): Uint8Array => {
  const value: unknown = Either.getOrUndefined(Either.try(() => JSON.parse(Buffer.from(bytes).toString("utf8"))))
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? Buffer.from(JSON.stringify(Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)))))
    : bytes
}

const firstHalf = (answer: Answer.Answer): Uint8Array => {
  const bytes = Answer.bytes(answer)
  return bytes.subarray(0, Math.floor(bytes.length / 2))
}

const changing =
  (faults: Faults, now: number): Plan["change"] =>
  (original) => {
    let answer = original
    if (faults.Status !== undefined) answer = told(faults.Status.status)
    if (faults.RateLimited !== undefined) answer = limited(faults.RateLimited, now)
    if (faults.MissingKeys !== undefined) {
      answer = withBody(answer, without(Answer.bytes(answer), faults.MissingKeys.keys))
    }
    if (faults.MalformedJson !== undefined) answer = withBody(answer, firstHalf(answer))
    if (faults.MediaType !== undefined) {
      answer = Answer.setHeaders(answer, { "content-type": faults.MediaType.mediaType })
    }
    if (faults.Sunset !== undefined) {
      answer = Answer.setHeaders(answer, { sunset: DateTime.toDateUtc(faults.Sunset.at).toUTCString() })
    }
    if (faults.Deprecation !== undefined) {
      const seconds = Math.floor(DateTime.toEpochMillis(faults.Deprecation.at) / 1_000)
      answer = Answer.setHeaders(answer, { deprecation: `@${seconds}` })
    }
    return answer
  }

const breakageOf = ({ Reset, Stall, Truncated }: Faults): Breakage | undefined => {
  if (Reset !== undefined) return "reset"
  if (Stall !== undefined) return Stall.at === "head" ? "stall-head" : "stall-body"
  return Truncated === undefined ? undefined : "truncate"
}

/** Puts the faults of a request together. */
export const make = (faults: ReadonlyArray<Fault.Fault>, now: number): Plan => {
  const byKind: Faults = Object.fromEntries([...faults].reverse().map((fault) => [fault._tag, fault]))
  return {
    resetsFirst: byKind.Reset?.when === "before",
    refuses: byKind.RateLimited !== undefined || byKind.Status?.stored === false,
    latency: byKind.Latency?.millis ?? 0,
    change: changing(byKind, now),
    breakage: breakageOf(byKind)
  }
}

/** The answer that is changed where nothing is looked at before. */
export const blank: Answer.Answer = Answer.empty()

/** The part of a complete answer that is sent before its delivery goes wrong; its `Content-Length` is that of the whole. */
export const partOf = (answer: Answer.Answer, breakage: Breakage): Answer.Answer | undefined =>
  breakage === "reset" || breakage === "stall-head" ? undefined : withBody(answer, firstHalf(answer))
