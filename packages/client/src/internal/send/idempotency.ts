/**
 * Keys by which a server knows a send again, for servers that say that they take them.
 */
import type * as Headers from "@effect/platform/Headers"
import { randomHex } from "../http/web.js"

/**
 * Tells whether a server says with an answer that it takes an `Idempotency-Key`: `undefined` where the answer says
 * nothing about the server, as a failure of something before it does not.
 */
export const isTaken = (status: number, headers: Headers.Headers): boolean | undefined => {
  const said = headers["accept-idempotency-key"]
  if (said !== undefined) return said.trim() === "?1"
  return status >= 500 ? undefined : false
}

/** A key that nobody has had, as the header spells it: a string of structured fields. */
export const make = (): string => `"${randomHex()}"`
