/**
 * Names what a server did to a content: the transformation that turns what was sent into what came back, and a
 * rendering of contents in which everything can be seen.
 *
 * @since 0.1.0
 */
import * as internalShow from "../text/visible.js"
import type { Diagnosis } from "./diagnosis/model.js"
import * as internalShapes from "./diagnosis/shapes.js"
import { firstSteps, type Transform, transforms } from "./diagnosis/transforms.js"

export type { Diagnosis } from "./diagnosis/model.js"

/**
 * Tells whether a content was sent for another message, or by which name that message goes.
 *
 * @since 0.1.0
 * @category models
 */
export type Lookup = (content: string) => boolean | string

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
  detail: internalShapes.firstDifference(sent, received).detail
})

const chained = (sent: string, received: string, held: ReadonlyArray<string>): Diagnosis | undefined => {
  if (Math.max(sent.length, received.length) > maxChained) return undefined
  const tried = new Set([sent])
  for (const first of firstSteps) {
    const between = first.apply(sent)
    if (tried.has(between) || held.some((content) => first.apply(content) !== content)) continue
    tried.add(between)
    const second =
      transforms.find(
        ({ apply }) => apply(between) === received && held.every((content) => apply(content) === content)
      ) ?? internalShapes.longCut(between, received)
    if (second === undefined) continue
    return {
      id: `${first.id}+${second.id}`,
      title: `${first.title}, then ${second.title}`,
      detail: internalShapes.firstDifference(sent, received).detail
    }
  }
  return undefined
}

const shaped = (shapes: ReadonlyArray<internalShapes.Shape>, sent: string, received: string): Diagnosis | undefined => {
  for (const shape of shapes) {
    const found = shape(sent, received)
    if (found !== undefined) return found
  }
  return undefined
}

const swapped = (received: string, lookup: Lookup | undefined): Diagnosis | undefined => {
  const known = lookup?.(received) ?? false
  return known === false || known === ""
    ? undefined
    : {
        id: "other-message",
        title: "answered with the content of another message",
        detail: typeof known === "string" ? known : show(received, { max: 60 })
      }
}

/**
 * Finds the transformation that turned one content into the other: a known one, two known ones in a row, the content of
 * another message, or else the first difference. Equal contents are `unchanged`. `held` are contents that came back as they
 * were sent: a transformation that would have changed one of them is not at work. Never throws.
 *
 * @since 0.1.0
 * @category diagnosing
 */
export const diagnose = (
  sent: string,
  received: string,
  lookup?: Lookup,
  held: ReadonlyArray<string> = []
): Diagnosis =>
  sent === received
    ? { id: "unchanged", title: "unchanged", detail: "" }
    : (shaped(internalShapes.early, sent, received) ??
      single(sent, received, held) ??
      shaped(internalShapes.middle, sent, received) ??
      swapped(received, lookup) ??
      chained(sent, received, held) ??
      shaped(internalShapes.late, sent, received) ??
      internalShapes.firstDifference(sent, received))

/**
 * One line that a terminal prints as it is: what cannot be seen appears as `⟨U+200B⟩`, runs of one character as
 * `a⟨×998⟩`, and of a long content the middle is left out.
 *
 * @since 0.1.0
 * @category rendering
 */
export const show = (
  content: string,
  options: {
    /** Largest number of pieces to show; 120 by default. */
    readonly max?: number | undefined
    /** True if to put quotes around it, on by default: they make spaces at the ends visible. */
    readonly quotes?: boolean | undefined
  } = {}
): string => internalShow.show(content, options.max ?? 120, options.quotes ?? true)
