/**
 * Sources of a token that rotates.
 *
 * @example
 * ```ts
 * import { Credentials, InboxClient } from "@inbox-effect/client"
 * import { Config, Effect } from "effect"
 *
 * // Read from wherever tokens rotate; kept for ten minutes, and read again after a 401.
 * const read = Config.redacted("INBOX_API_TOKEN")
 *
 * export const program = Effect.gen(function* () {
 *   const token = yield* Credentials.cached(read, { timeToLive: "10 minutes" })
 *   return yield* InboxClient.make({ token })
 * })
 * ```
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"

/**
 * A source of tokens. `token` is run before each attempt, so it should be cheap most of the time; if it fails, nothing
 * is sent. `refused` is told of a token that the server answered with 401, before `token` is run again; a token that
 * differs from the refused one is tried once.
 *
 * @since 0.1.0
 * @category models
 */
export interface Credentials {
  /** Gives the current token; runs before each attempt. Where it fails, nothing is sent. */
  readonly token: Effect.Effect<Redacted.Redacted, unknown>
  /** Receives a token that the server answered with 401, before `token` runs again. */
  readonly refused: (token: Redacted.Redacted) => Effect.Effect<void>
}

/**
 * Input that the client takes for a token: one that stays, an effect that gives the current one, or a source that is
 * also told of refusals.
 *
 * @since 0.1.0
 * @category models
 */
export type Input = Redacted.Redacted | Effect.Effect<Redacted.Redacted, unknown> | Credentials

/**
 * Credentials from an effect that gives the current token, such as one that reads a file or a secret store.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (
  token: Effect.Effect<Redacted.Redacted, unknown>,
  refused: Credentials["refused"] = () => Effect.void
): Credentials => ({ token, refused })

/**
 * Credentials that keep what an effect gives for `timeToLive`, and get another token once the server has refused the
 * one they keep. However many sends ask at once, the effect runs once.
 *
 * @since 0.1.0
 * @category constructors
 */
export const cached = (
  token: Effect.Effect<Redacted.Redacted, unknown>,
  options: { readonly timeToLive: Duration.DurationInput }
): Effect.Effect<Credentials> =>
  Effect.gen(function* () {
    const timeToLive = Duration.toMillis(options.timeToLive)
    const one = yield* Effect.makeSemaphore(1)
    let kept: { readonly token: Redacted.Redacted; readonly until: number } | undefined
    const current = (now: number) => (kept !== undefined && now < kept.until ? kept.token : undefined)
    const renew = Effect.gen(function* () {
      const known = current(yield* Clock.currentTimeMillis)
      if (known !== undefined) {
        return known
      }
      const fresh = yield* token
      kept = { token: fresh, until: (yield* Clock.currentTimeMillis) + timeToLive }
      return fresh
    })
    return make(
      Effect.flatMap(Clock.currentTimeMillis, (now) => {
        const known = current(now)
        return known === undefined ? one.withPermits(1)(renew) : Effect.succeed(known)
      }),
      (refused) =>
        Effect.sync(() => {
          if (kept !== undefined && Redacted.value(kept.token) === Redacted.value(refused)) {
            kept = undefined
          }
        })
    )
  })
