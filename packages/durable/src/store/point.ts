import * as Context from "effect/Context"
import * as Effect from "effect/Effect"

/**
 * A place at which the program waits for something else, by name. Nothing happens there but in tests, which stop or end
 * the process at each of them.
 */
export class Point extends Context.Reference<Point>()("@inbox-effect/durable/Point", {
  defaultValue: (): { readonly reach: (name: string) => Effect.Effect<void> } => ({ reach: () => Effect.void })
}) {}

/** Marks that an effect begins and ends. */
export const around = <A, E, R>(name: string, effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.flatMap(Point, ({ reach }) =>
    reach(`${name}: before`).pipe(
      Effect.zipRight(effect),
      Effect.tap(() => reach(`${name}: after`))
    )
  )
