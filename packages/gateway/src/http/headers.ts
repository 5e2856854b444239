/**
 * The headers by which the gateway says what it can do.
 */

/**
 * Says that the server takes an `Idempotency-Key`, as a structured boolean, in the manner of `Accept-Ranges` and
 * `Accept-Patch`.
 */
export const acceptsKeys: Readonly<Record<string, string>> = { "accept-idempotency-key": "?1" }
