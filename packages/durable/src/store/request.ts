/** Requests and keys, as they are checked before they are stored. */
import { createHmac } from "node:crypto"
import * as Identifier from "@inbox-effect/client/Identifier"
import type * as InboxClient from "@inbox-effect/client/InboxClient"
import * as InboxError from "@inbox-effect/client/InboxError"
import * as Either from "effect/Either"
import { InvalidKey } from "../DurableError.js"

const maxKeyLength = 255

/** A control character, or half of a surrogate pair: what a database refuses or changes. */
const unstorable = /[\p{Cc}\p{Cs}]/u

export const checkKey = (key: string): Either.Either<string, InvalidKey> =>
  typeof key !== "string" || key.length === 0 || key.length > maxKeyLength || unstorable.test(key)
    ? Either.left(new InvalidKey())
    : Either.right(key)

const isId = (value: unknown): value is string => typeof value === "string" && Identifier.pattern.test(value)

const idProblem = "has to be an identifier issued by Inbox: ASCII digits and lower-case letters"

/** The request, if it could be sent. */
export const checkRequest = (
  request: InboxClient.Request
): Either.Either<InboxClient.Request, InboxError.InvalidRequest> => {
  const invalid = (field: InboxError.InvalidRequest["field"], problem: string) =>
    Either.left(new InboxError.InvalidRequest({ field, problem: `${field} ${problem}` }))
  const { content, replyToMessageId, threadId } = request
  if (!isId(threadId)) return invalid("threadId", idProblem)
  if (typeof content !== "string" || content === "") {
    return invalid("content", "has to be a string of at least one character")
  }
  return replyToMessageId === undefined || isId(replyToMessageId)
    ? Either.right(request)
    : invalid("replyToMessageId", `${idProblem}, or left out`)
}

/** A keyed digest of a request: equal for equal requests, and all that stays of a text that is forgotten. */
export const digestOf = (secret: string, { content, replyToMessageId, threadId }: InboxClient.Request): string =>
  createHmac("sha256", secret)
    .update(JSON.stringify([threadId, content, replyToMessageId ?? null]))
    .digest("hex")
