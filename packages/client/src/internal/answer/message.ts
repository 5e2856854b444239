/**
 * Reads a message out of a 2xx answer, or says what keeps its body from being one.
 */
import type * as Headers from "@effect/platform/Headers"
import * as Arr from "effect/Array"
import * as Either from "effect/Either"
import type * as ParseResult from "effect/ParseResult"
import * as Redacted from "effect/Redacted"
import * as InboxError from "../../InboxError.js"
import { Message } from "../../Message.js"
import * as ReceivedMessage from "../../ReceivedMessage.js"
import type * as body from "../http/body.js"
import { decodeUtf8, decodeUtf8Lenient } from "../http/web.js"
import type { Head } from "../http/wire.js"
import * as answer from "./answer.js"
import type { IsSecret } from "./withheld.js"

/** Deviations from the documented answer that are accepted. */
export interface Accepted {
  readonly missingKeys: ReceivedMessage.MissingKeys
  readonly otherMediaType: ReceivedMessage.OtherMediaType
}

/** An answer as far as it was read. */
export interface Received extends Head {
  readonly body: body.Body
}

/** A message, and the answer that it came in. */
export interface Exchanged extends ReceivedMessage.Decoded, Head {}

const isKey = (key: unknown): key is InboxError.KeyProblem["key"] =>
  typeof key === "string" && Object.hasOwn(Message.fields, key)

/** The issues of an answer, and those of its keys. No issue is spelled out: its value may be as deep as it likes. */
const issuesOf = (issue: ParseResult.ParseIssue): ReadonlyArray<ParseResult.ParseIssue> => {
  switch (issue._tag) {
    case "Composite":
      return Arr.ensure(issue.issues).flatMap(issuesOf)
    case "Refinement":
    case "Transformation":
      return issuesOf(issue.issue)
    default:
      return [issue]
  }
}

/** One problem for each key at fault. */
const keyProblems = (error: ParseResult.ParseError): ReadonlyArray<InboxError.KeyProblem> => {
  const problems = new Map<InboxError.KeyProblem["key"], InboxError.KeyProblem>()
  for (const issue of issuesOf(error.issue)) {
    const key = issue._tag === "Pointer" ? Arr.ensure(issue.path)[0] : undefined
    if (issue._tag === "Pointer" && isKey(key)) {
      problems.set(key, { key, problem: issue.issue._tag === "Missing" ? "missing" : "invalid" })
    }
  }
  return [...problems.values()]
}

const failed: unique symbol = Symbol()

const attempted = <A>(f: () => A): A | typeof failed => {
  try {
    return f()
  } catch {
    return failed
  }
}

/** The documented media type. */
export const json = "application/json"

/** The media type of an answer, where it is not the documented one; empty where none is declared. */
const otherMediaType = (headers: Headers.Headers): string | undefined => {
  const declared = headers["content-type"]
  if (declared === json) {
    return undefined
  }
  const [type = ""] = (declared ?? "").split(";")
  const mediaType = type.trim().toLowerCase()
  return mediaType === json ? undefined : mediaType
}

/** Reads a 2xx answer: a message, or what keeps its body from being one. */
const readMessage = (
  received: Received,
  isSecret: IsSecret,
  accepted: Accepted
): Either.Either<Exchanged, InboxError.MalformedResponse> => {
  const { headers, status } = received
  const { bytes, end } = received.body
  const malformed = (
    reason: InboxError.MalformedReason,
    text?: string,
    keys: ReadonlyArray<InboxError.KeyProblem> = []
  ) =>
    Either.left(
      new InboxError.MalformedResponse({
        status,
        reason,
        keys,
        ...answer.fromHeaders(answer.safeHeaders(headers, isSecret), isSecret),
        ...(text === undefined ? {} : { body: Redacted.make(text) })
      })
    )
  if (bytes === undefined) {
    return malformed("Incomplete")
  }
  if (end !== "Complete") {
    return malformed(end === "TooLarge" ? "TooLarge" : "Incomplete", decodeUtf8Lenient(bytes))
  }
  if (bytes.length === 0) {
    return malformed("Empty", "")
  }
  const text = attempted(() => decodeUtf8(bytes))
  if (text === failed) {
    return malformed("NotUtf8", decodeUtf8Lenient(bytes))
  }
  const value = attempted(() => JSON.parse(text) as unknown)
  if (value === failed) {
    return malformed("NotJson", text)
  }
  const decoded = ReceivedMessage.decode(value, accepted.missingKeys)
  if (Either.isLeft(decoded)) {
    return malformed("NotAMessage", text, keyProblems(decoded.left))
  }
  const { drift, message } = decoded.right
  const mediaType = otherMediaType(headers)
  // An answer that is not declared at all says nothing against its being a message.
  if (mediaType !== undefined && mediaType !== "" && accepted.otherMediaType === "Refuse") {
    return malformed("MediaType", text)
  }
  return Either.right({
    status,
    headers,
    message,
    drift: mediaType === undefined ? drift : { ...drift, mediaType }
  })
}

/** Reads a 2xx answer. Whatever reading throws, and be it for want of stack, the message was delivered. */
export const read = (
  received: Received,
  isSecret: IsSecret,
  accepted: Accepted
): Either.Either<Exchanged, InboxError.MalformedResponse> => {
  const result = attempted(() => readMessage(received, isSecret, accepted))
  return result === failed
    ? Either.left(new InboxError.MalformedResponse({ status: received.status, reason: "NotAMessage", keys: [] }))
    : result
}
