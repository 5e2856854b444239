/**
 * A lock that one process at a time holds, on a file.
 *
 * @since 0.1.0
 */
import { accessSync, constants } from "node:fs"
import { resolve } from "node:path"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import Database from "libsql"
import { createMissing } from "./internal/file.js"
import { whileLocked } from "./internal/opening.js"
import type { OpenError } from "./OpenError.js"

/**
 * The file is a database that stays empty: its lock is that of a transaction which is never ended. It is never opened
 * otherwise, since that would let go of the lock; and one that may not be written is refused, since SQLite would lock it for
 * readers alone.
 */
const lock = (path: string): Database.Database => {
  createMissing(path)
  accessSync(path, constants.W_OK)
  const database = new Database(path)
  try {
    database.exec("PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE")
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** Two that take a lock at the same moment may both be in the other's way. */
const tries = Schedule.jittered(Schedule.spaced("20 millis")).pipe(Schedule.intersect(Schedule.recurs(5)))

/**
 * Locks a file, made when missing, until the scope closes. The operating system lets go of the lock when the process ends,
 * however it ends; and it tells processes apart in other containers, too, and on other machines where the file system
 * has locks. Fails with `Locked` where somebody else holds it, this process included, or where the file system has none.
 *
 * @since 0.1.0
 * @category constructors
 */
export const acquire = (path: string): Effect.Effect<void, OpenError, Scope.Scope> =>
  Effect.asVoid(
    Effect.acquireRelease(
      whileLocked(() => lock(resolve(path)), tries),
      (database) => Effect.sync(() => database.close())
    )
  )
