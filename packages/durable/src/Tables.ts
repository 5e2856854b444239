/**
 * The tables of ledger and outbox, `inbox_sends` and `inbox_settings`, in PostgreSQL or SQLite.
 *
 * @since 0.1.0
 */
import * as Migrator from "@effect/sql/Migrator"
import * as SqlClient from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Predicate from "effect/Predicate"
import * as Schedule from "effect/Schedule"
import { TablesUnavailable } from "./DurableError.js"
import { codeOf } from "./store/failure.js"
import { migrations } from "./store/migrations.js"

/**
 * Stands for tables that are up to date.
 *
 * @since 0.1.0
 * @category tags
 */
export class Tables extends Context.Tag("@inbox-effect/durable/Tables")<
  Tables,
  {
    /** The key of the digests by which equal requests are known again once their texts are forgotten. */
    readonly secret: string
  }
>() {}

const migrate = Migrator.make({})({ loader: Migrator.fromRecord(migrations), table: "inbox_migrations" })

/** Whatever number: it only has to be the same in every process. */
const lockNumber = 3_140_927

/** One process at a time: two that make the same tables at once fail, `IF NOT EXISTS` or not. */
const alone = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E | SqlError, R | SqlClient.SqlClient> =>
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

const reasonOf = (cause: Cause.Cause<unknown>): string => {
  const failure = Cause.squash(cause)
  const code = codeOf(failure)
  const message = Predicate.hasProperty(failure, "message") ? String(failure.message) : "unknown"
  return code === undefined ? message : `${message} (${code})`
}

/** A server that starts, ends or is short of connections will answer in a while. */
const mayPass = (failure: unknown): boolean => /^(08|53|57|ECONN|EPIPE|ENOENT)/.test(codeOf(failure) ?? "08")

const patience = Schedule.spaced("250 millis").pipe(Schedule.upTo("10 seconds"))

/**
 * Makes the tables, or brings them up to date. Any number of processes may do so at once.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<Tables, TablesUnavailable, SqlClient.SqlClient> = Layer.effect(
  Tables,
  Effect.gen(function* () {
    yield* alone(migrate)
    const sql = yield* SqlClient.SqlClient
    const rows = yield* sql<{ readonly value: string }>`SELECT value FROM inbox_settings WHERE name = 'digest'`
    const [secret] = rows
    return secret === undefined
      ? yield* new TablesUnavailable({ reason: "inbox_settings has no key for digests" })
      : { secret: secret.value }
  }).pipe(
    Effect.sandbox,
    Effect.retry({ schedule: patience, while: (cause) => mayPass(Cause.squash(cause)) }),
    Effect.catchAll((cause) =>
      Cause.isInterruptedOnly(cause) ? Effect.interrupt : new TablesUnavailable({ reason: reasonOf(cause) })
    )
  )
)
