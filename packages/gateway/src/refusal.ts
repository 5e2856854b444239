/**
 * Refusals: what a v1 caller gets in place of an answer.
 */
import * as Data from "effect/Data"

/** The fate of the message of a refused send. `Unknown` where nobody can tell. */
export type Delivery = "NotDelivered" | "Unknown"

/** A refusal, as v1 spells it, with the headers that belong to it. */
export class Refusal extends Data.TaggedError("Refusal")<{
  readonly status: number
  readonly code: string
  readonly message: string
  readonly delivery: Delivery
  readonly headers: Readonly<Record<string, string>>
}> {}

/** A refusal without headers of its own, of which nothing was sent. */
export const refused = (
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {}
): Refusal => new Refusal({ status, code, message, delivery: "NotDelivered", headers })

/** Nothing was sent, as something that has to be there is not. */
export const unavailable = (code: string, message: string): Refusal =>
  refused(503, code, `${message}. Nothing was sent`)

/** Nobody knows whether the message was delivered. */
export const unknownDelivery = (because: string, headers: Readonly<Record<string, string>> = {}): Refusal =>
  new Refusal({
    status: 500,
    code: "DELIVERY_UNKNOWN",
    message: `${because}. The message may have been delivered: look in the thread before you send it again`,
    delivery: "Unknown",
    headers
  })
