import { resolve } from "node:path"
import { pathToFileURL } from "node:url"
import * as Migrator from "@effect/sql/Migrator"
import * as SqlClient from "@effect/sql/SqlClient"
import * as LibsqlClient from "@effect/sql-libsql/LibsqlClient"
import * as Libsql from "@libsql/client"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { SandboxError } from "../SandboxError.js"
import { migrations } from "./migrations.js"

/** The name that stands for a database in memory. */
export const memory = ":memory:"

/**
 * The stock client runs a transaction on its connection and opens another one afterwards: settings are lost, and a
 * database in memory comes back empty. This one keeps everything on one connection. It stays correct because
 * statements run one at a time: the driver is synchronous, and `SqlClient` lets nothing in while a transaction is open.
 */
const onOneConnection = (client: Libsql.Client): Libsql.Client => {
  const execute = (statement: Libsql.InStatement) => client.execute(statement)
  const transaction = async () => {
    await execute("BEGIN IMMEDIATE")
    const commit = async () => void (await execute("COMMIT"))
    const rollback = async () => void (await execute("ROLLBACK"))
    return { execute, commit, rollback } as Libsql.Transaction
  }
  return { execute, transaction } as Libsql.Client
}

const cannotOpen = (database: string) => (cause: unknown) =>
  new SandboxError({
    reason: "Database",
    message: `The database ${database} cannot be opened: ${cause instanceof Error ? cause.message : String(cause)}`,
    cause
  })

const open = (database: string) =>
  Effect.acquireRelease(
    Effect.try({
      try: () => Libsql.createClient({ url: database === memory ? memory : pathToFileURL(resolve(database)).href }),
      catch: cannotOpen(database)
    }),
    (client) => Effect.sync(() => client.close())
  )

/** WAL with `synchronous = NORMAL` makes a commit cost microseconds, and loses nothing when the process is killed. */
const settings = ["journal_mode = WAL", "synchronous = NORMAL", "busy_timeout = 5000", "foreign_keys = ON"]

const prepare = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* Effect.forEach(settings, (setting) => sql.unsafe(`PRAGMA ${setting}`), { discard: true })
  yield* Migrator.make({})({ loader: Migrator.fromRecord(migrations) })
})

/** An embedded database with the tables in place: `:memory:`, or the path of a file that is made when missing. */
export const layer = (database: string): Layer.Layer<SqlClient.SqlClient, SandboxError> =>
  Layer.unwrapScoped(
    Effect.map(open(database), (client) => {
      const sql = LibsqlClient.layer({ liveClient: onOneConnection(client) })
      return Layer.effectDiscard(prepare).pipe(Layer.provideMerge(sql))
    })
  ).pipe(Layer.catchAllCause((cause) => Layer.fail(toSandboxError(database)(Cause.squash(cause)))))

const toSandboxError = (database: string) => (error: unknown) =>
  error instanceof SandboxError ? error : cannotOpen(database)(rootCause(error))

const rootCause = (error: unknown): unknown =>
  error instanceof Error && error.cause !== undefined ? rootCause(error.cause) : error
