/**
 * Bodies of requests, read strictly.
 *
 * @since 0.1.0
 */
import type { IncomingMessage } from "node:http"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as ParseResult from "effect/ParseResult"
import type * as Schema from "effect/Schema"
import { explain } from "./internal/api/validation.js"
import * as internal from "./internal/http/body.js"
import * as Refusal from "./Refusal.js"

/**
 * Reads the body of a request as JSON: `application/json`, at most `limit` bytes, UTF-8 without a byte-order mark, one
 * JSON text. A body over the limit is read to its end and dropped before the refusal, so that the sender sees it.
 *
 * @since 0.1.0
 * @category reading
 */
export const readJson = (request: IncomingMessage, limit: number): Effect.Effect<unknown, Refusal.Refusal> =>
  internal.readJson(internal.sourceOf(request), limit)

/**
 * Reads the body of a request as JSON, and holds it to a schema. A mistake is a 422 that names the field.
 *
 * @since 0.1.0
 * @category reading
 */
export const reading = <A, I>(
  schema: Schema.Schema<A, I>
): ((request: IncomingMessage, limit: number) => Effect.Effect<A, Refusal.Refusal>) => {
  const decode = ParseResult.decodeUnknownEither(schema)
  return (request, limit) =>
    Effect.flatMap(readJson(request, limit), (body) =>
      Either.mapLeft(decode(body), (issue) => Refusal.invalid(explain(issue, "The body")))
    )
}

/**
 * Reads and drops the rest of a body, so that an answer that did not wait for it reaches a sender that is still busy.
 * Gives up after five seconds, or 64 MiB.
 *
 * @since 0.1.0
 * @category reading
 */
export const drain = (request: IncomingMessage): Effect.Effect<void> => internal.drain(internal.sourceOf(request))
