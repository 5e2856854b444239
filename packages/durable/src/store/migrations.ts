/** The tables, and their history. */
import { randomBytes } from "node:crypto"
import * as SqlClient from "@effect/sql/SqlClient"
import * as Effect from "effect/Effect"

interface Words {
  readonly number: string
  /** Room in each page for the next version of a row, so that a change of state stays in its page. */
  readonly room: string
}

const sqlite: Words = { number: "INTEGER PRIMARY KEY AUTOINCREMENT", room: "" }
const postgres: Words = {
  number: "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
  room: "WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02)"
}

/**
 * One row for each message. Times are in milliseconds since the Unix epoch, by the clock of the database. `due_at` is
 * when to look at the row next; for `sending` and `reconciling` it is when their holder is given up. `content` is JSON,
 * since a text may hold characters that a database does not take. A row is open until `settled_at` is set. `driven`
 * rows belong to the outbox.
 */
const initial = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const { number, room } = sql.onDialectOrElse({ pg: () => postgres, orElse: () => sqlite })
  const statements = [
    `CREATE TABLE inbox_sends (
      number ${number},
      key VARCHAR(255) NOT NULL,
      thread_id TEXT NOT NULL,
      digest TEXT NOT NULL,
      content TEXT,
      reply_to TEXT,
      driven SMALLINT NOT NULL,
      state TEXT NOT NULL,
      attempt INTEGER NOT NULL,
      holder TEXT,
      due_at BIGINT NOT NULL,
      window_from BIGINT,
      window_until BIGINT,
      unknown_since BIGINT,
      message_id TEXT,
      error TEXT,
      evidence TEXT,
      settled_by TEXT,
      created_at BIGINT NOT NULL,
      changed_at BIGINT NOT NULL,
      settled_at BIGINT
    ) ${room}`,
    "CREATE UNIQUE INDEX inbox_sends_key ON inbox_sends (key)",
    "CREATE INDEX inbox_sends_open ON inbox_sends (thread_id, number) WHERE settled_at IS NULL AND driven = 1",
    "CREATE UNIQUE INDEX inbox_sends_message ON inbox_sends (thread_id, message_id) WHERE message_id IS NOT NULL",
    "CREATE INDEX inbox_sends_doubt ON inbox_sends (changed_at) WHERE state = 'doubt'",
    "CREATE INDEX inbox_sends_dead ON inbox_sends (settled_at) WHERE state = 'refused'",
    "CREATE INDEX inbox_sends_settled ON inbox_sends (settled_at) WHERE settled_at IS NOT NULL",
    "CREATE INDEX inbox_sends_text ON inbox_sends (settled_at) WHERE settled_at IS NOT NULL AND content IS NOT NULL",
    "CREATE INDEX inbox_sends_digest ON inbox_sends (digest)",
    "CREATE TABLE inbox_settings (name VARCHAR(255) PRIMARY KEY NOT NULL, value TEXT NOT NULL)"
  ]
  yield* Effect.forEach(statements, (statement) => sql.unsafe(statement), { discard: true })
  const secret = yield* Effect.sync(() => randomBytes(32).toString("hex"))
  yield* sql`INSERT INTO inbox_settings (name, value) VALUES ('digest', ${secret})`
})

/** The runners of a PostgreSQL, each with when it was heard of last, and the shards that they hold. */
const runners = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const statements = sql.onDialectOrElse({
    pg: () => [
      "CREATE TABLE inbox_runners (address TEXT PRIMARY KEY, runner TEXT NOT NULL, heard_at BIGINT NOT NULL)",
      "CREATE TABLE inbox_shards (shard TEXT PRIMARY KEY, runner TEXT NOT NULL)"
    ],
    orElse: () => []
  })
  yield* Effect.forEach(statements, (statement) => sql.unsafe(statement), { discard: true })
})

/** The history of the tables, in the order in which it is applied. What has been released is never edited. */
export const migrations = { "0001_initial": initial, "0002_runners": runners }
