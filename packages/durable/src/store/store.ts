/** The database, as everything here asks it: one statement at a time, tried again while it does not answer. */
import * as SqlClient from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import type * as Statement from "@effect/sql/Statement"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import { StoreUnavailable } from "../DurableError.js"
import { codeOf, isDuplicate } from "./failure.js"
import * as point from "./point.js"

/** A value that has to be unique is there already. */
export class Duplicate extends Data.TaggedError("Duplicate") {}

/** Makes a statement of the moment it is run at, in milliseconds since the Unix epoch. */
type Make<A> = (now: Statement.Fragment) => Effect.Effect<A, SqlError>

/** The access of a ledger or an outbox to its rows. */
export interface Store {
  readonly sql: SqlClient.SqlClient
  /** Runs a statement; `operation` completes the sentence "the database failed while it should ...". */
  readonly run: <A>(operation: string, make: Make<A>) => Effect.Effect<A, StoreUnavailable>
  /** Runs a statement that fails where a unique value is taken. */
  readonly runUnique: <A>(operation: string, make: Make<A>) => Effect.Effect<A, StoreUnavailable | Duplicate>
  /** Runs a statement once, in the transaction of the caller where there is one. */
  readonly runOnce: <A>(operation: string, make: Make<A>) => Effect.Effect<A, StoreUnavailable>
}

const retrying = (patience: Duration.DurationInput) =>
  Schedule.exponential("20 millis", 2).pipe(
    Schedule.union(Schedule.spaced("1 second")),
    Schedule.jittered,
    Schedule.upTo(patience)
  )

/** A statement of the ledger must be committed at once, whatever transaction its caller is in. */
const outside = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.mapInputContext(
    effect,
    (context: Context.Context<R>) => Context.omit(SqlClient.TransactionConnection)(context) as Context.Context<R>
  )

/** The clock of a database server is one for all processes; that of an embedded database is this process's. */
const withNow =
  (sql: SqlClient.SqlClient) =>
  <A>(make: Make<A>): Effect.Effect<A, SqlError> =>
    sql.onDialectOrElse({
      pg: () => make(sql.literal("(extract(epoch from statement_timestamp()) * 1000)::bigint")),
      orElse: () => Effect.flatMap(Clock.currentTimeMillis, (now) => make(sql`${now}`))
    })

/** Makes a store that tries a statement again for as long as `patience` says. */
export const make = (patience: Duration.DurationInput): Effect.Effect<Store, never, SqlClient.SqlClient> =>
  Effect.map(SqlClient.SqlClient, (client) => {
    const sql = client.withoutTransforms()
    const at = withNow(sql)
    const unavailable = (operation: string) => (error: SqlError) => {
      const code = codeOf(error)
      return new StoreUnavailable(code === undefined ? { operation } : { operation, code })
    }
    const runUnique: Store["runUnique"] = (operation, make) =>
      point.around(
        operation,
        at(make).pipe(
          outside,
          Effect.catchIf(isDuplicate, () => new Duplicate()),
          Effect.retry({
            schedule: retrying(patience),
            while: (error) => error._tag === "SqlError"
          }),
          Effect.catchTag("SqlError", (error) => unavailable(operation)(error))
        )
      )
    return {
      sql,
      runUnique,
      run: (operation, make) =>
        Effect.catchTag(runUnique(operation, make), "Duplicate", () => new StoreUnavailable({ operation })),
      runOnce: (operation, make) => Effect.mapError(at(make), unavailable(operation))
    }
  })

/** Tells that the caller is in a transaction. */
export const isInTransaction: Effect.Effect<boolean> = Effect.map(Effect.context<never>(), (context) =>
  Option.isSome(Context.getOption(context, SqlClient.TransactionConnection))
)
