/**
 * The reason why a server could not start.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * A server that could not listen on its address or port. `message` is one sentence for a person.
 *
 * @since 0.1.0
 * @category errors
 */
export class ServerError extends Schema.TaggedError<ServerError>("@inbox-effect/server/ServerError")("ServerError", {
  message: Schema.String,
  cause: Schema.optional(Schema.Defect)
}) {}
