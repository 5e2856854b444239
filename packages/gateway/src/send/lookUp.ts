/**
 * Looks up a message whose fate is unknown, by the id that v2 gave for it.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import type { Refusal } from "../refusal.js"
import * as Answer from "../upstream/answer.js"
import { refusalOf } from "../upstream/directory.js"
import type { Upstream } from "../upstream/upstream.js"
import { type ReadMessage, read } from "../v2/message.js"

/** The message that is looked for. */
export interface Question {
  readonly token: Redacted.Redacted
  readonly messageId: string
  readonly threadId: string
  readonly content: string
}

/** The wait before the second look, in milliseconds: each wait is twice as long as the one before. */
const firstWait = 300

const isPath = /^[\w-]{1,256}$/

const isIt = (message: ReadMessage, { content, messageId, threadId }: Question): boolean =>
  message.id === messageId && message.threadId === threadId && message.content === content

/** The message as v2 shows it now, if it shows it. Fails where the token is not accepted any more. */
export const once = (
  upstream: Upstream,
  question: Question,
  timeoutMillis: number
): Effect.Effect<ReadMessage | undefined, Refusal> =>
  isPath.test(question.messageId)
    ? Effect.gen(function* () {
        const reply = yield* upstream.get(question.token, `/messages/${question.messageId}`, timeoutMillis)
        if ("_tag" in reply) return undefined
        if (reply.status === 401) return yield* refusalOf(reply, yield* Clock.currentTimeMillis)
        const message = Answer.isAccepted(reply) ? read(reply.json) : undefined
        return message !== undefined && isIt(message, question) ? message : undefined
      })
    : Effect.succeed(undefined)

/**
 * A message counts as delivered once the platform has given it an id. v2 does not document how it shows a message that
 * the platform has not confirmed: one without that id might be such a one.
 */
export const isConfirmed = ({ direction, platformId }: ReadMessage): boolean =>
  direction === "outbound" && typeof platformId === "string" && platformId !== ""

/** Looks until the message is confirmed or the time is over (milliseconds since the Unix epoch). */
export const until = (
  upstream: Upstream,
  question: Question,
  deadline: number
): Effect.Effect<ReadMessage | undefined, Refusal> =>
  Effect.gen(function* () {
    for (let wait = firstWait; ; wait *= 2) {
      const left = deadline - (yield* Clock.currentTimeMillis)
      if (left <= 0) return undefined
      const message = yield* once(upstream, question, left)
      if (message !== undefined && isConfirmed(message)) return message
      if ((yield* Clock.currentTimeMillis) + wait >= deadline) return undefined
      yield* Effect.sleep(wait)
    }
  })
