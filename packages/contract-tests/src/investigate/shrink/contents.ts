/** Candidates with simpler contents. */
import type * as Case from "../../model/Case.js"
import { simplest } from "../../model/Case.js"
import { type Candidate, nothing, type Stage } from "./candidate.js"

export function* simplerContents(self: Case.Case, from: number): Generator<Candidate> {
  for (let index = from; index < self.steps.length; index++) yield* simplerContent(self, index)
}

/** The same content in every step that has it: what was equal stays equal. */
const withContent = (self: Case.Case, index: number, content: string): Case.Case => {
  const before = self.steps[index]?.content
  return { ...self, steps: self.steps.map((step) => (step.content === before ? { ...step, content } : step)) }
}

const pointsOf = (self: Case.Case, index: number): ReadonlyArray<string> => [...(self.steps[index]?.content ?? "")]

const candidate = (self: Case.Case, step: number, points: ReadonlyArray<string>, stage: Stage): Candidate => ({
  case: withContent(self, step, points.join("")),
  learnt: { fewest: true, content: { step, stage } }
})

function* simplerContent(self: Case.Case, index: number): Generator<Candidate> {
  const points = pointsOf(self, index)
  const content = points.join("")
  if (content === simplest || self.steps.findIndex((step) => step.content === content) < index) return
  yield { case: withContent(self, index, simplest), learnt: nothing }
  if (points.length > longRun) yield* runs(self, index, points)
  yield* fewerPieces(self, index, { size: points.length, from: 0, ends: false })
}

export function* simplerStill(self: Case.Case, index: number, stage: Stage): Generator<Candidate> {
  switch (stage.kind) {
    case "run":
      return yield* shorterRuns(self, index, stage)
    case "pieces":
      return yield* fewerPieces(self, index, stage)
    case "cut":
      return yield* cutOff(self, index, stage)
    case "characters":
      return yield* plainerCharacters(self, index, stage.from)
  }
}

/** From this length on, it is tried whether only the length matters. */
const longRun = 12

function* runs(self: Case.Case, index: number, points: ReadonlyArray<string>): Generator<Candidate> {
  let passes = 0
  for (const [unit, length] of longRuns(points)) {
    if (points.every((point) => point === unit)) {
      yield* shorterRuns(self, index, { unit, passes: 1 })
      return
    }
    const run = Array.from({ length }, () => unit)
    yield candidate(self, index, run, { kind: "run", unit, passes: unit === simplest ? passes : 0 })
    if (unit === simplest) passes = length
  }
}

/** A run as long in code points, one as long in bytes, if that is no longer than has to be accepted, and one in kind. */
const longRuns = (points: ReadonlyArray<string>): ReadonlyArray<readonly [unit: string, length: number]> => {
  const bytes = Buffer.byteLength(points.join(""))
  const frequent = mostFrequent(points)
  return [
    [simplest, points.length],
    ...(bytes > points.length && bytes <= longestRun ? [[simplest, bytes] as const] : []),
    ...(frequent === simplest ? [] : [[frequent, points.length] as const])
  ]
}

/** Longer contents may be refused. */
const longestRun = 10_000

const mostFrequent = (points: ReadonlyArray<string>): string => {
  const counts = new Map<string, number>()
  for (const point of points) counts.set(point, (counts.get(point) ?? 0) + 1)
  return [...counts].reduce((most, entry) => (entry[1] > most[1] ? entry : most), [simplest, 0] as [string, number])[0]
}

/** The lengths to try, in turn, as long as each one passes, where the first of a number passes and all of them fail. */
function* bisection(passing: number, failing: number): Generator<{ readonly length: number; readonly passes: number }> {
  let passes = passing
  while (passes + 1 < failing) {
    const length = passes + Math.max(1, Math.floor((failing - passes) / 2))
    yield { length, passes }
    // Still here: the candidate before has passed.
    passes = length
  }
}

/** Bisects between the longest run that is known to pass and the one that is known to fail. */
function* shorterRuns(
  self: Case.Case,
  index: number,
  { passes: passing, unit }: { readonly unit: string; readonly passes: number }
): Generator<Candidate> {
  for (const { length, passes } of bisection(passing, pointsOf(self, index).length)) {
    const run = Array.from({ length }, () => unit)
    yield candidate(self, index, run, { kind: "run", unit, passes })
  }
}

/**
 * Leaves out half, then quarters, and so on, down to single code points. Where neither halves nor quarters can go, what
 * matters is long: it is looked for from both ends before more is tried.
 */
function* fewerPieces(
  self: Case.Case,
  index: number,
  { ends, from: first, size: largest }: Omit<Extract<Stage, { readonly kind: "pieces" }>, "kind">
): Generator<Candidate> {
  const points = pointsOf(self, index)
  const half = Math.floor(points.length / 2)
  for (let size = Math.min(largest, half); size >= 1; size = Math.floor(size / 2)) {
    if (size * 4 < half && !ends) return yield* cutOff(self, index, { kept: "beginning", passes: 0 })
    if (points.length / size > finest) break
    for (let from = size === largest ? first : 0; from < points.length; from += size) {
      const rest = [...points.slice(0, from), ...points.slice(from + size)]
      if (rest.length > 0) yield candidate(self, index, rest, { kind: "pieces", size, from, ends })
    }
  }
  yield* plainerCharacters(self, index, 0)
}

/** Bisects between what is known to pass of one end of a content and what is known to fail, then at the other end. */
function* cutOff(
  self: Case.Case,
  index: number,
  { kept, passes: passing }: Omit<Extract<Stage, { readonly kind: "cut" }>, "kind">
): Generator<Candidate> {
  const points = pointsOf(self, index)
  for (const { length, passes } of bisection(passing, points.length)) {
    const rest = kept === "beginning" ? points.slice(0, length) : points.slice(-length)
    yield candidate(self, index, rest, { kind: "cut", kept, passes })
  }
  if (kept === "beginning") yield* cutOff(self, index, { kept: "end", passes: 0 })
  else yield* fewerPieces(self, index, { size: points.length, from: 0, ends: true })
}

/** Not more pieces than this are left out one by one: each costs a message. */
const finest = 24

function* plainerCharacters(self: Case.Case, index: number, from: number): Generator<Candidate> {
  const points = pointsOf(self, index)
  if (points.length > finest) return
  for (let position = from; position < points.length; position++) {
    if (points[position] === simplest) continue
    const changed = points.map((point, at) => (at === position ? simplest : point))
    if (changed.join("") !== simplest) yield candidate(self, index, changed, { kind: "characters", from: position + 1 })
  }
}
