/** Checks of the answers to requests that have to be refused. */
import type { EditSpec } from "../generate/edits/edit.js"
import * as Exchange from "../model/Exchange.js"
import type { Sent } from "../send/trial.js"
import * as Body from "./body.js"
import { type Breach, breach, type Check, holds, statusOf } from "./violation.js"

const statusCode = ({ exchange }: Sent): number => Exchange.response(exchange)?.status ?? 0

/** A check of an edited request; one of a request without an edit always holds. */
const ofEdit =
  (check: (sent: Sent, edit: EditSpec, status: number) => ReadonlyArray<Breach>): Check =>
  ({ sent }) =>
    sent.edit === undefined ? holds : check(sent, sent.edit, statusCode(sent))

const notRefused = (sent: Sent, edit: EditSpec, status: number): ReadonlyArray<Breach> => {
  if (status >= 300 && status < 400 && edit.expects === "turned away") return holds
  return status >= 400 && status < 500
    ? holds
    : breach(edit.id, "status", `${refusals(edit)} for ${edit.title}`, statusOf(sent.exchange), edit.level)
}

/** The answers that refuse an edited request. */
const refusals = ({ expects, requirement }: EditSpec): string => {
  if (expects === "turned away") return "a 4xx, or a redirect,"
  return requirement === "protocol.method" ? "a 4xx, or 501," : "a 4xx"
}

export const isRefused = ofEdit(notRefused)

export const isMethodRefused = ofEdit((sent, edit, status) => {
  if (status === 501) return holds
  const allow = Exchange.header(Exchange.response(sent.exchange)?.headers ?? [], "allow")
  return status !== 405 || allow !== undefined
    ? notRefused(sent, edit, status)
    : breach("allow", "header allow", `405 with Allow for ${edit.title}`, "405 without Allow")
})

export const isThreadUnknown = ofEdit((sent, edit, status) => {
  const accepted = notRefused(sent, edit, status)
  // What is longer than any id may be taken for what is none; and a message replied to is not in that thread either.
  const mayBeOther = edit.id.endsWith("/long") || sent.replyId !== undefined
  if (accepted.length > 0 || mayBeOther || status === 404 || status === 414) return accepted
  return breach("status", "status", `404 for ${edit.title}`, `status ${status}`, "SHOULD")
})

/** Tells where an answer hands over what stands in the other thread. */
export const isOtherThreadRefused = ofEdit((sent, edit, status) => {
  const response = Exchange.isSuccess(sent.exchange) ? Exchange.response(sent.exchange) : undefined
  const reading = response === undefined ? undefined : Body.read(response.body)
  const quotes = reading?.kind === "object" && (reading.value.replyData ?? null) !== null
  return notRefused(sent, edit, status).map((found) =>
    quotes ? { ...found, actual: `${found.actual}, with reply data of the other thread` } : found
  )
})

const notAuthorised = (sent: Sent, edit: EditSpec): ReadonlyArray<Breach> =>
  breach(edit.id, "status", `401 or 403 for ${edit.title}`, statusOf(sent.exchange))

export const isKeptOut = ofEdit((sent, edit) => (Exchange.isSuccess(sent.exchange) ? notAuthorised(sent, edit) : holds))

/** Checks that a refusal of credentials is a 401 or 403. No answer and a 5xx let nobody in: other checks tell of them. */
export const isUnauthorised = ofEdit((sent, edit, status) => {
  if (status === 401 || status === 403 || status < 300 || status >= 500) return holds
  // Who takes no query has not looked at the credentials.
  return status >= 400 && sent.exchange.request.path.includes("?") ? holds : notAuthorised(sent, edit)
})

export const isChallenged = ofEdit((sent, edit, status) => {
  const challenge = Exchange.header(Exchange.response(sent.exchange)?.headers ?? [], "www-authenticate") ?? ""
  if (status !== 401 || challenge.trim() !== "") return holds
  const expected = `401 with WWW-Authenticate for ${edit.title}`
  return breach("missing", "header www-authenticate", expected, "401 without WWW-Authenticate")
})

/** Statuses of what stands before the application, which as a rule has bodies of its own. */
const infrastructure = new Set([413, 414, 431])

/** Tells whether the application itself refused, and no hostile request: JSON is asked of no other error. */
const isApplication = (sent: Sent, status: number): boolean =>
  status < 500 && !infrastructure.has(status) && sent.edit?.expects !== "survived"

export const isErrorBody: Check = ({ sent }) => {
  const { outcome, request } = sent.exchange
  if (outcome.kind === "incomplete" && outcome.cause === "size") {
    return breach("body-size", "body", "a short JSON error body", outcome.reason)
  }
  if (outcome.kind !== "answered" || outcome.response.status >= 500) return holds
  const { response } = outcome
  const echoes = { content: sent.step.content, path: request.path }
  const problem = isApplication(sent, response.status)
    ? Body.refusalProblem(response, echoes)
    : Body.leakOf(response, echoes)
  const expected = "a JSON error body that tells nothing of the server's inside"
  return problem === undefined ? holds : breach(problem.facet, "body", expected, problem.problem)
}
