/**
 * Failures, and the findings that they come down to.
 *
 * @since 0.1.0
 */
import type * as Effect from "effect/Effect"
import type * as Requirement from "../contract/Requirement.js"
import type { Violation } from "../judge/violation.js"
import type * as Case from "../model/Case.js"
import type { Stop } from "../model/Target.js"
import type { Session } from "../send/session.js"
import type { Sent, Trial } from "../send/trial.js"

/**
 * A violation with the trial that showed it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Failure {
  readonly trial: Trial
  readonly violation: Violation
  /** Everything that is wrong about the trial. */
  readonly violations: ReadonlyArray<Violation>
}

/**
 * A case that was run, with what is wrong about it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Executed {
  readonly trial: Trial
  readonly violations: ReadonlyArray<Violation>
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
  readonly trial: Trial
  readonly violation: Violation
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

/** What shows a fault. */
export interface Proof {
  readonly trial: Trial
  readonly violation: Violation
  readonly violations: ReadonlyArray<Violation>
  readonly reproducible: Reproducible
  readonly requests: number
  /** How many failures were recorded, where each of them had others in flight with it. */
  readonly crowded?: number | undefined
}

/** The request that failed. */
export const sentOf = (failure: Failure): Sent | undefined => failure.trial.exchanges[failure.violation.step]

/** The requirement about the refused request right before a valid one that failed. */
export const refusedBefore = ({ trial, violation }: Pick<Failure, "trial" | "violation">): string | undefined =>
  trial.case.mode === "sequence" && trial.exchanges[violation.step]?.edit === undefined
    ? trial.exchanges[violation.step - 1]?.edit?.requirement
    : undefined
