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
  // Who asks for a length has not looked at anything else.
  const isUnread = sent.exchange.request.framing.kind === "chunked" && Exchange.status(sent.exchange) === 411
  if ((!isBracketed(trial, step) && !isLetIn) || isUnread) return answered
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
  if (edit.requirement === "protocol.method" && status === 501) return []
  if (status < 400 || status >= 500) {
    const actual = statusOf(sent.exchange) + quoting(sent, edit)
    return [violation(edit.requirement, step, edit.id, "status", `a 4xx for ${edit.title}`, actual, edit.level)]
  }
  if (edit.requirement === "protocol.method") return judgeAllow(sent, edit, step, status)
  // What is longer than any id may be taken for what is none.
  const isId = edit.requirement === "reject.thread.unknown" && !edit.id.endsWith("/long")
  if (!isId || status === 404 || status === 414) return []
  // The message that is replied to is not in that thread either.
  if (sent.replyId !== undefined) return []
  const expected = `404 for ${edit.title}`
  return [violation(edit.requirement, step, "status", "status", expected, `status ${status}`, "SHOULD")]
}

/** Tells where an answer hands over what stands in the other thread. */
const quoting = (sent: Sent, edit: EditSpec): string => {
  const response = Exchange.isSuccess(sent.exchange) ? Exchange.response(sent.exchange) : undefined
  if (edit.requirement !== "reject.reply.other-thread" || response === undefined) return ""
  const reading = Body.read(response.body)
  const quotes = reading.kind === "object" && (reading.value.replyData ?? null) !== null
  return quotes ? ", with reply data of the other thread" : ""
}

const judgeAllow = (sent: Sent, edit: EditSpec, step: number, status: number): ReadonlyArray<Violation> => {
  const allow = Exchange.header(Exchange.response(sent.exchange)?.headers ?? [], "allow")
  if (status !== 405 || allow !== undefined) return []
  const expected = `405 with Allow for ${edit.title}`
  return [violation(edit.requirement, step, "allow", "header allow", expected, "405 without Allow")]
}

const judgeUnauthorised = (sent: Sent, edit: EditSpec, step: number): ReadonlyArray<Violation> => {
  const status = Exchange.response(sent.exchange)?.status ?? 0
  if (status === 401) return judgeChallenge(sent, edit, step)
  // Nobody was let in where there is no answer, or a 5xx: that is told as what it is.
  if (status === 403 || status < 200 || status >= 500) return []
  // Who takes no query has not looked at the credentials.
  if (status >= 400 && sent.exchange.request.path.includes("?")) return []
  const requirement = status < 300 ? edit.requirement : "auth.status"
  return [violation(requirement, step, edit.id, "status", `401 or 403 for ${edit.title}`, statusOf(sent.exchange))]
}

const judgeChallenge = (sent: Sent, edit: EditSpec, step: number): ReadonlyArray<Violation> => {
  const challenge = Exchange.header(Exchange.response(sent.exchange)?.headers ?? [], "www-authenticate")
  if (challenge !== undefined && challenge.trim() !== "") return []
  const expected = `401 with WWW-Authenticate for ${edit.title}`
  const actual = "401 without WWW-Authenticate"
  return [violation("auth.challenge", step, "missing", "header www-authenticate", expected, actual)]
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
  const { outcome } = sent.exchange
  if (outcome.kind === "incomplete" && outcome.cause === "size" && outcome.response.status >= 400) {
    return [violation("protocol.error-body", step, "body-size", "body", "a short JSON error body", outcome.reason)]
  }
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
