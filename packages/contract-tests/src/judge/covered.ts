/** Requirements that an exchange puts to the test. */
import { acceptanceIds } from "../contract/acceptance.js"
import * as Requirement from "../contract/Requirement.js"
import type { EditSpec } from "../generate/edits/edit.js"
import type { Step } from "../model/Case.js"
import * as Exchange from "../model/Exchange.js"
import type { Sent, Trial } from "../send/trial.js"
import { asksForLength } from "./answered.js"

/** The requirement that every request puts to the test. */
const answering: Requirement.Id = "protocol.no-server-error"

const ofMessages: ReadonlyArray<Requirement.Id> = Requirement.all
  .filter(({ group, id }) => group === "response" || (group === "semantics" && id !== "semantics.concurrent"))
  .map(({ id }) => id)

/** The requirements that an edit puts to the test, whatever comes back. */
const ofEdit = ({ expects, requirement }: EditSpec): ReadonlyArray<Requirement.Id> =>
  expects === "unauthorised" ? [requirement, "auth.status", "auth.challenge"] : [requirement]

/** The requirements that a step is meant to put to the test, whatever comes back. */
export const intended = (step: Step, edit: EditSpec | undefined): ReadonlyArray<Requirement.Id> =>
  edit === undefined ? [answering, ...acceptanceIds(step), ...ofMessages] : [edit.requirement]

/** The requirements that one exchange of a trial puts to the test: those that its answer is judged by. */
export const covered = (trial: Trial, sent: Sent, position: number): ReadonlyArray<Requirement.Id> =>
  sent.edit === undefined ? bySend(trial, sent) : byEdit(trial, sent, sent.edit, position)

const bySend = (trial: Trial, sent: Sent): ReadonlyArray<Requirement.Id> => [
  answering,
  ...acceptanceIds(sent.step),
  ...(sent.exchange.request.framing.kind === "chunked" ? (["accept.encoding.length"] as const) : []),
  ...ofAnswer(sent),
  ...(trial.case.mode === "together" && trial.exchanges.length > 1 ? (["semantics.concurrent"] as const) : [])
]

/** The requirements of what came back for a valid request. */
const ofAnswer = ({ exchange }: Sent): ReadonlyArray<Requirement.Id> => {
  const response = Exchange.response(exchange)
  const status = response?.status ?? 0
  if (status >= 400 && status < 500) return ["protocol.error-body"]
  if (response === undefined || status < 200 || status >= 400) return []
  return status !== 200 && (status >= 300 || response.body.byteLength === 0) ? ["response.status"] : ofMessages
}

const byEdit = (trial: Trial, sent: Sent, edit: EditSpec, position: number): ReadonlyArray<Requirement.Id> => {
  const { exchange } = sent
  const isAccepted = Exchange.isSuccess(exchange)
  const status = Exchange.response(exchange)?.status ?? 0
  const body: ReadonlyArray<Requirement.Id> = status >= 400 && status < 500 ? ["protocol.error-body"] : []
  if (edit.expects === "survived") return [answering, ...body]
  // What is accepted though it must not be is so whatever came before.
  const isLetIn = edit.expects !== "ignored" && isAccepted
  if ((!isBracketed(trial, position) && !isLetIn) || asksForLength(sent)) return [answering]
  if (edit.expects === "ignored") return [answering, ...(isAccepted ? ofAnswer(sent) : [])]
  return [answering, ...ofEdit(edit), ...body]
}

/** Tells whether the request that a step edits was accepted a moment before. */
const isBracketed = ({ exchanges }: Trial, position: number): boolean => {
  for (let index = position - 1; index >= 0; index--) {
    const sent = exchanges[index]
    if (sent?.edit === undefined) return sent !== undefined && Exchange.isSuccess(sent.exchange)
  }
  return false
}
