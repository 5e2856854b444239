/**
 * Reads the answers of API v2, within bounds, and decides what they say about a send.
 */
import type * as Headers from "@effect/platform/Headers"
import type * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as RateLimit from "@inbox-effect/client/RateLimit"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { type ErrorRow, rowOf } from "../mapping/errors.js"
import { type ReadDetails, type ReadThread, readDetails, readError, readSendResult, readThread } from "../v2/answers.js"
import { parseObject } from "../v2/lenient.js"
import { type ReadMessage, read as readMessage } from "../v2/message.js"

/** An answer, read: an object without keys where the body is no object, is too large or was cut short. */
export interface Answer {
  readonly status: number
  readonly headers: Headers.Headers
  readonly json: Readonly<Record<string, unknown>>
}

/** The message was stored. What could be read of it may be nothing. */
export interface Accepted {
  readonly _tag: "Accepted"
  readonly message: ReadMessage
  readonly thread: ReadThread
  readonly headers: Headers.Headers
}

/** Anything but a 2xx. */
export interface Rejected {
  readonly _tag: "Rejected"
  readonly row: ErrorRow
  readonly details: ReadDetails
  readonly headers: Headers.Headers
  /** The time that v2 asks to wait, in milliseconds. */
  readonly wait: number | undefined
}

/** No answer: certainly not sent, or nobody knows. */
export interface NoAnswer {
  readonly _tag: "NotSent" | "Lost"
}

/** The outcome of one attempt. */
export type Outcome = Accepted | Rejected | NoAnswer

/** A body of a declared length is read at once up to this size. */
const atOnce = 64 * 1024

const declared = (headers: Headers.Headers): number => {
  const length = headers["content-length"]
  return headers["content-encoding"] === undefined && length !== undefined && /^\d{1,9}$/.test(length)
    ? Number(length)
    : Number.POSITIVE_INFINITY
}

const byPieces = (
  stream: Stream.Stream<Uint8Array, HttpClientError.ResponseError>,
  max: number
): Effect.Effect<string, HttpClientError.ResponseError> =>
  stream.pipe(
    Stream.runFoldWhile(
      { size: 0, chunks: [] as Array<Uint8Array> },
      ({ size }) => size <= max,
      ({ chunks, size }, chunk) => {
        chunks.push(chunk)
        return { size: size + chunk.length, chunks }
      }
    ),
    // The fiber that pulls would log what the platform fails with, which may repeat the request.
    Effect.withUnhandledErrorLogLevel(Option.none()),
    Effect.map(({ chunks, size }) => (size > max ? "" : Buffer.concat(chunks).toString("utf8")))
  )

const textOf = (response: HttpClientResponse.HttpClientResponse, max: number) =>
  declared(response.headers) <= Math.min(max, atOnce) ? response.text : byPieces(response.stream, max)

/** Reads an answer. Once there is a status, no failure of the body is a failure of the request. */
export const read = (response: HttpClientResponse.HttpClientResponse, max: number): Effect.Effect<Answer> =>
  textOf(response, max).pipe(
    Effect.catchAll(() => Effect.succeed("")),
    Effect.map((text) => ({ status: response.status, headers: response.headers, json: parseObject(text) }))
  )

/** An answer of which the body never came to its end. */
export const headOnly = (response: HttpClientResponse.HttpClientResponse): Answer => ({
  status: response.status,
  headers: response.headers,
  json: {}
})

const longestWait = Duration.toMillis("1 day")

const waitOf = ({ headers }: Answer, { retryAfterSeconds }: ReadDetails, now: number): number | undefined => {
  const said = Option.flatMap(Option.fromNullable(headers["retry-after"]), (text) =>
    RateLimit.parseRetryAfter(text, now)
  )
  const millis = Option.match(said, {
    onNone: () => (typeof retryAfterSeconds === "number" ? retryAfterSeconds * 1000 : undefined),
    onSome: Duration.toMillis
  })
  return millis === undefined ? undefined : Math.min(millis, longestWait)
}

/** Reads an answer other than a 2xx. */
export const rejected = (answer: Answer, now: number): Rejected => {
  const error = readError(answer.json)
  const details = readDetails(error.details)
  return {
    _tag: "Rejected",
    row: rowOf(answer.status, error.code),
    details,
    // The id is in the body as well; the header may have been taken away by something in between.
    headers:
      error.requestId === undefined || answer.headers["x-request-id"] !== undefined
        ? answer.headers
        : ({ ...answer.headers, "x-request-id": error.requestId } as Headers.Headers),
    wait: waitOf(answer, details, now)
  }
}

/** Tells a 2xx: the request was accepted. */
export const isAccepted = ({ status }: Answer): boolean => status >= 200 && status <= 299

/** Reads the answer to a send. */
export const ofSend = (answer: Answer, now: number): Outcome => {
  if (!isAccepted(answer)) return rejected(answer, now)
  const { message, thread } = readSendResult(answer.json)
  return { _tag: "Accepted", message: readMessage(message), thread: readThread(thread), headers: answer.headers }
}
