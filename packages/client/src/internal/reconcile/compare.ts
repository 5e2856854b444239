/**
 * Compares what was read of a thread with what is looked for.
 */
import * as DateTime from "effect/DateTime"
import type * as ReceivedMessage from "../../ReceivedMessage.js"
import type { SendMessage } from "../../SendMessage.js"
import { Ambiguous, type Evidence, Found, NotFound, type Outcome, type Window } from "./model.js"
import type { Reading } from "./page.js"

/** A question: the message that is looked for, and between which instants (in milliseconds since the Unix epoch). */
export interface Question {
  readonly request: SendMessage
  readonly earliest: number
  readonly latest: number
  readonly except: ReadonlySet<string>
}

/** Tells whether a message is what a request would have become, nearly so, or something else. */
const compare = (
  { earliest, except, latest, request }: Question,
  message: ReceivedMessage.ReceivedMessage
): "Same" | "Similar" | "Other" => {
  const at = DateTime.toEpochMillis(message.createdAt)
  const byOthers = message.origin === "internal" || message.origin === "external"
  if (message.content !== request.content || at < earliest || byOthers || except.has(message.id)) {
    return "Other"
  }
  const replies = (message.replyData !== null) === (request.replyToMessageId !== undefined)
  return message.origin === "api" && replies && at <= latest ? "Same" : "Similar"
}

/** The outcome of a reading. */
export const conclude = (question: Question, window: Window, reading: Reading, readAt: DateTime.Utc): Outcome => {
  const same = reading.messages.filter((message) => compare(question, message) === "Same")
  const similar = reading.messages.filter((message) => compare(question, message) === "Similar")
  const inTime = reading.messages.filter(({ createdAt }) => DateTime.toEpochMillis(createdAt) >= question.earliest)
  const instants = reading.messages.map(({ createdAt }) => createdAt)
  const evidence: Evidence = {
    window,
    readAt,
    messageIds: inTime.map(({ id }) => id),
    messages: reading.messages.length + reading.unreadable,
    pages: reading.pages,
    oldest: instants.reduce<DateTime.Utc | null>((a, b) => (a === null ? b : DateTime.min(a, b)), null),
    isSyncing: reading.isSyncing
  }
  const [doubt, ...doubts] = [
    ...(reading.isSyncing ? (["Syncing"] as const) : []),
    ...(same.length > 1 ? (["Several"] as const) : []),
    ...(similar.length > 0 ? (["Doubtful"] as const) : []),
    ...(reading.unreadable > 0 ? (["Unreadable"] as const) : []),
    ...(reading.isComplete ? [] : (["Incomplete"] as const))
  ]
  if (doubt !== undefined) {
    return Ambiguous.make({
      doubts: [doubt, ...doubts],
      candidates: [...same, ...similar].map(({ id }) => id),
      evidence
    })
  }
  const [message] = same
  return message === undefined ? NotFound.make({ evidence }) : Found.make({ message, evidence })
}
