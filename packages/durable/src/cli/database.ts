/** The database that a command was told to use. */
import type * as SqlClient from "@effect/sql/SqlClient"
import * as PgClient from "@effect/sql-pg/PgClient"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { CliError } from "./error.js"

const isPostgres = (database: string): boolean => /^postgres(ql)?:\/\//i.test(database)

const cannotConnect = new CliError(
  1,
  "The database does not answer. Check the URL of --database, and whether the server runs."
)

/** The database of a URL. A password in it is in no message. */
export const layer = (database: Redacted.Redacted): Layer.Layer<SqlClient.SqlClient | PgClient.PgClient, CliError> =>
  isPostgres(Redacted.value(database))
    ? Layer.catchAllCause(PgClient.layer({ url: database, applicationName: "inbox-outbox" }), () =>
        Layer.fail(cannotConnect)
      )
    : Layer.fail(
        new CliError(2, "--database takes the URL of a PostgreSQL database: postgres://user:password@host/name")
      )
