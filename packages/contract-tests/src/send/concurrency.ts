import * as Effect from "effect/Effect"

/** The number of requests in flight together: as few as a target lets through that refuses a crowd with 429. */
export interface Concurrency {
  /** True if turns have to be taken at all. */
  readonly isNarrow: () => boolean
  /** Waits for its turn. */
  readonly inTurn: <A, E>(use: Effect.Effect<A, E>) => Effect.Effect<A, E>
  /** Notes that one of so many in flight, sent at a time, was refused with 429. */
  readonly refused: (together: number, sentAt: number) => Effect.Effect<void>
  /** Notes that one was answered with something else. */
  readonly passed: Effect.Effect<void>
}

/** Number of requests that pass before one more is let in, the first time; after each refusal it is twice as many. */
const firstTrial = 16

/** From this number on, there is no limit any more. */
const unlimited = 32

export const makeConcurrency = (now: () => number): Concurrency => {
  const semaphore = Effect.unsafeMakeSemaphore(unlimited)
  let width = unlimited
  let trial = firstTrial
  let passes = 0
  let narrowedAt = Number.NEGATIVE_INFINITY
  const resize = (permits: number) => {
    width = permits
    passes = 0
    return semaphore.resize(permits)
  }
  return {
    isNarrow: () => width < unlimited,
    inTurn: semaphore.withPermits(1),
    refused: (together, sentAt) =>
      Effect.suspend(() => {
        // Those that were in flight together are refused together: that is one refusal, not many.
        if (together < 2 || sentAt < narrowedAt) return Effect.void
        narrowedAt = now()
        trial *= 2
        return resize(Math.max(1, Math.floor(Math.min(width, together) / 2)))
      }),
    passed: Effect.suspend(() => (width === unlimited || ++passes < trial ? Effect.void : resize(width + 1)))
  }
}
