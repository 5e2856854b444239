/**
 * Amounts of requests, in three sizes, and the cost of each.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * - `quick`: every requirement is put to the test, once or a few times
 * - `default`: every class of contents, every edit and every encoding, and a thousand messages
 * - `deep`: ten times as many messages, every length around every likely limit, and more load
 *
 * @since 0.1.0
 * @category schemas
 */
export const Budget = Schema.Literal("quick", "default", "deep")

/**
 * @since 0.1.0
 * @category models
 */
export type Budget = typeof Budget.Type

/**
 * Defaults of a budget.
 *
 * @since 0.1.0
 * @category models
 */
export interface Size {
  /** The number of generated cases. */
  readonly runs: number
  /** Milliseconds for the whole run. */
  readonly maxDuration: number
}

/**
 * All budgets, the smallest first.
 *
 * @since 0.1.0
 * @category constants
 */
export const sizes: { readonly [B in Budget]: Size } = {
  quick: { runs: 20, maxDuration: 5 * 60_000 },
  default: { runs: 100, maxDuration: 10 * 60_000 },
  deep: { runs: 1_000, maxDuration: 60 * 60_000 }
}

/**
 * The names of the budgets, the smallest first.
 *
 * @since 0.1.0
 * @category constants
 */
export const names: ReadonlyArray<Budget> = Budget.literals
