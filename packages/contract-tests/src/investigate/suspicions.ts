/** Decides which failures are worth an investigation, and in which order. */

import * as Arr from "effect/Array"
import * as Acceptance from "../contract/acceptance.js"
import * as Requirement from "../contract/Requirement.js"
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
  const shut = shutDoors(leading)
  for (const failure of [...leading].sort(bySize)) {
    const door = doorOf(failure)
    const name = door !== undefined && shut.has(door) ? door : suspicion(failure)
    groups.set(name, [...(groups.get(name) ?? []), failure])
  }
  return [...groups.values()]
}

/** The promises about credentials that are told by one another's edits: none, wrong ones and those of another scheme. */
const credentials = ["auth.missing", "auth.wrong", "auth.scheme"]

/** Names the way in which wrong credentials were not refused, where they ended in an error or without an answer. */
const doorOf = (failure: Failure): string | undefined => {
  const { edit, exchange } = sentOf(failure)
  return failure.violation.requirement === "protocol.no-server-error" && edit?.expects === "unauthorised"
    ? `credentials ${Exchange.status(exchange) ?? "unanswered"}`
    : undefined
}

/** The ways in which wrong credentials of each kind failed: that is one fault, whatever was wrong about them. */
const shutDoors = (failures: ReadonlyArray<Failure>): ReadonlySet<string> => {
  const byDoor = Arr.groupBy(failures, (failure) => doorOf(failure) ?? "")
  const isShut = (met: ReadonlyArray<Failure>) =>
    credentials.every((id) => met.some((failure) => sentOf(failure).edit?.requirement === id))
  return new Set(Object.keys(byDoor).filter((door) => door !== "" && isShut(byDoor[door] ?? [])))
}

/**
 * Tells whether a failure follows from an id that two messages share, or that came with the content of another message: a reply
 * to it that does not find the right one, and times that are those of the other.
 */
export const isOfWrongId = (failure: Failure, ledger: Session["ledger"]): boolean => {
  const { requirement } = failure.violation
  const sent = sentOf(failure)
  if (requirement === "semantics.created") return ledger.isAmbiguous(idOfAnswer(sent))
  const isAboutReply = requirement === Acceptance.acceptance || requirement === "semantics.reply"
  return isAboutReply && sent.replyId !== undefined && (ledger.isAmbiguous(sent.replyId) || isOfAnother(sent.replyId))

  function isOfAnother(id: string): boolean {
    const answered = ledger.get(id)?.answered
    return answered !== undefined && ledger.sent(answered)
  }
}

/** The `id` of an answer, as a text; of none where there is none. */
export const idOfAnswer = ({ exchange }: Sent): string => {
  const reading = Body.read(Exchange.response(exchange)?.body ?? new Uint8Array(0))
  return reading.kind === "object" ? String(reading.value.id) : ""
}

/** Names what a failure is suspected of: failures of one name are investigated together. */
export const suspicion = (failure: Failure): string => {
  const { violation } = failure
  const sent = sentOf(failure)
  if (violation.requirement === Acceptance.acceptance) {
    return `${violation.requirement} ${Acceptance.refusedRequirements(sent.step)[0]}`
  }
  // A 500 is not the same as a 200, though both are no 4xx.
  const status = Exchange.status(sent.exchange) ?? "unanswered"
  if (sent.edit !== undefined && violation.facet === sent.edit.id) {
    return `${violation.requirement} ${violation.level} edits ${status}`
  }
  if (sent.edit !== undefined && violation.requirement === "protocol.no-server-error") {
    const { level, requirement } = sent.edit
    return `${requirement} ${level ?? Requirement.get(requirement).level} edits ${status}`
  }
  return violation.requirement === "semantics.content"
    ? violation.requirement
    : `${violation.requirement} ${violation.facet}`
}

/**
 * Tells whether a failure is told with another one:
 *
 * - a 5xx or a cut connection that also breaks another requirement in the same step, or was met by the message that an
 *   invalid request is made of as well
 * - contents that need not be accepted and are refused at times only, where some that have to be are refused as well:
 *   that is no change of mind
 * - what should be refused, where something that must be is answered in the same way
 * - an extension of JSON behind a whole text, where damage behind a whole text is accepted in the same way: whatever comes
 *   after the end is not read
 */
const isShadow = (failure: Failure, failures: ReadonlyArray<Failure>): boolean => {
  const { facet, requirement } = failure.violation
  switch (requirement) {
    case "accept.content.nul":
      return facet === "varies" && failures.some(({ violation }) => violation.requirement === Acceptance.acceptance)
    case "reject.body.extension":
      return (
        isAfterTheEnd(failure) &&
        failures.some(
          (other) =>
            other.violation.requirement === "reject.body" &&
            answerOf(other) === answerOf(failure) &&
            isAfterTheEnd(other)
        )
      )
    default:
      return isLesserOfAnother(failure, failures) || isServerErrorOfAnother(failure, failures)
  }
}

const isLesserOfAnother = (failure: Failure, failures: ReadonlyArray<Failure>): boolean =>
  failure.violation.level === "SHOULD" &&
  isOfEdit(failure) &&
  failures.some(
    (other) =>
      other.violation.requirement === failure.violation.requirement &&
      other.violation.level === "MUST" &&
      isOfEdit(other) &&
      answerOf(other) === answerOf(failure)
  )

/** Tells whether a failure is that an edit was not refused. */
const isOfEdit = (failure: Failure): boolean => failure.violation.facet === sentOf(failure).edit?.id

const answerOf = (failure: Failure): number | undefined => Exchange.status(sentOf(failure).exchange)

/** Number of closing braces of a body at which it is looked for the end of a text. */
const mostBraces = 32

/** Tells whether the body of the request is a whole JSON object with something other than white space after it. */
const isAfterTheEnd = (failure: Failure): boolean => {
  const text = Buffer.from(sentOf(failure).exchange.request.body ?? "").toString()
  return Array.from(text.matchAll(/}/g))
    .slice(0, mostBraces)
    .map(({ index }) => index + 1)
    .some((end) => /[^ \t\r\n]/.test(text.slice(end)) && Body.parsed(text.slice(0, end)) !== undefined)
}

const isServerErrorOfAnother = (failure: Failure, failures: ReadonlyArray<Failure>): boolean =>
  failure.violation.requirement === "protocol.no-server-error" &&
  (isServerErrorOfBase(failure) || isTroubleOfStep(failure, failures))

/** Tells whether the message that an invalid request is made of ended in the same error: that is about both. */
const isServerErrorOfBase = (failure: Failure): boolean => {
  const { step, facet } = failure.violation
  if (sentOf(failure).edit === undefined) return false
  const base = failure.trial.exchanges.slice(0, step).findLastIndex(({ edit }) => edit === undefined)
  return failure.violations.some(
    (other) => other.step === base && other.requirement === failure.violation.requirement && other.facet === facet
  )
}

const isTroubleOfStep = (failure: Failure, failures: ReadonlyArray<Failure>): boolean =>
  failures.some(
    (other) =>
      other.trial === failure.trial &&
      other.violation.step === failure.violation.step &&
      other.violation.requirement !== failure.violation.requirement &&
      (other.violation.requirement === Acceptance.acceptance ||
        other.violation.requirement === "response.json" ||
        other.violation.requirement === sentOf(other).edit?.requirement)
  )

const bySize = (left: Failure, right: Failure): number =>
  size(left.trial.case) - size(right.trial.case) || credentialsOf(left) - credentialsOf(right)

/** Characters of the credentials that failed: none at all are the plainest wrong ones. */
const credentialsOf = (failure: Failure): number =>
  Exchange.header(sentOf(failure).exchange.request.headers, "authorization")?.length ?? 0

const size = (self: Case.Case): number =>
  self.steps.reduce((sum, step) => sum + 10 * complexity(step) + Math.min(lengthOf(step), 2_000), 0) +
  (self.mode === "together" ? 100_000 : 0) +
  200 * self.steps.length

/** UTF-16 units of the content, and of the value that an edit has. */
const lengthOf = ({ content, edit }: Case.Step): number =>
  content.length + (edit?.value === undefined ? 0 : JSON.stringify(edit.value).length)

const complexity = (step: Case.Step): number =>
  [
    step.reply !== null,
    step.json !== "plain",
    step.http !== "plain",
    step.scheme !== "Bearer",
    step.thread !== 0,
    step.edit !== null
  ].filter((special) => special).length
