/** The plan of a run: which cases, in which order. */
import * as Acceptance from "../contract/acceptance.js"
import * as Request from "../generate/request.js"
import * as Case from "../model/Case.js"
import {
  constancies,
  corpusJobs,
  edged,
  inCompany,
  long,
  longMixtures,
  motley,
  motleyOf,
  sweepJobs,
  wholeLookalikes
} from "./contents.js"
import { drawnRefusals, generatedEdits } from "./drawnRefusals.js"
import { generated, oldConnection } from "./generated.js"
import {
  asksForSends,
  drawing,
  interleaved,
  type Job,
  job,
  type Options,
  type Phase,
  phase,
  repeated,
  thinned
} from "./job.js"
import { bursts, crowd, deepBursts, volume } from "./load.js"
import { byWeight, chains, crossed, doubles, edits, rowOf } from "./refusals.js"
import { lateReplies, lateSends, openingReplies, replies, rests, siblings } from "./sequences.js"
import { encodings, forms, schemes } from "./spellings.js"
import { type CorpusEntry, corpus, makeSupply } from "./supply.js"

/** Everything that a run sends, in order. The same options give the same plan. */
export const plan = (options: Options): ReadonlyArray<Phase> => {
  const draw = drawing(options.seed)
  const supply = makeSupply(options)
  const negatives = edits(options)
  const sends = asksForSends(options)
  const [essential, others] = byWeight(negatives)
  const underCircumstances = crossed(options)
  const refusals = [...chains("refusals", essential, supply, options), ...doubles(options, supply)]
  const moreRefusals = interleaved([
    chains("refusals", others, supply, options, true),
    chains("refusals", underCircumstances, supply, options, true)
  ])
  const sequences = sends ? interleaved([replies(options, supply), siblings(options)]) : []
  const spellings = sends ? [encodings(supply), forms(options, supply), constancies(options, supply), schemes()] : []
  const load = sends ? repeated(options.budget === "deep" ? deepBursts : 1, () => bursts(options, supply)) : []
  const late = [
    ...(sends
      ? interleaved([lateReplies(options, supply), lateSends(supply), inCompany(options, [motley, "x".repeat(10_000)])])
      : []),
    ...chains("late refusals", thinned([...negatives, ...underCircumstances], 40), supply, options, true),
    ...(sends ? [crowd(supply)] : [])
  ]
  const drawn = [
    ...(sends ? [...oldConnection(options, draw), ...generated(options, draw)] : []),
    ...drawnRefusals(options, draw),
    ...chains("generated refusals", generatedEdits(options, draw), supply, options, true)
  ]
  // What nothing else has carried goes out on its own.
  const contents = interleaved(
    sends
      ? [
          ...spellings,
          inCompany(options, [motley, edged, ...wholeLookalikes, motleyOf(1_000), motleyOf(2_400), motleyOf(8_400)]),
          corpusJobs(options, supply),
          sweepJobs(supply),
          long(options),
          longMixtures(options)
        ]
      : []
  )
  const phases: ReadonlyArray<Phase> = [
    phase("contents and refusals", true, interleaved([contents.filter((each) => !each.deep), refusals])),
    phase("sequences", true, sequences),
    phase("bursts", false, load),
    phase(
      "more contents",
      true,
      contents.filter((each) => each.deep)
    ),
    // A run of the quick size has none of the refusals, and all that is drawn.
    ...(options.budget === "quick"
      ? [phase("generated", true, drawn)]
      : [phase("more refusals, and generated cases", true, interleaved([moreRefusals, drawn]))])
  ]
  const { first, rest } = firstOfEach(phases)
  const whole: ReadonlyArray<Phase> = [
    phase(
      "what failed last time",
      false,
      (options.first ?? []).map((each) => job(each))
    ),
    phase("first of each", true, [...first, ...(sends ? openingReplies() : [])]),
    { title: "pauses", lanes: true, aside: true, jobs: sends ? rests(supply) : [] },
    phase(
      "contents of your own",
      true,
      (options.contents ?? []).map((content) => job(Case.sequence("own contents", [Case.step(content)])))
    ),
    ...rest,
    phase("volume", true, sends ? volume(options, phases, supply) : []),
    phase(
      "after many messages",
      true,
      late.map((each) => ({ ...each, deep: true }))
    )
  ]
  return (options.budget === "quick" ? essentials(whole, sends ? corpus(options.runs) : []) : whole).filter(
    ({ jobs }) => jobs.length > 0
  )
}

/** Jobs that are not deep, generated ones, and the contents that none of them carries. */
const essentials = (phases: ReadonlyArray<Phase>, entries: ReadonlyArray<CorpusEntry>): ReadonlyArray<Phase> => {
  const kept = phases.map((each) =>
    each.title === "generated"
      ? each
      : phase(
          each.title,
          each.lanes,
          each.jobs.filter(({ deep }) => !deep)
        )
  )
  const carried = new Set(
    kept.flatMap(({ jobs }) => jobs.flatMap((each) => each.case.steps.map(({ content }) => content)))
  )
  const missing = entries.filter(({ content, deep }) => !deep && !carried.has(content))
  return [
    ...kept,
    phase(
      "contents",
      true,
      missing.map(({ content }) => job(Case.sequence("contents", [Case.step(content)])))
    )
  ]
}

/**
 * The plain sends with which a run begins: they show that the target can be tested at all, and what it answers when
 * nothing is special.
 */
export const preflight = (twoThreads: boolean): ReadonlyArray<Case.Case> => [
  Case.sequence("plain", [Case.step("Hello"), Case.step("Good morning, how are you?"), Case.step("See you at 5")]),
  ...(twoThreads
    ? [Case.sequence("plain", [Case.step("Hello", { thread: 1 }), Case.step("Thanks!", { thread: 1 })])]
    : [])
]

/** Edits of which none may ever be accepted, which are tried on a target that refuses everything else. */
export const wrongTokens = (): ReadonlyArray<Case.Edit> => [{ id: "auth.missing/absent" }, { id: "auth.wrong/random" }]

/**
 * Of each promise about requests, the first job that puts it to the test is run ahead of all others, short ones first: a
 * server that breaks one shows it soon.
 */
const firstOfEach = (
  phases: ReadonlyArray<Phase>
): { readonly first: ReadonlyArray<Job>; readonly rest: ReadonlyArray<Phase> } => {
  const seen = new Set<string>()
  const isFirst = (each: Job) => promises(each).filter((id) => !seen.has(id) && seen.add(id)).length > 0
  const first = phases
    .filter(({ lanes }) => lanes)
    .flatMap(({ jobs }) => jobs)
    .filter((each) => !each.deep && isFirst(each))
    .sort((a, b) => a.case.steps.length - b.case.steps.length)
  const taken = new Set(first)
  return { first, rest: phases.map((each) => ({ ...each, jobs: each.jobs.filter((one) => !taken.has(one)) })) }
}

const promises = (self: Job): ReadonlyArray<string> =>
  self.case.steps.flatMap((step): ReadonlyArray<string> => {
    const edit = Request.editOf(step)
    return edit === undefined ? Acceptance.acceptanceIds(step) : [rowOf(edit)]
  })
