/**
 * The test kit as a function: a target in, a report out.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Acceptance from "../contract/acceptance.js"
import * as Requirement from "../contract/Requirement.js"
import { selection } from "../contract/selection.js"
import * as Request from "../generate/request.js"
import { covered } from "../judge/covered.js"
import * as Explain from "../judge/explain.js"
import type { Violation } from "../judge/violation.js"
import * as Budget from "../model/Budget.js"
import type { Case, Step } from "../model/Case.js"
import * as Exchange from "../model/Exchange.js"
import * as Ledger from "../model/Ledger.js"
import * as Counterexample from "../report/counterexample.js"
import * as Make from "../report/make.js"
import type * as Report from "../report/Report.js"
import * as Engine from "../run/engine.js"
import * as Replay from "../run/replay.js"
import type { Trial } from "../send/trial.js"
import { count } from "../text/words.js"
import {
  InvalidOptions,
  integer,
  type Options,
  checks as ownChecks,
  contents as ownContents,
  resolve,
  seed as seedOf
} from "./options.js"
import * as Rerun from "./rerun.js"

/**
 * Options that make no sense. `option` names one, `message` says in one sentence what is wrong and what to do.
 *
 * @since 0.1.0
 * @category errors
 */
export { InvalidOptions, type Options } from "./options.js"

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
    const selected = selection(options.only ?? [], options.skip ?? [])
    const contents = yield* ownContents(options.contents)
    const checks = yield* ownChecks(options.checks)
    const earlier = options.rerun === undefined ? undefined : Rerun.read(options.rerun)
    const startedAt = new Date()
    const result = yield* Engine.run({
      target,
      pace,
      seed,
      budget,
      runs,
      concurrency,
      selected,
      first: earlier?.cases,
      contents,
      checks,
      onProgress: options.onProgress,
      onExchange: options.onExchange,
      interrupt: options.interrupt
    })
    const report = Make.make(result, {
      target,
      seed,
      budget,
      runs,
      selected,
      startedAt,
      strict: options.strict ?? false,
      waivers: options.waivers ?? []
    })
    return {
      ...report,
      notes: [
        ...report.notes,
        ...(contents === undefined
          ? []
          : [
              `${count(contents.length, "content")} of your own ${contents.length === 1 ? "was" : "were"} part of the run`
            ]),
        ...(earlier === undefined ? [] : Rerun.notes(earlier, report))
      ]
    }
  })

/**
 * Outcome of a replay. A case is tried as often as its fault needs: one that failed each time, three
 * times; one in pieces, five times; one that failed now and then, or with several requests in flight together, up to
 * twenty times, and then `not seen` is no proof that it is fixed.
 *
 * @since 0.1.0
 * @category models
 */
export interface Replayed {
  readonly outcome: "still violates" | "fixed" | "not seen" | "inconclusive"
  /** The number of times that the case was sent. */
  readonly tries: number
  readonly requirement: Requirement.Id
  readonly violations: ReadonlyArray<Violation>
  /** Requests and answers. */
  readonly exchanges: ReadonlyArray<Report.ReportedExchange>
  /** True when the requests were in flight together. */
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
    | "url"
    | "token"
    | "threadId"
    | "replyTo"
    | "headers"
    | "ca"
    | "timeout"
    | "maxDuration"
    | "interval"
    | "allowHosted"
    | "onExchange"
  >,
  requirement: Requirement.Id,
  self: Case,
  { isIntermittent = false }: { readonly isIntermittent?: boolean } = {}
): Effect.Effect<Replayed, InvalidOptions> =>
  Effect.gen(function* () {
    const { target, pace } = yield* resolve(options)
    const [unknown] = self.steps.flatMap((step) => Option.toArray(Request.unknown(step)))
    if (unknown !== undefined) {
      const message = `the case names ${unknown}, which this version does not have`
      return yield* new InvalidOptions({ option: "case", message })
    }
    const together = self.mode === "together"
    const isLucky = together || isIntermittent
    const attempts = isLucky ? attemptsByLuck : self.steps.some(isInPieces) ? attemptsInPieces : attemptsAlone
    for (let attempt = 1; ; attempt++) {
      const outcome = yield* Effect.either(
        Replay.replay({ target, pace, onExchange: options.onExchange }, self, requirement)
      )
      if (outcome._tag === "Left") {
        return {
          outcome: "inconclusive",
          tries: attempt,
          requirement,
          violations: [],
          exchanges: [],
          together,
          reason: outcome.left.message
        }
      }
      const violations = outcome.right.violations.filter((violation) => isOf(violation, requirement))
      if (violations.length === 0 && attempt < attempts) continue
      const isTold = violations.length > 0 || isTested(outcome.right.trial, requirement)
      return {
        outcome: violations.length > 0 ? "still violates" : !isTold ? "inconclusive" : isLucky ? "not seen" : "fixed",
        tries: attempt,
        requirement,
        violations: violations.map((violation) => Explain.explained(violation, Ledger.make())),
        exchanges: Counterexample.exchanges(outcome.right.trial, target),
        together,
        reason: isTold ? undefined : `the target answers so that ${requirement} was not put to the test`
      }
    }
  })

/** Tries of a fault that showed each time, of one that depends on how a body is cut, and of one that depends on luck. */
const [attemptsAlone, attemptsInPieces, attemptsByLuck] = [3, 5, 20]

const isInPieces = ({ http }: Step): boolean => http !== "plain"

/** Requirements about circumstances are broken by whatever goes wrong under them. */
const aboutCircumstances = new Set<Requirement.Id>(["semantics.concurrent", "semantics.stable"])

/** A refusal is counted as of any requirement of `accept`: which one it is about, only the smallest requests tell. */
const isOf = (violation: Violation, requirement: Requirement.Id): boolean =>
  aboutCircumstances.has(requirement) ||
  violation.requirement === requirement ||
  (violation.requirement === Acceptance.acceptance && isAboutAcceptance(requirement))

const isAboutAcceptance = (requirement: Requirement.Id): boolean => Requirement.get(requirement).group === "accept"

/** Tells whether a trial without a violation shows that a requirement holds: all was sent, and what has to be accepted was. */
const isTested = (trial: Trial, requirement: Requirement.Id): boolean => {
  if (trial.exchanges.length < trial.case.steps.length) return false
  return (
    trial.exchanges.some((sent, position) => covered(trial, sent, position).includes(requirement)) ||
    ((aboutCircumstances.has(requirement) || isAboutAcceptance(requirement)) &&
      trial.exchanges.some(({ edit, exchange }) => edit === undefined && Exchange.isSuccess(exchange)))
  )
}
