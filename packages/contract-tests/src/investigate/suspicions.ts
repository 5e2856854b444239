/**
 * Decides which failures are worth an investigation, and in which order.
 *
 * @since 0.1.0
 */

import * as Acceptance from "../contract/acceptance.js"
import * as Body from "../judge/body.js"
import type * as Case from "../model/Case.js"
import * as Exchange from "../model/Exchange.js"
import type { Session } from "../send/session.js"
import type { Sent } from "../send/trial.js"
import { type Failure, sentOf } from "./finding.js"

/**
 * Failures by what they are suspected to have in common: the requirement, and what tells its faults apart.
 */
export const suspicions = (failures: ReadonlyArray<Failure>): ReadonlyArray<ReadonlyArray<Failure>> => {
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
export const isOfSharedId = (failure: Failure, ledger: Session["ledger"]): boolean => {
  const { requirement } = failure.violation
  const sent = sentOf(failure)
  if (sent === undefined) return false
  if (requirement === "semantics.created") return ledger.isAmbiguous(idOfAnswer(sent))
  const isAboutReply = requirement === Acceptance.acceptance || requirement === "semantics.reply"
  return isAboutReply && sent.replyId !== undefined && ledger.isAmbiguous(sent.replyId)
}

const idOfAnswer = ({ exchange }: Sent): string => {
  const reading = Body.read(Exchange.response(exchange)?.body ?? new Uint8Array(0))
  return reading.kind === "object" ? String(reading.value.id) : ""
}

const suspicion = ({ trial, violation }: Failure): string => {
  const sent = trial.exchanges[violation.step]
  if (violation.requirement === Acceptance.acceptance && sent !== undefined) {
    return `${violation.requirement} ${Acceptance.refusedRequirements(sent.step)[0]}`
  }
  if (sent?.edit !== undefined && violation.facet === sent.edit.id) {
    // A 500 is not the same as a 200, though both are no 4xx.
    return `${violation.requirement} ${violation.level} edits ${Exchange.status(sent.exchange) ?? "unanswered"}`
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
    ? failures.some(({ violation }) => violation.requirement === Acceptance.acceptance)
    : isServerErrorOfAnother(failure, failures)

const isServerErrorOfAnother = (failure: Failure, failures: ReadonlyArray<Failure>): boolean =>
  failure.violation.requirement === "protocol.no-server-error" &&
  failures.some(
    (other) =>
      other.trial === failure.trial &&
      other.violation.step === failure.violation.step &&
      other.violation.requirement !== failure.violation.requirement &&
      (other.violation.requirement === Acceptance.acceptance ||
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
