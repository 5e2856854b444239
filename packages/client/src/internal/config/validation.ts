/**
 * Validates a request before anything is sent, without repeating it.
 */
import * as Either from "effect/Either"
import * as ParseResult from "effect/ParseResult"
import * as Predicate from "effect/Predicate"
import { pattern } from "../../Identifier.js"
import { InvalidRequest } from "../../InboxError.js"
import { SendMessage } from "../../SendMessage.js"
import { decoder } from "../decode/reader.js"

type Field = InvalidRequest["field"]

const id = `has to match ${pattern.source}: pass the id as the API gave it`

const problems: Record<Field, string> = {
  request: "The request has to be an object with threadId, content and perhaps replyToMessageId",
  threadId: `threadId ${id}`,
  content: "content has to be a string of at least one character",
  replyToMessageId: `replyToMessageId ${id}, or leave it out`
}

const invalid = (field: Field): InvalidRequest => new InvalidRequest({ field, problem: problems[field] })

const decode = decoder(SendMessage)

const isField = (key: unknown): key is Field => Predicate.isString(key) && Object.hasOwn(problems, key)

const fieldOf = (error: ParseResult.ParseError): Field => {
  const [key] = ParseResult.ArrayFormatter.formatErrorSync(error)[0]?.path ?? []
  return isField(key) ? key : "request"
}

/** The fields, each read once. An optional key that is `undefined` counts as absent. */
const fieldsOf = ({ content, replyToMessageId, threadId }: Record<keyof SendMessage, unknown>): unknown =>
  replyToMessageId === undefined ? { threadId, content } : { threadId, content, replyToMessageId }

/** The request as the schema has it, or the first field at fault. */
export const validate = (request: unknown): Either.Either<SendMessage, InvalidRequest> => {
  if (!Predicate.isObject(request)) {
    return Either.left(invalid("request"))
  }
  let fields: unknown
  try {
    fields = fieldsOf(request as Record<keyof SendMessage, unknown>)
  } catch {
    return Either.left(invalid("request"))
  }
  return Either.mapLeft(decode(fields), (error) => invalid(fieldOf(error)))
}
