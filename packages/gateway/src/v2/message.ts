/**
 * A message of API v2: 17 keys, with open enumerations.
 */
import { AnyValue } from "@inbox-effect/client/Message"
import { DateTimeString } from "@inbox-effect/client/Rfc3339"
import * as Schema from "effect/Schema"
import * as Lenient from "./lenient.js"

const NullableString = Schema.NullOr(Schema.String)

/** The sender of a message within Inbox. `type` is open: a member that is not known yet is read too. */
export const SentBy = Schema.Struct({
  type: Schema.String,
  campaignId: Schema.optional(NullableString)
})

/** The message that a message replies to. */
export const ReplyTo = Schema.Struct({
  messageId: NullableString,
  platformId: NullableString,
  content: Schema.String,
  authorName: NullableString
})

/** The keys of a message, one schema each. */
export const fields = {
  id: Schema.String,
  threadId: Schema.String,
  accountLinkId: Schema.String,
  platform: Schema.String,
  platformId: NullableString,
  direction: Schema.String,
  sentBy: Schema.NullOr(SentBy),
  content: Schema.String,
  entities: Schema.Record({ key: Schema.String, value: AnyValue }),
  attachments: Schema.Array(AnyValue),
  forwarded: Schema.NullOr(Schema.Struct({ content: NullableString })),
  reactions: Schema.Array(AnyValue),
  editedAt: Schema.NullOr(DateTimeString),
  deletedAt: Schema.NullOr(DateTimeString),
  createdAt: DateTimeString,
  platformData: Schema.Struct({ _tag: Schema.String, encrypted: Schema.optional(AnyValue) }),
  replyTo: Schema.NullOr(ReplyTo)
}

/** A message with all its keys. */
export const Message = Schema.Struct(fields)

/** A message with all its keys. */
export interface Message extends Schema.Schema.Type<typeof Message> {}

/** A message, as far as it could be read. */
export type ReadMessage = Lenient.Read<typeof fields>

/** Reads a message key by key. */
export const read: (json: unknown) => ReadMessage = Lenient.reader(fields)
