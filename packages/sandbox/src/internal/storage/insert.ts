import type { SqlClient } from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import type * as Message from "@inbox-effect/client/Message"
import * as SqliteClient from "@inbox-effect/sqlite/SqliteClient"
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Batches from "./batches.js"
import type { BigInteger } from "./rows.js"

/** A message to store, and the instant at which it should be stored. */
interface Drafted {
  readonly message: Message.Message
  readonly instant: number
}

/**
 * Stores a message and returns its instant, which is later than the one asked for where the thread holds a newer
 * message. `alone` does so within the transaction of its caller.
 */
export interface Insert {
  (message: Message.Message, instant: number): Effect.Effect<number, SqlError>
  readonly alone: (message: Message.Message, instant: number) => Effect.Effect<number, SqlError>
}

interface Inserted {
  readonly created_at: BigInteger
}

/** The text is the same for every message: to put it together anew would take as long as to run it. */
const insertText = (values: string, createdAt: string) =>
  `INSERT INTO messages (
      id, thread_id, team_id, platform, user_id, platform_id, content, campaign_id, author_id, origin, reply_data,
      forward_data, entities, attachment, reactions, is_encrypted, is_edited, created_at
    ) SELECT ${values}, ${createdAt}`

/** Encodes a value for its column. `null` and lists without items are met most. */
const encode = (value: unknown): string =>
  value === null ? "null" : Array.isArray(value) && value.length === 0 ? "[]" : JSON.stringify(value)

const valuesOf = (message: Message.Message) => [
  message.id,
  message.threadId,
  message.teamId,
  message.platform,
  message.userId,
  message.platformId,
  message.content,
  message.campaignId,
  message.authorId,
  message.origin,
  encode(message.replyData),
  encode(message.forwardData),
  encode(message.entities),
  encode(message.attachment),
  encode(message.reactions),
  Number(message.isEncrypted),
  Number(message.isEdited)
]

const instantOf =
  (instant: number) =>
  (rows: ReadonlyArray<Inserted>): number =>
    Number(rows[0]?.created_at ?? instant)

const values = "$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17"

/** Where nobody else writes, no message is newer than the instant: there is nothing to look up, nor to be told. */
const aloneText = insertText(values, "$18")

const embeddedText = `${insertText(
  values,
  "MAX($18, COALESCE((SELECT created_at FROM messages WHERE thread_id = $2 ORDER BY sequence DESC LIMIT 1), 0))"
)} RETURNING created_at`

/** SQLite lets one process write at a time, so the newest message of the thread is known. */
const embedded = (sql: SqlClient): Insert => {
  const text = SqliteClient.isAlone(sql) ? aloneText : embeddedText
  const paramsOf = (message: Message.Message, instant: number) => [...valuesOf(message), instant]
  return Object.assign(
    (message: Message.Message, instant: number) =>
      Effect.map(SqliteClient.execute(sql, text, paramsOf(message, instant)), ([row]) =>
        Number(row?.created_at ?? instant)
      ),
    {
      alone: (message: Message.Message, instant: number) =>
        Effect.map(sql.unsafe<Inserted>(text, paramsOf(message, instant)), instantOf(instant))
    }
  )
}

const sharedText = `WITH thread AS (
    UPDATE threads SET
      last_at = GREATEST(last_at, $1),
      message_count = message_count + json_array_length($3::json),
      inbound_count = inbound_count + $4
    WHERE id = $2 RETURNING last_at
  )
  ${insertText(
    `value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7,
    value ->> 8, value ->> 9, value ->> 10, value ->> 11, value ->> 12, value ->> 13, value ->> 14,
    (value ->> 15)::smallint, (value ->> 16)::smallint`,
    "last_at"
  )} FROM thread, json_array_elements($3::json) WITH ORDINALITY AS drafts (value, number) ORDER BY number
  RETURNING created_at`

/**
 * The row of the thread is locked until the message is there. Its number is drawn behind the lock, so that in a thread
 * numbers, instants and visibility have one order. Messages that would wait for the same lock go in together.
 */
const shared = (sql: SqlClient): Insert => {
  const run = (threadId: string, drafts: Arr.NonEmptyReadonlyArray<Drafted>) =>
    sql.unsafe<Inserted>(sharedText, [
      Arr.lastNonEmpty(drafts).instant,
      threadId,
      JSON.stringify(drafts.map(({ message }) => valuesOf(message))),
      drafts.filter(({ message }) => message.origin === "external").length
    ])
  const batched = Batches.make(run)
  return Object.assign(
    (message: Message.Message, instant: number) =>
      Effect.map(batched(message.threadId, { message, instant }), instantOf(instant)),
    {
      alone: (message: Message.Message, instant: number) =>
        Effect.map(run(message.threadId, [{ message, instant }]), instantOf(instant))
    }
  )
}

/** The way to insert of a database. */
export const make = (sql: SqlClient): Insert =>
  sql.onDialectOrElse({ pg: () => shared(sql), orElse: () => embedded(sql) })
