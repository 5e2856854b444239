/**
 * The errors that only code without Effect gets to see.
 */
import * as Schema from "effect/Schema"
import * as Attempt from "../../Attempt.js"
import * as Delivery from "../../Delivery.js"
import type { InboxError } from "../../InboxError.js"

const delivery = Schema.Literal("NotDelivered", "Unknown", "Delivered")

const attempts = Schema.propertySignature(Attempt.Ledger).pipe(Schema.withConstructorDefault(() => []))

/**
 * The send was aborted by its signal. `delivery` is what the transport knows: `NotDelivered` as long as no request left,
 * or the server had refused it; `Delivered` once the server had accepted the message; and `Unknown` in between.
 *
 * @since 0.1.0
 * @category errors
 */
export class Aborted extends Schema.TaggedError<Aborted>("@inbox-effect/client/promise/Aborted")("Aborted", {
  /** Delivery of the message, as far as it is known. */
  delivery,
  /** All attempts of the send, first one first. */
  attempts
}) {
  /** Sentence for a log: without token and message text. */
  override get message(): string {
    return `The send was aborted. ${Delivery.sentences[this.delivery]}`
  }
}

/**
 * The client was closed before the send began.
 *
 * @since 0.1.0
 * @category errors
 */
export class Closed extends Schema.TaggedError<Closed>("@inbox-effect/client/promise/Closed")("Closed", {
  /** Delivery of the message, as far as it is known. */
  delivery: Schema.Literal("NotDelivered"),
  /** All attempts of the send, first one first. */
  attempts
}) {
  /** Sentence for a log: without token and message text. */
  override get message(): string {
    return `The client is closed. ${Delivery.sentences[this.delivery]}`
  }
}

/**
 * Something threw that should not: a defect of the client, or of the `httpClient` that it was given. What was thrown is
 * not repeated, since it may hold anything; `thrown` is the name of its class.
 *
 * @since 0.1.0
 * @category errors
 */
export class Unexpected extends Schema.TaggedError<Unexpected>("@inbox-effect/client/promise/Unexpected")(
  "Unexpected",
  {
    /** Delivery of the message, as far as it is known. */
    delivery,
    /** All attempts of the send, first one first. */
    attempts,
    /** Name of the class of what was thrown. */
    thrown: Schema.String
  }
) {
  /** Sentence for a log: without token and message text. */
  override get message(): string {
    return `The client failed unexpectedly (${this.thrown}). ${Delivery.sentences[this.delivery]}`
  }
}

/**
 * Why there is no message. All of them are instances of `Error`, told apart by `_tag`.
 *
 * @since 0.1.0
 * @category errors
 */
export type SendError = InboxError | Aborted | Closed | Unexpected

/** The name of the class of what was thrown. */
export const nameOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.name : typeof thrown)
