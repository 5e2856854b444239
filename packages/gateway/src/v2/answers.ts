/**
 * The other answers of API v2, as far as the gateway reads them.
 */
import { AnyValue } from "@inbox-effect/client/Message"
import * as Schema from "effect/Schema"
import * as Lenient from "./lenient.js"

/** Reads a thread: the platform decides whether v1 can express it. */
export const readThread = Lenient.reader({
  id: Schema.String,
  platform: Schema.String,
  profileId: Schema.String,
  syncing: Schema.Boolean
})

/** A thread, as far as it could be read. */
export type ReadThread = ReturnType<typeof readThread>

/** Reads the team of a token. */
export const readTeam = Lenient.reader({ id: Schema.String })

/** Reads the answer to a send: `{ message, thread }`, each read by itself. */
export const readSendResult = Lenient.reader({ message: AnyValue, thread: AnyValue })

/** Reads a page of messages. */
export const readPage = Lenient.reader({ data: Schema.Array(AnyValue), nextCursor: Schema.NullOr(Schema.String) })

/** Reads the error envelope `{ code, message, details, requestId }`. */
export const readError = Lenient.reader({ code: Schema.String, details: AnyValue, requestId: Schema.String })

/** Reads the details of an error that the gateway acts on. */
export const readDetails = Lenient.reader({
  messageId: Schema.String,
  retryAfterSeconds: Schema.NullOr(Schema.NonNegative),
  capability: Schema.String,
  platform: Schema.String,
  feature: Schema.String,
  window: Schema.String,
  issues: Schema.Array(AnyValue)
})

/** The details of an error, as far as they could be read. */
export type ReadDetails = ReturnType<typeof readDetails>

const readIssue = Lenient.reader({ path: Schema.Array(Schema.Union(Schema.String, Schema.Number)) })

const word = /^[\w.-]{1,64}$/

/** The paths of the issues of an `invalidRequest`, without the texts, which may repeat the message. */
export const pathsOf = (details: ReadDetails): ReadonlyArray<string> =>
  (details.issues ?? [])
    .slice(0, 10)
    .map((issue) => (readIssue(issue).path ?? []).join("."))
    .filter((path) => word.test(path))
