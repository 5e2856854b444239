/**
 * The end of a message: what became of it, as data.
 *
 * @since 0.1.0
 */
import * as InboxError from "@inbox-effect/client/InboxError"
import * as Reconcile from "@inbox-effect/client/Reconcile"
import * as Schema from "effect/Schema"

/**
 * The message is in the thread. `messageId` is `null` where the server accepted the message without a readable answer,
 * or where a person said that it arrived.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Sent = Schema.TaggedStruct("Sent", {
  key: Schema.String,
  messageId: Schema.NullOr(Schema.String),
  at: Schema.DateTimeUtc
})

/**
 * The message is in the thread.
 *
 * @since 0.1.0
 * @category models
 */
export interface Sent extends Schema.Schema.Type<typeof Sent> {}

/**
 * The message was certainly not delivered, and trying again would not help: the server refuses it (`error`), or it
 * waited for longer than it may (`expired`; `error` is then the last failure, if there was one).
 *
 * @since 0.1.0
 * @category schemas
 */
export const Refused = Schema.TaggedStruct("Refused", {
  key: Schema.String,
  expired: Schema.Boolean,
  error: Schema.NullOr(InboxError.InboxError),
  at: Schema.DateTimeUtc
})

/**
 * The message was certainly not delivered, and trying again would not help.
 *
 * @since 0.1.0
 * @category models
 */
export interface Refused extends Schema.Schema.Type<typeof Refused> {}

/**
 * Why it cannot be told whether a message was delivered: those of `Reconcile`; the thread cannot be read
 * (`Unreachable`); or another message of the same text was delivered at that time, nobody knows as which
 * (`Unidentified`).
 *
 * @since 0.1.0
 * @category schemas
 */
export const DoubtReason = Schema.Literal(...Reconcile.Doubt.literals, "Unreachable", "Unidentified")

/**
 * Why it cannot be told whether a message was delivered.
 *
 * @since 0.1.0
 * @category models
 */
export type DoubtReason = typeof DoubtReason.Type

/**
 * Evidence of a doubt: its reasons, when the request may have left, ids of the messages that may be it, and of all
 * messages of the thread in the time in question. `readAt` is `null` where the thread could not be read.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Evidence = Schema.Struct({
  reasons: Schema.Array(DoubtReason),
  window: Reconcile.Window,
  candidates: Schema.Array(Schema.String),
  messageIds: Schema.Array(Schema.String),
  readAt: Schema.NullOr(Schema.DateTimeUtc)
})

/**
 * Evidence of a doubt.
 *
 * @since 0.1.0
 * @category models
 */
export interface Evidence extends Schema.Schema.Type<typeof Evidence> {}

/**
 * Nobody can tell from the API whether the message was delivered: a person has to decide. It is not sent again before
 * that.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Doubt = Schema.TaggedStruct("Doubt", {
  key: Schema.String,
  evidence: Evidence,
  since: Schema.DateTimeUtc
})

/**
 * Nobody can tell from the API whether the message was delivered.
 *
 * @since 0.1.0
 * @category models
 */
export interface Doubt extends Schema.Schema.Type<typeof Doubt> {}

/**
 * A person decided not to send the message any more.
 *
 * @since 0.1.0
 * @category schemas
 */
export const GivenUp = Schema.TaggedStruct("GivenUp", {
  key: Schema.String,
  by: Schema.String,
  at: Schema.DateTimeUtc
})

/**
 * A person decided not to send the message any more.
 *
 * @since 0.1.0
 * @category models
 */
export interface GivenUp extends Schema.Schema.Type<typeof GivenUp> {}

/**
 * The end of a message.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Outcome = Schema.Union(Sent, Refused, Doubt, GivenUp)

/**
 * The end of a message.
 *
 * @since 0.1.0
 * @category models
 */
export type Outcome = typeof Outcome.Type
