/** Looks through the outbox for threads with something to do, again and again. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Store } from "../store/store.js"
import { page } from "./heads.js"
import type { Ready } from "./ready.js"

/** Options of a sweep. Times in milliseconds. */
export interface Sweep {
  readonly store: Store
  readonly ready: Ready
  readonly isOurs: (threadId: string) => boolean
  readonly pollInterval: number
  /** No more is looked for while so many threads wait. */
  readonly enough: number
}

const shortPause = 10

/**
 * Offers the threads of a page, and gives where the next page begins. A look through a large outbox takes half of the
 * time at most.
 */
const sweepPage = (sweep: Sweep, after: string): Effect.Effect<string> =>
  Effect.gen(function* () {
    const begin = yield* Clock.currentTimeNanos
    const { due, next } = yield* page(sweep.store, after)
    yield* Effect.forEach(due.filter(sweep.isOurs), sweep.ready.offer, { discard: true })
    const took = Number((yield* Clock.currentTimeNanos) - begin) / 1e6
    yield* Effect.sleep(next === undefined ? sweep.pollInterval : Math.max(shortPause, took))
    return next ?? ""
  }).pipe(
    Effect.catchAllCause((cause) =>
      Effect.logWarning("The outbox could not be looked through", cause).pipe(
        Effect.zipRight(Effect.sleep(sweep.pollInterval)),
        Effect.as(after)
      )
    )
  )

const untilNotEnough = (sweep: Sweep): Effect.Effect<void> =>
  Effect.flatMap(sweep.ready.size, (size) =>
    size < sweep.enough
      ? Effect.void
      : Effect.zipRight(
          Effect.sleep(shortPause),
          Effect.suspend(() => untilNotEnough(sweep))
        )
  )

/** Sweeps for ever. */
export const sweeping = (sweep: Sweep): Effect.Effect<never> =>
  Effect.iterate("", {
    while: () => true,
    body: (after) => Effect.zipRight(untilNotEnough(sweep), sweepPage(sweep, after))
  }).pipe(Effect.zipRight(Effect.never))
