import * as Request from "../generate/request.js"
import { intended } from "../judge/covered.js"
import type * as Case from "../model/Case.js"

/** Counts the cases of a plan, and those that were run, as a whole and for each requirement. */
export interface PlanProgress {
  readonly plan: (self: Case.Case) => void
  readonly done: (self: Case.Case) => void
  readonly all: () => Amounts
  readonly byRequirement: () => ReadonlyMap<string, Amounts>
}

export const makePlanProgress = (): PlanProgress => {
  const counts = new Map<string, { total: number; done: number }>()
  const whole = { total: 0, done: 0 }
  const count = (self: Case.Case, kind: keyof Amounts) => {
    whole[kind]++
    for (const id of requirementsOf(self)) {
      const known = counts.get(id) ?? { total: 0, done: 0 }
      known[kind]++
      counts.set(id, known)
    }
  }
  return {
    plan: (self) => count(self, "total"),
    done: (self) => count(self, "done"),
    all: () => ({ ...whole }),
    byRequirement: () => counts
  }
}

/** The requirements that a case is meant to put to the test, whatever comes back. */
const requirementsOf = (self: Case.Case): ReadonlySet<string> =>
  new Set(self.steps.flatMap((step) => intended(step, Request.editOf(step))))

/** A number of cases that were planned, and of those that were run. */
export interface Amounts {
  readonly total: number
  readonly done: number
}
