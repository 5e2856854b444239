import { STATUS_CODES } from "node:http"
import type * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as NodeHttpServerRequest from "@effect/platform-node/NodeHttpServerRequest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Fault from "../Fault.js"
import { bytesOf } from "./inspector/kept.js"
import { Refusal, toResponse } from "./refusal.js"

type Tag = Fault.Fault["_tag"]

/** What is wrong with a request, by kind. Where a kind is given twice, the first counts. */
type Faults = { readonly [T in Tag]?: Extract<Fault.Fault, { readonly _tag: T }> }

/** What is to become of a request. */
export interface Plan {
  readonly faults: ReadonlyArray<Fault.Fault>
  /** Whether the connection ends before anything is stored. */
  readonly resetsFirst: boolean
  /** Whether an error is answered without looking at the request. */
  readonly refuses: boolean
  /** How long the answer is held back, in milliseconds. */
  readonly latency: number
  /** How the answer differs from what it would be. */
  readonly change: (response: HttpServerResponse.HttpServerResponse) => HttpServerResponse.HttpServerResponse
  /** How its delivery goes wrong, if it does. */
  readonly breakage: "reset" | "stall-head" | "stall-body" | "truncate" | undefined
}

const documentedCodes: Readonly<Record<number, string>> = {
  404: "THREAD_NOT_FOUND",
  422: "VALIDATION_ERROR",
  429: "RATE_LIMITED"
}

const codeOf = (status: number): string =>
  documentedCodes[status] ?? (STATUS_CODES[status] ?? "ERROR").toUpperCase().replace(/[^A-Z]+/g, "_")

const told = (status: number, headers: Readonly<Record<string, string>> = {}) =>
  toResponse(
    new Refusal({ status, code: codeOf(status), message: `The sandbox was told to answer with ${status}`, headers })
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

/** The same answer with another body. */
const withBody = (
  response: HttpServerResponse.HttpServerResponse,
  bytes: Uint8Array,
  contentType = response.headers["content-type"] ?? "application/json"
) => {
  const { "content-length": _length, "content-type": _type, ...headers } = response.headers
  return HttpServerResponse.uint8Array(bytes, { status: response.status, headers, contentType })
}

const without = (bytes: Buffer, keys: ReadonlyArray<string>): Buffer => {
  const value: unknown = Either.getOrUndefined(Either.try(() => JSON.parse(bytes.toString("utf8"))))
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? Buffer.from(JSON.stringify(Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)))))
    : bytes
}

const firstHalf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.subarray(0, Math.floor(bytes.length / 2)))

/** Keeps the headers that every answer has, and exchanges the rest. */
const replace = (response: HttpServerResponse.HttpServerResponse, by: HttpServerResponse.HttpServerResponse) =>
  HttpServerResponse.setHeaders(by, {
    ...Object.fromEntries(Object.entries(response.headers).filter(([name]) => name.startsWith("x-"))),
    ...by.headers
  })

const changing =
  (faults: Faults, now: number): Plan["change"] =>
  (original) => {
    let response = original
    if (faults.Status !== undefined) response = replace(response, told(faults.Status.status))
    if (faults.RateLimited !== undefined) response = replace(response, limited(faults.RateLimited, now))
    if (faults.MissingKeys !== undefined) {
      response = withBody(response, without(bytesOf(response), faults.MissingKeys.keys))
    }
    if (faults.MalformedJson !== undefined) response = withBody(response, firstHalf(bytesOf(response)))
    if (faults.MediaType !== undefined) {
      response = withBody(response, bytesOf(response), faults.MediaType.mediaType)
    }
    if (faults.Sunset !== undefined) {
      const date = DateTime.toDateUtc(faults.Sunset.at).toUTCString()
      response = HttpServerResponse.setHeader(response, "sunset", date)
    }
    if (faults.Deprecation !== undefined) {
      const seconds = Math.floor(DateTime.toEpochMillis(faults.Deprecation.at) / 1_000)
      response = HttpServerResponse.setHeader(response, "deprecation", `@${seconds}`)
    }
    return response
  }

const breakageOf = ({ Reset, Stall, Truncated }: Faults): Plan["breakage"] => {
  if (Reset !== undefined) return "reset"
  if (Stall !== undefined) return Stall.at === "head" ? "stall-head" : "stall-body"
  return Truncated === undefined ? undefined : "truncate"
}

/** What faults together make of a request. */
export const plan = (faults: ReadonlyArray<Fault.Fault>, now: number): Plan => {
  const byKind: Faults = Object.fromEntries([...faults].reverse().map((fault) => [fault._tag, fault]))
  return {
    faults,
    resetsFirst: byKind.Reset?.when === "before",
    refuses: byKind.RateLimited !== undefined || byKind.Status?.stored === false,
    latency: byKind.Latency?.millis ?? 0,
    change: changing(byKind, now),
    breakage: breakageOf(byKind)
  }
}

/** What the answer is changed into, where nothing is looked at before. */
export const blank: HttpServerResponse.HttpServerResponse = HttpServerResponse.empty()

/** The faults that the header of a request asks for; 400 where it cannot be read. */
export const fromHeader = (
  request: HttpServerRequest.HttpServerRequest
): Either.Either<ReadonlyArray<Fault.Fault> | undefined, Refusal> => {
  const text = request.headers[Fault.header]
  if (text === undefined) return Either.right(undefined)
  return Either.mapLeft(
    Fault.parse(text),
    (sentence) => new Refusal({ status: 400, code: "BAD_REQUEST", message: `X-Sandbox-Fault: ${sentence}` })
  )
}

/** What of an answer is sent before its delivery goes wrong. */
export const partOf = (
  response: HttpServerResponse.HttpServerResponse,
  breakage: NonNullable<Plan["breakage"]>
): HttpServerResponse.HttpServerResponse | undefined => {
  if (breakage === "reset" || breakage === "stall-head") return undefined
  // A raw body leaves the Content-Length of the whole as it is.
  return HttpServerResponse.raw(firstHalf(bytesOf(response)), { status: response.status, headers: response.headers })
}

/** Sends that part, and waits until the connection is gone. */
export const deliver = (
  request: HttpServerRequest.HttpServerRequest,
  part: HttpServerResponse.HttpServerResponse | undefined,
  breakage: NonNullable<Plan["breakage"]>
): Effect.Effect<never> =>
  Effect.sync(() => {
    const answer = NodeHttpServerRequest.toServerResponse(request)
    if (breakage === "reset") answer.socket?.resetAndDestroy()
    if (part === undefined) return
    answer.writeHead(part.status, part.headers)
    answer.write(bytesOf(part), () => {
      if (breakage === "truncate") answer.destroy()
    })
  }).pipe(Effect.zipRight(Effect.interruptible(Effect.never)))
