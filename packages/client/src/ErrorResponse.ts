/**
 * The error answers of the Inbox API as they travel: `{"error":{"code","message","status"}}`, one schema per documented
 * status.
 *
 * @example
 * ```ts
 * import { ErrorResponse } from "@inbox-effect/client"
 * import { Schema } from "effect"
 *
 * export const body = Schema.encodeSync(ErrorResponse.ThreadNotFound)({
 *   error: { code: "THREAD_NOT_FOUND", message: "There is no such thread", status: 404 }
 * })
 * ```
 *
 * @since 0.1.0
 */
import * as HttpApiSchema from "@effect/platform/HttpApiSchema"
import * as Schema from "effect/Schema"

const answer = <const Status extends number>(status: Status, identifier: string, description: string) =>
  Schema.Struct({
    error: Schema.Struct({
      code: Schema.String,
      message: Schema.String,
      status: Schema.Literal(status)
    })
  }).annotations(HttpApiSchema.annotations({ status, identifier, description }))

/**
 * 400: bad parameters or malformed JSON.
 *
 * @since 0.1.0
 * @category schemas
 */
export const BadRequest = answer(400, "BadRequest", "The parameters are bad or the body is not JSON")

/**
 * 401: the token is missing or unknown (`UNAUTHORIZED`).
 *
 * @since 0.1.0
 * @category schemas
 */
export const Unauthorized = answer(401, "Unauthorized", "The token is missing or unknown")

/**
 * 403: the resource is another team's, or the plan does not have the feature (`FORBIDDEN`).
 *
 * @since 0.1.0
 * @category schemas
 */
export const Forbidden = answer(403, "Forbidden", "The resource is another team's, or not part of the plan")

/**
 * 404: the thread does not exist (`THREAD_NOT_FOUND`).
 *
 * @since 0.1.0
 * @category schemas
 */
export const ThreadNotFound = answer(404, "ThreadNotFound", "The thread does not exist")

/**
 * 409: the request conflicts with the state of the resource.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Conflict = answer(409, "Conflict", "The request conflicts with the state of the resource")

/**
 * 422: valid JSON with invalid data.
 *
 * @since 0.1.0
 * @category schemas
 */
export const UnprocessableContent = answer(422, "UnprocessableContent", "The body is JSON, but its data is invalid")

/**
 * 429: a rate limit is exceeded (`RATE_LIMITED`).
 *
 * @since 0.1.0
 * @category schemas
 */
export const RateLimited = answer(429, "RateLimited", "A rate limit is exceeded")

/**
 * 500: the server failed; whether it sent the message is unknown.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ServerError = answer(500, "ServerError", "The server failed")

/**
 * Builds an error answer for a documented status.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = <const Status extends number>(
  status: Status,
  code: string,
  message: string
): { readonly error: { readonly code: string; readonly message: string; readonly status: Status } } => ({
  error: { code, message, status }
})
