/**
 * Sends a message: makes attempts until one of them settles the matter, and keeps the books.
 */

import * as Headers from "@effect/platform/Headers"
import * as Cause from "effect/Cause"
import type * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import type * as Schedule from "effect/Schedule"
import * as ScheduleDecision from "effect/ScheduleDecision"
import type * as Tracer from "effect/Tracer"
import * as Attempt from "../../Attempt.js"
import type { Credentials } from "../../Credentials.js"
import * as Delivery from "../../Delivery.js"
import * as InboxError from "../../InboxError.js"
import type * as RateLimit from "../../RateLimit.js"
import * as RetryPolicy from "../../RetryPolicy.js"
import type { SendMessage } from "../../SendMessage.js"
import * as Sunset from "../../Sunset.js"
import * as answer from "../answer/answer.js"
import type { Failed, Failure } from "../answer/conclude.js"
import type * as message from "../answer/message.js"
import { type IsSecret, overlaps, repeats } from "../answer/withheld.js"
import * as settings from "../config/settings.js"
import { validate } from "../config/validation.js"
import type * as progress from "../http/progress.js"
import * as telemetry from "../telemetry.js"
import * as exchange from "./exchange.js"
import * as idempotency from "./idempotency.js"
import * as startGate from "./startGate.js"
import * as unfinished from "./unfinished.js"

/** What a limiter learns of each answer. */
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

/** What may differ from send to send. */
export interface Settings extends message.Accepted {
  readonly retry: RetryPolicy.RetryPolicy
  readonly attemptTimeout: Duration.Duration | undefined
  readonly timeout: Duration.Duration | undefined
  readonly startWithin: Duration.DurationInput | startGate.Deadline | undefined
}

/** What all sends of a client share. A `token` that never changes is held apart from `credentials`. */
export interface Sender extends exchange.Target {
  readonly token: Redacted.Redacted | undefined
  readonly credentials: Credentials
  readonly limiter: Limiter | undefined
  readonly span: Tracer.SpanOptions
  /** Whether the transport looks at the time while it writes. */
  readonly keepsStartWithin: boolean
  /** Whether the end of the API was announced to the application. */
  announced: boolean
  /** When the API that this goes to ends, as far as the application was not told yet that it has ended. */
  endsAt: number | undefined
  /** Whether the server said with its last answer that it takes an `Idempotency-Key`. */
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
interface Send {
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

const now = (send: Send): number => send.clock.unsafeCurrentTimeMillis()

/** Milliseconds since an instant of the monotonic clock: nobody can set that back. */
const since = (clock: Clock.Clock, instant: bigint): number =>
  Math.round(Number(clock.unsafeCurrentTimeNanos() - instant) / 1e3) / 1e3

/** The time that the send has left, in milliseconds. */
const remaining = (send: Send): number =>
  send.settings.timeout === undefined
    ? Number.POSITIVE_INFINITY
    : Duration.toMillis(send.settings.timeout) - since(send.clock, send.begunAt)

/** The limit that is the first to be reached. */
const limitOf = (send: Send): exchange.Limit | undefined => {
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
const limitBefore = (send: Send): exchange.Limit | undefined => {
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
const remainingBefore = (send: Send): number => {
  const limit = limitBefore(send)
  return limit === undefined ? Number.POSITIVE_INFINITY : Duration.toMillis(limit.duration)
}

/** The shorter of two limits. */
const shorter = (one: exchange.Limit | undefined, other: exchange.Limit | undefined): exchange.Limit | undefined =>
  one === undefined || (other !== undefined && Duration.lessThan(other.duration, one.duration)) ? other : one

/** What is not the request itself happens within the span too. */
const within = <A, E>(send: Send, effect: Effect.Effect<A, E>): Effect.Effect<A, E> =>
  Effect.withParentSpan(effect, send.span)

const know = (send: Send, token: string): void => {
  if (!send.secrets.tokens.includes(token)) {
    send.secrets.tokens.push(token)
    send.isSecret = repeats(send.secrets)
  }
}

/** Enters an attempt into the ledger, the metrics and the span. */
const enter = (
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

/** Tells the application once that the API comes to its end. */
const announce = (send: Send, headers: message.Exchanged["headers"]): Effect.Effect<void> | undefined => {
  const { sender } = send
  if (sender.announced || (headers.sunset === undefined && headers.deprecation === undefined)) {
    return undefined
  }
  const sunset = Sunset.fromHeaders(headers, now(send))
  if (Option.isNone(sunset)) {
    return undefined
  }
  sender.announced = true
  return within(send, Effect.logWarning(Sunset.toSentence(sunset.value)))
}

/** Learns from an answer whether the server takes keys. A send that has begun keeps to what was known then. */
const learnKeys = ({ sender }: Send, status: number, headers: message.Exchanged["headers"]): void => {
  sender.takesKeys = idempotency.isTaken(status, headers) ?? sender.takesKeys
}

const learn = (send: Send, learned: Learned): Effect.Effect<void> | undefined => {
  const { limiter } = send.sender
  return limiter === undefined
    ? undefined
    : within(send, limiter.learn(learned)).pipe(
        // A limiter that throws cannot undo what the server has said.
        Effect.catchAllDefect(() => Effect.logWarning("The limiter failed to learn from an answer"))
      )
}

/** What is learned of the limits that an answer tells of. */
const limitsOf = (
  send: Send,
  rateLimit: RateLimit.RateLimit | undefined,
  headers: message.Exchanged["headers"]
): Omit<Learned, "status" | "retryAfter"> => {
  const resetAfter = answer.resetAfter(rateLimit, headers, now(send))
  return {
    ...(rateLimit === undefined ? {} : { rateLimit }),
    ...(resetAfter === undefined ? {} : { resetAfter })
  }
}

const onAnswer = <A, E>(
  effects: ReadonlyArray<Effect.Effect<void> | undefined>,
  then: Effect.Effect<A, E>
): Effect.Effect<A, E> =>
  effects.reduce<Effect.Effect<A, E>>(
    (rest, effect) => (effect === undefined ? rest : Effect.zipRight(effect, rest)),
    then
  )

const succeeded = (send: Send, exchanged: message.Exchanged): Effect.Effect<Sent> => {
  const { isSecret, ledger, sender } = send
  const { drift, headers, message, status } = exchanged
  learnKeys(send, status, headers)
  if (!overlaps(message.id, send.secrets)) {
    send.span.attribute("messaging.message.id", message.id)
  }
  const requestId = answer.requestId(headers, isSecret)
  enter(send, requestId === undefined ? { outcome: "Message", status } : { outcome: "Message", status, requestId })
  const sent = Effect.succeed<Sent>({ message, drift, status, headers, ledger, isSecret, now: now(send) })
  const announced = announce(send, headers)
  if (announced === undefined && sender.limiter === undefined) {
    return sent
  }
  const { rateLimit } = answer.fromHeaders(headers, isSecret)
  return onAnswer([announced, learn(send, { status, ...limitsOf(send, rateLimit, headers) })], sent)
}

/**
 * The error that the send ends with. An attempt that delivered nothing says nothing about an earlier one that may have:
 * that one's error then speaks for the send.
 */
const end = (send: Send, error: Failure): Effect.Effect<never, Failure> => {
  const { last, ledger, uncertain } = send
  // That there was no time left for another attempt says less than how the last one failed.
  const final = last !== undefined && error._tag === "TimedOut" && error.delivery === "NotDelivered" ? last : error
  const speaking = uncertain !== undefined && final.delivery === "NotDelivered" ? uncertain : final
  return within(
    send,
    Effect.suspend(() =>
      Effect.fail(ledger.length === 0 ? speaking : InboxError.withAttempts(speaking, ledger.map(toAttempt)))
    )
  )
}

const withLimit = <A, E, E2>(
  effect: Effect.Effect<A, E>,
  limit: exchange.Limit | undefined,
  onTimeout: (limit: exchange.Limit) => E2
): Effect.Effect<A, E | E2> =>
  limit === undefined
    ? effect
    : Effect.timeoutFail(effect, { duration: limit.duration, onTimeout: () => onTimeout(limit) })

/** The token to send with, once the source was told what it has to know. */
const obtain = (
  send: Send,
  told: Effect.Effect<void> = Effect.void
): Effect.Effect<string, InboxError.CredentialsUnavailable> =>
  within(send, Effect.zipRight(told, send.sender.credentials.token)).pipe(
    Effect.catchAllCause((cause) =>
      Cause.isInterruptedOnly(cause)
        ? Effect.failCause(cause as Cause.Cause<never>)
        : Effect.fail(new InboxError.CredentialsUnavailable({ reason: "Failed" }))
    ),
    Effect.flatMap((token) =>
      Either.mapBoth(settings.token(token), {
        onLeft: () => new InboxError.CredentialsUnavailable({ reason: "Malformed" }),
        onRight: Redacted.value
      })
    ),
    (token) =>
      withLimit(
        token,
        shorter(limitOf(send), limitBefore(send)),
        () => new InboxError.CredentialsUnavailable({ reason: "TimedOut" })
      )
  )

const notStarted = (limit: exchange.Limit) => exchange.notStarted(limit).error

/** Waits for the turn of an attempt. Only the time of the whole send, and that to begin, bound that. */
const turn = (send: Send, limiter: Limiter): Effect.Effect<void, Failure> =>
  withLimit(within(send, limiter.acquire), limitBefore(send), notStarted)

const attempt = (send: Send, token: string, delay: number): Effect.Effect<Sent, Failure> => {
  const { clock, fiber, isSecret, key, request, sender, settings, span, startBy } = send
  const limit = limitOf(send)
  const before = shorter(limit, limitBefore(send))
  if (before !== undefined && Duration.toMillis(before.duration) <= 0) {
    return end(send, notStarted(before))
  }
  const post = exchange.postOf(sender, { request, token, key })
  const progress = sender.way.begin(post, startBy === undefined ? undefined : () => startGate.left(clock, startBy) > 0)
  send.current = { progress, startedAt: now(send), begunAt: clock.unsafeCurrentTimeNanos(), delay }
  return Effect.matchEffect(
    sender.way.exchange({ post, progress, isSecret, accepted: settings, fiber, clock, span, limit, startBy }),
    {
      onSuccess: (exchanged) => succeeded(send, exchanged),
      onFailure: (failure) => failed(send, token, failure)
    }
  )
}

/** An attempt, once it has its turn. */
const begin = (send: Send, token: string, delay: number): Effect.Effect<Sent, Failure> => {
  know(send, token)
  const { limiter } = send.sender
  return limiter === undefined
    ? attempt(send, token, delay)
    : Effect.matchEffect(turn(send, limiter), {
        onSuccess: () => attempt(send, token, delay),
        onFailure: (error) => end(send, error)
      })
}

const failed = (send: Send, token: string, { error, row }: Failed): Effect.Effect<Sent, Failure> => {
  const { condition } = row
  const { head } = send.current?.progress ?? {}
  const keyed = send.key !== undefined
  if (head !== undefined) learnKeys(send, head.status, head.headers)
  enter(send, {
    outcome: condition,
    ...("status" in error ? { status: error.status } : {}),
    ...("requestId" in error && error.requestId !== undefined ? { requestId: error.requestId } : {})
  })
  send.last = error
  if (error.delivery === "Unknown") {
    send.uncertain = error
  }
  const learned =
    "status" in error
      ? learn(send, {
          status: error.status,
          ...limitsOf(send, error.rateLimit, head?.headers ?? Headers.empty),
          ...("retryAfter" in error && error.retryAfter !== undefined ? { retryAfter: error.retryAfter } : {})
        })
      : undefined
  return onAnswer(
    [head === undefined ? undefined : announce(send, head.headers), learned],
    Effect.suspend(() => {
      switch (RetryPolicy.decide(send.settings.retry, condition, keyed)) {
        case "Stop":
          return end(send, error)
        case "FreshToken":
          return withFreshToken(send, token, error)
        default:
          return later(send, token, error, {
            condition,
            retryAfter: "retryAfter" in error ? error.retryAfter : undefined,
            keyed
          })
      }
    })
  )
}

/** Tries once more with another token, if there is one. */
const withFreshToken = (send: Send, token: string, error: Failure): Effect.Effect<Sent, Failure> => {
  const { credentials, token: fixed } = send.sender
  if (send.refreshed || fixed !== undefined) {
    return end(send, error)
  }
  send.refreshed = true
  return Effect.matchEffect(obtain(send, credentials.refused(Redacted.make(token))), {
    onSuccess: (fresh) =>
      fresh === token
        ? end(send, error)
        : Effect.zipRight(
            within(send, Effect.logDebug("The server refused the token: sending again with a fresh one")),
            begin(send, fresh, 0)
          ),
    onFailure: () => end(send, error)
  })
}

/** The waits of this send, made when the first one is needed. */
const backoffOf = (send: Send): NonNullable<Send["backoff"]> => {
  if (send.backoff === undefined) {
    const schedule = RetryPolicy.schedule(send.settings.retry)
    send.backoff = { schedule, state: schedule.initial }
  }
  return send.backoff
}

/** Tries again after a while, unless the policy or the time that is left says no. */
const later = (
  send: Send,
  token: string,
  error: Failure,
  failure: RetryPolicy.Failure
): Effect.Effect<Sent, Failure> => {
  const backoff = backoffOf(send)
  return Effect.flatMap(
    backoff.schedule.step(now(send), failure, backoff.state),
    ([state, delay, decision]): Effect.Effect<Sent, Failure> => {
      backoff.state = state
      if (ScheduleDecision.isDone(decision) || Duration.toMillis(delay) >= remainingBefore(send)) {
        return end(send, error)
      }
      const again = Effect.suspend(() => renewed(send, token, Duration.toMillis(delay)))
      return Effect.flatMap(send.sender.limiter?.wait ?? Effect.succeed(Duration.zero), (wait) =>
        Effect.logInfo(`Sending again in ${Duration.format(Duration.max(delay, wait))}: ${failure.condition}`)
      ).pipe(
        Effect.annotateLogs({ attempt: send.ledger.length + 1 }),
        (log) => within(send, log),
        Effect.zipRight(Effect.delay(again, delay))
      )
    }
  )
}

/** An attempt with the token of the moment. */
const renewed = (send: Send, token: string, delay: number): Effect.Effect<Sent, Failure> =>
  send.sender.token === undefined
    ? Effect.matchEffect(obtain(send), {
        onSuccess: (current) => begin(send, current, delay),
        onFailure: (error) => end(send, error)
      })
    : begin(send, token, delay)

/** Says so once where the API came to its end while the client was in use. */
const first = (send: Send): Effect.Effect<Sent, Failure> => {
  const { sender } = send
  if (sender.endsAt === undefined || now(send) < sender.endsAt) {
    return firstAttempt(send)
  }
  sender.endsAt = undefined
  return Effect.zipRight(within(send, Effect.logError(settings.hostedEnded)), firstAttempt(send))
}

const firstAttempt = (send: Send): Effect.Effect<Sent, Failure> =>
  send.sender.token === undefined ? renewed(send, "", 0) : begin(send, Redacted.value(send.sender.token), 0)

/** What an interruption leaves behind. Nobody receives an error, so what may have been delivered is told by log. */
const interrupted = (send: Send): Delivery.Delivery => {
  const { current, ledger } = send
  if (current !== undefined) {
    const { cancel, head, stopTimer, wire } = current.progress
    stopTimer?.()
    cancel?.()
    enter(
      send,
      head !== undefined
        ? { outcome: Delivery.ofStatus(head.status).condition, status: head.status }
        : { outcome: wire.state === "Waiting" || wire.state === "TooLate" ? "NotStarted" : "Interrupted" }
    )
  }
  const deliveries = ledger.map(Attempt.delivery)
  return deliveries.find((one) => one === "Delivered") ?? deliveries.find((one) => one === "Unknown") ?? "NotDelivered"
}

const told: Record<Exclude<Delivery.Delivery, "NotDelivered">, string> = {
  Unknown: "A send was interrupted after its request may have left: nobody knows whether the message was delivered",
  Delivered: "A send was interrupted after its message was delivered"
}

/** Closes the books: the span ends without what the send succeeds with, which is the message. */
const close = (send: Send, cause: Cause.Cause<Failure> | undefined): Effect.Effect<void> => {
  const isInterrupted = cause !== undefined && Cause.isInterruptedOnly(cause)
  const error = cause === undefined ? undefined : Option.getOrUndefined(Cause.failureOption(cause))
  // A defect leaves behind what an interruption does: what is known of the attempts.
  const isUnfinished = cause !== undefined && error === undefined
  const delivery = isUnfinished ? interrupted(send) : (error?.delivery ?? "Delivered")
  if (isUnfinished) unfinished.note(send.fiber, () => ({ delivery, attempts: send.ledger.map(toAttempt) }))
  telemetry.ended(send.fiber, send.clock, send.span, {
    delivery,
    error: isInterrupted ? "Interrupted" : error?._tag,
    seconds: since(send.clock, send.begunAt) / 1000,
    attempts: send.ledger.length,
    exit: cause === undefined ? Exit.void : Exit.failCause(cause)
  })
  return isInterrupted && delivery !== "NotDelivered"
    ? Effect.logWarning(told[delivery]).pipe(
        Effect.annotateLogs({ threadId: send.request.threadId, delivery, attempts: send.ledger.length }),
        (log) => within(send, log)
      )
    : Effect.void
}

const start = (
  sender: Sender,
  request: SendMessage,
  settings: Settings,
  fiber: telemetry.AnyFiber,
  span: Tracer.Span
): Send => {
  const clock = telemetry.clockOf(fiber)
  const secrets = { text: request.content, tokens: [] }
  span.attribute("url.full", sender.baseUrl.origin + exchange.pathOf(sender, request))
  span.attribute("messaging.destination.name", request.threadId)
  return {
    sender,
    request,
    settings,
    fiber,
    clock,
    span,
    begunAt: clock.unsafeCurrentTimeNanos(),
    startBy: settings.startWithin === undefined ? undefined : startGate.of(clock, settings.startWithin),
    key: sender.takesKeys ? idempotency.make() : undefined,
    ledger: [],
    secrets,
    isSecret: repeats(secrets),
    current: undefined,
    last: undefined,
    uncertain: undefined,
    refreshed: false,
    backoff: undefined
  }
}

/** Refuses a request that breaks the schema. */
const refuse = (
  fiber: telemetry.AnyFiber,
  span: Tracer.Span,
  error: InboxError.InvalidRequest
): Effect.Effect<never, InboxError.InvalidRequest> => {
  telemetry.ended(fiber, telemetry.clockOf(fiber), span, {
    delivery: error.delivery,
    error: error._tag,
    seconds: 0,
    attempts: 0,
    exit: Exit.fail(error)
  })
  return Effect.withParentSpan(Effect.fail(error), span)
}

/** Says why the option `startWithin` is refused. */
export const cannotStartWithin =
  "The HttpClient in use cannot keep startWithin: take the layer of @inbox-effect/client/undici, without another one around it, or leave the option out"

/** Sends a request, if it is valid, and makes a result of what was sent. */
export const send = <A>(
  sender: Sender,
  input: unknown,
  settings: () => Settings,
  result: (sent: Sent) => A
): Effect.Effect<A, InboxError.InboxError> =>
  Effect.uninterruptibleMask((restore) => {
    const request = validate(input)
    const chosen = settings()
    if (chosen.startWithin !== undefined && !sender.keepsStartWithin) throw new Error(cannotStartWithin)
    return Effect.flatMap(Effect.makeSpan("InboxClient.sendMessage", sender.span), (span) =>
      Effect.withFiberRuntime((fiber): Effect.Effect<A, InboxError.InboxError> => {
        if (Either.isLeft(request)) {
          return refuse(fiber, span, request.left)
        }
        const send = start(sender, request.right, chosen, fiber, span)
        return Effect.matchCauseEffect(restore(first(send)), {
          onSuccess: (sent) => {
            close(send, undefined)
            return Effect.succeed(result(sent))
          },
          onFailure: (cause) => Effect.zipRight(close(send, cause), Effect.failCause(cause))
        })
      })
    )
  })
