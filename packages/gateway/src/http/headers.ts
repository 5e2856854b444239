/**
 * The headers by which the gateway says what it can do, and what became of a message.
 */
import type { Answer, Headers } from "@inbox-effect/server/Answer"

/**
 * Says that the server takes an `Idempotency-Key`, as a structured boolean, in the manner of `Accept-Ranges` and
 * `Accept-Patch`.
 */
const acceptsKeys: Headers = { "accept-idempotency-key": "?1" }

/** The header of a refusal that says whether the message may have been delivered all the same. */
export const deliveryHeader = "x-inbox-gateway-delivery"

const notDelivered: Headers = { ...acceptsKeys, [deliveryHeader]: "NotDelivered" }

const unknown: Headers = { ...acceptsKeys, [deliveryHeader]: "Unknown" }

/**
 * The headers of each answer, whoever refuses. A refusal that says nothing itself of the message sent none, unless it is a
 * failure.
 */
export const ofAnswer = ({ status }: Answer): Headers =>
  status < 400 ? acceptsKeys : status < 500 ? notDelivered : unknown
