import * as Effect from "effect/Effect"

type Use = <A, E>(use: Effect.Effect<A, E>) => Effect.Effect<A, E>

/** Lets many go on side by side, and one alone. */
export interface Exclusion {
  /** Begins once nobody is alone. */
  readonly within: Use
  /** Begins once everybody else has ended; nobody begins before it has ended. */
  readonly alone: Use
}

/** More go on side by side than ever will. */
const everybody = 1_000_000

export const makeExclusion = (): Exclusion => {
  const inside = Effect.unsafeMakeSemaphore(everybody)
  const one = Effect.unsafeMakeSemaphore(1)
  const door = Effect.unsafeMakeLatch(true)
  return {
    within: (use) => door.whenOpen(inside.withPermits(1)(use)),
    alone: (use) =>
      one.withPermits(1)(
        Effect.acquireUseRelease(
          door.close,
          () => inside.withPermits(everybody)(use),
          () => door.open
        )
      )
  }
}
