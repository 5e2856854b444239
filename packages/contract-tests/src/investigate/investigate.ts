/**
 * After a run: what each failure comes down to. A failing case is repeated alone, made as small as it gets, and told
 * apart from faults of state and of concurrency.
 *
 * @since 0.1.0
 */

import * as Effect from "effect/Effect"
import type * as Requirement from "../contract/Requirement.js"
import * as Body from "../judge/body.js"
import * as Judge from "../judge/judge.js"
import * as Case from "../model/Case.js"
import * as Exchange from "../model/Exchange.js"
import type { Session, Stop } from "../send/session.js"
import { sentOf } from "./reproduce.js"
import * as Shrink from "./shrink/shrink.js"
import { lastingConnection, type Repeats, soak } from "./soak.js"
import { resolve } from "./strategy.js"

/**
 * A violation with the trial that showed it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Failure {
  readonly trial: Judge.Trial
  readonly violation: Judge.Violation
  /** Everything that is wrong about the trial. */
  readonly violations: ReadonlyArray<Judge.Violation>
}

/**
 * A case that was run, with what is wrong about it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Executed {
  readonly trial: Judge.Trial
  readonly violations: ReadonlyArray<Judge.Violation>
}

/**
 * How a fault shows again.
 *
 * - `always`: the smallest case fails each time it is sent
 * - `sometimes`: it failed as recorded, and passed when repeated
 * - `unknown`: it was not repeated
 *
 * @since 0.1.0
 * @category models
 */
export type Reproducible = "always" | "sometimes" | "unknown"

/**
 * One distinct fault, with its proof.
 *
 * @since 0.1.0
 * @category models
 */
export interface Finding {
  /** The id of the requirement that it breaks first of all. */
  readonly requirement: string
  readonly level: Requirement.Level
  /** Ids of other requirements that the same exchange breaks. */
  readonly also: ReadonlyArray<string>
  /** Under which circumstances it shows, in a few words; empty for always. */
  readonly when: string
  readonly reproducible: Reproducible
  readonly trial: Judge.Trial
  readonly violation: Judge.Violation
  /** How many recorded cases failed in the same way. */
  readonly failures: number
  /** Other edits that were answered wrongly as well, by title. */
  readonly alike: ReadonlyArray<string>
  /** Requests that were spent on making the case smaller. */
  readonly shrinkRequests: number
}

/**
 * What an investigation needs of the run that it follows.
 *
 * @since 0.1.0
 * @category models
 */
export interface Context {
  readonly session: Session
  readonly execute: (self: Case.Case) => Effect.Effect<Executed, Stop>
  /** Whether an edit, made on a request of a spelling, was answered as it has to be until it no longer was. */
  readonly woreOff: (spelling: string) => boolean
  /** The valid requests of the run, in the order in which they were sent. */
  readonly history: ReadonlyArray<Past>
  readonly seed: number
  /** Whether requests can still be sent. */
  readonly possible: boolean
}

/**
 * A valid request of the run, and what was wrong about its answer.
 *
 * @since 0.1.0
 * @category models
 */
export interface Past {
  readonly step: Case.Step
  readonly index: number
  readonly broken: ReadonlyArray<string>
}

/** Milliseconds spent on all findings together; the rest is reported as it was recorded. */
const patience = 90_000

/** Of one requirement, no more findings than this. */
const findingsPerRequirement = 4

/**
 * Turns failures into findings, one for each distinct fault.
 *
 * @since 0.1.0
 * @category investigating
 */
export const investigate = (
  failures: ReadonlyArray<Failure>,
  context: Context
): Effect.Effect<ReadonlyArray<Finding>> =>
  Effect.gen(function* () {
    const { ledger } = context.session
    const began = context.session.elapsed()
    const trials: Repeats = {
      soaked: yield* Effect.cached(soak(context)),
      onOneConnection: yield* Effect.cached(lastingConnection(context))
    }
    const findings: Array<Finding> = []
    ledger.seal()
    for (const suspects of suspicions(failures.filter((failure) => !isOfSharedId(failure, ledger)))) {
      let left = suspects
      for (let round = 0; round < findingsPerRequirement; round++) {
        const failure = left[0]
        if (failure === undefined) break
        const hurried = context.session.elapsed() - began > patience
        const finding = yield* resolve(left, trials, hurried ? { ...context, possible: false } : context)
        findings.push(withCompany(finding, left))
        left = unexplained(left, finding, context)
      }
    }
    return merged(findings)
  })

// ---------------------------------------------------------------------------------------------------------------------
// which failures belong together
// ---------------------------------------------------------------------------------------------------------------------

/**
 * Failures by what they are suspected to have in common: the requirement, and what tells its faults apart.
 */
const suspicions = (failures: ReadonlyArray<Failure>): ReadonlyArray<ReadonlyArray<Failure>> => {
  const groups = new Map<string, Array<Failure>>()
  const leading = failures.filter((failure) => !isShadow(failure, failures))
  for (const failure of [...leading].sort(bySize)) {
    const name = suspicion(failure)
    groups.set(name, [...(groups.get(name) ?? []), failure])
  }
  return [...groups.values()]
}

/**
 * Whether a failure follows from an id that two messages share: a reply to it that does not find the right one, and times
 * that are those of the other.
 */
const isOfSharedId = (failure: Failure, ledger: Session["ledger"]): boolean => {
  const { requirement } = failure.violation
  const sent = sentOf(failure)
  if (sent === undefined) return false
  if (requirement === "semantics.created") return ledger.isAmbiguous(idOfAnswer(sent))
  const isAboutReply = requirement === Judge.acceptance || requirement === "semantics.reply"
  return isAboutReply && sent.replyId !== undefined && ledger.isAmbiguous(sent.replyId)
}

const idOfAnswer = ({ exchange }: Judge.Sent): string => {
  const reading = Body.read(Exchange.response(exchange)?.body ?? new Uint8Array(0))
  return reading.kind === "object" ? String(reading.value.id) : ""
}

const suspicion = ({ trial, violation }: Failure): string => {
  const sent = trial.sents[violation.step]
  if (violation.requirement === Judge.acceptance && sent !== undefined) {
    return `${violation.requirement} ${Judge.refusedRequirements(sent.step)[0]}`
  }
  if (sent?.edit !== undefined && violation.facet === sent.edit.id) {
    return `${violation.requirement} ${violation.level} edits`
  }
  return violation.requirement === "semantics.content"
    ? violation.requirement
    : `${violation.requirement} ${violation.facet}`
}

/**
 * A 5xx or a cut connection that also breaks another requirement in the same step is told with that one. Where contents
 * that have to be accepted are refused under some circumstance, so are those that need not be: that is no change of mind.
 */
const isShadow = (failure: Failure, failures: ReadonlyArray<Failure>): boolean =>
  failure.violation.requirement === "accept.content.nul"
    ? failures.some(({ violation }) => violation.requirement === Judge.acceptance)
    : isServerErrorOfAnother(failure, failures)

const isServerErrorOfAnother = (failure: Failure, failures: ReadonlyArray<Failure>): boolean =>
  failure.violation.requirement === "protocol.no-server-error" &&
  failures.some(
    (other) =>
      other.trial === failure.trial &&
      other.violation.step === failure.violation.step &&
      other.violation.requirement !== failure.violation.requirement &&
      (other.violation.requirement === Judge.acceptance ||
        other.violation.requirement === "response.json" ||
        other.violation.requirement === sentOf(other)?.edit?.requirement)
  )

const bySize = (left: Failure, right: Failure): number => size(left.trial.case) - size(right.trial.case)

const size = (self: Case.Case): number =>
  self.steps.reduce((sum, step) => sum + 10 * complexity(step) + Math.min(step.content.length, 2_000), 0) +
  (self.mode === "together" ? 100_000 : 0) +
  200 * self.steps.length

const complexity = (step: Case.Step): number =>
  [
    step.reply !== null,
    step.json !== "plain",
    step.http !== "plain",
    step.scheme !== "Bearer",
    step.thread !== 0,
    step.edit !== null
  ].filter((special) => special).length

/** The failures that a finding does not explain, because what it comes down to does not occur in them. */
const unexplained = (failures: ReadonlyArray<Failure>, finding: Finding, context: Context): ReadonlyArray<Failure> => {
  const sent = finding.trial.sents[finding.violation.step]
  if (sent === undefined || sent.edit !== undefined || finding.reproducible !== "always") return []
  const needle = sent.step.content
  if (finding.trial.sents.length > 1 || needle === Shrink.simplest || [...needle].length > 20) return []
  if (finding.violation.requirement === "semantics.content") {
    return failures.filter(
      ({ violation }) => Judge.explained(violation, context.session.ledger).facet !== finding.violation.facet
    )
  }
  if (finding.violation.requirement !== Judge.acceptance || !Case.isPlain(sent.step)) return []
  return failures.filter((failure) => !(sentOf(failure)?.step.content ?? "").includes(needle))
}

/** What else failed in the same way. */
const withCompany = (finding: Finding, failures: ReadonlyArray<Failure>): Finding => ({
  ...finding,
  failures: failures.length,
  alike: [
    ...new Set(
      failures.flatMap((failure) => {
        const edit = sentOf(failure)?.edit
        return edit === undefined || edit.id === finding.trial.sents[finding.violation.step]?.edit?.id
          ? []
          : [edit.title]
      })
    )
  ]
})

/**
 * What makes a finding another one than those of the same requirement: its proof. What does not show again cannot be told
 * apart by what it was seen with, nor can what a refused request leaves behind by which one that was.
 */
const identity = ({ reproducible, requirement, trial, violation, when }: Finding): string => {
  if (reproducible !== "always") return reproducible
  return when !== "" && (requirement === "semantics.stable" || requirement === "semantics.unique")
    ? `${when} ${violation.requirement} ${violation.facet}`
    : Case.key({ ...trial.case, probe: "" }).replace(/"id:[^"]*"/g, '"id"')
}

/** Findings with the same proof are one. */
const merged = (findings: ReadonlyArray<Finding>): ReadonlyArray<Finding> => {
  const byProof = new Map<string, Finding>()
  for (const finding of findings) {
    const key = `${finding.requirement} ${identity(finding)}`
    const before = byProof.get(key)
    byProof.set(
      key,
      before === undefined
        ? finding
        : {
            ...before,
            also: [...new Set([...before.also, ...finding.also])].filter((id) => id !== before.requirement),
            failures: before.failures + finding.failures
          }
    )
  }
  return [...byProof.values()]
}
