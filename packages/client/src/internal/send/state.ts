/**
 * A send that is under way: what it works with, its books, and the time that it has.
 */
import type * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import type * as Schedule from "effect/Schedule"
import type * as Tracer from "effect/Tracer"
import type * as Attempt from "../../Attempt.js"
import type { Credentials } from "../../Credentials.js"
import type * as RateLimit from "../../RateLimit.js"
import type * as RetryPolicy from "../../RetryPolicy.js"
import type { SendMessage } from "../../SendMessage.js"
import type { Failure } from "../answer/conclude.js"
import type * as message from "../answer/message.js"
import { type IsSecret, repeats } from "../answer/withheld.js"
import type * as progress from "../http/progress.js"
import * as telemetry from "../telemetry.js"
import type * as exchange from "./exchange.js"
import * as startGate from "./startGate.js"

/** An answer, as far as limiters learn of it. */
export interface Learned {
  readonly status: number
  readonly rateLimit?: RateLimit.RateLimit
  readonly retryAfter?: Duration.Duration
  readonly resetAfter?: Duration.Duration
}

/** Gives attempts their turn. */
export interface Limiter {
  readonly acquire: Effect.Effect<void>
  readonly learn: (answer: Learned) => Effect.Effect<void>
  readonly wait?: Effect.Effect<Duration.Duration> | undefined
}

/** Settings that may differ from send to send. */
export interface Settings extends message.Accepted {
  readonly retry: RetryPolicy.RetryPolicy
  readonly attemptTimeout: Duration.Duration | undefined
  readonly timeout: Duration.Duration | undefined
  readonly startWithin: Duration.DurationInput | startGate.Deadline | undefined
}

/** State that all sends of a client share. A `token` that never changes is held apart from `credentials`. */
export interface Sender extends exchange.Target {
  readonly token: Redacted.Redacted | undefined
  readonly credentials: Credentials
  readonly limiter: Limiter | undefined
  readonly span: Tracer.SpanOptions
  /** The transport looks at the time while it writes. */
  readonly keepsStartWithin: boolean
  /** The end of the API was announced to the application. */
  announced: boolean
  /** When the API that this goes to ends, as far as the application was not told yet that it has ended. */
  endsAt: number | undefined
  /** The server said with its last answer that it takes an `Idempotency-Key`. */
  takesKeys: boolean
}

/** An attempt as it is noted: as numbers, since most ledgers are never looked at. Times are in milliseconds. */
export interface Entry extends Pick<Attempt.Attempt, "number" | "outcome" | "status" | "requestId"> {
  /** By the wall clock, as is no other time. */
  readonly startedAt: number
  readonly delay: number
  readonly duration: number
}

/** An attempt as the ledger shows it. */
export const toAttempt = (entry: Entry): Attempt.Attempt => ({
  ...entry,
  startedAt: DateTime.unsafeMake(entry.startedAt),
  delay: Duration.millis(entry.delay),
  duration: Duration.millis(entry.duration)
})

/** A message, the answer that it came in, and how it came about. */
export interface Sent extends message.Exchanged {
  readonly ledger: ReadonlyArray<Entry>
  readonly isSecret: IsSecret
  /** When the answer was there, in milliseconds since the Unix epoch. */
  readonly now: number
}

/** The running send. One object for each, changed as the send goes on. */
export interface Send {
  readonly sender: Sender
  readonly request: SendMessage
  readonly settings: Settings
  readonly fiber: telemetry.AnyFiber
  readonly clock: Clock.Clock
  readonly span: Tracer.Span
  /** By the monotonic clock, in nanoseconds. */
  readonly begunAt: bigint
  readonly startBy: startGate.Deadline | undefined
  /** The `Idempotency-Key` of all attempts, where the server takes one. */
  readonly key: string | undefined
  readonly ledger: Array<Entry>
  /** The message and all tokens that were used, which servers like to repeat. */
  readonly secrets: { readonly text: string; readonly tokens: Array<string> }
  isSecret: IsSecret
  /** The attempt that is under way. */
  current:
    | {
        readonly progress: progress.Progress
        readonly startedAt: number
        readonly begunAt: bigint
        readonly delay: number
      }
    | undefined
  /** The last failure of all. */
  last: Failure | undefined
  /** The last failure after which nobody knows whether the message was delivered. */
  uncertain: Failure | undefined
  refreshed: boolean
  backoff: { readonly schedule: Schedule.Schedule<Duration.Duration, RetryPolicy.Failure>; state: unknown } | undefined
}

export const now = (send: Send): number => send.clock.unsafeCurrentTimeMillis()

/** Milliseconds since an instant of the monotonic clock: nobody can set that back. */
export const since = (clock: Clock.Clock, instant: bigint): number =>
  Math.round(Number(clock.unsafeCurrentTimeNanos() - instant) / 1e3) / 1e3

/** The time that the send has left, in milliseconds. */
const remaining = (send: Send): number =>
  send.settings.timeout === undefined
    ? Number.POSITIVE_INFINITY
    : Duration.toMillis(send.settings.timeout) - since(send.clock, send.begunAt)

/** The limit that is the first to be reached. */
export const limitOf = (send: Send): exchange.Limit | undefined => {
  const { attemptTimeout, timeout } = send.settings
  const left = remaining(send)
  if (attemptTimeout !== undefined && Duration.toMillis(attemptTimeout) < left) {
    return { name: "Attempt", duration: attemptTimeout, full: attemptTimeout }
  }
  return timeout === undefined
    ? undefined
    : { name: "Total", duration: Duration.millis(Math.max(0, left)), full: timeout }
}

/** The limit of whatever comes before an attempt: the end of the send, or the last moment to begin one. */
export const limitBefore = (send: Send): exchange.Limit | undefined => {
  const { timeout } = send.settings
  const total = remaining(send)
  const start = send.startBy === undefined ? Number.POSITIVE_INFINITY : startGate.left(send.clock, send.startBy)
  if (send.startBy !== undefined && start < total) {
    return { name: "Start", duration: Duration.millis(Math.max(0, start)), full: send.startBy.duration }
  }
  return timeout === undefined
    ? undefined
    : { name: "Total", duration: Duration.millis(Math.max(0, total)), full: timeout }
}

/** The time in which another attempt may still be begun, in milliseconds. */
export const remainingBefore = (send: Send): number => {
  const limit = limitBefore(send)
  return limit === undefined ? Number.POSITIVE_INFINITY : Duration.toMillis(limit.duration)
}

/** The shorter of two limits. */
export const shorter = (
  one: exchange.Limit | undefined,
  other: exchange.Limit | undefined
): exchange.Limit | undefined =>
  one === undefined || (other !== undefined && Duration.lessThan(other.duration, one.duration)) ? other : one

/** Runs within the span what is not the request itself: that happens within the span too. */
export const within = <A, E>(send: Send, effect: Effect.Effect<A, E>): Effect.Effect<A, E> =>
  Effect.withParentSpan(effect, send.span)

export const know = (send: Send, token: string): void => {
  if (!send.secrets.tokens.includes(token)) {
    send.secrets.tokens.push(token)
    send.isSecret = repeats(send.secrets)
  }
}

/** Enters an attempt into the ledger, the metrics and the span. */
export const enter = (
  send: Send,
  what: { readonly outcome: Attempt.Outcome; readonly status?: number; readonly requestId?: string }
): void => {
  const { clock, current, fiber, ledger, span } = send
  if (current === undefined) {
    return
  }
  send.current = undefined
  const { begunAt, delay, startedAt } = current
  const duration = Math.max(0, Math.round(since(clock, begunAt)))
  const one: Entry = { number: ledger.length + 1, startedAt, delay, duration, ...what }
  ledger.push(one)
  if (one.status !== undefined) span.attribute("http.response.status_code", one.status)
  telemetry.attempted(fiber, clock, span, one)
}
