import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"

/**
 * Runs one effect at a time. Who asks while it is under way has what it gives; who stops waiting does not stop it, so
 * that what takes longer than anybody waits comes to its end all the same.
 */
export const shared = <Args extends ReadonlyArray<unknown>, A, E, R>(
  make: (...args: Args) => Effect.Effect<A, E, R>
): Effect.Effect<(...args: Args) => Effect.Effect<A, E, R>, never, Scope.Scope> =>
  Effect.map(Effect.scope, (scope) => {
    let running: Fiber.RuntimeFiber<A, E> | undefined
    return (...args) =>
      Effect.uninterruptibleMask((restore) =>
        Effect.gen(function* () {
          const fiber = running ?? (yield* Effect.forkIn(Effect.interruptible(make(...args)), scope))
          running = fiber
          fiber.addObserver(() => {
            if (running === fiber) running = undefined
          })
          return yield* restore(Fiber.join(fiber))
        })
      )
  })
