/**
 * The order of requests: those of one thread have their turn one after the other.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"

/** A request in its place, and the end of the one before it in its thread. */
export interface Turn<A> {
  readonly index: number
  readonly request: A
  readonly previous: Deferred.Deferred<void> | undefined
  readonly done: Deferred.Deferred<void>
}

/** Gives turns to requests in the order in which they are entered, and takes them back. */
export const make = <A extends { readonly threadId: string }>() => {
  const last = new Map<string, Deferred.Deferred<void>>()
  let count = 0

  const enter = (request: A): Effect.Effect<Turn<A>> =>
    Effect.map(Deferred.make<void>(), (done) => {
      const previous = last.get(request.threadId)
      last.set(request.threadId, done)
      return { index: count++, request, previous, done }
    })

  const leave = ({ done, request }: Turn<A>): Effect.Effect<void> =>
    Effect.suspend(() => {
      if (last.get(request.threadId) === done) last.delete(request.threadId)
      return Effect.asVoid(Deferred.succeed(done, undefined))
    })

  return { enter, leave }
}
