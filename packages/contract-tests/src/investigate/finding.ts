/** Failures, and the findings that they come down to. */
import type * as Effect from "effect/Effect"
import type * as Acceptance from "../contract/acceptance.js"
import type * as Requirement from "../contract/Requirement.js"
import type { Violation } from "../judge/violation.js"
import type * as Case from "../model/Case.js"
import type { Stop } from "../model/Target.js"
import type { Session } from "../send/session.js"
import type { Sent, Trial } from "../send/trial.js"

/** A violation with the trial that showed it. */
export interface Failure {
  readonly trial: Trial
  readonly violation: Violation
  /** Everything that is wrong about the trial. */
  readonly violations: ReadonlyArray<Violation>
}

/** A case that was run, with what is wrong about it. */
export interface Executed {
  readonly trial: Trial
  readonly violations: ReadonlyArray<Violation>
}

/**
 * Reproducibility of a fault.
 *
 * - `always`: the smallest case fails each time it is sent
 * - `sometimes`: it failed as recorded, and passed when repeated, once at the least
 * - `unknown`: it was not repeated
 */
export type Reproducible = "always" | "sometimes" | "unknown"

/** The number of times that a case was sent again, and of those in which it failed again. */
export interface Repeated {
  readonly times: number
  readonly failed: number
}

/** Requests that showed a fault by themselves, and by their ids the messages that were made to be replied to. */
export interface ByHand {
  readonly trial: Trial
  /** The steps that were put before those of the finding. */
  readonly before: ReadonlyArray<Case.Step>
  readonly targets: ReadonlyMap<string, Sent>
}

/** One distinct fault, with its proof. */
export interface Finding {
  /** The id of the requirement that it breaks first of all. */
  readonly requirement: Requirement.Id
  readonly level: Requirement.Level
  /** Ids of other requirements that the same exchange breaks. */
  readonly also: ReadonlyArray<Requirement.Id>
  /** Under which circumstances it shows, in a few words; empty for always. */
  readonly when: string
  readonly reproducible: Reproducible
  readonly repeated: Repeated
  /** The part that its connection has in it, if it has one. */
  readonly role: Role | undefined
  /** True if it shows whatever is sent. */
  readonly isGeneral: boolean
  /** True if it shows on some connections only, as if instances behind one address did not share their messages. */
  readonly isScattered: boolean
  /** True if it is of a reply that takes an earlier message of the run. */
  readonly takesEarlier: boolean
  /**
   * Requests that a line for curl sends to show it; `unshown` where those that were tried did not show it. The trial's own
   * unless given.
   */
  readonly byHand?: ByHand | "unshown" | undefined
  readonly trial: Trial
  readonly violation: Violation
  /** Number of recorded cases that failed in the same way. */
  readonly failures: number
  /** Titles of other edits, or HTTP forms, that were answered wrongly as well. */
  readonly alike: ReadonlyArray<string>
  /** Requests that were spent on making the case smaller. */
  readonly shrinkRequests: number
  /** True if smaller cases were left that were not tried. */
  readonly isUnfinished?: boolean | undefined
}

/**
 * A request that was not answered, where that says nothing of the target: one whose answer came late once, and in time when
 * it was sent again alone (times in milliseconds), and one that ended while it was being sent, and was refused when it was
 * sent again. `index` is its position in the run.
 */
export type Lapse =
  | { readonly kind: "late"; readonly index: number; readonly timeoutMs: number; readonly againMs: number }
  | { readonly kind: "lost"; readonly index: number; readonly reason: string; readonly status: number }

/** Outcome of an investigation. */
export interface Outcome {
  readonly findings: ReadonlyArray<Finding>
  readonly lapses: ReadonlyArray<Lapse>
}

/** Context that an investigation needs of the run that it follows. */
export interface Context {
  readonly session: Session
  readonly execute: (self: Case.Case) => Effect.Effect<Executed, Stop>
  /** True if an edit, made on a request of a spelling, was answered as it has to be until it no longer was. */
  readonly woreOff: (spelling: string) => boolean
  /** The valid requests of the run, in the order in which they were sent. */
  readonly history: ReadonlyArray<Past>
  readonly seed: number
  /** True if requests can still be sent. */
  readonly possible: boolean
}

/** A valid request of the run, and what was wrong about its answer. */
export interface Past {
  readonly step: Case.Step
  readonly index: number
  readonly broken: ReadonlyArray<Acceptance.Broken>
}

/**
 * The state of a connection that a valid request needs to fail: nothing was sent on it before, something
 * was, or that many messages were.
 */
export type Role = "new" | "used" | "worn"

/** The proof of a fault. */
export interface Proof {
  readonly trial: Trial
  readonly violation: Violation
  readonly violations: ReadonlyArray<Violation>
  readonly reproducible: Reproducible
  readonly repeated: Repeated
  readonly requests: number
  /** True if smaller cases were left that were not tried: that would have taken too long. */
  readonly isUnfinished?: boolean | undefined
  /** The number of failures that were recorded. */
  readonly failures?: number | undefined
  /** True if each of them had others in flight with it. */
  readonly crowded?: boolean | undefined
  /** True if one and the same reply is accepted on some connections and refused on others. */
  readonly scattered?: boolean | undefined
  /** True if it is a reply to a message of the run, and one to a new message like that does not fail. */
  readonly takesEarlier?: boolean | undefined
  /** The failures among plain messages sent one after another, if those have shown the fault. */
  readonly soaked?: Soaked | undefined
}

/** The request that failed. Throws where a violation is of no request of its trial. */
export const sentOf = ({ trial, violation }: Pick<Failure, "trial" | "violation">): Sent => {
  const sent = trial.exchanges[violation.step]
  if (sent === undefined) throw new Error(`There is no request ${violation.step + 1} in ${JSON.stringify(trial.case)}`)
  return sent
}

/** The failures of one requirement among plain messages that were sent one after another. */
export interface Soaked {
  readonly first: Failure
  /** The positions of the messages that failed, from 1. */
  readonly positions: Array<number>
  /** The number of messages that were sent. */
  readonly of: number
}

/** The requirement about the refused request right before a valid one that failed. */
export const refusedBefore = (failure: Pick<Failure, "trial" | "violation">): string | undefined =>
  failure.trial.case.mode === "sequence" && sentOf(failure).edit === undefined
    ? failure.trial.exchanges[failure.violation.step - 1]?.edit?.requirement
    : undefined
