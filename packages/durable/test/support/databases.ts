import type { SqlClient } from "@effect/sql"
import { PgClient } from "@effect/sql-pg"
import { OutboxDatabase } from "@inbox-effect/durable"
import { SqliteClient } from "@inbox-effect/sqlite"
import { Effect, Layer, Redacted } from "effect"
import type * as Postgres from "../../../sandbox/test/support/postgres.js"

export { installed } from "../../../sandbox/test/support/postgres.js"

/** A database that a test has for itself. */
export interface Place {
  readonly name: string
  /** Clients of one new and empty database, each with connections of its own where the database can be shared. */
  readonly fresh: Effect.Effect<Layer.Layer<SqlClient.SqlClient>>
}

/** An embedded database in memory. */
export const sqlite: Place = {
  name: "SQLite",
  fresh: Effect.sync(() => Layer.orDie(OutboxDatabase.layer(Redacted.make(SqliteClient.memory))))
}

export const clientOf = (url: string, maxConnections = 20): Layer.Layer<SqlClient.SqlClient> =>
  Layer.orDie(PgClient.layer({ url: Redacted.make(url), maxConnections }))

/** A PostgreSQL, whose clients have so many connections. */
export interface PostgresPlace extends Place {
  readonly freshOf: (maxConnections: number) => Place["fresh"]
}

/** A PostgreSQL that the tests of a file share, with a schema for each test. */
export const postgres = (server: () => Postgres.Postgres): PostgresPlace => {
  const freshOf = (maxConnections?: number) =>
    Effect.suspend(() => Effect.map(server().fresh, (url) => clientOf(url, maxConnections)))
  return { name: "PostgreSQL", fresh: freshOf(), freshOf }
}
