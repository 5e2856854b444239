/**
 * The errors of API v2 that a send can meet, and what each becomes in v1.
 */

/**
 * The meaning of an error for the message, and for the next step: `Refused` was not sent and will not be;
 * `Throttled` was not sent yet; `Transient` and `InProgress` may have been sent and are repeated with the same key;
 * `Unconfirmed` may have been sent and is never repeated; `Broken` may have been sent and repeating it would not help.
 */
export type Verdict = "Refused" | "Throttled" | "Transient" | "InProgress" | "Unconfirmed" | "Broken"

/** One error of API v2. `sentence` is what a v1 caller reads; it repeats nothing of the request. */
export interface ErrorRow {
  readonly code: string
  readonly status: number
  readonly verdict: Verdict
  readonly v1: { readonly status: number; readonly code: string }
  readonly sentence: string
}

const forbidden = { status: 403, code: "FORBIDDEN" }
const conflict = { status: 409, code: "CONFLICT" }
const unprocessable = { status: 422, code: "UNPROCESSABLE" }
const limited = { status: 429, code: "RATE_LIMITED" }

/** The answer where nobody knows whether the message was delivered. */
export const unknown = { status: 500, code: "DELIVERY_UNKNOWN" }

/** The 24 documented errors, one row each. */
export const errorTable: ReadonlyArray<ErrorRow> = [
  {
    code: "invalidRequest",
    status: 400,
    verdict: "Refused",
    v1: { status: 400, code: "BAD_REQUEST" },
    sentence: "The request is invalid"
  },
  {
    code: "unauthorized",
    status: 401,
    verdict: "Refused",
    v1: { status: 401, code: "UNAUTHORIZED" },
    sentence: "The token is not accepted"
  },
  {
    code: "platformNotAvailable",
    status: 403,
    verdict: "Refused",
    v1: forbidden,
    sentence: "The platform is not available to the team"
  },
  {
    code: "planRequired",
    status: 403,
    verdict: "Refused",
    v1: forbidden,
    sentence: "Feature not available on your plan"
  },
  { code: "workspaceLocked", status: 403, verdict: "Refused", v1: forbidden, sentence: "The workspace is locked" },
  {
    code: "threadNotFound",
    status: 404,
    verdict: "Refused",
    v1: { status: 404, code: "THREAD_NOT_FOUND" },
    sentence: "The thread does not exist"
  },
  {
    code: "contactNotFound",
    status: 404,
    verdict: "Refused",
    v1: { status: 404, code: "PROSPECT_NOT_FOUND" },
    sentence: "The contact does not exist"
  },
  {
    code: "accountLinkNotFound",
    status: 404,
    verdict: "Refused",
    v1: { status: 404, code: "NOT_FOUND" },
    sentence: "The linked account does not exist"
  },
  {
    code: "sendInProgress",
    status: 409,
    verdict: "InProgress",
    v1: unknown,
    sentence: "The message is still being sent"
  },
  {
    code: "accountLinkDisconnected",
    status: 409,
    verdict: "Refused",
    v1: conflict,
    sentence: "The linked account is disconnected"
  },
  {
    code: "integrationSetupRequired",
    status: 409,
    verdict: "Refused",
    v1: conflict,
    sentence: "The integration of the linked account has to be set up first"
  },
  {
    code: "idempotencyKeyReused",
    status: 422,
    verdict: "Broken",
    v1: unknown,
    sentence: "The key of this send is known with another message"
  },
  {
    code: "threadRestricted",
    status: 422,
    verdict: "Refused",
    v1: unprocessable,
    sentence: "The thread does not take messages"
  },
  {
    code: "capabilityNotSupported",
    status: 422,
    verdict: "Refused",
    v1: unprocessable,
    sentence: "The platform does not support this"
  },
  {
    code: "contentRejected",
    status: 422,
    verdict: "Refused",
    v1: unprocessable,
    sentence: "The content is not accepted by the platform"
  },
  {
    code: "recipientUnavailable",
    status: 422,
    verdict: "Refused",
    v1: unprocessable,
    sentence: "The recipient cannot be reached"
  },
  {
    code: "platformNotSupported",
    status: 422,
    verdict: "Refused",
    v1: unprocessable,
    sentence: "The platform is not supported"
  },
  {
    code: "profileAmbiguous",
    status: 422,
    verdict: "Refused",
    v1: unprocessable,
    sentence: "The contact has several profiles on the platform"
  },
  {
    code: "rateLimited",
    status: 429,
    verdict: "Throttled",
    v1: limited,
    sentence: "The rate limit of the team is exceeded"
  },
  {
    code: "platformRateLimited",
    status: 429,
    verdict: "Throttled",
    v1: limited,
    sentence: "The platform takes no more messages for now"
  },
  { code: "internal", status: 500, verdict: "Transient", v1: unknown, sentence: "The server failed" },
  {
    code: "sendUnconfirmed",
    status: 502,
    verdict: "Unconfirmed",
    v1: unknown,
    sentence: "The platform did not confirm the message"
  },
  { code: "platformError", status: 502, verdict: "Transient", v1: unknown, sentence: "The platform failed" },
  {
    code: "platformUnavailable",
    status: 503,
    verdict: "Transient",
    v1: unknown,
    sentence: "The platform is not available"
  }
]

const byCode: ReadonlyMap<string, ErrorRow> = new Map(errorTable.map((row) => [row.code, row]))

/**
 * A refusal with a status upon which an HTTP client acts by itself, which is not handed on: fetch sends again after a 421 and
 * fails at a 407, browsers send again after a 408 and a 425, and the message would be sent under another key.
 */
const actedUpon = { status: 400, code: "REFUSED" }

/** Refusals with codes that are not documented, by status. Any other keeps its status. */
const generic: Readonly<Record<number, ErrorRow["v1"]>> = {
  400: { status: 400, code: "BAD_REQUEST" },
  401: { status: 401, code: "UNAUTHORIZED" },
  403: forbidden,
  404: { status: 404, code: "NOT_FOUND" },
  407: actedUpon,
  408: actedUpon,
  409: conflict,
  421: actedUpon,
  422: unprocessable,
  425: actedUpon,
  429: limited
}

/** A code that is not documented is judged by the status alone: 502 might be another way to say "unconfirmed". */
const verdictOf = (status: number): Verdict => {
  if (status === 429) return "Throttled"
  if (status >= 400 && status <= 499) return "Refused"
  return status >= 500 && status <= 599 && status !== 502 ? "Transient" : "Broken"
}

/** The row of an answer: by its code where that has its documented status, else by the status. */
export const rowOf = (status: number, code: string | undefined): ErrorRow => {
  const known = code === undefined ? undefined : byCode.get(code)
  if (known?.status === status) return known
  const verdict = verdictOf(status)
  const isRefusal = verdict === "Refused" || verdict === "Throttled"
  return {
    code: "",
    status,
    verdict,
    v1: isRefusal ? (generic[status] ?? { status, code: "REFUSED" }) : unknown,
    sentence: isRefusal ? `The API refused the request with status ${status}` : `The API answered with ${status}`
  }
}
