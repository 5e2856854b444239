import type * as SqlConnection from "@effect/sql/SqlConnection"
import type { SqlError } from "@effect/sql/SqlError"
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Stream from "effect/Stream"
import type Database from "libsql"
import { attempt, completing, type Outcome, type Rows } from "./outcome.js"

type Arguments = ReadonlyArray<unknown>

/** Runs a prepared statement, for its rows. */
type Run = (args: Arguments) => Rows

const maxPrepared = 200

/** Keeps statements prepared: to prepare one costs more than to run it. */
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
export const isInTransaction = (database: Database.Database): boolean => database.open && database.inTransaction

/**
 * Runs a statement that is not prepared. One that begins a transaction has to be: a prepared statement that meets a lock
 * keeps what it was about to read, and with that the connection can never write again.
 */
const executing = (database: Database.Database) => (sql: string) =>
  attempt(() => {
    database.exec(sql)
    return []
  })

/**
 * Runs statements in one transaction: to commit costs more than to insert. A statement that fails undoes itself and no
 * other. Where one ends the transaction, or nothing can be committed, all of them fail.
 */
const together = (database: Database.Database, statements: ReadonlyArray<() => Rows>): ReadonlyArray<Outcome> => {
  const control = executing(database)
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

/** Runs a statement, for its rows. */
export type Execute = (sql: string, args: Arguments) => Effect.Effect<Rows, SqlError>

/** Number of statements in one transaction at most, so that none holds up the loop for long. */
const maxTogether = 500

/** Runs statements at the end of the turn of the event loop, together with all others that this turn brought. */
const gathering = (
  database: Database.Database,
  prepare: (sql: string) => Run,
  complete: ReturnType<typeof completing>
): Execute => {
  const waiting: Array<{ readonly run: () => Rows; readonly resume: (outcome: Outcome) => void }> = []
  let isScheduled = false

  const schedule = () => {
    if (isScheduled) return
    isScheduled = true
    setImmediate(flush)
  }

  const flush = () => {
    isScheduled = false
    if (isInTransaction(database)) return schedule()
    const due = waiting.splice(0, maxTogether)
    const outcomes = together(
      database,
      due.map(({ run }) => run)
    )
    if (waiting.length > 0) schedule()
    for (const [{ resume }, outcome] of Arr.zip(due, outcomes)) resume(outcome)
  }

  const gather = (sql: string, args: Arguments, then: (outcome: Outcome) => Effect.Effect<Rows, SqlError>) =>
    Effect.async<Rows, SqlError>((resume) => {
      waiting.push({
        run: () => prepare(sql)(args),
        resume: (outcome) => resume(Either.isRight(outcome) ? Effect.succeed(outcome.right) : then(outcome))
      })
      schedule()
    })

  return (sql, args) =>
    gather(sql, args, (outcome) =>
      complete(
        outcome,
        gather(sql, args, (later) => later)
      )
    )
}

const writing = /^\s*(?:INSERT|UPDATE|DELETE|REPLACE|CREATE|DROP|ALTER|WITH\b[\s\S]*\b(?:INSERT|UPDATE|DELETE)\b)/i

const controlling = /^(?:BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE)\b/

/**
 * The database as a SQL client wants to see it. The driver is synchronous, so no statement has to wait for itself; one
 * that meets a lock of another process waits up to `busyMillis` milliseconds for it.
 */
export const connectionTo = (
  database: Database.Database,
  busyMillis: number
): SqlConnection.Connection & { readonly run: Execute } => {
  const prepare = preparing(database)
  const complete = completing(busyMillis)
  const runLater = gathering(database, prepare, complete)

  const control = executing(database)

  /** Runs a statement of control. If a transaction could not begin, or SQLite has ended it, there is nothing to roll back. */
  const runControl = (sql: string) =>
    sql === "ROLLBACK" && !isInTransaction(database) ? Either.right([]) : control(sql)

  const runNow = (sql: string, args: Arguments): Outcome =>
    controlling.test(sql) ? runControl(sql) : attempt(() => prepare(sql)(args))

  const run: Execute = (sql, args) =>
    Effect.suspend(() =>
      writing.test(sql) && !isInTransaction(database)
        ? runLater(sql, args)
        : complete(
            runNow(sql, args),
            Effect.suspend(() => runNow(sql, args))
          )
    )

  const execute: SqlConnection.Connection["execute"] = (sql, args, transform) =>
    transform === undefined ? run(sql, args) : Effect.map(run(sql, args), transform)

  return {
    run,
    execute,
    executeUnprepared: execute,
    executeRaw: run,
    executeValues: (sql, args) => Effect.map(run(sql, args), (rows) => rows.map((row) => Object.values(row))),
    executeStream: (sql, args, transform) => Stream.fromIterableEffect(execute(sql, args, transform))
  }
}
