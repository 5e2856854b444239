/**
 * The test kit as a function: a target in, a report out.
 *
 * @since 0.1.0
 */

import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import type { Waiver } from "../contract/Waiver.js"
import * as Judge from "../judge/judge.js"
import * as Budget from "../model/Budget.js"
import type { Case } from "../model/Case.js"
import type { Exchange } from "../model/Exchange.js"
import * as Ledger from "../model/Ledger.js"
import * as Report from "../report/Report.js"
import * as Engine from "../run/engine.js"
import { type InvalidOptions, integer, resolve, seed as seedOf } from "./options.js"

/**
 * What to test, and how.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** The base URL, up to and including `/api/v1`. */
  readonly url: string | URL
  readonly token: string | Redacted.Redacted
  /** One thread that exists, or two: with two, mix-ups between threads are seen. */
  readonly threadId: string | readonly [first: string, second: string]
  /** An existing message of the first thread, an inbound one as a rule, to reply to. */
  readonly replyTo?: string | undefined
  /** How much is sent, and how long that may take; `default` unless given. */
  readonly budget?: Budget.Budget | undefined
  /** The number of generated cases; about ten messages are sent for each. As the budget says, unless given. */
  readonly runs?: number | undefined
  /** Random unless given. The same seed gives the same requests. */
  readonly seed?: number | undefined
  /** Cases side by side. Four unless given, and more where the target is slow. */
  readonly concurrency?: number | undefined
  /** The shortest time from one request to the next; none unless given. */
  readonly interval?: Duration.DurationInput | undefined
  /** For each answer; 10 seconds unless given. */
  readonly timeout?: Duration.DurationInput | undefined
  /** For the whole run; as the budget says, unless given. */
  readonly maxDuration?: Duration.DurationInput | undefined
  /** Ids of requirements, or prefixes of ids that end at a dot. Everything unless given. */
  readonly only?: ReadonlyArray<string> | undefined
  readonly skip?: ReadonlyArray<string> | undefined
  /** Whether a broken SHOULD fails the run. */
  readonly strict?: boolean | undefined
  readonly waivers?: ReadonlyArray<Waiver> | undefined
  /** Real messages reach real people on the vendor's own hosts: they are refused unless this is true. */
  readonly allowHosted?: boolean | undefined
  readonly onProgress?: ((progress: Engine.Progress) => void) | undefined
  /**
   * Called with each request and what became of it, as raw as it was sent: the token is in it, which `Har.recorder`
   * takes out.
   */
  readonly onExchange?: ((exchange: Exchange) => void) | undefined
  /** Ends the run early when it succeeds; what was found until then is reported. */
  readonly interrupt?: Effect.Effect<void> | undefined
}

/**
 * Options that make no sense. `option` names one, `message` says in one sentence what is wrong and what to do.
 *
 * @since 0.1.0
 * @category errors
 */
export { InvalidOptions } from "./options.js"

/**
 * Tests a target. Fails only for options that make no sense: what goes wrong on the way is part of the report.
 *
 * @since 0.1.0
 * @category running
 */
export const run = (options: Options): Effect.Effect<Report.Report, InvalidOptions> =>
  Effect.gen(function* () {
    const { target, pace } = yield* resolve(options)
    const seed = yield* seedOf(options.seed)
    const budget = options.budget ?? "default"
    const runs = yield* integer("runs", options.runs ?? Budget.sizes[budget].runs, 1)
    const concurrency =
      options.concurrency === undefined ? undefined : yield* integer("concurrency", options.concurrency, 1)
    const selected = Engine.selection(options.only ?? [], options.skip ?? [])
    const startedAt = new Date()
    const result = yield* Engine.run({
      target,
      pace,
      seed,
      budget,
      runs,
      concurrency,
      selected,
      onProgress: options.onProgress,
      onExchange: options.onExchange,
      interrupt: options.interrupt
    })
    return Report.make(result, {
      target,
      seed,
      budget,
      runs,
      selected,
      startedAt,
      strict: options.strict ?? false,
      waivers: options.waivers ?? []
    })
  })

/**
 * What became of a case that was replayed. A case that needs several requests in flight together is tried several
 * times.
 *
 * @since 0.1.0
 * @category models
 */
export interface Replayed {
  readonly outcome: "still violates" | "fixed" | "inconclusive"
  readonly requirement: string
  readonly violations: ReadonlyArray<Judge.Violation>
  /** What was sent, and what came back. */
  readonly exchanges: ReadonlyArray<Report.ReportedExchange>
  /** Whether the requests were in flight together. */
  readonly together: boolean
  /** Why it is inconclusive. */
  readonly reason: string | undefined
}

/**
 * Sends one case again, and says whether it still breaks the requirement that it broke.
 *
 * @since 0.1.0
 * @category running
 */
export const replay = (
  options: Pick<
    Options,
    "url" | "token" | "threadId" | "replyTo" | "timeout" | "maxDuration" | "interval" | "allowHosted" | "onExchange"
  >,
  requirement: string,
  self: Case
): Effect.Effect<Replayed, InvalidOptions> =>
  Effect.gen(function* () {
    const { target, pace } = yield* resolve(options)
    const together = self.mode === "together"
    const attempts = together ? attemptsTogether : 1
    for (let attempt = 1; ; attempt++) {
      const outcome = yield* Effect.either(Engine.replay({ target, pace, onExchange: options.onExchange }, self))
      if (outcome._tag === "Left") {
        return {
          outcome: "inconclusive",
          requirement,
          violations: [],
          exchanges: [],
          together,
          reason: outcome.left.message
        }
      }
      const violations = outcome.right.violations.filter((violation) =>
        isOf(violation, outcome.right.trial, requirement)
      )
      if (violations.length === 0 && attempt < attempts) continue
      return {
        outcome: violations.length > 0 ? "still violates" : "fixed",
        requirement,
        violations: violations.map((violation) => Judge.explained(violation, Ledger.make())),
        exchanges: Report.exchanges(outcome.right.trial, target),
        together,
        reason: undefined
      }
    }
  })

/** Whether requests meet in the server is a matter of luck. */
const attemptsTogether = 5

/** Requirements about circumstances are broken by whatever goes wrong under them. */
const aboutCircumstances = new Set(["semantics.concurrent", "semantics.stable"])

const isOf = (violation: Judge.Violation, trial: Judge.Trial, requirement: string): boolean => {
  const step = trial.sents[violation.step]?.step
  return (
    aboutCircumstances.has(requirement) ||
    violation.requirement === requirement ||
    (violation.requirement === Judge.acceptance &&
      step !== undefined &&
      Judge.acceptanceIds(step).includes(requirement))
  )
}
