/**
 * The kit tested on servers of which it is known what is wrong: which faults it finds, and whether it cries wolf.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Budget from "../model/Budget.js"
import type { Specimen } from "./selfTest/examine.js"
import { type Options, Outcome, type Scored } from "./selfTest/score.js"

export { examine, report, type Specimen } from "./selfTest/examine.js"
export { brokenIds, type Options, Outcome, type Scored, score } from "./selfTest/score.js"

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
  /** True when every server that was asked for was tested. */
  complete: Schema.Boolean,
  outcomes: Schema.Array(Outcome)
}).annotations({ identifier: "SelfTest" })

/**
 * @since 0.1.0
 * @category models
 */
export interface SelfTest extends Schema.Schema.Type<typeof SelfTest> {}

/**
 * Options of a self-test.
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
