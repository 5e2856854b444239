import * as Eager from "@inbox-effect/server/Eager"
import * as Refusal from "@inbox-effect/server/Refusal"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { isBusy } from "../storage/database.js"

/** The refusal of a request that has waited long enough for a lock of another process. */
const busy = (outcome: string) =>
  new Refusal.Refusal({
    status: 503,
    code: "SERVICE_UNAVAILABLE",
    message: `Another process holds a lock on the database; ${outcome}`,
    headers: { "retry-after": "1" }
  })

/**
 * Makes a failure of the storage the end of the request: a 503 that says the outcome where a lock caused it, a defect
 * elsewhere. What is known already stays known.
 */
export const orDie = <A, E, R>(
  effect: Effect.Effect<A, E, R>,
  outcome = "nothing was changed"
): Effect.Effect<A, never, R> => {
  const known = Eager.known(effect)
  return known !== undefined && Exit.isSuccess(known)
    ? Effect.succeed(known.value)
    : Effect.catchAll(effect, (error) => Effect.die(isBusy(error) ? busy(outcome) : error))
}

/** Asks again for as long as a lock of another process is in the way. */
export const insist = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.retry(effect, { while: isBusy })
