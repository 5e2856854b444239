/**
 * Trials under a reading, and the outcomes that it allows: faults, pairs of faults, crashes and the kit.
 */
import { Effect } from "effect"
import * as Crash from "../support/crash.js"
import { idsWith, judge } from "../support/judge.js"
import { broken, getsThrough, observe } from "../support/outcomes.js"
import * as Ways from "../support/ways.js"
import { type Fault, faults } from "../v2/faults.js"
import { documented, type Named, type Promised } from "../v2/readings.js"
import { Simulator } from "../v2/Simulator.js"

/** Outcomes seen, and those of them that the reading does not allow. */
export interface Seen {
  readonly trials: number
  readonly broken: ReadonlySet<string>
  readonly surprises: ReadonlyArray<string>
}

const both = (one: Seen, other: Seen): Seen => ({
  trials: one.trials + other.trials,
  broken: new Set([...one.broken, ...other.broken]),
  surprises: [...one.surprises, ...other.surprises]
})

/** One trial: its name, the promises that it broke, and those that it may. */
interface Trial {
  readonly name: string
  readonly broke: ReadonlyArray<string>
  readonly may: ReadonlyArray<string>
}

const tally = (trials: ReadonlyArray<Trial>): Seen => ({
  trials: trials.length,
  broken: new Set(trials.flatMap(({ broke }) => broke)),
  surprises: trials.flatMap(({ broke, may, name }) =>
    broke.filter((promise) => !may.includes(promise)).map((promise) => `${promise}: ${name}`)
  )
})

type Repeat = "WithKey" | "Never"

const tryScript = (named: Named, script: ReadonlyArray<Fault>, repeat: Repeat) =>
  Effect.map(observe(named, script, { repeat }), (observed) => {
    const trial: Trial = {
      name: `${script.map(({ name }) => name).join(", then ")} (${repeat})`,
      broke: broken(observed),
      // What is never repeated is never sent twice, under any reading.
      may: named.breaks.filter((promise) => !(promise === "Once" && repeat === "Never"))
    }
    return { trial, attempts: observed.attempts }
  })

/** One fault, with and without repeated attempts, and every other one behind it where there is a second attempt. */
const tryFault = (named: Named, fault: Fault): Effect.Effect<ReadonlyArray<Trial>> =>
  Effect.gen(function* () {
    const never = yield* tryScript(named, [fault], "Never")
    const alone = yield* tryScript(named, [fault], "WithKey")
    const seconds = alone.attempts > 1 ? faults : []
    const pairs = yield* Effect.forEach(seconds, (second) => tryScript(named, [fault, second], "WithKey"))
    return [never, alone, ...pairs].map(({ trial }) => trial)
  })

/** Sends with faults and pairs of faults: sent once, and told truly. */
export const withFaults = (named: Named): Effect.Effect<Seen> =>
  Effect.map(
    Effect.forEach(faults, (fault) => tryFault(named, fault)),
    (trials) => tally(trials.flat())
  )

/** Sends that a crash interrupts at each of its moments, and that their caller asks for again. */
export const withCrashes = (named: Named, tried: ReadonlyArray<Fault> = faults): Effect.Effect<Seen> =>
  Effect.map(
    Effect.forEach(
      tried.flatMap((fault) => Crash.moments.map((moment) => ({ fault, moment }))),
      ({ fault, moment }) =>
        Effect.map(
          Crash.observe(named, fault, moment),
          (observed): Trial => ({
            name: `${fault.name}, crash ${moment.after ? "behind" : "before"} attempt ${moment.at}`,
            broke: [...broken(observed), ...(observed.byItself === 0 ? [] : ["ByItself"])],
            may: named.breaks
          })
        )
    ),
    tally
  )

const livePlainly = new Map<string, boolean>()

/** Tells whether a caller gets through under the reading that the documents suggest. */
const isLivePlainly = (fault: Fault): Effect.Effect<boolean> =>
  Effect.suspend(() => {
    const known = livePlainly.get(fault.name)
    return known === undefined
      ? Effect.tap(getsThrough(documented, fault), (isLive) => void livePlainly.set(fault.name, isLive))
      : Effect.succeed(known)
  })

/** Callers that ask until they have a 200: each gets one that gets one under the reading that the documents suggest. */
export const withCallers = (named: Named, tried: ReadonlyArray<Fault> = faults): Effect.Effect<Seen> =>
  Effect.map(
    Effect.forEach(tried, (fault) =>
      Effect.gen(function* () {
        const isLive = (yield* getsThrough(named, fault)) || !(yield* isLivePlainly(fault))
        const trial: Trial = { name: fault.name, broke: isLive ? [] : ["Liveness"], may: named.breaks }
        return trial
      })
    ),
    tally
  )

type JudgeOptions = NonNullable<Parameters<typeof judge>[2]>

/** Ids of requirements. */
export type Ids = NonNullable<JudgeOptions["only"]>

/** The kit, in some ways: it finds what the reading says, and nothing else. */
export const withKit = (named: Named, options: JudgeOptions, tried: typeof Ways.all = Ways.all): Effect.Effect<Seen> =>
  Effect.map(
    Effect.forEach(tried, ([way, serve]) =>
      Effect.gen(function* () {
        const simulator = new Simulator({ reading: named.reading })
        const report = yield* Effect.flatMap(serve(simulator), (url) => judge(url, simulator, options))
        const found = idsWith(report, "failed", "warned")
        const said = named.violates.filter((id) => options.only?.includes(id as never) ?? true)
        const surprises = [
          ...found.filter((id) => !said.includes(id)).map((id) => `${way}: ${id}`),
          ...said.filter((id) => !found.includes(id)).map((id) => `${way}: not violated: ${id}`),
          ...((report.verdict === "inconclusive") === named.isJudged ? [`${way}: ${report.verdict}`] : [])
        ]
        const seen: Seen = { trials: 1, broken: new Set(found), surprises }
        return seen
      }).pipe(Effect.scoped)
    ),
    (seen) => seen.reduce(both)
  )

const promises: ReadonlyArray<Promised> = ["Once", "Truth", "Liveness"]

/** All of it: whatever breaks is said to break, and whatever is said to break does. */
export const all = (named: Named): Effect.Effect<Seen> =>
  Effect.gen(function* () {
    const sent = [yield* withFaults(named), yield* withCrashes(named), yield* withCallers(named)].reduce(both)
    const judged = yield* withKit(named, { budget: "quick" })
    const unseen = named.breaks
      .filter((promise) => promises.includes(promise) && !sent.broken.has(promise))
      .map((promise) => `not broken: ${promise}`)
    return both(both(sent, judged), { trials: 0, broken: new Set(), surprises: unseen })
  })
