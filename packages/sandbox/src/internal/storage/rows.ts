import type * as Message from "@inbox-effect/client/Message"
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import type { Summary, Team, Thread } from "../../Storage.js"

/** A whole number of 64 bits, which PostgreSQL hands out as text. */
export type BigInteger = number | string

/** Reads milliseconds since the Unix epoch. */
export const instantOf = (millis: BigInteger): DateTime.Utc => DateTime.unsafeMake(Number(millis))

/** A row of `threads`. */
export interface ThreadRow {
  readonly id: string
  readonly team_id: string
  readonly account_link_id: string
  readonly external_id: string
}

/** A row of `messages`. */
export interface MessageRow {
  readonly id: string
  readonly thread_id: string
  readonly team_id: string
  readonly platform: "twitter"
  readonly user_id: string | null
  readonly created_at: BigInteger
  readonly updated_at: BigInteger | null
  readonly platform_id: string | null
  readonly content: string
  readonly campaign_id: string | null
  readonly author_id: string
  readonly origin: Message.Message["origin"]
  readonly reply_data: string
  readonly forward_data: string
  readonly entities: string
  readonly attachment: string
  readonly reactions: string
  readonly is_encrypted: number | null
  readonly is_edited: number
  readonly deleted_at: BigInteger | null
  readonly platform_deleted_at: BigInteger | null
}

/** A row of `threads` beside the newest of its messages. */
export interface SummaryRow {
  readonly id: string
  readonly team_id: string
  readonly created_at: BigInteger
  readonly message_count: BigInteger
  readonly inbound_count: BigInteger
  readonly last_id: string | null
  readonly last_origin: Message.Message["origin"]
  readonly last_created_at: BigInteger
  readonly last_content: string
}

/** Reads a row. */
export const toSummary = (row: SummaryRow): Summary => {
  const createdAt = instantOf(row.created_at)
  const lastMessage =
    row.last_id === null
      ? null
      : {
          id: row.last_id,
          origin: row.last_origin,
          createdAt: instantOf(row.last_created_at),
          content: row.last_content
        }
  return {
    id: row.id,
    teamId: row.team_id,
    createdAt,
    lastActivityAt: lastMessage?.createdAt ?? createdAt,
    messageCount: Number(row.message_count),
    inboundCount: Number(row.inbound_count),
    lastMessage
  }
}

/** A row of `teams`. */
export interface TeamRow {
  readonly id: string
  readonly outbound_addon: number
}

/** Reads a row. */
export const toTeam = (row: TeamRow): Team => ({ id: row.id, outboundAddon: row.outbound_addon === 1 })

/** Reads a row. */
export const toThread = (row: ThreadRow): Thread => ({
  id: row.id,
  teamId: row.team_id,
  accountLinkId: row.account_link_id,
  externalId: row.external_id
})

const toInstant = (millis: BigInteger | null): DateTime.Utc | null => (millis === null ? null : instantOf(millis))

/** Reads a row. */
export const toMessage = (row: MessageRow): Message.Message => ({
  platform: row.platform,
  teamId: row.team_id,
  threadId: row.thread_id,
  id: row.id,
  userId: row.user_id,
  createdAt: instantOf(row.created_at),
  updatedAt: toInstant(row.updated_at),
  platformId: row.platform_id,
  content: row.content,
  campaignId: row.campaign_id,
  authorId: row.author_id,
  origin: row.origin,
  replyData: JSON.parse(row.reply_data),
  forwardData: JSON.parse(row.forward_data),
  entities: JSON.parse(row.entities),
  attachment: JSON.parse(row.attachment),
  reactions: JSON.parse(row.reactions),
  isEncrypted: row.is_encrypted === null ? null : row.is_encrypted === 1,
  isEdited: row.is_edited === 1,
  deletedAt: toInstant(row.deleted_at),
  platformDeletedAt: toInstant(row.platform_deleted_at)
})

/** Reads the first row, if there is one. */
export const headMessage = (rows: ReadonlyArray<MessageRow>): Option.Option<Message.Message> =>
  Option.map(Option.fromNullable(rows[0]), toMessage)
