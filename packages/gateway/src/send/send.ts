/**
 * Sends one message at most once: noted first, attempted under one key, looked up where that left doubts.
 */
import type * as SendMessage from "@inbox-effect/client/SendMessage"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import type * as Journal from "../Journal.js"
import { rowOf } from "../mapping/errors.js"
import * as headers from "../mapping/headers.js"
import { type Mapped, toV1 } from "../mapping/message.js"
import { type Refusal, refused, unavailable, unknownDelivery } from "../refusal.js"
import type { Accepted, Rejected } from "../upstream/answer.js"
import type { Directory } from "../upstream/directory.js"
import type { Upstream } from "../upstream/upstream.js"
import { pathsOf } from "../v2/answers.js"
import { toBody } from "../v2/sendRequest.js"
import * as Attempts from "./attempts.js"
import * as LookUp from "./lookUp.js"

/** The parts that sending needs. */
export interface Parts {
  readonly upstream: Upstream
  readonly directory: Directory
  readonly journal: Journal.Service
  readonly policy: Attempts.Policy
  /** The time in which an unconfirmed message is looked for, in milliseconds. */
  readonly lookUpMillis: number
}

/** One send. */
export interface Order {
  readonly token: Redacted.Redacted
  readonly teamId: string
  readonly request: SendMessage.SendMessage
  readonly key: string
  readonly client: { readonly key: string; readonly fingerprint: string } | undefined
  /** An earlier request under the same key may have sent the message. */
  readonly inDoubt: boolean
  /** Milliseconds since the Unix epoch. */
  readonly deadline: number
}

/** A message that was sent. */
export interface Sent extends Mapped {
  readonly headers: Readonly<Record<string, string>>
}

const only = "twitter"

const end = ({ journal }: Parts, { key }: Order, ending: Journal.Ending) => journal.end({ _tag: "Ended", key, ending })

/** The answer for a message that was sent, as far as it is known. */
export const answerOf = (
  { request, teamId, key }: Pick<Order, "request" | "teamId" | "key">,
  message: Accepted["message"],
  said: Accepted["headers"] | undefined,
  at: number,
  now: number
): Sent => {
  const { content, replyToMessageId, threadId } = request
  const sent = { content, replyToMessageId, requestId: key, at: DateTime.formatIso(DateTime.unsafeMake(at)) }
  return {
    ...toV1(message, { teamId, threadId, sent }),
    headers: said === undefined ? {} : headers.toV1(said, now)
  }
}

/** A refusal of v2's, in v1's words. */
const refusalOf = ({ details, headers: said, row, wait }: Rejected, now: number): Refusal => {
  const paths = pathsOf(details)
  const where = paths.length === 0 ? "" : ` (${paths.join(", ")})`
  const retryAfter =
    row.v1.status === 429 && wait !== undefined ? { "retry-after": String(Math.ceil(wait / 1000)) } : {}
  return refused(row.v1.status, row.v1.code, row.sentence + where, { ...headers.toV1(said, now), ...retryAfter })
}

/** Before the first attempt, a time-out is certain not to have sent anything. */
const inTime = <A>({ deadline }: Order, code: string, sentence: string, effect: Effect.Effect<A, Refusal>) =>
  Effect.flatMap(Clock.currentTimeMillis, (now) =>
    Effect.timeoutFail(effect, {
      duration: Math.max(0, deadline - now),
      onTimeout: () => unavailable(code, sentence)
    })
  )

/** Only a thread of the platform that v1 knows can be answered for, so any other is refused before sending. */
const checkPlatform = ({ directory }: Parts, order: Order): Effect.Effect<void, Refusal> => {
  const { request, token } = order
  const noAnswer = "The API behind the gateway did not tell in time about the thread"
  return directory.knownPlatform(token, request.threadId).pipe(
    Effect.flatMap(
      Option.match({
        onNone: () => inTime(order, "UPSTREAM_UNREACHABLE", noAnswer, directory.platform(token, request.threadId)),
        onSome: (platform): Effect.Effect<string, Refusal> => Effect.succeed(platform)
      })
    ),
    Effect.flatMap((platform) =>
      platform === only
        ? Effect.void
        : refused(422, "PLATFORM_NOT_SUPPORTED", "The thread is not one of twitter, the only platform of API v1")
    )
  )
}

const note = ({ journal }: Parts, { client, key, request }: Order): Effect.Effect<void, Refusal> =>
  Effect.flatMap(Clock.currentTimeMillis, (at) =>
    journal.note({ _tag: "Noted", key, at, threadId: request.threadId, ...(client === undefined ? {} : { client }) })
  ).pipe(
    Effect.mapError(() => unavailable("JOURNAL_UNAVAILABLE", "The gateway cannot write down what it is about to send"))
  )

type Unknown = Extract<Attempts.Conclusion, { readonly _tag: "Unknown" }>

const because = ({ last }: Unknown): string => last?.row.sentence ?? "The API behind the gateway did not answer in time"

/** Looks up what v2 gave an id for. */
const settle = (parts: Parts, order: Order, conclusion: Unknown, startedAt: number): Effect.Effect<Sent, Refusal> =>
  Effect.gen(function* () {
    const { messageId } = conclusion
    const now = yield* Clock.currentTimeMillis
    const { content, threadId } = order.request
    const message =
      messageId === undefined
        ? undefined
        : yield* LookUp.until(
            parts.upstream,
            { token: order.token, messageId, threadId, content },
            now + parts.lookUpMillis
            // The token was accepted before: that it is not any more says nothing about the message.
          ).pipe(Effect.orElseSucceed(() => undefined))
    if (message !== undefined) {
      yield* end(parts, order, { _tag: "Delivered", messageId: message.id ?? null })
      return answerOf(order, message, conclusion.last?.headers, startedAt, now)
    }
    yield* end(parts, order, {
      _tag: "Unknown",
      messageId: messageId ?? null,
      mayRepeat: conclusion.mayRepeat
    })
    yield* Effect.logWarning("It is not known whether a message was delivered")
    return yield* unknownDelivery(because(conclusion), headers.toV1(conclusion.last?.headers ?? {}, now))
  })

const accepted = (parts: Parts, order: Order, conclusion: Accepted, startedAt: number): Effect.Effect<Sent> =>
  Effect.gen(function* () {
    const { message, thread } = conclusion
    const { threadId } = order.request
    yield* end(parts, order, { _tag: "Delivered", messageId: message.id ?? null })
    yield* parts.directory.learn(order.token, threadId, thread)
    if (message.id === undefined) yield* Effect.logError("The API accepted a message with an answer without its id")
    if (message.threadId !== undefined && message.threadId !== threadId) {
      yield* Effect.logError("The API put a message into another thread than the one that was asked for")
    }
    return answerOf(order, message, conclusion.headers, startedAt, yield* Clock.currentTimeMillis)
  })

const conclude = (
  parts: Parts,
  order: Order,
  conclusion: Attempts.Conclusion,
  startedAt: number
): Effect.Effect<Sent, Refusal> =>
  Effect.gen(function* () {
    switch (conclusion._tag) {
      case "Accepted":
        return yield* accepted(parts, order, conclusion, startedAt)
      case "Unknown":
        return yield* settle(parts, order, conclusion, startedAt)
      case "NotSent":
        yield* end(parts, order, { _tag: "Refused" })
        return yield* unavailable("UPSTREAM_UNREACHABLE", "The API behind the gateway cannot be reached")
      case "KeyReused":
        yield* end(parts, order, { _tag: "Refused" })
        return yield* keyReused(order)
      case "Refused": {
        yield* end(parts, order, { _tag: "Refused" })
        return yield* refusalOf(conclusion.rejected, yield* Clock.currentTimeMillis)
      }
    }
  })

/** Another message came under the same key. It was not sent. */
export const reusedByCaller = (): Refusal =>
  refused(422, "IDEMPOTENCY_KEY_REUSED", "The Idempotency-Key was used for another message before")

const keyReused = ({ client }: Order): Refusal =>
  client === undefined ? unknownDelivery(rowOf(422, "idempotencyKeyReused").sentence) : reusedByCaller()

/** Sends. It may not be interrupted half way: whoever waits for it may stop waiting. */
export const send = (parts: Parts, order: Order): Effect.Effect<Sent, Refusal> =>
  Effect.gen(function* () {
    const startedAt = yield* Clock.currentTimeMillis
    yield* checkPlatform(parts, order)
    const notNoted = "The gateway could not write down in time what it was about to send"
    yield* inTime(order, "JOURNAL_UNAVAILABLE", notNoted, note(parts, order))
    const { inDoubt, key, request, token } = order
    const post = { token, key, body: toBody(request), inDoubt }
    const conclusion = yield* Attempts.run(parts.upstream, parts.policy, post, order.deadline)
    return yield* conclude(parts, order, conclusion, startedAt)
  })
