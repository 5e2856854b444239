/** Candidates: simpler cases that may fail in the same way. */
import type * as Case from "../../model/Case.js"

/**
 * Results of earlier candidates, so that they are not asked again: with fewer requests in flight it passes; of the
 * content of a step, so much was tried.
 */
export interface Learnt {
  readonly fewest: boolean
  readonly content: { readonly step: number; readonly stage: Stage } | undefined
}

/**
 * Stage of shrinking the content of a step.
 *
 * - `run`: it is of one unit alone, of which `passes` pass: the shortest that fails is looked for by bisection
 * - `pieces`: pieces of a size were left out, up to one
 * - `cut`: so much of one end passes, and the shortest that fails is looked for by bisection
 * - `characters`: its characters were made plain, up to one
 */
export type Stage =
  | { readonly kind: "run"; readonly unit: string; readonly passes: number }
  | { readonly kind: "pieces"; readonly size: number; readonly from: number; readonly ends: boolean }
  | { readonly kind: "cut"; readonly kept: "beginning" | "end"; readonly passes: number }
  | { readonly kind: "characters"; readonly from: number }

export const nothing: Learnt = { fewest: false, content: undefined }

export const isLearnt = (context: unknown): context is Learnt =>
  typeof context === "object" && context !== null && "fewest" in context

export interface Candidate {
  readonly case: Case.Case
  readonly learnt: Learnt
}

export const withSteps = (self: Case.Case, steps: ReadonlyArray<Case.Step>): Candidate => ({
  case: { ...self, steps },
  learnt: nothing
})

/**
 * An edited step keeps the accepted one that it edits: without it there is nothing to compare with. Wrong credentials need
 * none, where they fail on a new connection too: the right ones are taken all over the run.
 */
export const isWhole = (steps: ReadonlyArray<Case.Step>): boolean =>
  steps.length > 0 &&
  steps.every(
    (step, index) =>
      step.edit === null ||
      step.edit.id.startsWith("auth.") ||
      isBaseOf(steps.slice(0, index).findLast(isUnedited), step)
  )

export const isUnedited = (step: Case.Step): boolean => step.edit === null

const isBaseOf = (base: Case.Step | undefined, step: Case.Step): boolean =>
  base !== undefined && base.thread === step.thread && (base.reply === null) === (step.reply === null)

export const same = (left: ReadonlyArray<Case.Step>, right: ReadonlyArray<Case.Step>): boolean =>
  JSON.stringify(left) === JSON.stringify(right)
