/**
 * Why a ledger or an outbox cannot say yet what became of a message. No error holds a token or the text of a message.
 *
 * @since 0.1.0
 */
import * as InboxError from "@inbox-effect/client/InboxError"
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"

const optional = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { exact: true })

/**
 * The database does not answer, or refuses. `operation` is what was asked of it, `code` its own code (SQLSTATE, or that
 * of the embedded database or of the platform), where it gives one. Nothing is lost: run the effect again.
 *
 * @since 0.1.0
 * @category errors
 */
export class StoreUnavailable extends Schema.TaggedError<StoreUnavailable>(
  "@inbox-effect/durable/DurableError/StoreUnavailable"
)("StoreUnavailable", { operation: Schema.String, code: optional(Schema.String) }) {
  override get message(): string {
    const code = this.code === undefined ? "" : ` (${this.code})`
    return `The database failed while it should ${this.operation}${code}. Run this again: nothing is sent twice.`
  }
}

/**
 * The key stands for another request: another thread, text or message to reply to. Keys are for one message each.
 *
 * @since 0.1.0
 * @category errors
 */
export class KeyConflict extends Schema.TaggedError<KeyConflict>("@inbox-effect/durable/DurableError/KeyConflict")(
  "KeyConflict",
  { key: Schema.String }
) {
  override get message(): string {
    return `The key ${JSON.stringify(this.key)} stands for another request. Give each message a key of its own.`
  }
}

/**
 * The key cannot be stored: it has to have 1 to 255 characters, none of them a control character.
 *
 * @since 0.1.0
 * @category errors
 */
export class InvalidKey extends Schema.TaggedError<InvalidKey>("@inbox-effect/durable/DurableError/InvalidKey")(
  "InvalidKey",
  {}
) {
  override get message(): string {
    return "A key has to have 1 to 255 characters, none of them a control character or half of a surrogate pair."
  }
}

/**
 * The message is not settled yet: run the effect again after `retryAfter`. Another run holds it (`Busy`), it was not
 * delivered and is due later (`Waiting`; `error` is the last failure, if there was one), or the thread cannot be read to
 * find out about an earlier attempt (`Unreconciled`).
 *
 * @since 0.1.0
 * @category errors
 */
export class NotSettled extends Schema.TaggedError<NotSettled>("@inbox-effect/durable/DurableError/NotSettled")(
  "NotSettled",
  {
    key: Schema.String,
    reason: Schema.Literal("Busy", "Waiting", "Unreconciled"),
    retryAfter: Schema.Duration,
    error: optional(InboxError.InboxError)
  }
) {
  override get message(): string {
    const why = {
      Busy: "another run holds it",
      Waiting: "it was not delivered, and is due later",
      Unreconciled: "the thread cannot be read to find out about an earlier attempt"
    }[this.reason]
    return `The message ${JSON.stringify(this.key)} is not settled yet: ${why}. Run this again after ${Duration.format(this.retryAfter)}.`
  }
}

/**
 * There is nothing to settle: the message is not in doubt. `state` is what it is, `null` where the key is not known.
 *
 * @since 0.1.0
 * @category errors
 */
export class NotInDoubt extends Schema.TaggedError<NotInDoubt>("@inbox-effect/durable/DurableError/NotInDoubt")(
  "NotInDoubt",
  { key: Schema.String, state: Schema.NullOr(Schema.String) }
) {
  override get message(): string {
    return this.state === null
      ? `There is no message with the key ${JSON.stringify(this.key)}.`
      : `The message ${JSON.stringify(this.key)} is not in doubt, it is ${this.state}.`
  }
}

/**
 * The ledger was asked within a transaction of its caller. Its entries have to be committed before anything is sent, so
 * send outside of the transaction, or enqueue in the outbox, which is made for it.
 *
 * @since 0.1.0
 * @category errors
 */
export class InTransaction extends Schema.TaggedError<InTransaction>(
  "@inbox-effect/durable/DurableError/InTransaction"
)("InTransaction", {}) {
  override get message(): string {
    return "A message cannot be sent within a transaction: enqueue it in the outbox, or send it afterwards."
  }
}

/**
 * The client cannot keep a deadline for the first byte of a request, so a process that is stopped for longer than its
 * lease could send a message that another one has sent by then.
 *
 * @since 0.1.0
 * @category errors
 */
export class UnsafeClient extends Schema.TaggedError<UnsafeClient>("@inbox-effect/durable/DurableError/UnsafeClient")(
  "UnsafeClient",
  {}
) {
  override get message(): string {
    return (
      "The client's HttpClient cannot keep the option startWithin. Provide the layer of @inbox-effect/client/undici, " +
      "or set unsafeSendAfterLease: a process that stands still for longer than its lease may then send a message twice."
    )
  }
}

/**
 * The tables cannot be made or brought up to date. `reason` says why; it repeats no data.
 *
 * @since 0.1.0
 * @category errors
 */
export class TablesUnavailable extends Schema.TaggedError<TablesUnavailable>(
  "@inbox-effect/durable/DurableError/TablesUnavailable"
)("TablesUnavailable", { reason: Schema.String }) {
  override get message(): string {
    return `The tables cannot be made or brought up to date: ${this.reason}`
  }
}

/**
 * Another engine sends the messages of this SQLite file. A file is for one engine at a time; several share a PostgreSQL.
 *
 * @since 0.1.0
 * @category errors
 */
export class EngineRunning extends Schema.TaggedError<EngineRunning>(
  "@inbox-effect/durable/DurableError/EngineRunning"
)("EngineRunning", { file: Schema.String }) {
  override get message(): string {
    return (
      `Another worker sends the messages of ${this.file}. An SQLite file is for one worker: end the other one, or give ` +
      "all of them a PostgreSQL database."
    )
  }
}
