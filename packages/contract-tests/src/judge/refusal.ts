/**
 * Judges the answers to invalid requests.
 *
 * @since 0.1.0
 */
import type { EditSpec } from "../generate/edits/edit.js"
import * as Exchange from "../model/Exchange.js"
import type { Ledger } from "../model/Ledger.js"
import type { Sent, Trial } from "../send/trial.js"
import { judgeAnswered } from "./answered.js"
import * as Body from "./body.js"
import { judgeSuccess } from "./message.js"
import { statusOf, type Violation, violation } from "./violation.js"

/** Whether the request that a step edits was accepted a moment before. */
export const isBracketed = (trial: Trial, position: number): boolean => {
  const base = trial.exchanges
    .slice(0, position)
    .reverse()
    .find((sent) => sent.edit === undefined)
  return base !== undefined && Exchange.isSuccess(base.exchange)
}

export const judgeEdit = (
  trial: Trial,
  sent: Sent,
  edit: EditSpec,
  step: number,
  ledger: Ledger
): ReadonlyArray<Violation> => {
  const answered = judgeAnswered(sent, step)
  if (edit.expects === "survived") return [...answered, ...judgeRefusalBody(sent, step)]
  // Whoever is let in without the token is let in, whatever came before.
  const isLetIn = edit.expects === "unauthorised" && Exchange.isSuccess(sent.exchange)
  if (!isBracketed(trial, step) && !isLetIn) return answered
  if (edit.expects === "ignored") {
    const response = Exchange.isSuccess(sent.exchange) ? Exchange.response(sent.exchange) : undefined
    return response === undefined ? answered : [...answered, ...judgeSuccess(sent, response, step, ledger)]
  }
  return [
    ...answered,
    ...(edit.expects === "unauthorised" ? judgeUnauthorised(sent, edit, step) : judgeRefused(sent, edit, step)),
    ...judgeRefusalBody(sent, step)
  ]
}

const judgeRefused = (sent: Sent, edit: EditSpec, step: number): ReadonlyArray<Violation> => {
  const status = Exchange.response(sent.exchange)?.status ?? 0
  if (status >= 300 && status < 400 && edit.expects === "turned away") return []
  if (status < 400 || status >= 500) {
    const actual = statusOf(sent.exchange)
    return [violation(edit.requirement, step, edit.id, "status", `a 4xx for ${edit.title}`, actual, edit.level)]
  }
  if (edit.requirement !== "reject.thread.unknown" || status === 404 || status === 414) return []
  // The message that is replied to is not in that thread either.
  if (sent.replyId !== undefined) return []
  const expected = `404 for ${edit.title}`
  return [violation(edit.requirement, step, "status", "status", expected, `status ${status}`, "SHOULD")]
}

const judgeUnauthorised = (sent: Sent, edit: EditSpec, step: number): ReadonlyArray<Violation> => {
  const status = Exchange.response(sent.exchange)?.status ?? 0
  // Nobody was let in where there is no answer, or a 5xx: that is told as what it is.
  if (status === 401 || status === 403 || status >= 500 || status < 200) return []
  const requirement = status < 300 ? edit.requirement : "auth.status"
  const expected = `401 or 403 for ${edit.title}`
  return [violation(requirement, step, edit.id, "status", expected, statusOf(sent.exchange))]
}

/** Refusals by what stands before the application, since the request is too large, as a rule have bodies of their own. */
const infrastructure = new Set([413, 414, 431])

const isRefusal = (sent: Sent): boolean => {
  const status = Exchange.status(sent.exchange) ?? 0
  return status >= 400 && status < 500
}

/** Whether the application itself refused, and no hostile request: that an error is JSON is asked of nothing else. */
export const hasJudgedBody = (sent: Sent): boolean =>
  isRefusal(sent) && !infrastructure.has(Exchange.status(sent.exchange) ?? 0) && sent.edit?.expects !== "survived"

export const judgeRefusalBody = (sent: Sent, step: number): ReadonlyArray<Violation> => {
  const response = Exchange.response(sent.exchange)
  if (response === undefined || !isRefusal(sent)) return []
  const echoes = { content: sent.step.content, path: sent.exchange.request.path }
  const problem = hasJudgedBody(sent) ? Body.refusalProblem(response, echoes) : Body.leakOf(response, echoes)
  return problem === undefined
    ? []
    : [
        violation(
          "protocol.error-body",
          step,
          problem.facet,
          "body",
          "a JSON error body that tells nothing of the server's inside",
          problem.problem
        )
      ]
}
