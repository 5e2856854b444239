import type * as Message from "@inbox-effect/client/Message"
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import type { Draft } from "../../Storage.js"
import * as Id from "../model/id.js"

const replyDataOf = (message: Message.Message) => ({
  messageId: message.id,
  content: message.content,
  authorId: message.authorId,
  createdAt: DateTime.formatIso(message.createdAt)
})

/** Completes a draft. */
export const toNewMessage = (draft: Draft, createdAt: number): Message.Message => ({
  platform: "twitter",
  teamId: draft.thread.teamId,
  threadId: draft.thread.id,
  id: Id.make(),
  userId: null,
  createdAt: DateTime.unsafeMake(createdAt),
  updatedAt: null,
  platformId: null,
  content: draft.content,
  campaignId: null,
  authorId: draft.origin === "external" ? draft.thread.externalId : draft.thread.accountLinkId,
  origin: draft.origin,
  replyData: Option.match(draft.replyTo, { onNone: () => null, onSome: replyDataOf }),
  forwardData: null,
  entities: null,
  attachment: null,
  reactions: [],
  isEncrypted: false,
  isEdited: false,
  deletedAt: null,
  platformDeletedAt: null
})
