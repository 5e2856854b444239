/**
 * A client without HTTP, for the tests of applications.
 */
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as InboxError from "../../InboxError.js"
import type { Metadata } from "../../Metadata.js"
import type { ReceivedMessage } from "../../ReceivedMessage.js"
import type { SendMessage } from "../../SendMessage.js"
import { validate } from "../config/validation.js"

/** Result of a call. */
export type Reply = Effect.Effect<Partial<ReceivedMessage>, InboxError.InboxError>

/** State of the double. */
export interface Book {
  readonly replies: Array<Reply>
  readonly sends: Array<SendMessage>
  readonly delivered: Array<ReceivedMessage>
}

/** An ordinary message of a request. */
export const message = (request: SendMessage, number: number, now: number): ReceivedMessage => ({
  platform: "twitter",
  teamId: "team1",
  threadId: request.threadId,
  id: `message${number}`,
  userId: null,
  createdAt: DateTime.unsafeMake(now),
  updatedAt: null,
  platformId: null,
  content: request.content,
  campaignId: null,
  authorId: "author1",
  origin: "api",
  replyData: request.replyToMessageId === undefined ? null : { id: request.replyToMessageId },
  forwardData: null,
  entities: null,
  attachment: null,
  reactions: [],
  isEncrypted: null,
  isEdited: false,
  deletedAt: null,
  platformDeletedAt: null
})

const metadata = (startedAt: number, now: number): Metadata => ({
  status: 200,
  headers: { "content-type": "application/json" },
  attempts: [
    {
      number: 1,
      startedAt: DateTime.unsafeMake(startedAt),
      delay: Duration.zero,
      duration: Duration.millis(now - startedAt),
      outcome: "Message",
      status: 200
    }
  ],
  drift: { unknownKeys: [], unknownMembers: [], missingKeys: [] }
})

/** Sends a message nowhere: the next reply of the script says what becomes of it, and without one it is delivered. */
export const send = (
  book: Book,
  request: unknown
): Effect.Effect<{ readonly message: ReceivedMessage; readonly metadata: Metadata }, InboxError.InboxError> =>
  Effect.gen(function* () {
    const valid = yield* validate(request)
    book.sends.push(valid)
    const reply = book.replies.shift() ?? Effect.succeed({})
    const startedAt = yield* Clock.currentTimeMillis
    const fields = yield* reply
    const now = yield* Clock.currentTimeMillis
    const sent = { ...message(valid, book.delivered.length + 1, now), ...fields }
    book.delivered.push(sent)
    return { message: sent, metadata: metadata(startedAt, now) }
  })
