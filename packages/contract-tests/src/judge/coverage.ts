/**
 * Requirements that an exchange puts to the test.
 *
 * @since 0.1.0
 */
import { acceptanceIds } from "../contract/acceptance.js"
import * as Requirement from "../contract/Requirement.js"
import type { EditSpec } from "../generate/edits/edit.js"
import type { Step } from "../model/Case.js"
import * as Exchange from "../model/Exchange.js"
import type { Sent, Trial } from "../send/trial.js"
import { hasJudgedBody, isBracketed } from "./refusal.js"

/**
 * The ids of the requirements that a trial puts to the test, a list for each exchange. Lists that are equal are one and
 * the same, so that they can be counted instead of their ids.
 *
 * @since 0.1.0
 * @category getters
 */
export const covered = (trial: Trial): ReadonlyArray<ReadonlyArray<Requirement.Id>> =>
  trial.exchanges.map((_, position) => coveredAt(trial, position))

/**
 * The ids of the requirements that one exchange of a trial puts to the test.
 *
 * @since 0.1.0
 * @category getters
 */
export const coveredAt = (trial: Trial, position: number): ReadonlyArray<Requirement.Id> => {
  const sent = trial.exchanges[position]
  if (sent === undefined) return []
  if (sent.edit === undefined) return coveredBySend(trial, sent)
  return isBracketed(trial, position) ? coveredByEdit(sent, sent.edit) : onlyAnswering
}

/** What every request puts to the test. */
const answering: Requirement.Id = "protocol.no-server-error"

const onlyAnswering: ReadonlyArray<Requirement.Id> = [answering]

const lists = new Map<string, ReadonlyArray<Requirement.Id>>()

/** The list that has this key, made where there is none yet. */
const listOf = (key: string, make: () => ReadonlyArray<Requirement.Id>): ReadonlyArray<Requirement.Id> => {
  const known = lists.get(key)
  if (known !== undefined) return known
  const made = make()
  lists.set(key, made)
  return made
}

const coveredByEdit = (sent: Sent, { expects, requirement }: EditSpec): ReadonlyArray<Requirement.Id> => {
  if (expects === "survived" || expects === "ignored") return onlyAnswering
  const isBodyJudged = hasJudgedBody(sent)
  return listOf(`${requirement} ${expects} ${isBodyJudged}`, () => [
    answering,
    requirement,
    ...(expects === "unauthorised" ? (["auth.status", "auth.challenge"] as const) : []),
    ...(isBodyJudged ? (["protocol.error-body"] as const) : [])
  ])
}

const judgedOnSuccess: ReadonlyArray<Requirement.Id> = Requirement.all
  .filter(({ group, id }) => group === "response" || (group === "semantics" && id !== "semantics.concurrent"))
  .map(({ id }) => id)

/**
 * The requirements that a valid step puts to the test where it is accepted.
 *
 * @since 0.1.0
 * @category getters
 */
export const coveredWhenAccepted = (step: Step): ReadonlyArray<Requirement.Id> => [
  answering,
  ...acceptanceIds(step),
  ...judgedOnSuccess
]

const coveredBySend = (trial: Trial, sent: Sent): ReadonlyArray<Requirement.Id> => {
  const accepting = acceptanceIds(sent.step)
  const isAccepted = Exchange.isSuccess(sent.exchange)
  const isCrowd = trial.case.mode === "together" && trial.exchanges.length > 1
  const isChunked = sent.exchange.request.framing.kind === "chunked"
  return listOf(`${accepting.join(" ")} ${isAccepted} ${isCrowd} ${isChunked}`, () => [
    answering,
    ...accepting,
    ...(isChunked ? (["accept.encoding.length"] as const) : []),
    ...(isAccepted ? judgedOnSuccess : []),
    ...(isCrowd ? (["semantics.concurrent"] as const) : [])
  ])
}
