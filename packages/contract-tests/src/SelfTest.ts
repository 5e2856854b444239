/**
 * The kit tested on its own broken and unusual servers: what it finds of their faults, and whether it cries wolf.
 *
 * @since 0.1.0
 */
import * as Os from "node:os"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Budget from "./Budget.js"
import type * as Conformance from "./Conformance.js"
import * as Pool from "./internal/selfTest/pool.js"
import * as Server from "./internal/selfTest/server.js"
import { counterexamplesOf } from "./internal/wording.js"
import type { Report } from "./Report.js"
import * as Requirement from "./Requirement.js"
import * as Broken from "./zoo/broken.js"
import * as Specimen from "./zoo/Specimen.js"
import { unusual } from "./zoo/unusual.js"

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
export interface RunOptions extends Options {
  readonly specimens: ReadonlyArray<Specimen.Specimen>
  /** Servers side by side, each in a thread of its own. One for each core unless given. */
  readonly concurrency?: number | undefined
  readonly onOutcome?: ((outcome: Outcome) => void) | undefined
  /** Ends the test early when it succeeds; what was scored until then is reported. */
  readonly interrupt?: Effect.Effect<void> | undefined
}

// ---------------------------------------------------------------------------------------------------------------------
// servers
// ---------------------------------------------------------------------------------------------------------------------

/**
 * Every server on which the kit tests itself: the broken ones, the honest one and the unusual ones.
 *
 * @since 0.1.0
 * @category servers
 */
export const specimens: ReadonlyArray<Specimen.Specimen> = [...Broken.broken, Specimen.honest, ...unusual]

/**
 * A cross-section: so many servers, one in seven of them correct, with broken ones of as many requirements as there is
 * room for.
 *
 * @since 0.1.0
 * @category servers
 */
export const sample = (size: number): ReadonlyArray<Specimen.Specimen> => {
  const correct = [Specimen.honest, ...unusual]
  const amount = Math.min(correct.length, Math.max(1, Math.round(size / 7)))
  const every = correct.length / amount
  return [
    ...Broken.sample(Math.max(0, size - amount)),
    ...Array.from({ length: amount }, (_, index) => correct[Math.floor(index * every)]).filter(
      (specimen) => specimen !== undefined
    )
  ]
}

/**
 * The servers that are meant: by their ids, or by the requirement that they break, its beginning included.
 *
 * @since 0.1.0
 * @category servers
 */
export const matching = (patterns: ReadonlyArray<string>): ReadonlyArray<Specimen.Specimen> =>
  specimens.filter(({ id, requirement }) =>
    patterns.some(
      (pattern) => pattern === id || (requirement !== undefined && Requirement.matches(pattern, requirement))
    )
  )

// ---------------------------------------------------------------------------------------------------------------------
// examining
// ---------------------------------------------------------------------------------------------------------------------

/**
 * Starts a server, runs the kit on it and hands back the report.
 *
 * @since 0.1.0
 * @category running
 */
export const report = (
  specimen: Specimen.Specimen,
  { budget, seed }: Options
): Effect.Effect<Report, Conformance.InvalidOptions> =>
  Server.check(() => Specimen.start(specimen), { maxDuration: "100 seconds", budget, seed })

/**
 * Runs the kit on a server and scores what it says.
 *
 * @since 0.1.0
 * @category running
 */
export const examine = (specimen: Specimen.Specimen, options: Options): Effect.Effect<Outcome> =>
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
export const run = ({
  budget,
  concurrency = Os.availableParallelism(),
  interrupt = Effect.never,
  onOutcome,
  seed,
  specimens
}: RunOptions): Effect.Effect<SelfTest> =>
  Effect.scoped(
    Effect.gen(function* () {
      const options = { seed, budget }
      const threads = Math.max(1, Math.min(concurrency, specimens.length))
      const inThread = threads > 1 && Pool.isPossible() ? yield* Pool.make(threads) : undefined
      const outcomes: Array<Outcome> = []
      const all = Effect.forEach(
        specimens,
        (specimen) =>
          Effect.map(
            inThread === undefined ? examine(specimen, options) : inThread({ id: specimen.id, options }),
            (outcome) => {
              outcomes.push(outcome)
              onOutcome?.(outcome)
            }
          ),
        { concurrency: inThread === undefined ? 1 : threads, discard: true }
      )
      yield* Effect.raceFirst(all, interrupt)
      return summarise(outcomes, { ...options, expected: specimens.length })
    })
  )

/**
 * Scores a report on a server.
 *
 * @since 0.1.0
 * @category scoring
 */
export const score = (specimen: Specimen.Specimen, report: Report): Outcome => {
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

type Scored = readonly [Outcome["outcome"], problem: string | null]

const ofCorrect = (report: Report): Scored => {
  const broken = brokenIds(report)
  if (broken.length > 0) return ["false alarm", `it was said to break ${broken.join(", ")}`]
  return report.verdict === "conforms"
    ? ["passed", null]
    : ["false alarm", `the verdict was ${report.verdict}: ${report.reason ?? "for no reason"}`]
}

const ofBroken = (specimen: Specimen.Specimen, requirement: string, report: Report): Scored => {
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
