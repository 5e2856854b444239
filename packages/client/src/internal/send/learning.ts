/**
 * Learns from answers: the end of the API, keys that the server takes, rate limits.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as RateLimit from "../../RateLimit.js"
import * as Sunset from "../../Sunset.js"
import * as answer from "../answer/answer.js"
import type * as message from "../answer/message.js"
import * as idempotency from "./idempotency.js"
import { type Learned, now, type Send, within } from "./state.js"

/** Tells the application once that the API comes to its end. */
export const announce = (send: Send, headers: message.Exchanged["headers"]): Effect.Effect<void> | undefined => {
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
export const learnKeys = ({ sender }: Send, status: number, headers: message.Exchanged["headers"]): void => {
  sender.takesKeys = idempotency.isTaken(status, headers) ?? sender.takesKeys
}

export const learn = (send: Send, learned: Learned): Effect.Effect<void> | undefined => {
  const { limiter } = send.sender
  return limiter === undefined
    ? undefined
    : within(send, limiter.learn(learned)).pipe(
        // A limiter that throws cannot undo what the server has said.
        Effect.catchAllDefect(() => Effect.logWarning("The limiter failed to learn from an answer"))
      )
}

/** Reads the limits that an answer tells of. */
export const limitsOf = (
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

export const onAnswer = <A, E>(
  effects: ReadonlyArray<Effect.Effect<void> | undefined>,
  then: Effect.Effect<A, E>
): Effect.Effect<A, E> =>
  effects.reduce<Effect.Effect<A, E>>(
    (rest, effect) => (effect === undefined ? rest : Effect.zipRight(effect, rest)),
    then
  )
