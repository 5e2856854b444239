import * as SqlClient from "@effect/sql/SqlClient"
import * as Effect from "effect/Effect"

const statements = (...all: ReadonlyArray<string>) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) =>
    Effect.forEach(all, (statement) => sql.unsafe(statement), { discard: true })
  )

const initial = statements(
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
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
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
)

const teamPlans = statements("ALTER TABLE teams ADD COLUMN outbound_addon SMALLINT NOT NULL DEFAULT 0")

/** The history of the tables, in the order in which it is applied. What has been released is never edited. */
export const migrations = {
  "0001_initial": initial,
  "0002_team_plans": teamPlans
}
