import type { SqlError } from "@effect/sql/SqlError"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"

/** Number of rows that are remembered at most: beyond it, all are forgotten. */
export const maxRemembered = 10_000

/**
 * Remembers rows that a query has found, for `maxAge` milliseconds, and never that one was missing: rows of teams and
 * threads do not change once they are there, but they may appear at any moment.
 */
export const remembering = <A>(
  query: (key: string) => Effect.Effect<Option.Option<A>, SqlError>,
  maxAge = Number.POSITIVE_INFINITY
) => {
  const found = new Map<string, { readonly row: Option.Option<A>; readonly until: number }>()
  const find = (key: string): Effect.Effect<Option.Option<A>, SqlError> => {
    const known = found.get(key)
    if (known !== undefined && performance.now() < known.until) return Effect.succeed(known.row)
    return Effect.uninterruptible(
      Effect.map(query(key), (row) => {
        found.delete(key)
        if (Option.isSome(row)) {
          if (found.size >= maxRemembered) found.clear()
          found.set(key, { row, until: performance.now() + maxAge })
        }
        return row
      })
    )
  }
  return Object.assign(find, { forget: (key: string): void => void found.delete(key) })
}
