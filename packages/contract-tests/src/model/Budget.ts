/**
 * How much a run sends, in three sizes, and what each costs.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as Plan from "../plan/plan.js"

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
 * What a budget stands for where nothing else is said.
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
  default: { runs: 100, maxDuration: 5 * 60_000 },
  deep: { runs: 1_000, maxDuration: 30 * 60_000 }
}

/**
 * The names of the budgets, the smallest first.
 *
 * @since 0.1.0
 * @category constants
 */
export const names: ReadonlyArray<Budget> = Budget.literals

/**
 * What a run on a conforming target costs: one that breaks something gets a few requests more for each finding.
 *
 * @since 0.1.0
 * @category models
 */
export interface Cost {
  readonly requests: number
  /** Requests that a conforming target accepts: so many messages arrive. */
  readonly messages: number
  /** So many requests wait for the answer to one before: the shortest run lasts so many answers. */
  readonly rounds: number
}

/** Cases side by side. */
const lanes = 4

/**
 * The cost of a run, counted out of its plan, for two threads and a message to reply to.
 *
 * @since 0.1.0
 * @category getters
 */
export const cost = (
  budget: Budget,
  { runs = sizes[budget].runs, selected = () => true }: Partial<Pick<Plan.Options, "runs" | "selected">> = {}
): Cost => {
  const first = Plan.preflight(true)
  const phases = Plan.plan({ budget, runs, selected, seed: 0, twoThreads: true, inbound: true })
  const steps = [...first, ...phases.flatMap(({ jobs }) => jobs.map((job) => job.case))].flatMap(({ steps }) => steps)
  const roundsOf = (phase: Plan.Phase): number => {
    const each = phase.jobs.map((job) => (job.case.mode === "together" ? 1 : job.case.steps.length))
    const all = each.reduce((sum, rounds) => sum + rounds, 0)
    return phase.lanes ? Math.max(Math.ceil(all / lanes), ...each) : all
  }
  return {
    requests: steps.length,
    messages: steps.filter(({ edit }) => edit === null).length,
    rounds: [...phases.map(roundsOf), ...first.map((self) => self.steps.length)].reduce((sum, each) => sum + each, 0)
  }
}
