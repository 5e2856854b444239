/** Removes the texts of settled messages. */
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import type { StoreUnavailable } from "../DurableError.js"
import type { Core } from "./core.js"

const batch = 1_000

const forgetSome = ({ settings, store }: Core): Effect.Effect<number, StoreUnavailable> => {
  const { sql } = store
  return Effect.map(
    store.run(
      "forget the texts of settled messages",
      (now) => sql`UPDATE inbox_sends SET content = NULL WHERE number IN (
        SELECT number FROM inbox_sends WHERE settled_at IS NOT NULL AND content IS NOT NULL
        AND settled_at <= ${now} - ${settings.forgetAfter} ORDER BY settled_at LIMIT ${batch})
        RETURNING number`
    ),
    (rows) => rows.length
  )
}

/** Removes all texts that are due, and tells how many those were. */
export const forget = (core: Core): Effect.Effect<number, StoreUnavailable> =>
  Number.isFinite(core.settings.forgetAfter)
    ? Effect.flatMap(forgetSome(core), (count) =>
        count < batch ? Effect.succeed(count) : Effect.map(forget(core), (more) => count + more)
      )
    : Effect.succeed(0)

/** Removes texts as they come due. */
export const forgetting = (core: Core): Effect.Effect<void> =>
  forget(core).pipe(
    Effect.catchAll((error) => Effect.logWarning(error.message)),
    Effect.repeat(Schedule.spaced("1 minute")),
    Effect.asVoid
  )
