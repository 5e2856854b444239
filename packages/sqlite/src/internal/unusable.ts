import { OpenError } from "../OpenError.js"
import { isBusyCause } from "./outcome.js"

/** Why a file cannot be opened, or locked, by what the driver threw. */
export const unusable = (cause: unknown): OpenError => {
  if (cause instanceof OpenError) return cause
  if (isBusyCause(cause)) {
    return new OpenError({ reason: "Locked", message: "another process holds a lock on it", cause })
  }
  return new OpenError({ reason: "Unusable", message: cause instanceof Error ? cause.message : String(cause), cause })
}
