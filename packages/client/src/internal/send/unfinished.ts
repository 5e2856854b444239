/**
 * Knowledge about a send that ended with neither a message nor an error, because it was interrupted or something in it
 * threw. Its exit cannot tell, so whoever runs it and has to know hands a slip to it.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Attempt from "../../Attempt.js"
import type { Delivery } from "../../Delivery.js"
import type { AnyFiber } from "../telemetry.js"

/** Delivery and attempts, as far as they are known, the last of which may have been broken off. */
export interface Unfinished {
  readonly delivery: Delivery
  readonly attempts: Attempt.Ledger
}

/** A slip for one send. Blank where the send ended otherwise, and under a client that is not ours. */
export interface Slip {
  unfinished: Unfinished | undefined
}

class Handed extends Context.Tag("@inbox-effect/client/internal/Unfinished")<Handed, Slip>() {}

/** Hands a slip to a send. */
export const hand = <A, E, R>(send: Effect.Effect<A, E, R>, slip: Slip): Effect.Effect<A, E, Exclude<R, Handed>> =>
  Effect.provideService(send, Handed, slip)

/** Notes on the slip of a send, if it has one, what is known of it. */
export const note = (fiber: AnyFiber, unfinished: () => Unfinished): void => {
  const slip = fiber.currentContext.unsafeMap.get(Handed.key) as Slip | undefined
  if (slip !== undefined) slip.unfinished = unfinished()
}
