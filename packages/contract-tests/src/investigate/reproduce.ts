import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Runtime from "effect/Runtime"
import * as fc from "fast-check"
import * as Acceptance from "../contract/acceptance.js"
import * as Requirement from "../contract/Requirement.js"
import type { Violation } from "../judge/violation.js"
import * as Case from "../model/Case.js"
import * as Exchange from "../model/Exchange.js"
import { medianLatency } from "../send/stats.js"
import type { Sent, Trial } from "../send/trial.js"
import { type Context, type Executed, type Failure, type Proof, type Repeated, sentOf } from "./finding.js"
import * as Beginnings from "./shrink/beginnings.js"
import * as Shrink from "./shrink/shrink.js"

/**
 * Spent on one finding at the most: cases; requests, which are so many for each request of the case where that is more;
 * and milliseconds, or so many times as long as half of the answers take where that is longer.
 */
const effort = { cases: 150, requests: 100, times: 10, milliseconds: 20_000, answers: 400 } as const

/** Only the offending request, and the accepted one that it is an edit of. */
export const recorded = ({ trial, violation, violations }: Failure, repeated: Repeated): Proof => {
  const isBase = ({ edit }: Sent) => edit === undefined
  const upTo = trial.exchanges.slice(0, violation.step + 1)
  const [base, offending] = [upTo.findLast(isBase), upTo.at(-1)]
  const exchanges = [...new Set([base, offending])].filter((sent) => sent !== undefined)
  const steps = exchanges.map((sent) => sent.step)
  return {
    trial: { case: { ...trial.case, mode: "sequence", steps }, exchanges },
    violation: { ...violation, step: exchanges.length - 1 },
    violations: violations
      .filter((each) => each.step === violation.step)
      .map((each) => ({ ...each, step: exchanges.length - 1 })),
    reproducible: repeated.times === 0 ? "unknown" : "sometimes",
    repeated,
    requests: 0
  }
}

/** The number of tries that a recorded case gets. Whether requests meet in the server is a matter of luck. */
const chances = (mode: Case.Case["mode"]): number => (mode === "together" ? 4 : 2)

/**
 * Plain messages that are sent before each repeat of the smallest case. Their numbers differ by one, so that a fault of
 * every third or fifth request cannot meet each repeat.
 */
const paddings = [1, 2, 3] as const

/** The attempts to show one fault again. */
export interface Tries extends Repeated {
  /** The number of times that the recorded case was sent again as a whole. */
  times: number
  failed: number
}

export const noTries = (): Tries => ({ times: 0, failed: 0 })

/**
 * Repeats a case alone, and shrinks it if it fails again. At last the smallest one is repeated, as it is or with replies to
 * the very messages.
 */
export const prove = (
  failure: Failure,
  original: Case.Case,
  context: Context,
  tries: Tries,
  repeated: (trial: Trial) => Case.Case = pinned
): Effect.Effect<Proof | undefined> =>
  Effect.gen(function* () {
    const runtime = yield* Effect.runtime<never>()
    const before = context.session.stats.requests
    const spent = () => context.session.stats.requests - before
    const allowed = Math.max(effort.requests, effort.times * original.steps.length)
    const deadline =
      context.session.elapsed() + Math.max(effort.milliseconds, effort.answers * medianLatency(context.session.stats))
    const passes = new Set<string>()
    const failing = new Map<string, Executed & { readonly violation: Violation }>()
    let tried = 0
    let isUnfinished = false

    const isHarmable = failure.violation.requirement !== Acceptance.acceptance && sentOf(failure).edit === undefined
    let isSettled = true
    // As recorded, up to the request that failed at the least: whoever is simpler was not seen failing.
    let isAsRecorded = true
    const isRecorded = (self: Case.Case) => isAsRecorded && self.steps.length > failure.violation.step
    const failsOnce = (self: Case.Case): Effect.Effect<boolean> => {
      const isEnough = tried >= effort.cases || spent() >= allowed || context.session.elapsed() > deadline
      if (isEnough) {
        isUnfinished = true
        return Effect.succeed(false)
      }
      tried++
      // What is refused may harm whatever comes next, and be it another case.
      return Effect.when(settle(context), () => !isSettled && isHarmable).pipe(
        Effect.zipRight(context.execute(self)),
        Effect.map((executed) => {
          isSettled = executed.trial.exchanges.every(({ exchange }) => Exchange.isSuccess(exchange))
          // The last one, since more may have harmed it.
          const violation = executed.violations.findLast((each) => isAlike(each, failure, executed.trial))
          if (violation !== undefined) failing.set(Case.key(self), { ...endingWith(violation, executed), violation })
          if (isRecorded(self)) {
            tries.times++
            if (violation !== undefined) tries.failed++
          }
          return violation !== undefined
        }),
        Effect.catchAll(() => Effect.succeed(false))
      )
    }
    const failsWithin = (self: Case.Case, chances: number) =>
      Effect.map(
        Effect.exists(Array.from({ length: chances }), () => failsOnce(self)),
        (failed) => {
          if (!failed) passes.add(Case.key(self))
          return failed
        }
      )

    yield* settle(context)
    const beginnings = Beginnings.beginnings(original, failure.violation.step)
    const beginning = yield* Effect.findFirst(beginnings, (self, index) =>
      failsWithin(self, index < beginnings.length - 1 ? 1 : chances(original.mode))
    )
    if (Option.isNone(beginning)) return undefined
    isAsRecorded = false
    const predicate = async (self: Case.Case) => {
      const key = Case.key(self)
      if (failing.has(key)) return false
      if (passes.has(key)) return true
      // Of requests in flight, those that are few cost little and meet seldom.
      const isLucky = self.mode === "together" && self.steps.length <= 4
      return !(await Runtime.runPromise(runtime)(failsWithin(self, isLucky ? 2 : 1)))
    }
    // So many messages on one connection were counted, and none of them can go.
    const isCounted = original.rest !== undefined && original.steps.every(Case.isPlain)
    const details = yield* Effect.promise(() =>
      fc.check(fc.asyncProperty(Shrink.shrinkable(fc.constant(beginning.value)), predicate), {
        examples: [[beginning.value]],
        numRuns: 1,
        seed: context.seed,
        endOnFailure: isCounted
      })
    )
    const smallest = details.counterexample?.[0] ?? beginning.value
    // What one candidate left behind may have failed the next; and a server that fails now and then, all of them.
    for (const shown of [...new Set([smallest, beginning.value])].flatMap(
      (self) => failing.get(Case.key(self)) ?? []
    )) {
      const outcome = yield* repeat(repeated(shown.trial), shown.violation, context, failure)
      tries.times += outcome.times
      tries.failed += outcome.failed
      if (isProof(outcome, original.mode)) {
        return { ...shown, reproducible: "always", repeated: outcome, requests: spent(), isUnfinished }
      }
    }
    return undefined
  })

/** The requests up to the one that failed: later ones are no part of the proof. */
const endingWith = ({ step }: Violation, { trial, violations }: Executed): Executed => {
  const isOneByOne = trial.case.mode === "sequence" && trial.case.rest === undefined
  if (!isOneByOne || trial.exchanges.length !== trial.case.steps.length) return { trial, violations }
  return {
    trial: {
      case: { ...trial.case, steps: trial.case.steps.slice(0, step + 1) },
      exchanges: trial.exchanges.slice(0, step + 1)
    },
    violations: violations.filter((each) => each.step <= step)
  }
}

/** Tells whether repeats are proof: one failure is enough where requests have to meet in the server. */
const isProof = ({ failed, times }: Repeated, mode: Case.Case["mode"]): boolean =>
  mode === "together" ? failed > 0 : times > 0 && failed === times

/** Lets nothing linger of what was refused: sends a plain message. */
export const settle = (context: Context): Effect.Effect<unknown> =>
  Effect.option(context.execute(Case.sequence("plain", [Case.step("Back to normal")])))

/**
 * Sends a case again, each time after another number of plain messages, until the outcome is clear: until it passes, or
 * fails where its requests have to meet. What cannot be sent any more is not counted.
 */
const repeat = (self: Case.Case, shown: Violation, context: Context, failure: Failure): Effect.Effect<Repeated> =>
  Effect.gen(function* () {
    const isTogether = self.mode === "together"
    let [times, failed] = [0, 0]
    for (const padding of isTogether ? Array.from({ length: chances(self.mode) }, () => 0) : paddings) {
      yield* Effect.replicateEffect(settle(context), times === 0 ? 1 : padding, { discard: true })
      const executed = yield* Effect.option(context.execute(self))
      if (Option.isNone(executed)) break
      const { trial, violations } = executed.value
      const hasFailed = violations.some(
        (each) => (isTogether || each.step === shown.step) && isAlike(each, failure, trial)
      )
      times++
      if (hasFailed) failed++
      if (hasFailed === isTogether) break
    }
    return { times, failed }
  })

/** Repeats a case up to its failing step. */
export const again = ({ trial, violation }: Failure, context: Context): Effect.Effect<Proof | undefined> =>
  context.execute({ ...trial.case, steps: trial.case.steps.slice(0, violation.step + 1) }).pipe(
    Effect.map((executed) => {
      const same = executed.violations.find(
        (each) => each.requirement === violation.requirement && each.step === violation.step
      )
      return same === undefined
        ? undefined
        : {
            ...executed,
            violation: same,
            reproducible: "always" as const,
            repeated: { times: 1, failed: 1 },
            requests: violation.step + 1
          }
    }),
    Effect.orElseSucceed(() => undefined)
  )

/** The case with every reply to the very message that it was a reply to. */
export const pinned = (trial: Trial): Case.Case => ({
  ...trial.case,
  steps: trial.case.steps.map((step, index) => {
    const replyId = trial.exchanges.length === trial.case.steps.length ? trial.exchanges[index]?.replyId : undefined
    return replyId === undefined ? step : { ...step, reply: `id:${replyId}` }
  })
})

/** Tells whether a violation is of the same kind as the recorded one. */
const isAlike = (violation: Violation, failure: Failure, trial: Trial): boolean =>
  violation.requirement === failure.violation.requirement &&
  violation.level === failure.violation.level &&
  sentOf({ trial, violation }).edit?.id === sentOf(failure).edit?.id &&
  (!bindsAsRefused(failure) || bindsAsRefused({ trial, violation })) &&
  (violation.requirement === Acceptance.acceptance ||
    violation.requirement === "semantics.content" ||
    violation.facet === failure.violation.facet)

/**
 * Tells whether a refusal is of what has to be accepted: of a text that has too many bytes, or too many characters of one
 * kind, one that is longer, and need not be accepted, may be the simpler one.
 */
const bindsAsRefused = (failure: Pick<Failure, "trial" | "violation">): boolean =>
  failure.violation.requirement === Acceptance.acceptance &&
  Requirement.get(Acceptance.refusedRequirements(sentOf(failure).step)[0]).level === "MUST"

/** Tells whether a case breaks the requirement that a violation is of. */
export const fails = (self: Case.Case, violation: Violation, context: Context): Effect.Effect<boolean> =>
  shows(self, context, ({ violations }) => violations.some((each) => each.requirement === violation.requirement))

/** Tells whether nothing is wrong about a case. */
export const holds = (self: Case.Case, context: Context): Effect.Effect<boolean> =>
  shows(self, context, ({ violations }) => violations.length === 0)

/** Runs a case and looks for something in it: a case that cannot be sent any more shows nothing. */
const shows = (self: Case.Case, context: Context, what: (executed: Executed) => boolean): Effect.Effect<boolean> =>
  context.execute(self).pipe(
    Effect.map(what),
    Effect.orElseSucceed(() => false)
  )
