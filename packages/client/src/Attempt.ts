/**
 * The ledger of a send: one entry for each attempt that was made.
 *
 * @example
 * ```ts
 * import { Attempt, type InboxError } from "@inbox-effect/client"
 *
 * export const story = (error: InboxError.InboxError): ReadonlyArray<string> =>
 *   error.attempts.map((attempt) => `${attempt.number}: ${attempt.outcome}, ${Attempt.delivery(attempt)}`)
 * ```
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as Delivery from "./Delivery.js"

const optional = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { exact: true })

/**
 * Result of an attempt: a `Message`, or the condition of the decision table that it met.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Outcome = Schema.Literal("Message", ...Delivery.table.map((row) => row.condition))

/**
 * Result of an attempt.
 *
 * @since 0.1.0
 * @category models
 */
export type Outcome = typeof Outcome.Type

/**
 * One attempt: its number, counted from 1, when it started, how long the client had waited before it (`delay`), how
 * long it took, what it came to, and the status and request id of the answer, where there was one.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Attempt = Schema.Struct({
  /** Place of the attempt in its send, counted from 1. */
  number: Schema.Int.pipe(Schema.positive()),
  /** Start of the attempt, by the clock of the client. */
  startedAt: Schema.DateTimeUtc,
  /** Time that the client waited before the attempt. */
  delay: Schema.Duration,
  /** Time from the start of the attempt to its end. */
  duration: Schema.Duration,
  /** Result of the attempt: `Message`, or a condition of the decision table. */
  outcome: Outcome,
  /** HTTP status of the answer. Absent where there was no answer. */
  status: optional(Schema.Int),
  /** The server's name for the request. Absent where the answer has none. */
  requestId: optional(Schema.String)
}).annotations({ identifier: "Attempt" })

/**
 * One attempt at a send.
 *
 * @since 0.1.0
 * @category models
 */
export interface Attempt extends Schema.Schema.Type<typeof Attempt> {}

/**
 * All attempts of a send, first one first. Empty where nothing was attempted, as for a request that breaks the schema.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Ledger = Schema.Array(Attempt)

/**
 * All attempts of a send.
 *
 * @since 0.1.0
 * @category models
 */
export type Ledger = ReadonlyArray<Attempt>

/**
 * Delivery of the message by an attempt, taken by itself.
 *
 * @since 0.1.0
 * @category lookups
 */
export const delivery = (attempt: Pick<Attempt, "outcome">): Delivery.Delivery =>
  attempt.outcome === "Message" ? "Delivered" : Delivery.ofCondition(attempt.outcome).delivery
