/**
 * A lock that one process at a time holds, on a file.
 *
 * @since 0.1.0
 */
import { resolve } from "node:path"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import Database from "libsql"
import { unusable } from "./internal/unusable.js"
import type { OpenError } from "./OpenError.js"

/** The file is a database that stays empty: its lock is that of a transaction which is never ended. */
const lock = (path: string): Database.Database => {
  const database = new Database(resolve(path))
  try {
    database.exec("PRAGMA busy_timeout = 0; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE")
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/**
 * Locks a file, made when missing, until the scope closes. The operating system lets go of the lock when the process ends,
 * however it ends; and it tells processes apart in other containers, too, and on other machines where the file system
 * has locks. Fails with `Locked` where somebody else holds it, this process included.
 *
 * @since 0.1.0
 * @category constructors
 */
export const acquire = (path: string): Effect.Effect<void, OpenError, Scope.Scope> =>
  Effect.asVoid(
    Effect.acquireRelease(Effect.try({ try: () => lock(path), catch: unusable }), (database) =>
      Effect.sync(() => database.close())
    )
  )
