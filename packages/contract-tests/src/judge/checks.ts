/**
 * Checks, one for each requirement.
 *
 * @since 0.1.0
 */
import type * as Requirement from "../contract/Requirement.js"
import { isAccepted, isAcceptedWithoutLength, isAnswered } from "./answered.js"
import { hasKey, isMediaTypeJson, isMessage, isStatus200 } from "./message.js"
import * as Refusal from "./refusal.js"
import * as Semantics from "./semantics.js"
import { type Check, holds } from "./violation.js"

/** Stands where no single answer tells, but only what other requests get: an investigation names these. */
const toldByOthers: Check = () => holds

/**
 * The check of each requirement, as a function of one exchange and the facts about it.
 *
 * @since 0.1.0
 * @category checks
 */
export const checks: { readonly [I in Requirement.Id]: Check } = {
  "accept.content": isAccepted,
  "accept.content.whitespace": isAccepted,
  "accept.content.long": isAccepted,
  "accept.content.nul": Semantics.isSameEachTime,
  "accept.reply": isAccepted,
  "accept.encoding.json": isAccepted,
  "accept.encoding.http": isAccepted,
  "accept.encoding.length": isAcceptedWithoutLength,
  "accept.scheme-case": isAccepted,
  "response.status": isStatus200,
  "response.content-type": isMediaTypeJson,
  "response.json": isMessage,
  "response.key.platform": hasKey("platform"),
  "response.key.teamId": hasKey("teamId"),
  "response.key.threadId": hasKey("threadId"),
  "response.key.id": hasKey("id"),
  "response.key.userId": hasKey("userId"),
  "response.key.createdAt": hasKey("createdAt"),
  "response.key.updatedAt": hasKey("updatedAt"),
  "response.key.platformId": hasKey("platformId"),
  "response.key.content": hasKey("content"),
  "response.key.campaignId": hasKey("campaignId"),
  "response.key.authorId": hasKey("authorId"),
  "response.key.origin": hasKey("origin"),
  "response.key.replyData": hasKey("replyData"),
  "response.key.forwardData": hasKey("forwardData"),
  "response.key.entities": hasKey("entities"),
  "response.key.attachment": hasKey("attachment"),
  "response.key.reactions": hasKey("reactions"),
  "response.key.isEncrypted": hasKey("isEncrypted"),
  "response.key.isEdited": hasKey("isEdited"),
  "response.key.deletedAt": hasKey("deletedAt"),
  "response.key.platformDeletedAt": hasKey("platformDeletedAt"),
  "semantics.thread": Semantics.isInThread,
  "semantics.content": Semantics.isSameContent,
  "semantics.origin": Semantics.isFromApi,
  "semantics.fresh": Semantics.isFresh,
  "semantics.unique": Semantics.isUnique,
  "semantics.concurrent": toldByOthers,
  "semantics.reply": Semantics.isReply,
  "semantics.stable": toldByOthers,
  "semantics.created": Semantics.isCreatedNow,
  "semantics.updated": Semantics.isUpdatedLater,
  "semantics.plain": Semantics.isPlain,
  "semantics.identity": Semantics.isSameSender,
  "auth.missing": Refusal.isKeptOut,
  "auth.wrong": Refusal.isKeptOut,
  "auth.near": Refusal.isKeptOut,
  "auth.scheme": Refusal.isKeptOut,
  "auth.equivalent": Refusal.isKeptOut,
  "auth.status": Refusal.isUnauthorised,
  "auth.challenge": Refusal.isChallenged,
  "reject.content": Refusal.isRefused,
  "reject.content.key-case": Refusal.isRefused,
  "reject.reply": Refusal.isRefused,
  "reject.reply.unknown": Refusal.isRefused,
  "reject.reply.other-thread": Refusal.isOtherThreadRefused,
  "reject.body": Refusal.isRefused,
  "reject.body.extension": Refusal.isRefused,
  "reject.media-type": Refusal.isRefused,
  "reject.utf8": Refusal.isRefused,
  "reject.thread": Refusal.isRefused,
  "reject.thread.path": Refusal.isRefused,
  "reject.thread.unknown": Refusal.isThreadUnknown,
  "protocol.no-server-error": isAnswered,
  "protocol.error-body": Refusal.isErrorBody,
  "protocol.method": Refusal.isMethodRefused
}
