/**
 * A client of `@effect/sql` for SQLite databases, in memory and in files.
 *
 * @since 0.1.0
 */

/**
 * A lock on a file.
 *
 * @since 0.1.0
 */
export * as FileLock from "./FileLock.js"

/**
 * Why a database cannot be opened.
 *
 * @since 0.1.0
 */
export * as OpenError from "./OpenError.js"

/**
 * The client.
 *
 * @since 0.1.0
 */
export * as SqliteClient from "./SqliteClient.js"
