/**
 * The correspondence of API v1 and API v2, as data: key by key, and error by error.
 *
 * @since 0.1.0
 */
import { type ErrorRow, errorTable } from "./mapping/errors.js"
import { type Fidelity, keyTable } from "./mapping/keys.js"

/**
 * A key of a v1 message: where its value comes from in v2, and how well it survives.
 *
 * @since 0.1.0
 * @category models
 */
export interface Key {
  readonly key: string
  readonly source: string
  readonly fidelity: Fidelity
}

/**
 * An error of v2: what it becomes in v1, and what the gateway does about it.
 *
 * @since 0.1.0
 * @category models
 */
export type { ErrorRow, Verdict } from "./mapping/errors.js"
export type { Fidelity } from "./mapping/keys.js"

/**
 * The 21 keys of a v1 message, in the order of its document.
 *
 * @since 0.1.0
 * @category tables
 */
export const keys: ReadonlyArray<Key> = keyTable.map(({ fidelity, key, source }) => ({ key, source, fidelity }))

/**
 * The 24 documented errors of a send in v2.
 *
 * @since 0.1.0
 * @category tables
 */
export const errors: ReadonlyArray<ErrorRow> = errorTable
