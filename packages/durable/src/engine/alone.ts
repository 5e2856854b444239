/** One engine for an embedded database: a lock that goes with its process says so. */
import * as SqlClient from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { EngineRunning, TablesUnavailable } from "../DurableError.js"
import { codeOf } from "../store/failure.js"

/** The mark of a file that holds nothing but the lock. */
const applicationId = 0x69_62_6f_6c

const lockOn = (file: string): Effect.Effect<void, EngineRunning | TablesUnavailable, Scope.Scope> => {
  const failed = (cause: unknown) => {
    const code = codeOf(cause)
    return new TablesUnavailable({
      reason: `${file}-worker, the lock of the worker, cannot be opened${code === undefined ? "" : ` (${code})`}`
    })
  }
  return Effect.gen(function* () {
    // With PostgreSQL, the driver of SQLite is not loaded.
    const { isBusy, make } = yield* Effect.promise(() => import("@inbox-effect/sqlite/SqliteClient"))
    const lock = Effect.gen(function* () {
      const sql = yield* make({ filename: `${file}-worker`, applicationId, busyTimeout: "2 seconds" })
      const connection = yield* sql.reserve
      yield* connection.executeUnprepared("BEGIN EXCLUSIVE", [], undefined)
    })
    yield* Effect.catchTags(lock, {
      OpenError: (error) => (error.reason === "Locked" ? new EngineRunning({ file }) : failed(error)),
      SqlError: (error) => (isBusy(error) ? new EngineRunning({ file }) : failed(error))
    })
  })
}

const fileOf = (sql: SqlClient.SqlClient): Effect.Effect<string | undefined, SqlError> =>
  Effect.map(sql<{ readonly name: string; readonly file: string | null }>`PRAGMA database_list`, (databases) => {
    const file = databases.find(({ name }) => name === "main")?.file ?? ""
    return file === "" ? undefined : file
  })

/**
 * Keeps other engines away from the same SQLite file until the scope closes. Any number of engines share a PostgreSQL; a
 * database in memory is nobody else's.
 */
export const alone: Effect.Effect<void, EngineRunning | TablesUnavailable, SqlClient.SqlClient | Scope.Scope> =
  Effect.flatMap(SqlClient.SqlClient, (sql) =>
    sql.onDialectOrElse({
      sqlite: () =>
        fileOf(sql.withoutTransforms()).pipe(
          Effect.mapError(() => new TablesUnavailable({ reason: "the path of the database cannot be read" })),
          Effect.flatMap((file) => (file === undefined ? Effect.void : lockOn(file)))
        ),
      orElse: () => Effect.void
    })
  )
