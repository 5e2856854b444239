/**
 * What a run sends: probes make cases, and the plan puts them in order.
 *
 * @since 0.1.0
 */

import * as fc from "fast-check"
import * as Content from "../generate/Content.js"
import * as Edits from "../generate/edits/all.js"
import * as HttpForm from "../generate/http.js"
import * as Malformed from "../generate/json/malformed.js"
import * as Judge from "../judge/judge.js"
import type { Budget } from "../model/Budget.js"
import * as Case from "../model/Case.js"

/**
 * What a plan depends on.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  readonly seed: number
  /** `quick` leaves out what is deep, `deep` sends more of everything. */
  readonly budget: Budget
  /** The number of generated cases; everything else grows with it. */
  readonly runs: number
  readonly twoThreads: boolean
  readonly inbound: boolean
  /** Whether a requirement is asked for. */
  readonly selected: (id: string) => boolean
}

/**
 * A case with its weight: what is `deep` is left out when time is short.
 *
 * @since 0.1.0
 * @category models
 */
export interface Job {
  readonly case: Case.Case
  readonly deep: boolean
}

/**
 * Cases that are run side by side (`lanes`) or one at a time, after those of the phase before.
 *
 * @since 0.1.0
 * @category models
 */
export interface Phase {
  readonly title: string
  readonly lanes: boolean
  readonly jobs: ReadonlyArray<Job>
}

/**
 * Everything that a run sends, in order. The same options give the same plan.
 *
 * @since 0.1.0
 * @category plan
 */
export const plan = (options: Options): ReadonlyArray<Phase> => {
  const draw = drawing(options.seed)
  const supply = makeSupply(options)
  const negatives = edits(options)
  const sends = asksForSends(options)
  const [essential, deep] = byWeight(negatives)
  const refusals = [...chains("refusals", essential, supply, options), ...doubles(options, supply)]
  const moreRefusals = chains("refusals", deep, supply, options, true)
  const sequences = sends ? interleaved([replies(options, supply), siblings(options)]) : []
  const spellings = sends ? [encodings(supply), forms(options, supply), constancies(options, supply), schemes()] : []
  const load = sends ? repeated(options.budget === "deep" ? deepBursts : 1, () => bursts(options, supply)) : []
  const late = [
    ...(sends
      ? interleaved([lateReplies(options, supply), lateSends(supply), inCompany(options, [motley, "x".repeat(10_000)])])
      : []),
    ...chains("late refusals", thinned(negatives, 20), supply, options, true),
    ...(sends ? [crowd(supply)] : [])
  ]
  const drawn = [
    ...(sends ? generated(options, draw) : []),
    ...chains("generated refusals", generatedEdits(options, draw), supply, options, true)
  ]
  // What nothing else has carried goes out on its own.
  const contents = interleaved(
    sends
      ? [
          ...spellings,
          inCompany(options, [motley, edged, ...wholeLookalikes, motleyOf(1_000), motleyOf(2_400)]),
          corpusJobs(options, supply),
          sweepJobs(supply),
          long(options)
        ]
      : []
  )
  const phases: ReadonlyArray<Phase> = [
    phase(
      "contents",
      true,
      contents.filter((each) => !each.deep)
    ),
    phase("refusals", true, refusals),
    phase("sequences", true, sequences),
    phase("bursts", false, load),
    phase(
      "more contents",
      true,
      contents.filter((each) => each.deep)
    ),
    phase("more refusals", true, moreRefusals),
    phase("generated", true, drawn)
  ]
  const { first, rest } = firstOfEach(phases)
  const whole = [
    phase("first of each", true, [...(sends ? openingReplies() : []), ...first]),
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

/** What is not deep, what is generated, and the contents that are carried by nothing of it. */
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
 *
 * @since 0.1.0
 * @category plan
 */
export const preflight = (twoThreads: boolean): ReadonlyArray<Case.Case> => [
  Case.sequence("plain", [Case.step("Hello"), Case.step("Good morning, how are you?"), Case.step("See you at 5")]),
  ...(twoThreads
    ? [Case.sequence("plain", [Case.step("Hello", { thread: 1 }), Case.step("Thanks!", { thread: 1 })])]
    : [])
]

/**
 * A step in the other spellings that have to be treated alike, those first that real servers insist on.
 *
 * @since 0.1.0
 * @category plan
 */
export const otherwise = (step: Case.Step): ReadonlyArray<Case.Case> => [
  ...HttpForm.all.map(({ id }) => Case.sequence("plain", [{ ...step, http: id }])),
  ...["final-newline", "pretty", "all-lower"].map((json) => Case.sequence("plain", [{ ...step, json }]))
]

// ---------------------------------------------------------------------------------------------------------------------
// pieces
// ---------------------------------------------------------------------------------------------------------------------

const phase = (title: string, lanes: boolean, jobs: ReadonlyArray<Job>): Phase => ({ title, lanes, jobs })

const job = (self: Case.Case, deep = false): Job => ({ case: self, deep })

const repeated = <A>(times: number, make: () => ReadonlyArray<A>): ReadonlyArray<A> =>
  Array.from({ length: times }, make).flat()

/** Takes items in turn, from several lists in proportion to their lengths. */
const interleaved = (lists: ReadonlyArray<ReadonlyArray<Job>>): ReadonlyArray<Job> =>
  lists
    .flatMap((list) => list.map((item, index) => ({ item, at: (index + 1) / (list.length + 1) })))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item)

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
  self.case.steps.flatMap((step) =>
    step.edit === null ? Judge.acceptanceIds(step) : [Edits.byId(step.edit.id)?.requirement ?? step.edit.id]
  )

const thinned = <A>(items: ReadonlyArray<A>, every: number): ReadonlyArray<A> =>
  items.filter((_, index) => index % every === 0)

/**
 * The contents of the corpus and of the sweep. Whatever needs a content takes the next one, so that each goes out once
 * before any goes out again, and no message is spent on carrying nothing.
 */
interface Supply {
  readonly next: () => string
  readonly nextOfSweep: () => string
  /** What nobody has taken. */
  readonly restOfCorpus: () => ReadonlyArray<CorpusEntry>
  readonly restOfSweep: () => ReadonlyArray<string>
}

const makeSupply = (options: Options): Supply => {
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

type Draw = <A>(name: string, arbitrary: fc.Arbitrary<A>, count: number) => ReadonlyArray<A>

/** Samples that depend on the seed and a name, and on nothing that was drawn before. */
const drawing =
  (seed: number): Draw =>
  (name, arbitrary, count) =>
    count <= 0 ? [] : fc.sample(arbitrary, { numRuns: count, seed: seed ^ hash(name) })

const hash = (text: string): number => [...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) | 0, 7)

const second = (options: Options): 0 | 1 => (options.twoThreads ? 1 : 0)

// ---------------------------------------------------------------------------------------------------------------------
// refusals
// ---------------------------------------------------------------------------------------------------------------------

/** An edit, and how the request is spelled on which it is made. */
interface Negative {
  readonly edit: Case.Edit
  readonly http: string
  readonly json: string
  /** Whether it is made on a long content for the second thread, whatever the others are made on. */
  readonly apart: boolean
}

const negative = (edit: Case.Edit, http = "plain", json = "plain", apart = false): Negative => ({
  edit,
  http,
  json,
  apart
})

const edits = (options: Options): ReadonlyArray<Negative> => [
  ...Edits.all
    .filter((edit) => edit.takes === undefined && isAsked(edit, options))
    // A check that is skipped for chunks is found by some edits of each kind that are made on them.
    .map((edit, index) => negative({ id: edit.id }, index % 4 === 3 ? "chunked" : "plain")),
  ...crossed().filter(({ edit }) => {
    const spec = Edits.byId(edit.id)
    return spec !== undefined && isAsked(spec, options)
  })
]

/** Of each requirement, so many edits are made even when time is short. */
const essentialEdits = 6

const byWeight = (negatives: ReadonlyArray<Negative>): readonly [ReadonlyArray<Negative>, ReadonlyArray<Negative>] => {
  const counts = new Map<string, number>()
  const weighed = negatives.map((item) => {
    const requirement = Edits.byId(item.edit.id)?.requirement ?? ""
    const before = counts.get(requirement) ?? 0
    counts.set(requirement, before + 1)
    return { item, essential: before < essentialEdits }
  })
  return [
    weighed.filter(({ essential }) => essential).map(({ item }) => item),
    weighed.filter(({ essential }) => !essential).map(({ item }) => item)
  ]
}

/** A check that is skipped for one spelling of a request is found by crossing the commonest edits with spellings. */
const crossed = (): ReadonlyArray<Negative> =>
  commonest.flatMap((id, index) => [
    ...["chunked-tokens", index % 2 === 0 ? "accept-any" : "close"].map((http) => negative({ id }, http)),
    negative({ id }, "plain", index % 2 === 0 ? "all-lower" : "wide-reversed"),
    negative({ id }, "plain", "plain", true)
  ])

/** One edit of each kind, to be made under circumstances of every kind. */
const commonest: ReadonlyArray<string> = [
  "auth.missing/absent",
  "auth.missing/absent-reply",
  "auth.wrong/random",
  "auth.near/cut-last",
  "auth.scheme/basic",
  "reject.content/missing",
  "reject.content/empty",
  "reject.content/number",
  "reject.reply/upper-case",
  "reject.reply/suffix-dash",
  "reject.thread/upper-case",
  "reject.thread.unknown/random"
]

/** Whether what a valid request is answered with is asked for. */
const asksForSends = ({ selected }: Options): boolean =>
  ["accept", "response", "semantics", "protocol.no-server-error"].some(selected)

const isAsked = (edit: Edits.EditSpec, options: Options): boolean =>
  options.selected(edit.requirement) ||
  // What is ignored is answered as a valid request is.
  (edit.expects === "ignored" && asksForSends(options)) ||
  options.selected("protocol.no-server-error") ||
  options.selected("protocol.error-body") ||
  (edit.expects === "unauthorised" && options.selected("auth.status"))

const perChain = 3

/** Accepted and refused requests in turn on one connection, each refused one an edit of the accepted one before it. */
const chains = (
  probe: string,
  edits: ReadonlyArray<Negative>,
  supply: Supply,
  options: Options,
  deep = false
): ReadonlyArray<Job> => {
  const jobs: Array<Job> = []
  for (let from = 0; from < edits.length; from += perChain) {
    const number = from / perChain
    const thread = number % 3 === 2 ? second(options) : 0
    const steps = edits.slice(from, from + perChain).flatMap(({ apart, edit, http, json }, index) => {
      const where = { thread: apart ? second(options) : thread, reply: baseReply(edit, from + index), http, json }
      const base = Case.step(apart ? supply.nextOfSweep() : supply.next(), where)
      return [base, { ...base, edit }]
    })
    jobs.push(
      job(Case.sequence(probe, [...steps, Case.step(supply.next(), { thread })], { fresh: number % 7 === 6 }), deep)
    )
  }
  return jobs
}

const baseReply = (edit: Case.Edit, index: number): string | null => {
  const spec = Edits.byId(edit.id)
  if (spec === undefined) return null
  return spec.reply === "needed" || (spec.reply === "either" && index % 4 === 3) ? spec.replyTo : null
}

/** Two refused requests in a row: what a refusal leaves behind must not let the next one through. */
const doubles = (options: Options, supply: Supply): ReadonlyArray<Job> =>
  commonest.flatMap((id, index) => {
    const spec = Edits.byId(id)
    if (spec === undefined || !isAsked(spec, options)) return []
    const base = Case.step(supply.next(), { reply: baseReply({ id }, index) })
    const first = index % 2 === 0 ? "auth.wrong/random" : "reject.content/zero"
    return [
      job(
        Case.sequence("refusals in a row", [
          base,
          { ...base, edit: { id: first } },
          { ...base, edit: { id } },
          Case.step(supply.next())
        ])
      )
    ]
  })

const generatedEdits = (options: Options, draw: Draw): ReadonlyArray<Negative> =>
  Edits.all
    .filter((edit) => edit.takes !== undefined && isAsked(edit, options))
    .flatMap((edit) => {
      const values = edit.takes === undefined ? fc.constant(null) : editValues[edit.takes]
      return draw(edit.id, values, Math.ceil(options.runs / 20)).map((value) => negative({ id: edit.id, value }))
    })

const wellFormed = /^[0-9a-z]*$/

const almostId = fc
  .tuple(
    fc.string({ unit: fc.constantFrom(..."abcdefghijklmnopqrstuvwxyz0123456789"), maxLength: 20 }),
    fc.oneof(fc.string({ minLength: 1, maxLength: 4 }), fc.string({ unit: "grapheme", minLength: 1, maxLength: 3 })),
    fc.string({ unit: fc.constantFrom(..."abcdefghijklmnopqrstuvwxyz0123456789"), maxLength: 4 })
  )
  .map((parts) => parts.join(""))
  .filter((text) => !wellFormed.test(text))

const editValues: { readonly [K in NonNullable<Edits.EditSpec["takes"]>]: fc.Arbitrary<unknown> } = {
  json: fc.jsonValue({ maxDepth: 3 }).filter((value) => typeof value !== "string" && value !== null),
  "reply text": almostId,
  "thread text": almostId.filter((text) => !/^\.{1,2}$/.test(text))
}

// ---------------------------------------------------------------------------------------------------------------------
// contents
// ---------------------------------------------------------------------------------------------------------------------

interface CorpusEntry {
  readonly content: string
  readonly deep: boolean
}

/** Of each class, so many examples are sent even when time is short. */
const essentialExamples = 3

/** Below this many runs, only so much of the corpus is sent, and none of the sweep. */
const wholeCorpusFrom = 50

/** What is essential comes first. */
const corpus = (runs: number): ReadonlyArray<CorpusEntry> =>
  Content.classes
    .flatMap(({ examples }) => examples.map((content, index) => ({ content, deep: index >= essentialExamples })))
    .filter((entry) => !entry.deep || runs >= wholeCorpusFrom)
    .sort((a, b) => Number(a.deep) - Number(b.deep))

const corpusJobs = (options: Options, supply: Supply): ReadonlyArray<Job> =>
  supply
    .restOfCorpus()
    .map(({ content, deep }, index) =>
      job(Case.sequence("contents", [Case.step(content, { thread: index % 6 === 5 ? second(options) : 0 })]), deep)
    )

/** Code points of one content of the sweep: as many as have to be accepted, less the ends. */
const sweepSize = 992

const sweepJobs = (supply: Supply): ReadonlyArray<Job> =>
  supply.restOfSweep().map((content, index) => job(Case.sequence("code points", [Case.step(content)]), index % 4 !== 0))

/** Of the long contents, one run sends one in so many; another seed sends others. */
const longEvery = (budget: Budget): number => (budget === "deep" ? 1 : 12)

const long = (options: Options): ReadonlyArray<Job> => [
  ...Content.long
    .filter((_, index) => (index + Math.abs(options.seed)) % longEvery(options.budget) === 0)
    .map((content) => job(Case.sequence("long contents", [Case.step(content)]), true)),
  ...longest(options).map((step) => job(Case.sequence("long contents", [step]))),
  ...Content.huge.map((content) =>
    job(Case.sequence("long contents", [Case.step(content, { thread: second(options) })]), true)
  )
]

/** The longest contents that should be accepted, of every width, and one of them under each circumstance. */
const longest = (options: Options): ReadonlyArray<Case.Step> => [
  Case.step("x".repeat(10_000)),
  Case.step("\u00e9".repeat(10_000), { thread: second(options) }),
  Case.step("\u6f22".repeat(10_000), { json: "ascii-lower" }),
  Case.step("\u6f22".repeat(10_000), { reply: "latest", http: "chunked-characters" }),
  Case.step("\u{1f600}".repeat(10_000))
]

/** One in so many of the contents that may be refused is also sent as a reply, and to the other thread. */
const unfaithfulEverywhere = 8

/** Much of what servers change or refuse in one text, so that it can be sent under many circumstances. */
const motley =
  ' //a  "A"  b... ---\r\n<b>x</b> **y** {{name}} <!-- c --> caf%u00e9 &amp; \u200f\u202bz\u202c\u200b e\u0301 \ufb01 \u{1f600} :) @me https://a.example/ '

/** A text between line breaks and tabs. */
const edged = "\r\n\tone\ttwo\t\n"

/** A text of so many code points that ends as {@link motley} does. */
const motleyOf = (length: number): string => [...motley.repeat(Math.ceil(length / 50))].slice(-length).join("")

/** What a server may treat apart, and a content of its own kind with it: replies, the other thread, chunks. */
const company = (options: Options): ReadonlyArray<Partial<Case.Step>> => {
  const other = { thread: second(options) }
  return [
    { reply: "latest" },
    ...(options.twoThreads ? [other, { ...other, reply: "latest" }] : []),
    { http: "chunked-tokens" }
  ]
}

const inCompany = (options: Options, contents: ReadonlyArray<string>): ReadonlyArray<Job> =>
  contents.flatMap((content) =>
    company(options).map((step) => job(Case.sequence("contents", [Case.step(content, step)])))
  )

/** Contents that are something else where they are read by themselves. */
const wholeLookalikes = ["true", "null", "12", "{}"]

const constancies = (options: Options, supply: Supply): ReadonlyArray<Job> =>
  Content.unfaithful.map((content, index) =>
    job(
      Case.sequence("NUL and lone surrogates", [
        Case.step(content),
        Case.step(supply.next()),
        Case.step(content),
        ...(index % unfaithfulEverywhere === 2
          ? [Case.step(content, { reply: "latest" }), Case.step(content, { thread: second(options) })]
          : [])
      ])
    )
  )

// ---------------------------------------------------------------------------------------------------------------------
// encodings
// ---------------------------------------------------------------------------------------------------------------------

/** Contents in which every kind of escape occurs. */
const rich: ReadonlyArray<string> = [
  'Grüße, "Zoë" \\ 50% / 東京 \u{1f44d}\u{1f3fd} <b>&amp;</b>\n\tend',
  '\u0001\u0008\u000c\u001f\u007f\u0080\u00e9\u2028\u2029\ufeff\uffff\u{1f600}\u{10ffff}/\\"',
  "\u{1f468}\u200d\u{1f469}\u200d\u{1f467} \u{1d11e} \u{20bb7} naïve café \u0645\u0631\u062d\u0628\u0627"
]

const encodings = (supply: Supply): ReadonlyArray<Job> =>
  Malformed.styles
    .filter((style) => style.id !== "plain")
    .flatMap((style) => [
      // Where strings are spelled as ever, two contents are enough.
      ...rich
        .slice(0, Malformed.isStandard(style) ? 2 : rich.length)
        .map((content, index) =>
          job(
            Case.sequence("JSON", [Case.step(content, { json: style.id, reply: index === 1 ? null : "latest" })]),
            index === 2
          )
        ),
      job(Case.sequence("JSON", [Case.step(supply.nextOfSweep(), { json: style.id })]), true)
    ])

const forms = (options: Options, supply: Supply): ReadonlyArray<Job> =>
  HttpForm.all.flatMap((form, index) => {
    const thread = index % 4 === 3 ? second(options) : 0
    return [
      job(
        Case.sequence("HTTP", [Case.step(rich[0] ?? "", { http: form.id, reply: "latest" }), Case.step(supply.next())])
      ),
      job(Case.sequence("HTTP", [Case.step(supply.nextOfSweep(), { http: form.id, thread })], { fresh: true }), true)
    ]
  })

const schemes = (): ReadonlyArray<Job> =>
  ["bearer", "BEARER", "BeArEr"].map((scheme) =>
    job(Case.sequence("authentication scheme", [Case.step("Hello", { scheme })]))
  )

// ---------------------------------------------------------------------------------------------------------------------
// sequences
// ---------------------------------------------------------------------------------------------------------------------

const numbered = (kind: string, count: number): ReadonlyArray<string> =>
  Array.from({ length: count }, (_, index) => `${kind}:${index}`)

const selectors = (options: Options): ReadonlyArray<string> => [
  ...(options.inbound ? ["inbound", "inbound", "inbound"] : []),
  "latest",
  "oldest",
  "again",
  "again",
  ...numbered("length", 6),
  ...numbered("first", options.runs < wholeCorpusFrom ? 6 : 36),
  ...numbered("last", options.runs < wholeCorpusFrom ? 2 : 12),
  "nth:10",
  "nth:100",
  "nth:333"
]

const replies = (options: Options, supply: Supply): ReadonlyArray<Job> => [
  ...selectors(options).map((reply, index) => {
    const steps = [Case.step(supply.next(), { reply })]
    // Every other time, a send that is no reply follows: nothing of the reply may stay.
    return job(Case.sequence("replies", index % 2 === 0 ? [...steps, Case.step(supply.next())] : steps), index > 20)
  }),
  job(Case.sequence("replies", [Case.step("Re", { reply: "oldest" }), Case.step("Re: re", { reply: "latest" })])),
  job(Case.sequence("replies", [Case.step("One", { reply: "oldest" }), Case.step("One", { reply: "oldest" })])),
  ...["latest", "oldest", "again", "first:1"].map((reply) =>
    job(Case.sequence("replies", [Case.step("On the other thread", { reply, thread: second(options) })]))
  )
]

/** Replies that show, when later ones go wrong, that the first ones did not. */
const openingReplies = (): ReadonlyArray<Job> =>
  ["Yes", "No", "Perhaps", "Why?"].map((content) =>
    job(Case.sequence("replies", [Case.step(content, { reply: "latest" })]))
  )

const lateReplies = (options: Options, supply: Supply): ReadonlyArray<Job> =>
  ["latest", "oldest", "again", "nth:500", "nth:1000", ...(options.inbound ? ["inbound"] : [])].flatMap((reply) => [
    job(Case.sequence("replies", [Case.step("Late reply", { reply }), Case.step("Late, and not a reply")])),
    job(Case.sequence("replies", [Case.step(supply.next(), { reply })]))
  ])

const lateSends = (supply: Supply): ReadonlyArray<Job> => [
  ...Array.from({ length: 10 }, () => job(Case.sequence("contents", [Case.step(supply.next())]))),
  ...thinned(Content.unfaithful, unfaithfulEverywhere).map((content) =>
    job(Case.sequence("NUL and lone surrogates", [Case.step(content)]))
  ),
  ...[...wholeLookalikes, "The last but one", "The last"].map((content) =>
    job(Case.sequence("plain", [Case.step(content)]))
  ),
  job(Case.sequence("same again", [Case.step("Still there?"), Case.step("Still there?")]))
]

const prefix = (length: number): string => "The same beginning, word for word, ".repeat(30).slice(0, length)

/** Contents that differ so little that a careless comparison takes one for the other. */
const nearlySame: ReadonlyArray<readonly [string, string]> = [
  ["Hello there", "hello there"],
  ["caf\u00e9", "cafe\u0301"],
  ["\u212b", "\u00c5"],
  ["ﬁne", "fine"],
  ["ends", "ends "],
  ["begins", " begins"],
  ["one two", "one  two"],
  ["line\nbreak", "line\r\nbreak"],
  ["007", "7"],
  ["1.0", "1"],
  ["true", "True"],
  ["Tom & Jerry", "Tom &amp; Jerry"],
  ["a\u200bb", "ab"],
  ["\u{1f44d}", "\u{1f44d}\u{1f3fd}"],
  ["\u2764", "\u2764\ufe0f"],
  ["question", "question?"],
  ["Straße", "Strasse"],
  ["ab", "ba"],
  ...[8, 16, 32, 50, 64, 100, 128, 255, 256, 500].map(
    (length) => [`${prefix(length)}A`, `${prefix(length)}B`] as const
  ),
  [`A${prefix(200)}`, `B${prefix(200)}`]
]

const siblings = (options: Options): ReadonlyArray<Job> => [
  ...nearlySame.map(([one, other], index) =>
    job(Case.sequence("nearly the same", [Case.step(one), Case.step(other)]), index > 8)
  ),
  ...["ok", "\u{1f44d}", " ", prefix(300), "The same again"].map((content) =>
    job(Case.sequence("same again", [Case.step(content), Case.step(content), Case.step("Between"), Case.step(content)]))
  ),
  job(
    Case.sequence("same again", [
      Case.step("On both threads"),
      Case.step("On both threads", { thread: second(options) }),
      Case.step("On both threads"),
      Case.step("On both threads", { thread: second(options) })
    ])
  ),
  job(
    Case.sequence("same again", [
      Case.step("Reply or not"),
      Case.step("Reply or not", { reply: "latest" }),
      Case.step("Reply or not")
    ])
  )
]

// ---------------------------------------------------------------------------------------------------------------------
// load
// ---------------------------------------------------------------------------------------------------------------------

/** So often is the load of a default run put on a target in a deep one. */
const deepBursts = 5

const burst = (size: number, step: (index: number) => Case.Step): Job =>
  job(
    Case.together(
      "bursts",
      Array.from({ length: size }, (_, index) => step(index))
    )
  )

const crowd = (supply: Supply): Job => burst(16, () => Case.step(supply.next()))

/** The contents of a burst differ from each other, and in length: no two could be confused. */
const bursts = (options: Options, supply: Supply): ReadonlyArray<Job> => {
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
    .filter((id) => {
      const spec = Edits.byId(id)
      return spec !== undefined && isAsked(spec, options)
    })
    .flatMap((id) => {
      const base = Case.step(supply.next())
      return [base, { ...base, edit: { id } }]
    })
  return steps.length === 0 ? [] : [job(Case.together("bursts", steps))]
}

const mixed: ReadonlyArray<string> = [
  "auth.wrong/random",
  "reject.content/empty",
  "auth.missing/absent",
  "reject.thread.unknown/random",
  "auth.near/cut-last",
  "reject.content/number"
]

/** So many accepted messages in the first thread for each run, before what comes last. */
const messagesPerRun = 10.2

const volume = (options: Options, phases: ReadonlyArray<Phase>, supply: Supply): ReadonlyArray<Job> => {
  const planned = phases
    .flatMap(({ jobs }) => jobs)
    .flatMap((each) => each.case.steps)
    .filter((step) => step.edit === null && step.thread === 0).length
  const missing = Math.max(0, Math.ceil(options.runs * messagesPerRun) - planned)
  return Array.from({ length: missing }, (_, index) =>
    job(Case.sequence("volume", [Case.step(index % 3 === 0 ? supply.next() : `Message ${index}`)]), true)
  )
}

// ---------------------------------------------------------------------------------------------------------------------
// generated
// ---------------------------------------------------------------------------------------------------------------------

const contentArbitrary: fc.Arbitrary<string> = fc.oneof(...Content.classes.map(({ arbitrary }) => arbitrary))

const generated = (options: Options, draw: Draw): ReadonlyArray<Job> =>
  draw("generated", caseArbitrary(options), options.runs).map((self) => job(self, true))

/**
 * Any valid case: a content of any class, any encoding, any thread, a reply or not.
 *
 * @since 0.1.0
 * @category arbitraries
 */
export const caseArbitrary = (options: Pick<Options, "twoThreads">): fc.Arbitrary<Case.Case> =>
  fc
    .record({
      content: contentArbitrary,
      thread: options.twoThreads
        ? fc.oneof({ weight: 3, arbitrary: fc.constant(0 as const) }, { weight: 1, arbitrary: fc.constant(1 as const) })
        : fc.constant(0 as const),
      reply: fc.option(
        fc.oneof(
          fc.constantFrom("latest", "oldest", "again"),
          fc.nat(999).map((position) => `nth:${position}`)
        ),
        { freq: 2 }
      ),
      json: fc.constantFrom("plain", "plain", ...Malformed.styles.map((style) => style.id)),
      http: fc.constantFrom("plain", "plain", "plain", ...HttpForm.all.map((form) => form.id))
    })
    .map(({ content, ...rest }) => Case.sequence("generated", [Case.step(content, rest)]))
