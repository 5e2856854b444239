import { existsSync } from "node:fs"
import { dirname, resolve } from "node:path"
import * as Migrator from "@effect/sql/Migrator"
import * as SqlClient from "@effect/sql/SqlClient"
import * as LibsqlClient from "@effect/sql-libsql/LibsqlClient"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import Database from "libsql"
import { SandboxError } from "../SandboxError.js"
import { migrations } from "./migrations.js"

/** The name that stands for a database in memory. */
export const memory = ":memory:"

type LiveClient = LibsqlClient.LibsqlClientConfig.Live["liveClient"]

type Arguments = ReadonlyArray<unknown>

const maxPrepared = 200

/**
 * The database as the SQL client wants to see it, on one connection. The stock client opens another connection after
 * each transaction (settings are lost, and a database in memory comes back empty), and prepares every statement anew,
 * which costs more than running it. One connection is right because the driver is synchronous and the SQL client lets
 * nothing in while a transaction is open.
 */
const onOneConnection = (database: Database.Database): LiveClient => {
  const prepared = new Map<string, Database.Statement>()

  const prepare = (sql: string): Database.Statement => {
    const known = prepared.get(sql)
    if (known !== undefined) {
      return known
    }
    if (prepared.size === maxPrepared) prepared.clear()
    const statement = database.prepare(sql)
    prepared.set(sql, statement)
    return statement
  }

  const execute = async ({ args, sql }: { readonly sql: string; readonly args: Arguments }) => {
    const statement = prepare(sql)
    if (statement.reader) {
      return { rows: statement.all(args) }
    }
    statement.run(args)
    return { rows: [] }
  }

  const transaction = async () => {
    database.exec("BEGIN IMMEDIATE")
    const commit = async () => void database.exec("COMMIT")
    const rollback = async () => void database.exec("ROLLBACK")
    return { execute, commit, rollback }
  }

  return { execute, transaction } as unknown as LiveClient
}

const whyNot = (database: string, cause: unknown): string =>
  existsSync(dirname(resolve(database)))
    ? String(cause instanceof Error ? cause.message : cause)
    : "the folder that it should be in does not exist"

const cannotOpen = (database: string) => (cause: unknown) =>
  new SandboxError({
    reason: "Database",
    message: `The database ${database} cannot be opened: ${whyNot(database, cause)}`,
    cause
  })

const open = (database: string) =>
  Effect.acquireRelease(
    Effect.try({
      try: () => new Database(database === memory ? memory : resolve(database)),
      catch: cannotOpen(database)
    }),
    (connection) => Effect.sync(() => connection.close())
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
    Effect.map(open(database), (connection) => {
      const sql = LibsqlClient.layer({ liveClient: onOneConnection(connection) })
      return Layer.effectDiscard(prepare).pipe(Layer.provideMerge(sql))
    })
  ).pipe(Layer.catchAllCause((cause) => Layer.fail(toSandboxError(database)(Cause.squash(cause)))))

const toSandboxError = (database: string) => (error: unknown) =>
  error instanceof SandboxError ? error : cannotOpen(database)(rootCause(error))

const rootCause = (error: unknown): unknown =>
  error instanceof Error && error.cause !== undefined ? rootCause(error.cause) : error
