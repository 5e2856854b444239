/** Candidates with fewer requests in flight. */
import type * as Case from "../../model/Case.js"
import { simplest } from "../../model/Case.js"
import { type Candidate, isUnedited, type Learnt, nothing, same, withSteps } from "./candidate.js"
import { simplerContents } from "./contents.js"
import { plainer, plainerOneByOne } from "./steps.js"

/** Valid requests in flight together. They have no order, and each of their candidates costs as many messages. */
export const isCrowd = (self: Case.Case): boolean =>
  self.mode === "together" && self.steps.length > 1 && self.steps.every(isUnedited)

/** A key that differs between requests that may meet differently. */
const kindOf = (step: Case.Step): string => JSON.stringify([step.thread, step.reply === null, step.json, step.http])

/**
 * The order in which any few of the requests in flight are of as many kinds as there are. An offending one comes second: who
 * comes later is harmed by what is there already.
 */
export const arranged = (self: Case.Case, offender: number): Case.Case => {
  const kinds = new Map<string, Array<Case.Step>>()
  const offending = self.steps.slice(offender, offender + 1)
  for (const step of [...offending, ...self.steps.filter((_, index) => index !== offender)]) {
    const kind = kindOf(step)
    kinds.set(kind, [...(kinds.get(kind) ?? []), step])
  }
  const ranked = [...kinds.values()].flatMap((steps) => steps.map((step, rank) => ({ step, rank })))
  const [first, second, ...others] = ranked.sort((a, b) => a.rank - b.rank).map(({ step }) => step)
  return { ...self, steps: [second, first, ...others].filter((step) => step !== undefined) }
}

/** Contents of one letter each, and no two of a length; those that were equal stay equal. */
export const withLetters = (self: Case.Case): Case.Case => {
  const contents = [...new Set(self.steps.map(({ content }) => content))]
  const letters = (content: string) => {
    const index = contents.indexOf(content)
    return String.fromCharCode(simplest.charCodeAt(0) + (index % 26)).repeat(index + 1)
  }
  return { ...self, steps: self.steps.map((step) => ({ ...step, content: letters(step.content) })) }
}

export const crowdOf = (self: Case.Case, count: number): Case.Case => ({ ...self, steps: self.steps.slice(0, count) })

/** Number of requests in flight up to which they are changed one by one. */
const fewInFlight = 4

export function* smallerCrowd(self: Case.Case, learnt: Learnt): Generator<Candidate> {
  const count = self.steps.length
  const { fewest } = learnt
  // What fails one after another is not about being in flight together, and costs less to make smaller.
  yield withSteps({ ...self, mode: "sequence" }, self.steps)
  if (!fewest) yield* fewerInFlight(self)
  const known: Learnt = { fewest: true, content: undefined }
  for (const change of plainer) {
    const steps = self.steps.map(change)
    if (!same(steps, self.steps)) yield { case: { ...self, steps }, learnt: known }
  }
  const simple = withLetters(self)
  if (!same(simple.steps, self.steps)) yield { case: simple, learnt: known }
  if (count > fewInFlight) return
  for (const candidate of plainerOneByOne(self)) yield { ...candidate, learnt: known }
  if (!same(simple.steps, self.steps)) yield* simplerContents(self, 0)
}

/** Twice as many each time, then what lies between; and of a few, one of each kind is left out. */
function* fewerInFlight(self: Case.Case): Generator<Candidate> {
  const count = self.steps.length
  let passes = 1
  for (let few = 2; few < count; few *= 2) {
    yield { case: crowdOf(self, few), learnt: nothing }
    passes = few
  }
  while (passes + 1 < count) {
    passes = Math.floor((passes + count) / 2)
    yield { case: crowdOf(self, passes), learnt: nothing }
  }
  if (count > fewInFlight) return
  const kept = new Set<string>()
  for (const step of self.steps) {
    // Of three, each has its place among the others.
    if (count > 3 && kept.has(kindOf(step))) continue
    kept.add(kindOf(step))
    yield withSteps(
      self,
      self.steps.filter((each) => each !== step)
    )
  }
}
