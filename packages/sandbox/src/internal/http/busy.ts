import * as Refusal from "@inbox-effect/server/Refusal"
import * as Effect from "effect/Effect"
import { isBusy } from "../database.js"

/** A lock of another process has held up what was asked for longer than anybody waits. */
const busy = new Refusal.Refusal({
  status: 503,
  code: "SERVICE_UNAVAILABLE",
  message: "Another process holds a lock on the database; nothing was stored",
  headers: { "retry-after": "1" }
})

/** Makes a failure of the storage the end of the request: a 503 where a lock caused it, a defect elsewhere. */
export const orDie = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, never, R> =>
  Effect.catchAll(effect, (error) => Effect.die(isBusy(error) ? busy : error))
