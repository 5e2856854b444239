/**
 * Exchanges one request for one answer: what is common to the ways of doing so.
 */
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type * as Tracer from "effect/Tracer"
import * as Delivery from "../../Delivery.js"
import * as InboxError from "../../InboxError.js"
import type { SendMessage } from "../../SendMessage.js"
import { type Conclusion, conclude, type Failed, type Reading } from "../answer/conclude.js"
import { type Exchanged, json } from "../answer/message.js"
import type * as settings from "../config/settings.js"
import * as body from "../http/body.js"
import type * as progress from "../http/progress.js"
import * as transport from "../http/transport.js"
import type { Head, Post } from "../http/wire.js"
import type * as telemetry from "../telemetry.js"
import type * as startGate from "./startGate.js"

/** A time limit, and its rule. `full` is the time that the rule says. */
export interface Limit {
  readonly name: InboxError.TimedOut["limit"]
  readonly duration: Duration.Duration
  readonly full: Duration.Duration
}

/** One attempt: what it sends, and by which time it has to be over. */
export interface Attempt extends Reading {
  readonly post: Post
  readonly progress: progress.Progress
  readonly fiber: telemetry.AnyFiber
  readonly span: Tracer.Span
  readonly limit: Limit | undefined
  readonly startBy: startGate.Deadline | undefined
}

/** A way to make attempts. */
export interface Way {
  /** Nothing has happened yet to this request. */
  readonly begin: (post: Post, mayStart: (() => boolean) | undefined) => progress.Progress
  readonly exchange: (attempt: Attempt) => Effect.Effect<Exchanged, Failed>
}

/** Target of requests, and the size to which answers are read. */
export interface Target {
  readonly way: Way
  readonly baseUrl: settings.BaseUrl
  readonly maxBodySize: number
}

/** Content of an attempt. */
export interface Outgoing {
  readonly request: SendMessage
  readonly token: string
  /** The `Idempotency-Key` of the send, where the server takes one. */
  readonly key: string | undefined
}

/** The path of the endpoint for a request. */
export const pathOf = (target: Target, { threadId }: SendMessage): string =>
  `${target.baseUrl.path}/threads/${encodeURIComponent(threadId)}/messages`

const payload = ({ content, replyToMessageId }: SendMessage): string =>
  JSON.stringify(replyToMessageId === undefined ? { content } : { content, replyToMessageId })

/** A unit of a text has at most as many bytes in JSON. */
const bytesOfUnit = 6

/** The part of an answer's body that is read, in bytes: an answer repeats its message, which may fill most of it. */
const roomFor = ({ maxBodySize }: Target, { content }: SendMessage): number =>
  bytesOfUnit * content.length <= maxBodySize / 2 ? maxBodySize : maxBodySize + bytesOfUnit * content.length

/** The request as it is posted, whichever way it goes. */
export const postOf = (target: Target, { key, request, token }: Outgoing): Post => {
  const headers = { accept: json, authorization: `Bearer ${token}`, "content-type": json }
  return {
    origin: target.baseUrl.origin,
    path: pathOf(target, request),
    headers: key === undefined ? headers : { ...headers, "idempotency-key": key },
    body: payload(request),
    maxBodySize: roomFor(target, request)
  }
}

/** Concludes from an answer whose body was not read to its end. */
export const cutShort = (attempt: Attempt, head: Head): Conclusion => {
  const { chunks } = attempt.progress
  return conclude(attempt, head, { bytes: chunks.length === 0 ? undefined : body.join(chunks), end: "CutShort" })
}

const timedOut = (row: Delivery.Row & { readonly error: "TimedOut" }, { full, name }: Limit): Failed => ({
  row,
  error: new InboxError.TimedOut({ delivery: row.delivery, after: full, limit: name })
})

const rows = {
  NotStarted: Delivery.ofCondition("NotStarted"),
  TimedOut: Delivery.ofCondition("TimedOut"),
  NotConnected: Delivery.ofCondition("NotConnected"),
  ConnectionLost: Delivery.ofCondition("ConnectionLost")
}

/** The time was over before the request was begun. */
export const notStarted = (limit: Limit): Failed => timedOut(rows.NotStarted, limit)

/** There is no answer but a failure. */
export const lost = (attempt: Attempt, failure: unknown): Conclusion => {
  const { isSecret, progress, startBy } = attempt
  if (progress.wire.state === "TooLate" && startBy !== undefined) {
    return Either.left(notStarted({ name: "Start", duration: startBy.duration, full: startBy.duration }))
  }
  const error = transport.classify(failure, isSecret, progress.wire.state === "Started")
  return Either.left({ row: error._tag === "ConnectionFailed" ? rows.NotConnected : rows.ConnectionLost, error })
}

/** The time of the attempt is over. */
export const expired = (attempt: Attempt, limit: Limit): Conclusion => {
  const { cancel, head, wire } = attempt.progress
  cancel?.()
  if (head !== undefined) {
    return cutShort(attempt, head)
  }
  return Either.left(
    wire.state === "Waiting"
      ? { row: rows.NotConnected, error: new InboxError.ConnectionFailed({ code: "TIMED_OUT" }) }
      : timedOut(rows.TimedOut, limit)
  )
}
