/**
 * Why a database cannot be opened.
 *
 * @since 0.1.0
 */
import * as Data from "effect/Data"

/**
 * The kinds of reasons:
 *
 * - `NoFolder`: the folder that the file should be in does not exist
 * - `NotADatabase`: the file is something else
 * - `OtherApplication`: the file is a database of another application
 * - `Locked`: another process holds a lock on it
 * - `Unusable`: anything else, such as a file that may not be read
 *
 * @since 0.1.0
 * @category models
 */
export type Reason = "NoFolder" | "NotADatabase" | "OtherApplication" | "Locked" | "Unusable"

/**
 * A database that cannot be opened. The message is one clause that completes "the database cannot be opened: ". Nothing
 * was written into the file.
 *
 * @since 0.1.0
 * @category errors
 */
export class OpenError extends Data.TaggedError("OpenError")<{
  readonly reason: Reason
  readonly message: string
  readonly cause?: unknown
}> {}
