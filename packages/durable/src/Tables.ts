/**
 * The tables of ledger and outbox, `inbox_sends` and `inbox_settings`, in PostgreSQL or SQLite; in PostgreSQL also those
 * of the engines, `inbox_runners` and `inbox_shards`.
 *
 * @since 0.1.0
 */
import * as Migrator from "@effect/sql/Migrator"
import * as SqlClient from "@effect/sql/SqlClient"
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

const reasonOf = (cause: Cause.Cause<unknown>): string => {
  const failure = Cause.squash(cause)
  const code = codeOf(failure)
  const message = Predicate.hasProperty(failure, "message") ? String(failure.message) : "unknown"
  return code === undefined ? message : `${message} (${code})`
}

/**
 * A server that starts, ends or is short of connections will answer in a while. Of several processes that make the same
 * tables at once, one makes them, and the others find them at the next try.
 */
const mayPass = (failure: unknown): boolean =>
  /^(08|53|57|ECONN|EPIPE|ENOENT|23505|42(?:701|710|723|P0[167])|40P01|XX000)/.test(codeOf(failure) ?? "08")

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
    yield* migrate
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
