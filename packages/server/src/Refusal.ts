/**
 * The refusal of a request, in the vendor's envelope: `{"error":{"code","message","status"}}`.
 *
 * @since 0.1.0
 */
import * as ErrorResponse from "@inbox-effect/client/ErrorResponse"
import * as Data from "effect/Data"
import * as Answer from "./Answer.js"

/**
 * A request that is refused, with the status, the code and the sentence of the answer. Statuses below 500 say that
 * nothing was sent; a status from 500 says that this is unknown. Headers are added to the answer. The message must hold
 * nothing of what was sent.
 *
 * @since 0.1.0
 * @category errors
 */
export class Refusal extends Data.TaggedError("Refusal")<{
  readonly status: number
  readonly code: string
  readonly message: string
  readonly headers?: Answer.Headers | undefined
}> {}

const refusing =
  (status: number, code: string) =>
  (message: string, headers?: Answer.Headers): Refusal =>
    new Refusal({ status, code, message, headers })

/**
 * 400: the request cannot be read.
 *
 * @since 0.1.0
 * @category constructors
 */
export const badRequest: (message: string, headers?: Answer.Headers) => Refusal = refusing(400, "BAD_REQUEST")

/**
 * 401: the token is missing or unknown. The server adds the challenge, `WWW-Authenticate: Bearer`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const unauthorized: (message: string, headers?: Answer.Headers) => Refusal = refusing(401, "UNAUTHORIZED")

/**
 * 403: the caller may not do this.
 *
 * @since 0.1.0
 * @category constructors
 */
export const forbidden: (message: string, headers?: Answer.Headers) => Refusal = refusing(403, "FORBIDDEN")

/**
 * 404: there is no such thread.
 *
 * @since 0.1.0
 * @category constructors
 */
export const threadNotFound = (message = "There is no such thread"): Refusal =>
  refusing(404, "THREAD_NOT_FOUND")(message)

/**
 * 409: the request conflicts with the state of the resource.
 *
 * @since 0.1.0
 * @category constructors
 */
export const conflict: (message: string, headers?: Answer.Headers) => Refusal = refusing(409, "CONFLICT")

/**
 * 422: the JSON breaks the contract.
 *
 * @since 0.1.0
 * @category constructors
 */
export const invalid: (message: string, headers?: Answer.Headers) => Refusal = refusing(422, "VALIDATION_ERROR")

/**
 * 422: `replyToMessageId` names no message of the thread.
 *
 * @since 0.1.0
 * @category constructors
 */
export const messageNotFound = (message = "replyToMessageId names no message of this thread"): Refusal =>
  refusing(422, "MESSAGE_NOT_FOUND")(message)

/**
 * 429: a rate limit is used up. `retryAfter` is in seconds.
 *
 * @since 0.1.0
 * @category constructors
 */
export const rateLimited = (retryAfter: number, headers?: Answer.Headers): Refusal =>
  refusing(429, "RATE_LIMITED")(`A rate limit of the team is used up: wait ${retryAfter} seconds`, {
    "retry-after": String(retryAfter),
    ...headers
  })

/**
 * 503: not now. `retryAfter` is in seconds. A client cannot tell from a 503 that nothing was sent.
 *
 * @since 0.1.0
 * @category constructors
 */
export const unavailable = (message: string, retryAfter: number): Refusal =>
  refusing(503, "SERVICE_UNAVAILABLE")(message, { "retry-after": String(retryAfter) })

/**
 * The answer that carries a refusal.
 *
 * @since 0.1.0
 * @category conversions
 */
export const toAnswer = ({ code, headers, message, status }: Refusal): Answer.Answer =>
  Answer.json(ErrorResponse.make(status, code, message), { status, headers })
