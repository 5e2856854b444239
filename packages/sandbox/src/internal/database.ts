import { existsSync } from "node:fs"
import { dirname, resolve } from "node:path"
import * as Reactivity from "@effect/experimental/Reactivity"
import * as Migrator from "@effect/sql/Migrator"
import * as SqlClient from "@effect/sql/SqlClient"
import type * as SqlConnection from "@effect/sql/SqlConnection"
import { SqlError } from "@effect/sql/SqlError"
import * as Statement from "@effect/sql/Statement"
import * as PgClient from "@effect/sql-pg/PgClient"
import * as Arr from "effect/Array"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import Database from "libsql"
import { SandboxError } from "../SandboxError.js"
import { migrations } from "./migrations.js"

/** The name that stands for a database in memory. */
export const memory = ":memory:"

type Arguments = ReadonlyArray<unknown>

type Rows = ReadonlyArray<Record<string, unknown>>

/** Runs a prepared statement, for its rows. */
type Run = (args: Arguments) => Rows

const maxPrepared = 200

/** Statements are kept prepared: to prepare one costs more than to run it. */
const preparing = (database: Database.Database): ((sql: string) => Run) => {
  const prepared = new Map<string, Run>()

  return (sql) => {
    const known = prepared.get(sql)
    if (known !== undefined) {
      return known
    }
    if (prepared.size === maxPrepared) prepared.clear()
    const statement = database.prepare(sql)
    const run: Run = statement.reader
      ? (args) => statement.all(args) as Rows
      : (args) => {
          statement.run(args)
          return []
        }
    prepared.set(sql, run)
    return run
  }
}

/** The driver ends the process where it is asked about a connection that is closed. */
const isInTransaction = (database: Database.Database): boolean => database.open && database.inTransaction

type Outcome = Either.Either<Rows, SqlError>

const failed = (cause: unknown) => new SqlError({ cause, message: "The statement failed" })

const attempt = (run: () => Rows): Outcome => Either.try({ try: run, catch: failed })

/**
 * Runs statements in one transaction: to commit costs more than to insert. A statement that fails undoes itself and no
 * other. Where one ends the transaction, or nothing can be committed, all of them fail.
 */
const together = (database: Database.Database, statements: ReadonlyArray<() => Rows>): ReadonlyArray<Outcome> => {
  if (statements.length === 1) return statements.map(attempt)
  const control = (sql: string) =>
    attempt(() => {
      database.exec(sql)
      return []
    })
  const outcomes = Either.gen(function* () {
    yield* control("BEGIN IMMEDIATE")
    const each: Array<Outcome> = []
    for (const statement of statements) {
      each.push(attempt(statement))
      if (!isInTransaction(database)) break
    }
    yield* control("COMMIT")
    return each
  })
  if (isInTransaction(database)) control("ROLLBACK")
  return Either.getOrElse(outcomes, (error) => statements.map(() => Either.left(error)))
}

type Execute = (sql: string, args: Arguments) => Effect.Effect<Rows, SqlError>

/** Runs statements at the end of the turn of the event loop, together with all others that this turn brought. */
const gathering = (database: Database.Database, prepare: (sql: string) => Run): Execute => {
  let waiting: Array<{ readonly run: () => Rows; readonly resume: (outcome: Outcome) => void }> = []

  const flush = () => {
    if (isInTransaction(database)) {
      setImmediate(flush)
      return
    }
    const due = waiting
    waiting = []
    const outcomes = together(
      database,
      due.map(({ run }) => run)
    )
    for (const [{ resume }, outcome] of Arr.zip(due, outcomes)) resume(outcome)
  }

  return (sql, args) =>
    Effect.async((resume) => {
      if (waiting.push({ run: () => prepare(sql)(args), resume }) === 1) setImmediate(flush)
    })
}

const insertion = /^\s*INSERT\b/i

/** The database as the SQL client wants to see it. The driver is synchronous, so no statement has to wait for itself. */
const connectionTo = (database: Database.Database): SqlConnection.Connection => {
  const prepare = preparing(database)
  const runLater = gathering(database, prepare)

  const run: Execute = (sql, args) =>
    Effect.suspend(() =>
      insertion.test(sql) && !isInTransaction(database) ? runLater(sql, args) : attempt(() => prepare(sql)(args))
    )

  const execute: SqlConnection.Connection["execute"] = (sql, args, transform) =>
    transform === undefined ? run(sql, args) : Effect.map(run(sql, args), transform)

  return {
    execute,
    executeUnprepared: execute,
    executeRaw: run,
    executeValues: (sql, args) => Effect.map(run(sql, args), (rows) => rows.map((row) => Object.values(row))),
    executeStream: (sql, args, transform) => Stream.fromIterableEffect(execute(sql, args, transform))
  }
}

/**
 * A SQL client on one connection, which a statement outside of a transaction waits for while one is open. The stock
 * client for this driver opens another connection after each transaction (settings are lost, and a database in memory
 * comes back empty), prepares every statement anew, and lets a fiber wait for what is there already.
 */
const clientOf = (database: Database.Database) =>
  Effect.gen(function* () {
    const connection = Effect.succeed(connectionTo(database))
    const semaphore = yield* Effect.makeSemaphore(1)
    const inTurn = semaphore.withPermits(1)(connection)
    return yield* SqlClient.make({
      acquirer: Effect.suspend(() => (isInTransaction(database) ? inTurn : connection)),
      transactionAcquirer: Effect.zipRight(
        Effect.acquireRelease(semaphore.take(1), () => semaphore.release(1)),
        connection
      ),
      beginTransaction: "BEGIN IMMEDIATE",
      compiler: Statement.makeCompilerSqlite(),
      spanAttributes: [["db.system.name", "sqlite"]]
    })
  })

/** Node gathers the failures to reach each address of a host, and gives the whole no message. */
const messageOf = (cause: unknown): string => {
  if (!(cause instanceof Error)) return String(cause)
  return cause instanceof AggregateError && cause.message === "" ? messageOf(cause.errors[0]) : cause.message
}

const whyNot = (database: string, cause: unknown): string =>
  isShared(database) || existsSync(dirname(resolve(database)))
    ? messageOf(cause)
    : "the folder that it should be in does not exist"

const cannotOpen = (database: string) => (cause: unknown) =>
  new SandboxError({
    reason: "Database",
    message: `The database ${nameOf(database)} cannot be opened: ${whyNot(database, cause)}`,
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

const migrate = Migrator.make({})({ loader: Migrator.fromRecord(migrations) })

const prepareFile = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* Effect.forEach(settings, (setting) => sql.unsafe(`PRAGMA ${setting}`), { discard: true })
  yield* migrate
})

const embedded = (database: string) =>
  Layer.unwrapScoped(
    Effect.map(open(database), (connection) =>
      Layer.effectDiscard(prepareFile).pipe(
        Layer.provideMerge(Layer.effect(SqlClient.SqlClient, clientOf(connection))),
        Layer.provide(Reactivity.layer)
      )
    )
  )

/** Whatever number: it only has to be the same in every sandbox. */
const lockNumber = 5_113_271

/**
 * Runs an effect while no other process that asks for the same does, where several can share a database. The lock is of
 * a connection, and goes with it when the process dies.
 */
export const exclusively = <A, E, R>(
  effect: Effect.Effect<A, E, R>
): Effect.Effect<A, E | SqlError, R | SqlClient.SqlClient> =>
  Effect.flatMap(SqlClient.SqlClient, (sql) =>
    sql.onDialectOrElse({
      pg: () =>
        Effect.scoped(
          Effect.gen(function* () {
            const connection = yield* sql.reserve
            const say = (statement: string) => connection.executeUnprepared(statement, [lockNumber], undefined)
            yield* Effect.acquireRelease(say("SELECT pg_advisory_lock($1)"), () =>
              Effect.ignore(say("SELECT pg_advisory_unlock($1)"))
            )
            return yield* effect
          })
        ),
      orElse: () => effect
    })
  )

const shared = (url: string) =>
  Layer.effectDiscard(exclusively(migrate)).pipe(
    Layer.provideMerge(PgClient.layer({ url: Redacted.make(url), applicationName: "inbox-sandbox" }))
  )

/** Whether a database is a server that several processes can share. */
export const isShared = (database: string): boolean => /^postgres(ql)?:\/\//i.test(database)

/** A database as it may be shown: of a URL, neither the password nor the parameters. */
export const nameOf = (database: string): string => {
  if (!isShared(database)) return database
  const [, scheme, user, rest] = /^([a-z]+:\/\/)(?:([^:@/]*)(?::[^@]*)?@)?([^?#]*)/i.exec(database) ?? []
  return rest === undefined || rest.includes("@")
    ? "postgres://…"
    : `${scheme}${user === undefined ? "" : `${user}@`}${rest}`
}

const rootCause = (error: unknown): unknown =>
  error instanceof Error && error.cause !== undefined ? rootCause(error.cause) : error

const toSandboxError = (database: string) => (error: unknown) =>
  error instanceof SandboxError ? error : cannotOpen(database)(rootCause(error))

/**
 * A database with the tables in place: `:memory:`, the path of a file that is made when missing, or the URL of a
 * PostgreSQL database.
 */
export const layer = (database: string): Layer.Layer<SqlClient.SqlClient, SandboxError> =>
  (isShared(database) ? shared(database) : embedded(database)).pipe(
    Layer.catchAllCause((cause) => Layer.fail(toSandboxError(database)(Cause.squash(cause))))
  )
