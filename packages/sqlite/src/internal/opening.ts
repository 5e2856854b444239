import * as Effect from "effect/Effect"
import type * as Schedule from "effect/Schedule"
import { OpenError } from "../OpenError.js"
import { isBusyCause } from "./outcome.js"

/** Why a file cannot be opened, or locked, by what the driver threw. */
const unusable = (cause: unknown): OpenError => {
  if (cause instanceof OpenError) return cause
  if (isBusyCause(cause)) {
    return new OpenError({ reason: "Locked", message: "another process holds a lock on it", cause })
  }
  return new OpenError({ reason: "Unusable", message: cause instanceof Error ? cause.message : String(cause), cause })
}

/** Opens something, again on a schedule for as long as another process holds a lock on it. */
export const whileLocked = <A, Out>(
  open: () => A,
  schedule: Schedule.Schedule<Out, OpenError>
): Effect.Effect<A, OpenError> =>
  Effect.retry(Effect.try({ try: open, catch: unusable }), { while: ({ reason }) => reason === "Locked", schedule })
