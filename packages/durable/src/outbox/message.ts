/** Rows of the outbox as people and programs see them. */
import * as InboxError from "@inbox-effect/client/InboxError"
import * as DateTime from "effect/DateTime"
import * as Schema from "effect/Schema"
import { Outcome } from "../Outcome.js"
import { outcomeOf, type Row, State } from "../store/row.js"

export const Message = Schema.Struct({
  key: Schema.String,
  threadId: Schema.String,
  state: State,
  attempts: Schema.NonNegativeInt,
  enqueuedAt: Schema.DateTimeUtc,
  changedAt: Schema.DateTimeUtc,
  dueAt: Schema.DateTimeUtc,
  outcome: Schema.NullOr(Outcome),
  lastError: Schema.NullOr(InboxError.InboxError)
}).annotations({ identifier: "OutboxMessage" })

export interface Message extends Schema.Schema.Type<typeof Message> {}

export const toMessage = (row: Row): Message => ({
  key: row.key,
  threadId: row.thread_id,
  state: row.state,
  attempts: row.attempt,
  enqueuedAt: DateTime.unsafeMake(row.created_at),
  changedAt: DateTime.unsafeMake(row.changed_at),
  dueAt: DateTime.unsafeMake(row.due_at),
  outcome: outcomeOf(row) ?? null,
  lastError: row.error
})
