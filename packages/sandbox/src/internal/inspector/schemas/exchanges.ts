import { InboxId } from "@inbox-effect/client/Identifier"
import * as Rfc3339 from "@inbox-effect/client/Rfc3339"
import * as Schema from "effect/Schema"
import * as Fault from "../../../Fault.js"
import { MessagesQuery } from "./threads.js"

/**
 * A header as it travelled: its name, its value. Of credentials only the scheme is kept: `Bearer …`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Header = Schema.Tuple(Schema.String, Schema.String)

/**
 * A body, up to the first 65,536 bytes of it. `bytes` is its whole size, `isCut` whether `text` has less; what is not
 * UTF-8 shows as U+FFFD, and `isUtf8` is `false`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Body = Schema.Struct({
  text: Schema.String,
  bytes: Schema.Int,
  isCut: Schema.Boolean,
  isUtf8: Schema.Boolean
}).annotations({ identifier: "RecordedBody" })

/**
 * Why a request was refused: code and message of the answer.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Refusal = Schema.Struct({
  code: Schema.String,
  message: Schema.String
}).annotations({ identifier: "Refusal" })

/**
 * The part of an answer that the client can have: all of it, a part, or nothing (the connection was reset or stalled, or the
 * client left before).
 *
 * @since 0.1.0
 * @category schemas
 */
export const Delivered = Schema.Literal("Complete", "Partial", "Nothing")

/**
 * A request and its answer as a list shows them. `status` is `null` where no head was sent, `messageId` names what was
 * stored, whatever the client got to know of it; `preview` is the content of the request, cut to 200 characters.
 * `durationMs` ends when the answer was ready.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ExchangeSummary = Schema.Struct({
  id: InboxId,
  startedAt: Rfc3339.DateTimeUtc,
  durationMs: Schema.Number,
  method: Schema.String,
  path: Schema.String,
  status: Schema.NullOr(Schema.Int),
  delivered: Delivered,
  teamId: Schema.NullOr(InboxId),
  threadId: Schema.NullOr(InboxId),
  messageId: Schema.NullOr(InboxId),
  faults: Schema.Array(Fault.Fault),
  refusal: Schema.NullOr(Refusal),
  preview: Schema.NullOr(Schema.String)
}).annotations({ identifier: "ExchangeSummary" })

/**
 * A request and its answer as a list shows them.
 *
 * @since 0.1.0
 * @category models
 */
export interface ExchangeSummary extends Schema.Schema.Type<typeof ExchangeSummary> {}

/**
 * A line for a POSIX shell by which curl sends a request again, byte for byte, with the token from the variable
 * `INBOX_API_TOKEN`. `line` is `null` where the request was not kept as a whole; `note` says why, or what the line leaves
 * out.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Curl = Schema.Struct({
  line: Schema.NullOr(Schema.String),
  note: Schema.NullOr(Schema.String)
}).annotations({ identifier: "CurlLine" })

/**
 * A request and its answer in full. Its `id` is the `X-Request-Id` of the answer. `answer` is what was sent; after a
 * reset, a stall or a cut that is less than the sandbox had to say.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Exchange = Schema.Struct({
  ...ExchangeSummary.fields,
  request: Schema.Struct({ headers: Schema.Array(Header), body: Body }),
  answer: Schema.NullOr(Schema.Struct({ headers: Schema.Array(Header), body: Body })),
  curl: Curl
}).annotations({ identifier: "Exchange" })

/**
 * A request and its answer in full.
 *
 * @since 0.1.0
 * @category models
 */
export interface Exchange extends Schema.Schema.Type<typeof Exchange> {}

/**
 * The exchange by which a request is sent again: it is recorded when it has ended. `null` where the connection broke
 * before that could be told.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Resent = Schema.Struct({ exchangeId: Schema.NullOr(InboxId) }).annotations({ identifier: "Resent" })

/**
 * Which exchanges are wanted: those of a thread, those older than `before`, and those that have the text `search`, in any
 * case, in a body, an id, the path or the status; 50 of them unless `limit` says otherwise.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ExchangesQuery = Schema.Struct({
  thread: Schema.optionalWith(InboxId, { exact: true }),
  search: Schema.optionalWith(Schema.String, { exact: true }),
  ...MessagesQuery.fields
})

/**
 * Exchanges, newest first. `nextBefore` goes into the next query as `before`; it is `null` on the last page.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Exchanges = Schema.Struct({
  exchanges: Schema.Array(ExchangeSummary),
  nextBefore: Schema.NullOr(InboxId)
})
