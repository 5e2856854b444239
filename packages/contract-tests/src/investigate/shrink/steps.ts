/** Candidates with fewer steps, and with plainer ones. */
import * as Arr from "effect/Array"
import * as Edits from "../../generate/edits/all.js"
import * as Case from "../../model/Case.js"
import { type Candidate, isWhole, nothing, same, withSteps } from "./candidate.js"

export function* fewerSteps(self: Case.Case): Generator<Candidate> {
  const count = self.steps.length
  if (count < 2) return
  if (self.mode === "together") yield { case: { ...self, mode: "sequence" }, learnt: nothing }
  for (let size = count - 1 > 2 ? Math.floor(count / 2) : 1; size >= 1; size = Math.floor(size / 2)) {
    for (let from = 0; from < count; from += size) {
      const rest = [...self.steps.slice(0, from), ...self.steps.slice(from + size)]
      if (isWhole(rest)) yield withSteps(self, rest)
    }
    if (size === 1) break
  }
  // An edited step and its base leave together.
  for (let from = 0; from + 2 < count; from++) {
    const rest = [...self.steps.slice(0, from), ...self.steps.slice(from + 2)]
    if (isWhole(rest)) yield withSteps(self, rest)
  }
}

/** Tells whether a reply takes a message of its own case: that of the request before it, or of the one at a position. */
const isOfCase = (reply: string): boolean => reply === "previous" || reply.startsWith("made:")

export const plainer: ReadonlyArray<(step: Case.Step) => Case.Step> = [
  (step) =>
    step.edit === null ? Case.step(step.content, { thread: step.thread }) : { ...step, http: "plain", json: "plain" },
  (step) => ({ ...step, http: "plain" }),
  (step) => (step.http.startsWith("chunked-") ? { ...step, http: "chunked" } : step),
  (step) => ({ ...step, json: "plain" }),
  ({ extra: _, ...step }) => step,
  ({ fresh: _, ...step }) => step,
  (step) => ({ ...step, scheme: "Bearer" }),
  (step) => ({ ...step, thread: 0 }),
  (step) => ({ ...step, reply: null }),
  // A reply to a message of its own case does not depend on what was sent before.
  (step) => (step.reply === null || isOfCase(step.reply) || step.edit !== null ? step : { ...step, reply: "latest" })
]

export function* plainerSteps(self: Case.Case): Generator<Candidate> {
  for (const wait of ["pause", "rest"] as const) {
    const { [wait]: milliseconds, ...others } = self
    if (milliseconds !== undefined) yield { case: others, learnt: nothing }
  }
  if (self.fresh) yield { case: { ...self, fresh: false }, learnt: nothing }
  for (const change of plainer) {
    const steps = self.steps.map(change)
    if (isWhole(steps) && !same(steps, self.steps)) yield withSteps(self, steps)
  }
  if (self.steps.length > 1) yield* plainerOneByOne(self)
}

export function* plainerOneByOne(self: Case.Case): Generator<Candidate> {
  for (const change of plainer) {
    for (let index = 0; index < self.steps.length; index++) {
      const steps = self.steps.map((step, position) => (position === index ? change(step) : step))
      if (isWhole(steps) && !same(steps, self.steps)) yield withSteps(self, steps)
    }
  }
}

/** Fewer of the keys that an edit adds: one half of them, then without a quarter, and so on, down to single keys. */
export function* fewerKeys(self: Case.Case): Generator<Candidate> {
  for (const [index, step] of self.steps.entries()) {
    const keys = step.edit === null ? [] : Edits.keysOf(step.edit)
    const withKeys = (value: ReadonlyArray<string>): Candidate =>
      withSteps(self, Arr.replace(self.steps, index, { ...step, edit: step.edit && { id: step.edit.id, value } }))
    for (let size = Math.ceil(keys.length / 2); size >= 1 && size < keys.length; size = Math.floor(size / 2)) {
      const pieces = Arr.chunksOf(keys, size)
      for (const piece of pieces) yield withKeys(piece)
      if (pieces.length > 2) for (const piece of pieces) yield withKeys(Arr.difference(keys, piece))
    }
  }
}
