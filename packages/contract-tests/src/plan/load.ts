/** Cases of several requests at once. */
import * as Edits from "../generate/edits/all.js"
import type { EditSpec } from "../generate/edits/edit.js"
import * as Case from "../model/Case.js"
import { isAsked, type Job, job, type Options, type Phase, second } from "./job.js"
import { prefix } from "./sequences.js"
import { type Supply, wholeCorpusFrom } from "./supply.js"

/** So often is the load of a default run put on a target in a deep one. */
export const deepBursts = 5

const burst = (size: number, step: (index: number) => Case.Step): Job =>
  job(
    Case.together(
      "bursts",
      Array.from({ length: size }, (_, index) => step(index))
    )
  )

export const crowd = (supply: Supply): Job => burst(16, () => Case.step(supply.next()))

/** The contents of a burst differ from each other, and in length: no two could be confused. */
export const bursts = (options: Options, supply: Supply): ReadonlyArray<Job> => {
  const other = second(options)
  const wide = options.runs < wholeCorpusFrom ? 1 : 2
  const turns = (index: number, every = 2) => (index % every === 1 ? other : 0)
  return [
    crowd(supply),
    burst(24, (index) => Case.step(supply.next(), { thread: turns(index) })),
    burst(16, (index) => Case.step(supply.next(), { reply: index % 2 === 0 ? `nth:${index * 3}` : null })),
    burst(12, (index) => Case.step(supply.next(), { reply: `nth:${index * 5}` })),
    burst(12, (index) => Case.step("The same from everybody", { reply: index % 3 === 2 ? "oldest" : null })),
    burst(12, (index) => Case.step(`${prefix(64)}${index}`)),
    burst(4, () => Case.step(supply.next())),
    burst(8, (index) => Case.step(supply.next(), { thread: turns(index), reply: `nth:${index}` })),
    burst(16, (index) => Case.step(supply.next(), { thread: turns(index, 3) })),
    burst(16 * wide, (index) => Case.step(supply.next(), { thread: turns(index) })),
    ...mixture(options, supply)
  ]
}

/** Valid requests in flight together with invalid ones: what one of them is allowed must not be the other's. */
const mixture = (options: Options, supply: Supply): ReadonlyArray<Job> => {
  const steps = mixed
    .filter((edit) => isAsked(edit, options))
    .flatMap(({ id }) => {
      const base = Case.step(supply.next())
      return [base, { ...base, edit: { id } }]
    })
  return steps.length === 0 ? [] : [job(Case.together("bursts", steps))]
}

const mixed: ReadonlyArray<EditSpec> = [
  "auth.wrong/random",
  "reject.content/empty",
  "auth.missing/absent",
  "reject.thread.unknown/random",
  "auth.near/cut-last",
  "reject.content/number"
].map(Edits.get)

/** Accepted messages in the first thread for each generated case, before the last phase. */
const messagesPerRun = 10.2

export const volume = (options: Options, phases: ReadonlyArray<Phase>, supply: Supply): ReadonlyArray<Job> => {
  const planned = phases
    .flatMap(({ jobs }) => jobs)
    .flatMap((each) => each.case.steps)
    .filter((step) => step.edit === null && step.thread === 0).length
  const missing = Math.max(0, Math.ceil(options.runs * messagesPerRun) - planned)
  return Array.from({ length: missing }, (_, index) =>
    job(Case.sequence("volume", [Case.step(index % 3 === 0 ? supply.next() : `Message ${index}`)]), true)
  )
}
