import type * as Arr from "effect/Array"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as FiberId from "effect/FiberId"

interface Batch<A, B, E> {
  readonly items: Arr.NonEmptyArray<A>
  readonly result: Deferred.Deferred<B, E>
}

/**
 * Lets what has the same key go one batch at a time: the first item alone at once, and whatever comes while that runs in
 * a batch behind it, in the order in which it came. All items of a batch have one result. To be run uninterruptibly.
 */
export const make = <A, B, E>(run: (key: string, items: Arr.NonEmptyReadonlyArray<A>) => Effect.Effect<B, E>) => {
  /** By the keys that are busy: the batch that is next, if there is anything in it. */
  const next = new Map<string, Batch<A, B, E> | undefined>()

  const goOn = (key: string): Effect.Effect<void> =>
    Effect.suspend(() => {
      const batch = next.get(key)
      if (batch === undefined) {
        next.delete(key)
        return Effect.void
      }
      next.set(key, undefined)
      return Effect.forkDaemon(Effect.intoDeferred(runThenGoOn(key, batch.items), batch.result))
    })

  const runThenGoOn = (key: string, items: Arr.NonEmptyReadonlyArray<A>): Effect.Effect<B, E> =>
    Effect.ensuring(run(key, items), goOn(key))

  return (key: string, item: A): Effect.Effect<B, E> =>
    Effect.suspend(() => {
      const batch = next.get(key)
      if (batch !== undefined) {
        batch.items.push(item)
        return Deferred.await(batch.result)
      }
      if (!next.has(key)) {
        next.set(key, undefined)
        return runThenGoOn(key, [item])
      }
      const result = Deferred.unsafeMake<B, E>(FiberId.none)
      next.set(key, { items: [item], result })
      return Deferred.await(result)
    })
}
