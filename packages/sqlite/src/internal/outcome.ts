import { SqlError } from "@effect/sql/SqlError"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Schedule from "effect/Schedule"

/** The rows that a statement returns. */
export type Rows = ReadonlyArray<Record<string, unknown>>

/** The outcome of a statement: its rows or its failure. */
export type Outcome = Either.Either<Rows, SqlError>

/** Runs a statement now. */
export const attempt = (run: () => Rows): Outcome =>
  Either.try({ try: run, catch: (cause) => new SqlError({ cause, message: "The statement failed" }) })

const busyCodes = /^SQLITE_BUSY/

/** Tells whether a failure of the driver says that somebody else holds a lock. The statement has done nothing then. */
export const isBusyCause = (cause: unknown): boolean =>
  typeof cause === "object" && cause !== null && "code" in cause && busyCodes.test(String(cause.code))

/** Tells whether a failed statement waits for a lock of another process. */
export const isBusy = (error: SqlError): boolean => isBusyCause(error.cause)

/** Waits of 1, 2, 4 ... up to 50 milliseconds, as long as the time-out allows. */
const waits = (busyMillis: number) =>
  Schedule.exponential("1 millis", 2).pipe(Schedule.union(Schedule.spaced("50 millis")), Schedule.upTo(busyMillis))

/**
 * Completes a statement: one that met a lock is tried again between short waits, in which everything else goes on. The
 * driver's own way to wait would hold up the whole process.
 */
export const completing = (busyMillis: number) => {
  const schedule = waits(busyMillis)
  return (outcome: Outcome, again: Effect.Effect<Rows, SqlError>): Effect.Effect<Rows, SqlError> =>
    Either.isLeft(outcome) && isBusy(outcome.left) ? Effect.retry(again, { while: isBusy, schedule }) : outcome
}
