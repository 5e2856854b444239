/** Requests and time that a run will take, before it starts. */
import { type Budget, sizes } from "../model/Budget.js"
import type { Options, Phase } from "./job.js"
import * as Plan from "./plan.js"

/** The cost of a run on a conforming target: one that breaks something gets a few requests more for each finding. */
export interface Cost {
  readonly requests: number
  /** Requests that a conforming target accepts: so many messages arrive. */
  readonly messages: number
  /** Round trips on the critical path: a lower bound for the duration. */
  readonly rounds: number
}

/** Cases side by side. */
const lanes = 4

/** The cost of a run, counted out of its plan, for two threads and a message to reply to. */
export const cost = (
  budget: Budget,
  { runs = sizes[budget].runs, selected = () => true }: Partial<Pick<Options, "runs" | "selected">> = {}
): Cost => {
  const first = Plan.preflight(true)
  const phases = Plan.plan({ budget, runs, selected, seed: 0, twoThreads: true, inbound: true })
  const steps = [...first, ...phases.flatMap(({ jobs }) => jobs.map((job) => job.case))].flatMap(({ steps }) => steps)
  const roundsOf = (phase: Phase): number => {
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
