import { InboxId } from "@inbox-effect/client/Identifier"
import * as ListMessages from "@inbox-effect/client/ListMessages"
import { Message } from "@inbox-effect/client/Message"
import * as Rfc3339 from "@inbox-effect/client/Rfc3339"
import * as Schema from "effect/Schema"

/**
 * The newest message of a thread, its content cut to 200 characters.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Preview = Schema.Struct({
  id: InboxId,
  origin: Message.fields.origin,
  createdAt: Rfc3339.DateTimeUtc,
  content: Schema.String
}).annotations({ identifier: "MessagePreview" })

/**
 * A thread as a list shows it. `lastActivityAt` is when its newest message was stored, or when it was opened.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Thread = Schema.Struct({
  id: InboxId,
  teamId: InboxId,
  createdAt: Rfc3339.DateTimeUtc,
  lastActivityAt: Rfc3339.DateTimeUtc,
  messageCount: Schema.Int,
  inboundCount: Schema.Int,
  lastMessage: Schema.NullOr(Preview)
}).annotations({ identifier: "InspectorThread" })

/**
 * A thread as a list shows it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Thread extends Schema.Schema.Type<typeof Thread> {}

/**
 * Every thread of every team, the one with the newest activity first.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Threads = Schema.Struct({ threads: Schema.Array(Thread) })

/**
 * A thread to open: in the first team unless `teamId` says otherwise, with an inbound message to reply to unless
 * `inbound` is `false`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const NewThread = Schema.Struct({
  id: Schema.optionalWith(InboxId, { exact: true }),
  teamId: Schema.optionalWith(InboxId, { exact: true }),
  inbound: Schema.optionalWith(Schema.Boolean, { exact: true })
}).annotations({ identifier: "NewThread" })

/**
 * A message that is stored, and the exchange that made it, as long as that is remembered. An inbound message has none.
 *
 * @since 0.1.0
 * @category schemas
 */
export const StoredMessage = Schema.Struct({
  message: Message,
  exchangeId: Schema.NullOr(InboxId)
}).annotations({ identifier: "StoredMessage" })

/**
 * A message that is stored, and the exchange that made it.
 *
 * @since 0.1.0
 * @category models
 */
export interface StoredMessage extends Schema.Schema.Type<typeof StoredMessage> {}

/**
 * Which messages of a thread are wanted: those older than `before`, 50 of them unless `limit` says otherwise.
 *
 * @since 0.1.0
 * @category schemas
 */
export const MessagesQuery = Schema.Struct({
  before: Schema.optionalWith(InboxId, { exact: true }),
  limit: Schema.optionalWith(ListMessages.Limit, { exact: true })
})

/**
 * Messages of a thread, newest first. `nextBefore` goes into the next query as `before`; it is `null` on the last page.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Messages = Schema.Struct({
  messages: Schema.Array(StoredMessage),
  nextBefore: Schema.NullOr(InboxId)
})
