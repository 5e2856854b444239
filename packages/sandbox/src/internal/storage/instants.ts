import type { SqlClient } from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import * as Effect from "effect/Effect"
import type { BigInteger } from "./rows.js"

/** A clock that never goes back, not even behind what is stored. */
export interface Instants {
  /** The instant now, in milliseconds since the Unix epoch. */
  readonly tick: Effect.Effect<number>
  /** Goes on with the instant now. */
  readonly at: <A, E, R>(next: (millis: number) => Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  /** Notes an instant that another process has stored. */
  readonly saw: (millis: number) => void
}

/** Begins at the newest instant that is stored. */
export const make = (sql: SqlClient): Effect.Effect<Instants, SqlError> =>
  Effect.map(sql<{ readonly at: BigInteger | null }>`SELECT MAX(created_at) AS at FROM messages`, ([latest]) => {
    let now = Number(latest?.at ?? 0)
    const saw = (millis: number) => {
      now = Math.max(now, millis)
    }
    const at: Instants["at"] = (next) =>
      Effect.clockWith((clock) => {
        saw(clock.unsafeCurrentTimeMillis())
        return next(now)
      })
    return { at, saw, tick: at(Effect.succeed) }
  })
