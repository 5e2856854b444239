/** Candidates that end earlier. */
import type * as Case from "../../model/Case.js"
import { isWhole } from "./candidate.js"
import { arranged, crowdOf, isCrowd, withLetters } from "./crowds.js"

/**
 * Cases to begin with, the first of them that fails: the case itself, and before it those that are likely to be enough.
 * Of a sequence, that is the request before the offending one, with what that is an edit of, or all that came before; of
 * requests in flight together, a few of them with plain contents, since most faults of that kind show with a few already.
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
  return [upTo.slice(-3), upTo]
    .filter((steps, index, all) => isWhole(steps) && steps.length < (all[index + 1] ?? self.steps).length)
    .map((steps) => ({ ...self, steps }))
}
