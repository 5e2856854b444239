import type { Message } from "@inbox-effect/client"
import { Refusal, Sent, Server, Tokens } from "@inbox-effect/server"
import { Array, DateTime, Effect, Option, Redacted } from "effect"

const threads = new Map<string, Array<Message.Message>>([
  ["t1", []],
  ["t2", []]
])

const thread = (id: string) => Effect.mapError(Effect.fromNullable(threads.get(id)), () => Refusal.threadNotFound())

const send = ({ caller, content, replyToMessageId, threadId }: Server.SendRequest<string>) =>
  Effect.gen(function* () {
    const messages = yield* thread(threadId)
    const replied = messages.find(({ id }) => id === replyToMessageId)
    if (replyToMessageId !== undefined && replied === undefined) return yield* Refusal.messageNotFound()
    const replyData = replied === undefined ? null : { messageId: replied.id, content: replied.content }
    const message = Sent.make({ teamId: caller, threadId, authorId: `author-${threadId}`, content, replyData })
    messages.unshift(message)
    return message
  })

const list = ({ caller, cursor, limit, threadId }: Server.ListRequest<string>) =>
  Effect.map(thread(threadId), (all) => {
    const from = cursor === undefined ? 0 : all.findIndex(({ id }) => id === cursor.id) + 1
    const messages = all.slice(from, from + limit)
    const nextCursor = Option.map(Array.last(messages), ({ createdAt, id }) => ({
      timestamp: DateTime.formatIso(createdAt),
      id
    })).pipe(
      Option.filter(() => from + limit < all.length),
      Option.getOrNull
    )
    return { teamId: caller, threadId, messages, nextCursor, isSyncing: false }
  })

export const ServerLive = Server.layer({
  authenticate: Tokens.make([[Redacted.make("secret"), "team1"]]).authenticate,
  send,
  list
})
