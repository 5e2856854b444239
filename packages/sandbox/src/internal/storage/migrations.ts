import * as SqlClient from "@effect/sql/SqlClient"
import * as Effect from "effect/Effect"

type Words = { readonly number: string; readonly triggers: ReadonlyArray<string> }

/** Counts kept on SQLite by triggers, and on PostgreSQL by the statements that hold the row of the thread anyway. */
const countingTriggers: ReadonlyArray<string> = [
  `CREATE TRIGGER messages_added AFTER INSERT ON messages BEGIN
    UPDATE threads SET message_count = message_count + 1, inbound_count = inbound_count + (NEW.origin = 'external')
    WHERE id = NEW.thread_id;
  END`,
  `CREATE TRIGGER messages_removed AFTER DELETE ON messages BEGIN
    UPDATE threads SET message_count = message_count - 1, inbound_count = inbound_count - (OLD.origin = 'external')
    WHERE id = OLD.thread_id;
  END`
]

/** The dialects' words for a column that numbers the rows in the order in which they come. */
const sqlite: Words = { number: "INTEGER PRIMARY KEY AUTOINCREMENT", triggers: countingTriggers }
const postgres: Words = { number: "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY", triggers: [] }

const statements = (make: (words: Words) => ReadonlyArray<string>) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) =>
    Effect.forEach(
      make(sql.onDialectOrElse({ pg: () => postgres, orElse: () => sqlite })),
      (statement) => sql.unsafe(statement),
      { discard: true }
    )
  )

const initial = statements(({ number }) => [
  `CREATE TABLE teams (
    id TEXT PRIMARY KEY NOT NULL,
    created_at BIGINT NOT NULL
  )`,
  `CREATE TABLE tokens (
    hash TEXT PRIMARY KEY NOT NULL,
    team_id TEXT NOT NULL REFERENCES teams (id),
    created_at BIGINT NOT NULL
  )`,
  `CREATE TABLE threads (
    id TEXT PRIMARY KEY NOT NULL,
    team_id TEXT NOT NULL REFERENCES teams (id),
    account_link_id TEXT NOT NULL,
    external_id TEXT NOT NULL,
    created_at BIGINT NOT NULL
  )`,
  `CREATE TABLE messages (
    sequence ${number},
    id TEXT UNIQUE NOT NULL,
    thread_id TEXT NOT NULL REFERENCES threads (id),
    team_id TEXT NOT NULL REFERENCES teams (id),
    platform TEXT NOT NULL,
    user_id TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT,
    platform_id TEXT,
    content TEXT NOT NULL,
    campaign_id TEXT,
    author_id TEXT NOT NULL,
    origin TEXT,
    reply_data TEXT NOT NULL,
    forward_data TEXT NOT NULL,
    entities TEXT NOT NULL,
    attachment TEXT NOT NULL,
    reactions TEXT NOT NULL,
    is_encrypted SMALLINT,
    is_edited SMALLINT NOT NULL,
    deleted_at BIGINT,
    platform_deleted_at BIGINT
  )`,
  "CREATE INDEX messages_thread ON messages (thread_id, sequence)"
])

const teamPlans = statements(() => ["ALTER TABLE teams ADD COLUMN outbound_addon SMALLINT NOT NULL DEFAULT 0"])

/** `last_at`: no message of the thread is newer. */
const threadInstants = statements(() => ["ALTER TABLE threads ADD COLUMN last_at BIGINT NOT NULL DEFAULT 0"])

/** The requests of a team that count, numbered without a gap. */
const requests = statements(() => [
  "ALTER TABLE teams ADD COLUMN requests BIGINT NOT NULL DEFAULT 0",
  `CREATE TABLE requests (
    team_id TEXT NOT NULL REFERENCES teams (id),
    number BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (team_id, number)
  )`,
  "CREATE INDEX requests_at ON requests (team_id, at, number)"
])

/** The number of messages in each thread, so that nobody has to count them, and where its inbound ones are. */
const threadCounts = statements(({ triggers }) => [
  "ALTER TABLE threads ADD COLUMN message_count BIGINT NOT NULL DEFAULT 0",
  "ALTER TABLE threads ADD COLUMN inbound_count BIGINT NOT NULL DEFAULT 0",
  `UPDATE threads SET
    message_count = (SELECT COUNT(*) FROM messages WHERE thread_id = threads.id),
    inbound_count = (SELECT COUNT(*) FROM messages WHERE thread_id = threads.id AND origin = 'external')`,
  "CREATE INDEX messages_inbound ON messages (thread_id, sequence) WHERE origin = 'external'",
  ...triggers
])

/** The history of the tables, in the order in which it is applied. What has been released is never edited. */
export const migrations = {
  "0001_initial": initial,
  "0002_team_plans": teamPlans,
  "0003_thread_instants": threadInstants,
  "0004_requests": requests,
  "0005_thread_counts": threadCounts
}
