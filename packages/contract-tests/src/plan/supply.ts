/** Contents for the cases of a plan, in the order in which they are handed out. */
import * as Content from "../generate/Content.js"
import type { Options } from "./job.js"

/**
 * The contents of the corpus and of the sweep. Whatever needs a content takes the next one, so that each goes out once
 * before any goes out again, and no message is spent on carrying nothing.
 */
export interface Supply {
  readonly next: () => string
  readonly nextOfSweep: () => string
  /** Contents that nobody has taken. */
  readonly restOfCorpus: () => ReadonlyArray<CorpusEntry>
  readonly restOfSweep: () => ReadonlyArray<string>
}

export const makeSupply = (options: Options): Supply => {
  const entries = corpus(options.runs)
  const sweep = options.runs < wholeCorpusFrom ? [] : Content.sweep({ size: sweepSize })
  let taken = 0
  let swept = 0
  return {
    next: () => entries[taken++ % entries.length]?.content ?? "Hello",
    nextOfSweep: () => sweep[swept++ % Math.max(1, sweep.length)] ?? "пример ".repeat(90),
    restOfCorpus: () => {
      const rest = entries.slice(taken)
      taken += rest.length
      return rest
    },
    restOfSweep: () => {
      const rest = sweep.slice(swept)
      swept += rest.length
      return rest
    }
  }
}

export interface CorpusEntry {
  readonly content: string
  readonly deep: boolean
}

/** Of each class, so many examples are sent even when time is short. */
const essentialExamples = 3

/** Below this many runs, only so much of the corpus is sent, and none of the sweep. */
export const wholeCorpusFrom = 50

/** Contents of every class, essential ones first. */
export const corpus = (runs: number): ReadonlyArray<CorpusEntry> =>
  Content.classes
    .flatMap(({ examples }) => examples.map((content, index) => ({ content, deep: index >= essentialExamples })))
    .filter((entry) => !entry.deep || runs >= wholeCorpusFrom)
    .sort((a, b) => Number(a.deep) - Number(b.deep))

/** Code points of one content of the sweep: as many as have to be accepted, less the ends. */
const sweepSize = 992
