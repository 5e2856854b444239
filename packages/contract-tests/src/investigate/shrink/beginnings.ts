/** Candidates that end earlier. */
import type * as Case from "../../model/Case.js"
import { isWhole } from "./candidate.js"
import { arranged, crowdOf, isCrowd, withLetters } from "./crowds.js"

/**
 * Cases to begin with, the first of them that fails: the case itself, and before it those that are likely to be enough.
 * Of a sequence, that is an edit with the request that it is an edit of, the requests right before the offending one, or all
 * that came before; of requests in flight together, a few of them with plain contents, since most faults of that kind show
 * with a few already.
 */
export const beginnings = (self: Case.Case, offender: number): ReadonlyArray<Case.Case> => {
  if (!isCrowd(self)) return [...ends(self, offender), self]
  const whole = arranged(self, offender)
  const counts = new Set([2, 4, 8, 16].map((count) => Math.min(count, self.steps.length)))
  return [...[...counts].map((count) => withLetters(crowdOf(whole, count))), whole, self]
}

const ends = (self: Case.Case, offender: number): ReadonlyArray<Case.Case> => {
  if (self.mode === "together") return []
  const upTo = self.steps.slice(0, offender + 1)
  const isBase = ({ edit }: Case.Step) => edit === null
  const alone = [upTo.slice(0, -1).findLast(isBase), upTo.at(-1)].filter((step) => step !== undefined)
  return [...(alone.every(isBase) ? [] : [alone]), upTo.slice(-3), upTo]
    .filter((steps, index, all) => isWhole(steps) && steps.length < (all[index + 1] ?? self.steps).length)
    .map((steps) => ({ ...self, steps }))
}
