/**
 * Sends a message: makes attempts until one of them settles the matter.
 */

import * as Headers from "@effect/platform/Headers"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Redacted from "effect/Redacted"
import * as ScheduleDecision from "effect/ScheduleDecision"
import type * as Tracer from "effect/Tracer"
import type * as InboxError from "../../InboxError.js"
import * as RetryPolicy from "../../RetryPolicy.js"
import type { SendMessage } from "../../SendMessage.js"
import * as answer from "../answer/answer.js"
import type { Failed, Failure } from "../answer/conclude.js"
import type * as message from "../answer/message.js"
import { overlaps, repeats } from "../answer/withheld.js"
import * as settings from "../config/settings.js"
import { validate } from "../config/validation.js"
import { handOver } from "../handOver.js"
import * as telemetry from "../telemetry.js"
import { close, end, fail, refuse } from "./ending.js"
import * as exchange from "./exchange.js"
import * as idempotency from "./idempotency.js"
import { announce, learn, learnKeys, limitsOf, onAnswer } from "./learning.js"
import * as startGate from "./startGate.js"
import {
  enter,
  know,
  limitBefore,
  limitOf,
  now,
  remainingBefore,
  type Send,
  type Sender,
  type Sent,
  type Settings,
  shorter,
  within
} from "./state.js"
import { notStarted, obtain, turn } from "./turn.js"

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

/** Says why the option `startWithin` is refused. */
export const cannotStartWithin =
  "The HttpClient in use cannot keep startWithin: take the layer of @inbox-effect/client/undici, without another one around it, or leave the option out"

/** Sends a request that was checked, with its settings. Here nothing is in scope that would stay in memory with it. */
const checked = <A>(
  sender: Sender,
  take: () => ReturnType<typeof validate>,
  settings: Settings,
  result: (sent: Sent) => A
): Effect.Effect<A, InboxError.InboxError> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.flatMap(Effect.makeSpan("InboxClient.sendMessage", sender.span), (span) =>
      Effect.withFiberRuntime((fiber): Effect.Effect<A, InboxError.InboxError> => {
        const request = take()
        if (Either.isLeft(request)) {
          return refuse(fiber, span, request.left)
        }
        const send = start(sender, request.right, settings, fiber, span)
        return Effect.matchCauseEffect(restore(Effect.suspend(handOver(first(send)))), {
          onSuccess: (sent) => {
            close(send, undefined)
            return Effect.succeed(result(sent))
          },
          onFailure: (cause) => fail(send, cause)
        })
      })
    )
  )

/** Sends a request, if it is valid, and makes a result of what was sent. */
export const send = <A>(
  sender: Sender,
  input: unknown,
  settings: () => Settings,
  result: (sent: Sent) => A
): Effect.Effect<A, InboxError.InboxError> =>
  Effect.suspend(() => {
    const chosen = settings()
    if (chosen.startWithin !== undefined && !sender.keepsStartWithin) throw new Error(cannotStartWithin)
    return checked(sender, handOver(validate(input)), chosen, result)
  })
