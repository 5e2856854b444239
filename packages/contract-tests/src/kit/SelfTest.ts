/**
 * The kit tested on its own broken and unusual servers: what it finds of their faults, and whether it cries wolf.
 *
 * @since 0.1.0
 */

import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Requirement from "../contract/Requirement.js"
import * as Budget from "../model/Budget.js"
import type { Report } from "../report/Report.js"
import { counterexamplesOf } from "../report/summary.js"
import type { InvalidOptions } from "./options.js"
import * as Server from "./selfTest/server.js"

/**
 * What the kit made of one server.
 *
 * - `killed`: it found the fault, at its level, and blamed nothing else
 * - `survived`: it did not find the fault
 * - `passed`: it found nothing wrong with a correct server
 * - `false alarm`: it found fault with what is right, be it a correct server or the neighbour of a fault
 *
 * @since 0.1.0
 * @category models
 */
export const Outcome = Schema.Struct({
  id: Schema.String,
  title: Schema.String,
  /** The requirement that the server breaks; `null` for a correct one. */
  requirement: Schema.NullOr(Schema.String),
  outcome: Schema.Literal("killed", "survived", "passed", "false alarm"),
  /** What is wrong with the outcome, in one sentence; `null` where nothing is. */
  problem: Schema.NullOr(Schema.String),
  requests: Schema.Int,
  durationMs: Schema.Int
}).annotations({ identifier: "Outcome" })

/**
 * @since 0.1.0
 * @category models
 */
export interface Outcome extends Schema.Schema.Type<typeof Outcome> {}

/**
 * The score of the kit.
 *
 * @since 0.1.0
 * @category models
 */
export const SelfTest = Schema.Struct({
  version: Schema.Literal(1),
  seed: Schema.Int,
  budget: Budget.Budget,
  /** Broken servers that were tested, and those whose fault was found. */
  broken: Schema.Int,
  killed: Schema.Int,
  /** Correct servers that were tested. */
  correct: Schema.Int,
  /** Servers of either kind about which the kit said something that is not so. */
  falseAlarms: Schema.Int,
  /** Whether every server that was asked for was tested. */
  complete: Schema.Boolean,
  outcomes: Schema.Array(Outcome)
}).annotations({ identifier: "SelfTest" })

/**
 * @since 0.1.0
 * @category models
 */
export interface SelfTest extends Schema.Schema.Type<typeof SelfTest> {}

/**
 * A server on which the kit is tested, and what the kit has to say of it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Specimen extends Scored {
  /** Starts the server on a free port of the loopback interface. */
  readonly start: () => Promise<Server.Running>
}

/**
 * What the score of a server depends on.
 *
 * @since 0.1.0
 * @category models
 */
export interface Scored {
  readonly id: string
  /** The requirement that it breaks; undefined for a correct but unusual server. */
  readonly requirement: string | undefined
  /** Other requirements that the same fault breaks: a report of them is no false alarm. */
  readonly also?: ReadonlyArray<string> | undefined
  readonly level: Requirement.Level
  /** One sentence: what the server does. */
  readonly title: string
}

/**
 * How a server is examined.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  readonly seed: number
  /** `default` unless given. */
  readonly budget?: Budget.Budget | undefined
}

/**
 * What is tested, and how.
 *
 * @since 0.1.0
 * @category models
 */
export interface RunOptions<S extends Scored = Specimen> extends Options {
  readonly specimens: ReadonlyArray<S>
  /** Examines one server, such as in a thread of its own. */
  readonly examine: (specimen: S, options: Options) => Effect.Effect<Outcome>
  /** Number of servers examined side by side. One unless given. */
  readonly concurrency?: number | undefined
  readonly onOutcome?: ((outcome: Outcome) => void) | undefined
  /** Ends the test early when it succeeds; what was scored until then is reported. */
  readonly interrupt?: Effect.Effect<void> | undefined
}

// ---------------------------------------------------------------------------------------------------------------------
// examining
// ---------------------------------------------------------------------------------------------------------------------

/**
 * Starts a server, runs the kit on it and hands back the report.
 *
 * @since 0.1.0
 * @category running
 */
export const report = (specimen: Specimen, { budget, seed }: Options): Effect.Effect<Report, InvalidOptions> =>
  Server.check(specimen.start, { maxDuration: "100 seconds", budget, seed })

/**
 * Runs the kit on a server and scores what it says.
 *
 * @since 0.1.0
 * @category running
 */
export const examine = (specimen: Specimen, options: Options): Effect.Effect<Outcome> =>
  report(specimen, options).pipe(
    Effect.orDie,
    Effect.map((each) => score(specimen, each))
  )

/**
 * Examines servers and adds up the score.
 *
 * @since 0.1.0
 * @category running
 */
export const run = <S extends Scored>({
  budget,
  concurrency = 1,
  examine,
  interrupt = Effect.never,
  onOutcome,
  seed,
  specimens
}: RunOptions<S>): Effect.Effect<SelfTest> =>
  Effect.gen(function* () {
    const options = { seed, budget }
    const outcomes: Array<Outcome> = []
    const all = Effect.forEach(
      specimens,
      (specimen) =>
        Effect.map(examine(specimen, options), (outcome) => {
          outcomes.push(outcome)
          onOutcome?.(outcome)
        }),
      { concurrency, discard: true }
    )
    yield* Effect.raceFirst(all, interrupt)
    return summarise(outcomes, { ...options, expected: specimens.length })
  })

/**
 * Scores a report on a server.
 *
 * @since 0.1.0
 * @category scoring
 */
export const score = (specimen: Scored, report: Report): Outcome => {
  const { id, requirement, title } = specimen
  const [outcome, problem] = requirement === undefined ? ofCorrect(report) : ofBroken(specimen, requirement, report)
  return {
    id,
    title,
    requirement: requirement ?? null,
    outcome,
    problem,
    requests: report.requests,
    durationMs: report.durationMs
  }
}

type Score = readonly [Outcome["outcome"], problem: string | null]

const ofCorrect = (report: Report): Score => {
  const broken = brokenIds(report)
  if (broken.length > 0) return ["false alarm", `it was said to break ${broken.join(", ")}`]
  return report.verdict === "conforms"
    ? ["passed", null]
    : ["false alarm", `the verdict was ${report.verdict}: ${report.reason ?? "for no reason"}`]
}

const ofBroken = (specimen: Scored, requirement: string, report: Report): Score => {
  if (!brokenIds(report).includes(requirement)) {
    return ["survived", `${requirement} was not found broken; the verdict was ${report.verdict}`]
  }
  const excused = new Set([requirement, ...(specimen.also ?? []), ...circumstances])
  const neighbours = blamed(report).filter((id) => !excused.has(id) && !isKin(requirement, id))
  if (neighbours.length > 0) return ["false alarm", `${neighbours.join(", ")} was blamed for it`]
  const verdict = specimen.level === "MUST" ? "violates" : "conforms"
  return report.verdict === verdict
    ? ["killed", null]
    : ["survived", `the verdict was ${report.verdict}, where it has to be ${verdict}`]
}

/**
 * The requirements that a report shows as broken.
 *
 * @since 0.1.0
 * @category getters
 */
export const brokenIds = (report: Report): ReadonlyArray<string> =>
  report.requirements.filter(({ status }) => status === "failed" || status === "warned").map(({ id }) => id)

/** The requirements that findings are about first of all. */
const blamed = (report: Report): ReadonlyArray<string> => [
  ...new Set(report.requirements.flatMap(counterexamplesOf).map(({ requirement }) => requirement))
]

/**
 * Whether a fault that breaks the one breaks the other as well, whatever it is: one way of letting strangers in lets in
 * others, what cannot be said at all cannot be said at length, and what crashes on an invalid request does not refuse it.
 */
const isKin = (requirement: string, other: string): boolean =>
  (requirement.startsWith("auth.") && other.startsWith("auth.")) ||
  (requirement === "accept.content" && other.startsWith("accept.content.")) ||
  (requirement === "protocol.no-server-error" && other.startsWith("reject."))

/** Requirements about the circumstances under which any other breaks. */
const circumstances = ["semantics.stable", "semantics.concurrent", "protocol.no-server-error"]

/**
 * Adds up outcomes. `expected` is how many servers were asked for.
 *
 * @since 0.1.0
 * @category scoring
 */
export const summarise = (
  outcomes: ReadonlyArray<Outcome>,
  { budget = "default", expected, seed }: Options & { readonly expected: number }
): SelfTest => {
  const broken = outcomes.filter(({ requirement }) => requirement !== null)
  return {
    version: 1,
    seed,
    budget,
    broken: broken.length,
    killed: broken.filter(({ outcome }) => outcome !== "survived").length,
    correct: outcomes.length - broken.length,
    falseAlarms: outcomes.filter(({ outcome }) => outcome === "false alarm").length,
    complete: outcomes.length === expected,
    outcomes
  }
}

/**
 * The score in a few words: `killed 180/180, false alarms 0/40`.
 *
 * @since 0.1.0
 * @category rendering
 */
export const scoreLine = ({ broken, correct, falseAlarms, killed }: SelfTest): string =>
  `killed ${killed}/${broken}, false alarms ${falseAlarms}/${broken + correct}`

/**
 * 0 where every fault was found and nothing else, 1 otherwise, 3 where not every server was tested.
 *
 * @since 0.1.0
 * @category getters
 */
export const exitCode = ({ broken, complete, falseAlarms, killed }: SelfTest): 0 | 1 | 3 => {
  if (killed < broken || falseAlarms > 0) return 1
  return complete ? 0 : 3
}
