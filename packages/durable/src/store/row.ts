/** A row of `inbox_sends`, and what it says about its message. */
import * as InboxError from "@inbox-effect/client/InboxError"
import * as DateTime from "effect/DateTime"
import * as Schema from "effect/Schema"
import * as Outcome from "../Outcome.js"

/** The states of a message. */
export const State = Schema.Literal(
  "queued",
  "sending",
  "unknown",
  "reconciling",
  "doubt",
  "sent",
  "refused",
  "abandoned"
)

export type State = typeof State.Type

/** A time: SQLite gives a number, PostgreSQL a string of digits. */
const Millis = Schema.Union(Schema.Number, Schema.NumberFromString)

/** A row, and `now`, the time of the database when it was read. */
export const Row = Schema.Struct({
  number: Millis,
  key: Schema.String,
  thread_id: Schema.String,
  digest: Schema.String,
  content: Schema.NullOr(Schema.parseJson(Schema.String)),
  reply_to: Schema.NullOr(Schema.String),
  driven: Schema.Number,
  state: State,
  attempt: Schema.Number,
  holder: Schema.NullOr(Schema.String),
  due_at: Millis,
  window_from: Schema.NullOr(Millis),
  window_until: Schema.NullOr(Millis),
  unknown_since: Schema.NullOr(Millis),
  message_id: Schema.NullOr(Schema.String),
  error: Schema.NullOr(Schema.parseJson(InboxError.InboxError)),
  evidence: Schema.NullOr(Schema.parseJson(Outcome.Evidence)),
  settled_by: Schema.NullOr(Schema.String),
  created_at: Millis,
  changed_at: Millis,
  settled_at: Schema.NullOr(Millis),
  now: Millis
})

export interface Row extends Schema.Schema.Type<typeof Row> {}

export const decode: (row: unknown) => Row = Schema.decodeUnknownSync(Row)

const encodeError = Schema.encodeSync(Schema.parseJson(InboxError.InboxError))

/** An error as it is stored. That of an answer that cannot be read holds its body: a message of that kind is sent. */
export const errorToText = (error: Exclude<InboxError.InboxError, InboxError.MalformedResponse>): string =>
  encodeError(error)

const encodeEvidence = Schema.encodeSync(Schema.parseJson(Outcome.Evidence))

export const evidenceToText = (evidence: Outcome.Evidence): string => encodeEvidence(evidence)

const instant = (millis: number): DateTime.Utc => DateTime.unsafeMake(millis)

/** When the request may have left, of a row that was attempted. */
export const windowOf = (row: Row): Outcome.Evidence["window"] => ({
  from: instant(row.window_from ?? 0),
  until: instant(row.window_until ?? row.window_from ?? 0)
})

const noEvidence = (row: Row): Outcome.Evidence => ({
  reasons: [],
  window: windowOf(row),
  candidates: [],
  messageIds: [],
  readAt: null
})

/** The outcome that a row stands for, if its message has one. */
export const outcomeOf = (row: Row): Outcome.Outcome | undefined => {
  const { key } = row
  const at = instant(row.settled_at ?? row.changed_at)
  switch (row.state) {
    case "sent":
      return Outcome.Sent.make({ key, messageId: row.message_id, at })
    case "refused":
      return Outcome.Refused.make({ key, expired: row.settled_by === "expiry", error: row.error, at })
    case "doubt":
      return Outcome.Doubt.make({ key, evidence: row.evidence ?? noEvidence(row), since: instant(row.changed_at) })
    case "abandoned":
      return Outcome.GivenUp.make({ key, by: row.settled_by ?? "", at })
    default:
      return undefined
  }
}
