/**
 * Combinators that go on at once where a result is known already. A hook that mostly answers from memory, and is made of
 * these, costs no fiber then.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"

/** Tells an effect that is a result, as `Effect.succeed` and `Effect.fail` make it. */
const isKnown = <A, E, R>(effect: Effect.Effect<A, E, R>): effect is Exit.Exit<A, E> & Effect.Effect<A, E, R> =>
  Exit.isExit(effect)

/**
 * The result of an effect, where that is known without running it; else `undefined`.
 *
 * @since 0.1.0
 * @category getters
 */
export const known = <A, E, R>(effect: Effect.Effect<A, E, R>): Exit.Exit<A, E> | undefined =>
  isKnown(effect) ? effect : undefined

/**
 * Goes on with the result of an effect, as `Effect.flatMap` does, but at once where the result is known. The function
 * then runs where the effect is put together, not where it is run.
 *
 * @since 0.1.0
 * @category sequencing
 */
export const flatMap = <A, E, R, B, E2, R2>(
  effect: Effect.Effect<A, E, R>,
  next: (value: A) => Effect.Effect<B, E2, R2>
): Effect.Effect<B, E | E2, R | R2> => {
  if (!isKnown(effect)) return Effect.flatMap(effect, next)
  return Exit.isSuccess(effect) ? next(effect.value) : Effect.failCause(effect.cause)
}

/**
 * Changes the result of an effect, as `Effect.map` does, but at once where the result is known.
 *
 * @since 0.1.0
 * @category mapping
 */
export const map = <A, E, R, B>(effect: Effect.Effect<A, E, R>, change: (value: A) => B): Effect.Effect<B, E, R> =>
  isKnown(effect) ? Exit.map(effect, change) : Effect.map(effect, change)
