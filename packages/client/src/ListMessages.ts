/**
 * The endpoint that lists what a thread holds, as an API of its own: the document of `InboxApi` does not name it, so
 * neither does `InboxApi.openApi`. Reading it back is how to find out about a send whose delivery is unknown.
 *
 * @example
 * ```ts
 * import { ListMessages } from "@inbox-effect/client"
 * import { Schema } from "effect"
 *
 * export const read = Schema.decodeUnknown(Schema.parseJson(ListMessages.Page))
 * ```
 *
 * @since 0.1.0
 */
import * as HttpApi from "@effect/platform/HttpApi"
import * as HttpApiEndpoint from "@effect/platform/HttpApiEndpoint"
import * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import * as OpenApi from "@effect/platform/OpenApi"
import * as Schema from "effect/Schema"
import * as ErrorResponse from "./ErrorResponse.js"
import { InboxId } from "./Identifier.js"
import { Authorization } from "./InboxApi.js"
import { Message } from "./Message.js"
import { Path } from "./SendMessage.js"

/**
 * Number of messages on a page where the query does not say.
 *
 * @since 0.1.0
 * @category defaults
 */
export const defaultLimit = 50

/**
 * Largest number of messages on a page.
 *
 * @since 0.1.0
 * @category defaults
 */
export const maxLimit = 100

/**
 * Number of messages on a page: a whole number from 1 to 100, in decimal digits.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Limit: Schema.Schema<number, string> = Schema.compose(
  Schema.String.pipe(Schema.pattern(/^\d{1,3}$/)),
  Schema.NumberFromString.pipe(
    Schema.between(1, maxLimit, { jsonSchema: { type: "integer", minimum: 1, maximum: maxLimit } })
  )
)

/**
 * Start of a page: behind the message with this id and instant. Both come from the page before, and go back as they
 * came.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Cursor = Schema.Struct({
  /** Instant of the message that the page starts behind, as the server wrote it. */
  timestamp: Schema.String,
  /** Id of that message. */
  id: InboxId
})

/**
 * Start of a page.
 *
 * @since 0.1.0
 * @category models
 */
export interface Cursor extends Schema.Schema.Type<typeof Cursor> {}

/**
 * The query of the endpoint. `cursorId` and `cursorTimestamp` belong together; without them, the newest messages come.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Query = Schema.Struct({
  /** Number of messages on the page, from 1 to 100. Default: 50. */
  limit: Schema.optionalWith(Limit, { exact: true }),
  /** Id of the message that the page starts behind. */
  cursorId: Schema.optionalWith(InboxId, { exact: true }),
  /** Instant of that message. */
  cursorTimestamp: Schema.optionalWith(Schema.String, { exact: true })
})

/**
 * The query of the endpoint.
 *
 * @since 0.1.0
 * @category models
 */
export interface Query extends Schema.Schema.Type<typeof Query> {}

/**
 * Some of the messages of a thread, newest first. `nextCursor` leads to older ones, and is `null` where there are none;
 * while `isSyncing`, messages may be missing that the thread has.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Page = Schema.Struct({
  /** Id of the team that owns the thread. */
  teamId: InboxId,
  /** Id of the thread. */
  threadId: InboxId,
  /** Messages of the thread, newest first. */
  messages: Schema.Array(Message),
  /** Start of the next page, of older messages; `null` on the last page. */
  nextCursor: Schema.NullOr(Cursor),
  /** Messages may be missing, since the server still reads them from the platform. */
  isSyncing: Schema.Boolean
}).annotations({ identifier: "MessagePage" })

/**
 * Some of the messages of a thread, newest first.
 *
 * @since 0.1.0
 * @category models
 */
export interface Page extends Schema.Schema.Type<typeof Page> {}

/**
 * `GET /threads/:threadId/messages`: some of the messages of a thread, newest first.
 *
 * @since 0.1.0
 * @category endpoints
 */
export const listMessages = HttpApiEndpoint.get("listMessages", "/threads/:threadId/messages")
  .setPath(Path)
  .setUrlParams(Query)
  .addSuccess(Page)
  .addError(ErrorResponse.BadRequest)
  .addError(ErrorResponse.Forbidden)
  .addError(ErrorResponse.ThreadNotFound)
  .addError(ErrorResponse.RateLimited)
  .addError(ErrorResponse.ServerError)
  .middleware(Authorization)
  .annotate(OpenApi.Identifier, "threads.thread.messages.list")
  .annotate(OpenApi.Summary, "List messages")
  .annotate(OpenApi.Description, "List the messages of a thread, newest first")

/**
 * The operations on what a thread holds.
 *
 * @since 0.1.0
 * @category groups
 */
export const history = HttpApiGroup.make("history").add(listMessages).annotate(OpenApi.Title, "History")

/**
 * The part of the Inbox API, version 1, that reads messages. Paths are relative to the server's URL, which ends in
 * `/api/v1`.
 *
 * @since 0.1.0
 * @category api
 */
export const ListMessagesApi = HttpApi.make("inbox-history").add(history)
