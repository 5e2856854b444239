/** Searches for what turned one content into another. */
import type { Diagnosis } from "./model.js"
import * as Shapes from "./shapes.js"
import { firstSteps, type Transform, transforms } from "./transforms.js"

/** Beyond this many UTF-16 units, pairs of steps are not tried: the finding shrinks to something smaller anyway. */
const maxChained = 2_000

const single = (sent: string, received: string, held: ReadonlyArray<string>): Diagnosis | undefined => {
  const found = transforms.find(
    ({ apply }) => apply(sent) === received && held.every((content) => apply(content) === content)
  )
  return found === undefined ? undefined : named(found, sent, received)
}

const named = ({ id, title }: Transform, sent: string, received: string): Diagnosis => ({
  id,
  title,
  detail: Shapes.firstDifference(sent, received).detail
})

/** Finds two transformations in a row, which costs a hundred times as much as to find one. */
export const chained = (sent: string, received: string, held: ReadonlyArray<string>): Diagnosis | undefined => {
  if (Math.max(sent.length, received.length) > maxChained) return undefined
  const tried = new Set([sent])
  for (const first of firstSteps) {
    const between = first.apply(sent)
    if (tried.has(between) || held.some((content) => first.apply(content) !== content)) continue
    tried.add(between)
    const second =
      transforms.find(
        ({ apply }) => apply(between) === received && held.every((content) => apply(content) === content)
      ) ?? Shapes.longCut(between, received)
    if (second === undefined) continue
    return {
      id: `${first.id}+${second.id}`,
      title: `${first.title}, then ${second.title}`,
      detail: Shapes.firstDifference(sent, received).detail
    }
  }
  return undefined
}

const shaped = (shapes: ReadonlyArray<Shapes.Shape>, sent: string, received: string): Diagnosis | undefined => {
  for (const shape of shapes) {
    const found = shape(sent, received)
    if (found !== undefined) return found
  }
  return undefined
}

/** Finds what changed a content in one step: a sure sign, a known transformation, or a shape. */
export const atOnce = (sent: string, received: string, held: ReadonlyArray<string> = []): Diagnosis | undefined =>
  shaped(Shapes.early, sent, received) ?? single(sent, received, held) ?? shaped(Shapes.middle, sent, received)

/** Tells what a change looks like where nothing known explains it. */
export const atLast = (sent: string, received: string): Diagnosis =>
  shaped(Shapes.late, sent, received) ?? Shapes.firstDifference(sent, received)
