/**
 * The database of an outbox: a PostgreSQL, which any number of workers and applications share, or an SQLite file, for one
 * worker and the applications of the same machine.
 *
 * @since 0.1.0
 */
import type * as SqlClient from "@effect/sql/SqlClient"
import * as PgClient from "@effect/sql-pg/PgClient"
import * as SqliteClient from "@inbox-effect/sqlite/SqliteClient"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"

/**
 * The number that marks the SQLite files of an outbox.
 *
 * @since 0.1.0
 * @category constants
 */
export const applicationId = 0x69_62_6f_78

/**
 * The file of an outbox that is not told where to be.
 *
 * @since 0.1.0
 * @category defaults
 */
export const defaultFile = "inbox-outbox.db"

/**
 * The database cannot be opened. `reason` completes "the database cannot be opened: "; neither the URL nor a password is
 * part of it.
 *
 * @since 0.1.0
 * @category errors
 */
export class DatabaseUnavailable extends Schema.TaggedError<DatabaseUnavailable>(
  "@inbox-effect/durable/OutboxDatabase/DatabaseUnavailable"
)("DatabaseUnavailable", { reason: Schema.String }) {
  override get message(): string {
    return `The database cannot be opened: ${this.reason}`
  }
}

/** A connection that is never answered would keep its place among those that there may be. */
const connectTimeout = "10 seconds"

const isPostgres = (database: string): boolean => /^postgres(ql)?:\/\//i.test(database)

const isOtherUrl = (database: string): boolean => /^[a-z][a-z+]*:\/\//i.test(database)

const fail = (reason: string) => Layer.fail(new DatabaseUnavailable({ reason }))

/**
 * The database of a URL (`postgres://user:password@host/name`), or the path of a file, which is made when missing. A
 * URL may hold a password, so it is redacted.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (database: Redacted.Redacted): Layer.Layer<SqlClient.SqlClient, DatabaseUnavailable> => {
  const value = Redacted.value(database)
  if (isPostgres(value)) {
    return Layer.catchAll(PgClient.layer({ url: database, applicationName: "inbox-outbox", connectTimeout }), () =>
      fail("PostgreSQL does not answer, or refuses. Check the URL, and whether the server runs.")
    )
  }
  return isOtherUrl(value)
    ? fail("it has to be postgres://user:password@host/name, or the path of a file.")
    : Layer.catchAll(SqliteClient.layer({ filename: value, applicationId }), ({ message }) => fail(`${message}.`))
}
