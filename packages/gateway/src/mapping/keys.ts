/**
 * The 21 keys of a v1 message, and where each comes from in API v2.
 */
import type * as Message from "@inbox-effect/client/Message"
import type { ReadMessage } from "../v2/message.js"

/** Facts about a message besides those that API v2 tells. */
export interface Known {
  readonly teamId: string
  readonly threadId: string
  /** The other side of the thread, who writes inbound messages. */
  readonly profileId?: string | undefined
  /** The request, where the message is the answer to a send. */
  readonly sent?:
    | {
        readonly content: string
        readonly replyToMessageId?: string | undefined
        /** Stands for the id of a message whose id could not be read: the id of the request. */
        readonly requestId: string
        /** When the request came, RFC 3339. */
        readonly at: string
      }
    | undefined
}

/**
 * The fidelity of a key: `Exact`; `Approximate`, where v2 tells nearly the same; `Lost`, where v2 tells nothing or
 * something else.
 */
export type Fidelity = "Exact" | "Approximate" | "Lost"

/** A key. `read` gives `undefined` where v2 did not tell, `otherwise` where the request does not either. */
export interface KeyRow {
  readonly key: keyof Message.Encoded
  readonly source: string
  readonly fidelity: Fidelity
  readonly read: (message: ReadMessage, known: Known) => unknown
  readonly otherwise: (known: Known) => unknown
}

const nothing = () => undefined

const nothingForSends = ({ sent }: Known) => (sent === undefined ? undefined : null)

const isEmptyArray = (value: unknown): boolean => Array.isArray(value) && value.length === 0

const entitiesOf = ({ entities }: ReadMessage): unknown =>
  entities !== undefined && Object.values(entities).every(isEmptyArray) ? null : entities

const attachmentOf = ({ attachments }: ReadMessage): unknown => {
  if (attachments === undefined) return undefined
  return attachments.length > 1 ? attachments : (attachments[0] ?? null)
}

const authorOf = ({ accountLinkId, direction }: ReadMessage, { profileId }: Known): string | undefined => {
  if (direction === "outbound") return accountLinkId
  return direction === "inbound" ? profileId : undefined
}

const internal = new Set(["member", "agent", "campaign"])

const originOf = ({ sentBy }: ReadMessage, { sent }: Known): unknown => {
  if (sent !== undefined) return "api"
  if (sentBy === undefined) return undefined
  if (sentBy === null) return "external"
  if (sentBy.type === "api") return "api"
  return internal.has(sentBy.type) ? "internal" : null
}

const campaignOf = ({ sentBy }: ReadMessage): unknown => {
  if (sentBy === undefined) return undefined
  return sentBy?.type === "campaign" ? (sentBy.campaignId ?? null) : null
}

const encryptionOf = ({ platformData }: ReadMessage): unknown =>
  platformData?._tag === "twitter" && typeof platformData.encrypted === "boolean" ? platformData.encrypted : null

/** The table. Its order is the order of the keys in the v1 document. */
export const keyTable: ReadonlyArray<KeyRow> = [
  {
    key: "platform",
    source: "`platform`; a thread of another platform than `twitter` is refused before anything is sent",
    fidelity: "Exact",
    // The thread was one of twitter: another word for it is news that v1 has no word for.
    read: ({ platform }) => (platform === "twitter" ? platform : undefined),
    otherwise: () => "twitter"
  },
  {
    key: "teamId",
    source: "`id` of `GET /team`, asked once per token",
    fidelity: "Exact",
    read: (_, { teamId }) => teamId,
    otherwise: ({ teamId }) => teamId
  },
  {
    key: "threadId",
    source: "`threadId`",
    fidelity: "Exact",
    read: ({ threadId }) => threadId,
    otherwise: ({ threadId }) => threadId
  },
  {
    key: "id",
    source: "`id`",
    fidelity: "Exact",
    read: ({ id }) => id,
    otherwise: ({ sent }) => sent?.requestId
  },
  {
    key: "userId",
    source: "null: v2 never shows a user id",
    fidelity: "Lost",
    read: () => null,
    otherwise: () => null
  },
  {
    key: "createdAt",
    source: "`createdAt`",
    fidelity: "Exact",
    read: ({ createdAt }) => createdAt,
    otherwise: ({ sent }) => sent?.at
  },
  {
    key: "updatedAt",
    source: "`editedAt`: v2 tells of no other update",
    fidelity: "Lost",
    read: ({ editedAt }) => editedAt,
    otherwise: () => null
  },
  {
    key: "platformId",
    source: "`platformId`",
    fidelity: "Exact",
    read: ({ platformId }) => platformId,
    otherwise: nothingForSends
  },
  {
    key: "content",
    source: "`content`",
    fidelity: "Exact",
    read: ({ content }) => content,
    otherwise: ({ sent }) => sent?.content
  },
  {
    key: "campaignId",
    source: "`sentBy.campaignId` of a campaign, else null",
    fidelity: "Exact",
    read: campaignOf,
    otherwise: nothingForSends
  },
  {
    key: "authorId",
    source: "`accountLinkId` of an outbound message; the thread's `profileId` for an inbound one",
    fidelity: "Approximate",
    read: authorOf,
    otherwise: ({ sent }) => (sent === undefined ? undefined : "")
  },
  {
    key: "origin",
    source: "`sentBy`: `api` is api; member, agent and campaign are internal; null is external",
    fidelity: "Approximate",
    read: originOf,
    otherwise: () => null
  },
  {
    key: "replyData",
    source: "`replyTo`",
    fidelity: "Approximate",
    read: ({ replyTo }) => replyTo,
    otherwise: ({ sent }) => {
      if (sent === undefined) return undefined
      return sent.replyToMessageId === undefined ? null : { messageId: sent.replyToMessageId }
    }
  },
  {
    key: "forwardData",
    source: "`forwarded`",
    fidelity: "Approximate",
    read: ({ forwarded }) => forwarded,
    otherwise: () => null
  },
  {
    key: "entities",
    source: "`entities`, or null where all its lists are empty",
    fidelity: "Approximate",
    read: entitiesOf,
    otherwise: () => null
  },
  {
    key: "attachment",
    source: "`attachments`: null for none, the one, or the list of several",
    fidelity: "Approximate",
    read: attachmentOf,
    otherwise: () => null
  },
  {
    key: "reactions",
    source: "`reactions`",
    fidelity: "Approximate",
    read: ({ reactions }) => reactions,
    otherwise: () => []
  },
  {
    key: "isEncrypted",
    source: "`platformData.encrypted` of twitter, else null",
    fidelity: "Exact",
    read: encryptionOf,
    otherwise: () => null
  },
  {
    key: "isEdited",
    source: "whether `editedAt` is set; v2 leaves it null where the time was not recorded",
    fidelity: "Approximate",
    read: ({ editedAt }) => (editedAt === undefined ? undefined : editedAt !== null),
    otherwise: ({ sent }) => (sent === undefined ? undefined : false)
  },
  {
    key: "deletedAt",
    source: "`deletedAt`, which covers deletions for all as well",
    fidelity: "Approximate",
    read: ({ deletedAt }) => deletedAt,
    otherwise: nothingForSends
  },
  {
    key: "platformDeletedAt",
    source: "null: v2 does not tell it apart from `deletedAt`",
    fidelity: "Lost",
    read: () => null,
    otherwise: nothing
  }
]
