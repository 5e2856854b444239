/**
 * What a sandbox does wrong when it is told to: the failures that a client has to survive.
 *
 * @since 0.1.0
 */
import { InboxId } from "@inbox-effect/client/Identifier"
import * as Message from "@inbox-effect/client/Message"
import * as Rfc3339 from "@inbox-effect/client/Rfc3339"
import * as Schema from "effect/Schema"

/**
 * Answers with an error status: 400 to 599, in the vendor's envelope and with the vendor's code where it documents one.
 * Nothing is stored, unless `stored` says that the message is kept all the same.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Status = Schema.TaggedStruct("Status", {
  status: Schema.Int.pipe(Schema.between(400, 599)),
  stored: Schema.Boolean
})

/**
 * Answers with 429. `Retry-After` says `retryAfter` seconds, as a number or as an HTTP-date, or is left out where that
 * is `null`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const RateLimited = Schema.TaggedStruct("RateLimited", {
  retryAfter: Schema.NullOr(Schema.Int.pipe(Schema.between(0, 86_400))),
  format: Schema.Literal("seconds", "date")
})

/**
 * Handles the request at once and answers `millis` later, ten minutes at most.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Latency = Schema.TaggedStruct("Latency", {
  millis: Schema.Int.pipe(Schema.between(0, 600_000))
})

/**
 * Handles the request and then falls silent: before the head of the answer, or in the middle of its body. The
 * connection stays open until the client ends it.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Stall = Schema.TaggedStruct("Stall", {
  at: Schema.Literal("head", "body")
})

/**
 * Resets the connection instead of answering: before the message is stored, or after.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Reset = Schema.TaggedStruct("Reset", {
  when: Schema.Literal("before", "after")
})

/**
 * Handles the request, and closes the connection half-way through the body of the answer.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Truncated = Schema.TaggedStruct("Truncated", {})

/**
 * Leaves keys of the message out of the 200.
 *
 * @since 0.1.0
 * @category schemas
 */
export const MissingKeys = Schema.TaggedStruct("MissingKeys", {
  keys: Schema.NonEmptyArray(Schema.Literal(...Message.keys))
})

/**
 * Cuts the JSON of the answer in two and sends the first half as if it were the whole.
 *
 * @since 0.1.0
 * @category schemas
 */
export const MalformedJson = Schema.TaggedStruct("MalformedJson", {})

/**
 * Calls the body of the answer something else than `application/json`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const MediaType = Schema.TaggedStruct("MediaType", {
  mediaType: Schema.String.pipe(Schema.pattern(/^[a-z0-9][a-z0-9.+-]*\/[a-z0-9][a-z0-9.+-]*$/))
})

/**
 * Announces the end of the API in a `Sunset` header (RFC 8594). The request is otherwise served.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Sunset = Schema.TaggedStruct("Sunset", { at: Rfc3339.DateTimeUtc })

/**
 * Says since when the API is deprecated in a `Deprecation` header (RFC 9745). The request is otherwise served.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Deprecation = Schema.TaggedStruct("Deprecation", { at: Rfc3339.DateTimeUtc })

/**
 * One thing to do wrong.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Fault = Schema.Union(
  Status,
  RateLimited,
  Latency,
  Stall,
  Reset,
  Truncated,
  MissingKeys,
  MalformedJson,
  MediaType,
  Sunset,
  Deprecation
).annotations({ identifier: "Fault" })

/**
 * One thing to do wrong.
 *
 * @since 0.1.0
 * @category models
 */
export type Fault = typeof Fault.Type

/**
 * What a rule asks for: a fault, for the sends into one thread or (`null`) into any, so many times or (`null`) until
 * the rule is removed.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Order = Schema.Struct({
  fault: Fault,
  threadId: Schema.NullOr(InboxId),
  times: Schema.NullOr(Schema.Int.pipe(Schema.between(1, 1_000_000)))
}).annotations({ identifier: "FaultOrder" })

/**
 * What a rule asks for.
 *
 * @since 0.1.0
 * @category models
 */
export interface Order extends Schema.Schema.Type<typeof Order> {}

/**
 * A rule in force: what was asked for, how often it has been applied, and how often it still will be (`null`: until it
 * is removed).
 *
 * @since 0.1.0
 * @category schemas
 */
export const Rule = Schema.Struct({
  id: InboxId,
  ...Order.fields,
  applied: Schema.Int,
  remaining: Schema.NullOr(Schema.Int),
  createdAt: Rfc3339.DateTimeUtc
}).annotations({ identifier: "FaultRule" })

/**
 * A rule in force.
 *
 * @since 0.1.0
 * @category models
 */
export interface Rule extends Schema.Schema.Type<typeof Rule> {}
