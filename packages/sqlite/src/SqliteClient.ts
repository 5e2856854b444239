/**
 * A client of `@effect/sql` for one SQLite database, in memory or in a file.
 *
 * @since 0.1.0
 */
import { resolve } from "node:path"
import * as Reactivity from "@effect/experimental/Reactivity"
import * as SqlClient from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import * as Statement from "@effect/sql/Statement"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import Database from "libsql"
import { connectionTo, type Execute, isInTransaction } from "./internal/connection.js"
import { claim } from "./internal/file.js"
import { whileLocked } from "./internal/opening.js"
import * as Outcome from "./internal/outcome.js"
import type { OpenError } from "./OpenError.js"

/**
 * The name that stands for a database in memory.
 *
 * @since 0.1.0
 * @category constants
 */
export const memory = ":memory:"

/**
 * Options of a client.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** The path of a file, made when missing, or {@link memory}. */
  readonly filename: string
  /**
   * The number that marks files of this application (`PRAGMA application_id`), from 1 to 2,147,483,647. A file that is
   * marked with another is refused, and nothing is written into it.
   */
  readonly applicationId: number
  /** Decides by the names of its tables whether a file without a mark is one of ours. Default: none is. */
  readonly adopt?: ((tables: ReadonlyArray<string>) => boolean) | undefined
  /**
   * Duration that a statement waits for a lock of another process before it fails, while everything else goes on.
   * Default: 5 seconds.
   */
  readonly busyTimeout?: Duration.DurationInput | undefined
}

/**
 * Tells that a statement failed because another process held a lock for longer than the time-out. It has done nothing.
 *
 * @since 0.1.0
 * @category guards
 */
export const isBusy: (error: SqlError) => boolean = Outcome.isBusy

/** Milliseconds that the end of a client waits for readers in other processes. */
const closingMillis = 250

/** Moves what stands in the log into the file, so that the file alone has everything, and closes it. */
const close = (database: Database.Database): void => {
  try {
    database.exec(`PRAGMA busy_timeout = ${closingMillis}`)
    database.prepare("PRAGMA wal_checkpoint(TRUNCATE)").all()
  } catch {
    // Another process is at work: the log stays, and belongs to the database as before.
  }
  database.close()
}

/** WAL with `synchronous = NORMAL` makes a commit cost microseconds, and loses nothing when the process is killed. */
const settings = ["journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"]

/** The mark comes first: it goes into the file itself, not into the log. */
const prepare = (database: Database.Database, applicationId: number): void => {
  const [row] = database.prepare("PRAGMA application_id").all() as ReadonlyArray<Record<string, unknown>>
  if (row?.application_id !== applicationId) database.exec(`PRAGMA application_id = ${applicationId}`)
  for (const setting of settings) database.exec(`PRAGMA ${setting}`)
}

/** A connection that met a lock while it was set up is not used again: the driver leaves it in an open transaction. */
const openOnce = ({ adopt = () => false, applicationId, filename }: Options): Database.Database => {
  const path = filename === memory ? memory : resolve(filename)
  if (path !== memory) claim(path, { adopt, applicationId })
  const database = new Database(path)
  try {
    prepare(database, applicationId)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

const open = (options: Options, busyMillis: number) =>
  Effect.acquireRelease(
    whileLocked(() => openOnce(options), Schedule.spaced("20 millis").pipe(Schedule.upTo(busyMillis))),
    (database) => Effect.sync(() => close(database))
  )

/**
 * Opens a database until the scope closes.
 *
 * All statements go over one connection, which a statement outside of a transaction waits for while one is open.
 * Statements that write, and that one turn of the event loop brings, are one transaction, in which one that fails undoes
 * itself alone. At the end everything is in the file.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (options: Options): Effect.Effect<SqlClient.SqlClient, OpenError, Scope.Scope> =>
  Effect.gen(function* () {
    const busyMillis = Duration.toMillis(options.busyTimeout ?? "5 seconds")
    const database = yield* open(options, busyMillis)
    const own = connectionTo(database, busyMillis)
    const connection = Effect.succeed(own)
    const semaphore = yield* Effect.makeSemaphore(1)
    const inTurn = semaphore.withPermits(1)(connection)
    const acquirer = Effect.suspend(() => (isInTransaction(database) ? inTurn : connection))
    const client = yield* SqlClient.make({
      acquirer,
      transactionAcquirer: Effect.zipRight(
        Effect.acquireRelease(semaphore.take(1), () => semaphore.release(1)),
        connection
      ),
      beginTransaction: "BEGIN IMMEDIATE",
      compiler: Statement.makeCompilerSqlite(),
      spanAttributes: [["db.system.name", "sqlite"]]
    }).pipe(Effect.provide(Reactivity.layer))
    if (options.filename === memory) inMemory.add(client)
    bare.set(client, (text, values) =>
      Effect.suspend(() =>
        isInTransaction(database) ? Effect.flatMap(inTurn, ({ run }) => run(text, values)) : own.run(text, values)
      )
    )
    return client
  })

/** The clients of databases in memory. */
const inMemory = new WeakSet<SqlClient.SqlClient>()

/**
 * Tells whether nobody but this client can write into its database: it is in memory, and was made here.
 *
 * @since 0.1.0
 * @category guards
 */
export const isAlone = (sql: SqlClient.SqlClient): boolean => inMemory.has(sql)

/** Ways around what `@effect/sql` does for each statement, by the clients that were made here. */
const bare = new WeakMap<SqlClient.SqlClient, Execute>()

/**
 * Runs a statement outside of any transaction, for its rows, and without what `@effect/sql` does around each: no span, no
 * transformer. It costs a third of what a statement costs elsewhere. With a client that is not of this module it is an
 * ordinary statement.
 *
 * @since 0.1.0
 * @category running
 */
export const execute = (
  sql: SqlClient.SqlClient,
  text: string,
  values: ReadonlyArray<unknown>
): Effect.Effect<ReadonlyArray<Record<string, unknown>>, SqlError> =>
  bare.get(sql)?.(text, values) ?? sql.unsafe<Record<string, unknown>>(text, [...values])

/**
 * {@link make} as a layer.
 *
 * @example
 * ```ts
 * import * as SqlClient from "@effect/sql/SqlClient"
 * import { SqliteClient } from "@inbox-effect/sqlite"
 * import { Effect } from "effect"
 *
 * export const program = Effect.flatMap(SqlClient.SqlClient, (sql) => sql`SELECT 1 AS one`).pipe(
 *   Effect.provide(SqliteClient.layer({ filename: ":memory:", applicationId: 1_852_797_029 }))
 * )
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: Options): Layer.Layer<SqlClient.SqlClient, OpenError> =>
  Layer.scoped(SqlClient.SqlClient, make(options))
