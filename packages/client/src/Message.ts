/**
 * The message that a successful send answers with.
 *
 * @example
 * ```ts
 * import { Message } from "@inbox-effect/client"
 * import { Effect, Schema } from "effect"
 *
 * export const read = (json: string) =>
 *   Effect.map(Schema.decodeUnknown(Schema.parseJson(Message.Message))(json), (message) => message.content)
 * ```
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { InboxId, pattern } from "./Identifier.js"
import { DateTimeUtc } from "./Rfc3339.js"

/**
 * Any JSON value, `null` included, in a key that must be there: an absent key does not decode.
 *
 * @since 0.1.0
 * @category schemas
 */
export const AnyValue: Schema.Schema<unknown> = Schema.declare((value): value is unknown => value !== undefined, {
  message: () => "Expected any JSON value, but the key is absent",
  jsonSchema: { type: ["string", "number", "boolean", "object", "array", "null"] },
  arbitrary: () => (fc) => fc.jsonValue()
})

/** The document shortens its example of an identifier, which therefore breaks the pattern that it illustrates. */
const examples = ["df6jbw4h36..."]

const Id = InboxId.annotations({ jsonSchema: { type: "string", pattern: pattern.source, examples } })

const NullableId = Schema.NullOr(InboxId).annotations({ jsonSchema: { examples } })

const NullableDateTime = Schema.NullOr(DateTimeUtc)

const described = <A, I>(
  schema: Schema.Schema<A, I>,
  description: string
): Schema.PropertySignature<":", A, never, ":", I> => Schema.propertySignature(schema).annotations({ description })

/**
 * A message as the Inbox API describes it: every key is required, some may be `null`, and keys that are not listed are
 * ignored. Date-times decode to `DateTime.Utc`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Message = Schema.Struct({
  platform: described(
    Schema.Literal("twitter").annotations({ jsonSchema: { examples: ["twitter"] } }),
    "The platform the message was sent from."
  ),
  teamId: Id,
  threadId: Id,
  id: described(Id, "The Inbox ID of the message."),
  userId: described(NullableId, "The Inbox user who sent this message if applicable."),
  createdAt: DateTimeUtc,
  updatedAt: NullableDateTime,
  platformId: Schema.NullOr(Schema.String).annotations({ jsonSchema: { examples: ["1234567890"] } }),
  content: Schema.String.annotations({ jsonSchema: { examples: ["Hey, I'm reaching out from Acme Agency..."] } }),
  campaignId: described(NullableId, "The Inbox campaign ID that sent this message if applicable."),
  authorId: described(
    Schema.String.annotations({ jsonSchema: { examples } }),
    "Will either be the `accountLinkId` or the `externalId` of the thread. May be a cuid2 or a legacy external ID."
  ),
  origin: described(
    Schema.NullOr(Schema.Literal("internal", "external", "api")).annotations({
      jsonSchema: { examples: ["internal"] }
    }),
    "The origin of the message. 'internal' means send from a user on Inbox, 'external' means synced from Twitter, 'api' means sent via the API."
  ),
  replyData: described(Schema.NullOr(AnyValue), "The reply data of the message if applicable."),
  forwardData: described(Schema.NullOr(AnyValue), "The forward data of the message if applicable."),
  entities: described(AnyValue, "Normalized URL entities, mentions, hashtags, tweet shares."),
  attachment: described(AnyValue, "Normalized media and card attachments."),
  reactions: described(Schema.Array(AnyValue), "Normalized reactions."),
  isEncrypted: described(Schema.NullOr(Schema.Boolean), "Whether the message is end-to-end encrypted."),
  isEdited: described(Schema.Boolean, "Whether the message has been edited."),
  deletedAt: described(NullableDateTime, "When the message was soft-deleted in Inbox."),
  platformDeletedAt: described(NullableDateTime, "When the message was deleted on the platform.")
}).annotations({ identifier: "Message" })

/**
 * A decoded message.
 *
 * @since 0.1.0
 * @category models
 */
export interface Message extends Schema.Schema.Type<typeof Message> {}

/**
 * A message as it travels in JSON.
 *
 * @since 0.1.0
 * @category models
 */
export interface Encoded extends Schema.Schema.Encoded<typeof Message> {}

/**
 * The documented keys of a message, in the order of the document.
 *
 * @since 0.1.0
 * @category reflection
 */
export const keys: ReadonlyArray<keyof Message> = Object.keys(Message.fields) as Array<keyof Message>
