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
  /** Platform that the message was sent from: always `twitter`. */
  platform: described(
    Schema.Literal("twitter").annotations({ jsonSchema: { examples: ["twitter"] } }),
    "The platform the message was sent from."
  ),
  /** Id of the team that owns the thread. */
  teamId: Id,
  /** Id of the thread that the message is in. */
  threadId: Id,
  /** Id of the message in Inbox. */
  id: described(Id, "The Inbox ID of the message."),
  /** Id of the Inbox user who sent the message; `null` where no user did. */
  userId: described(NullableId, "The Inbox user who sent this message if applicable."),
  /** Instant at which the message was made. */
  createdAt: DateTimeUtc,
  /** Instant of the last change; `null` where there was none. */
  updatedAt: NullableDateTime,
  /** Id of the message on the platform; `null` as long as the platform gave none. */
  platformId: Schema.NullOr(Schema.String).annotations({ jsonSchema: { examples: ["1234567890"] } }),
  /** Text of the message. */
  content: Schema.String.annotations({ jsonSchema: { examples: ["Hey, I'm reaching out from Acme Agency..."] } }),
  /** Id of the campaign that sent the message; `null` where none did. */
  campaignId: described(NullableId, "The Inbox campaign ID that sent this message if applicable."),
  /** Id of the account link that sent the message, or the external id of the thread. */
  authorId: described(
    Schema.String.annotations({ jsonSchema: { examples } }),
    "Will either be the `accountLinkId` or the `externalId` of the thread. May be a cuid2 or a legacy external ID."
  ),
  /** Source of the message: `api`, `internal` (a user on Inbox) or `external` (the platform). */
  origin: described(
    Schema.NullOr(Schema.Literal("internal", "external", "api")).annotations({
      jsonSchema: { examples: ["internal"] }
    }),
    "The origin of the message. 'internal' means send from a user on Inbox, 'external' means synced from Twitter, 'api' means sent via the API."
  ),
  /** Data of the message that this one replies to; `null` where it is no reply. Its shape is not documented. */
  replyData: described(Schema.NullOr(AnyValue), "The reply data of the message if applicable."),
  /** Data of the message that this one forwards; `null` where it forwards none. Its shape is not documented. */
  forwardData: described(Schema.NullOr(AnyValue), "The forward data of the message if applicable."),
  /** URLs, mentions, hashtags and shares in the text. Their shape is not documented. */
  entities: described(AnyValue, "Normalized URL entities, mentions, hashtags, tweet shares."),
  /** Media and cards. Their shape is not documented. */
  attachment: described(AnyValue, "Normalized media and card attachments."),
  /** Reactions to the message. Their shape is not documented. */
  reactions: described(Schema.Array(AnyValue), "Normalized reactions."),
  /** The message is end-to-end encrypted; `null` where that is not known. */
  isEncrypted: described(Schema.NullOr(Schema.Boolean), "Whether the message is end-to-end encrypted."),
  /** The message was edited. */
  isEdited: described(Schema.Boolean, "Whether the message has been edited."),
  /** Instant of the deletion in Inbox; `null` where it was not deleted. */
  deletedAt: described(NullableDateTime, "When the message was soft-deleted in Inbox."),
  /** Instant of the deletion on the platform; `null` where it was not deleted. */
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
