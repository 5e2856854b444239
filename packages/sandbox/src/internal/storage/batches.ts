import type * as Arr from "effect/Array"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as FiberId from "effect/FiberId"

interface Batch<A, B, E> {
  readonly items: Arr.NonEmptyArray<A>
  readonly result: Deferred.Deferred<B, E>
}

/** Number of items in one batch at most. */
const maxItems = 100

/**
 * Lets what has the same key go one batch at a time: the first item alone at once, and whatever comes while that runs in
 * batches behind it, in the order in which it came. All items of a batch have one result. To be run uninterruptibly.
 */
export const make = <A, B, E>(run: (key: string, items: Arr.NonEmptyReadonlyArray<A>) => Effect.Effect<B, E>) => {
  /** By the keys that are busy: the batches that wait. */
  const waiting = new Map<string, Array<Batch<A, B, E>>>()

  const goOn = (key: string): Effect.Effect<void> =>
    Effect.suspend(() => {
      const batch = waiting.get(key)?.shift()
      if (batch === undefined) {
        waiting.delete(key)
        return Effect.void
      }
      return Effect.forkDaemon(Effect.intoDeferred(runThenGoOn(key, batch.items), batch.result))
    })

  const runThenGoOn = (key: string, items: Arr.NonEmptyReadonlyArray<A>): Effect.Effect<B, E> =>
    Effect.ensuring(run(key, items), goOn(key))

  return (key: string, item: A): Effect.Effect<B, E> =>
    Effect.suspend(() => {
      const batches = waiting.get(key)
      if (batches === undefined) {
        waiting.set(key, [])
        return runThenGoOn(key, [item])
      }
      const last = batches.at(-1)
      if (last !== undefined && last.items.length < maxItems) {
        last.items.push(item)
        return Deferred.await(last.result)
      }
      const result = Deferred.unsafeMake<B, E>(FiberId.none)
      batches.push({ items: [item], result })
      return Deferred.await(result)
    })
}
