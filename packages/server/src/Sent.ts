/**
 * A message that has just been sent, as the contract wants it in the answer.
 *
 * @since 0.1.0
 */
import { randomUUID } from "node:crypto"
import type * as Message from "@inbox-effect/client/Message"
import * as DateTime from "effect/DateTime"

/**
 * The keys of a message that a server has to decide about. All others may be given as well: by default the message was
 * sent via the API, just now, has an id of its own, and is neither edited, deleted, forwarded nor encrypted.
 *
 * @since 0.1.0
 * @category models
 */
export type Draft = Partial<Message.Message> & Pick<Message.Message, "teamId" | "threadId" | "authorId" | "content">

/**
 * A message with all 21 keys.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (draft: Draft): Message.Message => ({
  platform: "twitter",
  id: randomUUID().replaceAll("-", ""),
  userId: null,
  createdAt: DateTime.unsafeNow(),
  updatedAt: null,
  platformId: null,
  campaignId: null,
  origin: "api",
  replyData: null,
  forwardData: null,
  entities: null,
  attachment: null,
  reactions: [],
  isEncrypted: false,
  isEdited: false,
  deletedAt: null,
  platformDeletedAt: null,
  ...draft
})
