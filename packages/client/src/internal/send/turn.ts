/**
 * Obtains what an attempt needs before it is made: a token, and its turn.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Redacted from "effect/Redacted"
import * as InboxError from "../../InboxError.js"
import type { Failure } from "../answer/conclude.js"
import * as settings from "../config/settings.js"
import * as exchange from "./exchange.js"
import { type Limiter, limitBefore, limitOf, type Send, shorter, within } from "./state.js"

const withLimit = <A, E, E2>(
  effect: Effect.Effect<A, E>,
  limit: exchange.Limit | undefined,
  onTimeout: (limit: exchange.Limit) => E2
): Effect.Effect<A, E | E2> =>
  limit === undefined
    ? effect
    : Effect.timeoutFail(effect, { duration: limit.duration, onTimeout: () => onTimeout(limit) })

/** The token to send with, once the source was told what it has to know. */
export const obtain = (
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

/** The error of a limit that was reached before a request was begun. */
export const notStarted = (limit: exchange.Limit) => exchange.notStarted(limit).error

/** Waits for the turn of an attempt. Only the time of the whole send, and that to begin, bound that. */
export const turn = (send: Send, limiter: Limiter): Effect.Effect<void, Failure> =>
  withLimit(within(send, limiter.acquire), limitBefore(send), notStarted)
