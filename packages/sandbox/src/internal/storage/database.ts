import * as Migrator from "@effect/sql/Migrator"
import * as SqlClient from "@effect/sql/SqlClient"
import { SqlError } from "@effect/sql/SqlError"
import * as PgClient from "@effect/sql-pg/PgClient"
import { OpenError } from "@inbox-effect/sqlite/OpenError"
import * as SqliteClient from "@inbox-effect/sqlite/SqliteClient"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { SandboxError } from "../../SandboxError.js"
import { isShared, nameOf } from "./databaseName.js"
import { migrations } from "./migrations.js"

/** The mark of a sandbox's file: "ibsb" in ASCII. */
const applicationId = 0x69_62_73_62

/** Files of sandboxes that did not mark them yet. */
const isUnmarked = (tables: ReadonlyArray<string>): boolean =>
  ["teams", "tokens", "threads", "messages"].every((table) => tables.includes(table))

/** Node gathers the failures to reach each address of a host, and gives the whole no message. */
const messageOf = (cause: unknown): string => {
  if (!(cause instanceof Error)) return String(cause)
  return cause instanceof AggregateError && cause.message === "" ? messageOf(cause.errors[0]) : cause.message
}

const cannotOpen = (database: string) => (cause: unknown) =>
  new SandboxError({
    reason: "Database",
    message: `The database ${nameOf(database)} cannot be opened: ${messageOf(cause)}`,
    cause
  })

/** Milliseconds that a statement waits for a lock of another process on a file. */
const busyMillis = 2_000

/** The same on PostgreSQL, where the sandboxes that share a database wait for each other's rows as well. */
const sharedBusyMillis = 5_000

const latestMigration = Math.max(...Object.keys(migrations).map((name) => Number.parseInt(name, 10)))

/** Fails where a later version has changed the tables: this one would not understand them. */
const refuseNewer = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const found = yield* Effect.either(
    sql<{ readonly latest: number | null }>`SELECT MAX(migration_id) AS latest FROM effect_sql_migrations`
  )
  if (Either.isLeft(found)) return
  if (Number(found.right[0]?.latest ?? 0) > latestMigration) {
    yield* Effect.fail(new Error("a newer version of the sandbox has changed its tables: update this one"))
  }
})

const migrate = Effect.zipRight(refuseNewer, Migrator.make({})({ loader: Migrator.fromRecord(migrations) }))

const embedded = (database: string) =>
  Layer.effectDiscard(migrate).pipe(
    Layer.provideMerge(
      SqliteClient.layer({ filename: database, applicationId, adopt: isUnmarked, busyTimeout: busyMillis })
    )
  )

/** Any number: it only has to be the same in every sandbox. */
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
            const set = (statement: string) => connection.executeUnprepared(statement, [], undefined)
            const say = (statement: string) => connection.executeUnprepared(statement, [lockNumber], undefined)
            // Whoever holds this one is making the tables: that may last longer than a lock on a row.
            yield* Effect.acquireRelease(set("SET lock_timeout = 0"), () => Effect.ignore(set("RESET lock_timeout")))
            yield* Effect.acquireRelease(say("SELECT pg_advisory_lock($1)"), () =>
              Effect.ignore(say("SELECT pg_advisory_unlock($1)"))
            )
            return yield* effect
          })
        ),
      orElse: () => effect
    })
  )

/** A parameter of the URL that is not given already. */
const withLockTimeout = (url: string): string =>
  /[?&]lock_timeout=/.test(url) ? url : `${url}${url.includes("?") ? "&" : "?"}lock_timeout=${sharedBusyMillis}`

const shared = (url: string) =>
  Layer.effectDiscard(exclusively(migrate)).pipe(
    Layer.provideMerge(PgClient.layer({ url: Redacted.make(withLockTimeout(url)), applicationName: "inbox-sandbox" }))
  )

/** PostgreSQL's `lock_not_available`. */
const isLockTimeout = (cause: unknown): boolean =>
  typeof cause === "object" && cause !== null && "code" in cause && cause.code === "55P03"

/** Tells a failure that a lock of another process has caused. The statement has done nothing then. */
export const isBusy = (error: unknown): boolean =>
  error instanceof SqlError && (SqliteClient.isBusy(error) || isLockTimeout(error.cause))

const rootCause = (error: unknown): unknown =>
  error instanceof Error && error.cause !== undefined && !(error instanceof OpenError) ? rootCause(error.cause) : error

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
