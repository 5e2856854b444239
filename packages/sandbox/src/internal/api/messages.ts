import type * as ListMessages from "@inbox-effect/client/ListMessages"
import type * as Message from "@inbox-effect/client/Message"
import * as Rfc3339 from "@inbox-effect/client/Rfc3339"
import * as Eager from "@inbox-effect/server/Eager"
import * as Refusal from "@inbox-effect/server/Refusal"
import type * as Server from "@inbox-effect/server/Server"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { Draft, Storage, Thread } from "../../Storage.js"
import * as Busy from "../http/busy.js"
import type { Recorder } from "../inspector/journal.js"
import * as Notes from "../model/notes.js"

/** The path that the API is served under, as on the hosted service. */
export const basePath = "/api/v1"

/** The team that a token belongs to. */
export interface Caller {
  readonly teamId: string
}

type Queries = typeof Storage.Service

/** The thread, if the caller's team has it. */
const findThread = (storage: Queries, threadId: string, { teamId }: Caller): Effect.Effect<Thread, Refusal.Refusal> =>
  Eager.flatMap(Busy.orDie(storage.thread(threadId)), (found): Effect.Effect<Thread, Refusal.Refusal> => {
    if (Option.isNone(found)) return Effect.fail(Refusal.threadNotFound())
    return found.value.teamId === teamId
      ? Effect.succeed(found.value)
      : Effect.fail(Refusal.forbidden("The thread belongs to another team"))
  })

/** The message that is replied to, where there is one to reply to. */
export const findReplied = (
  storage: Queries,
  threadId: string,
  messageId: string | undefined
): Effect.Effect<Option.Option<Message.Message>, Refusal.Refusal> =>
  messageId === undefined
    ? Effect.succeedNone
    : Effect.filterOrFail(Busy.orDie(storage.message(threadId, messageId)), Option.isSome, () =>
        Refusal.messageNotFound()
      )

/** NUL and lone surrogates: text columns of SQL databases cut, replace or refuse them. */
const unstorable = /[\0\ud800-\udfff]/u

/** Refuses a content that the database could not keep as it is. */
export const checkContent = (content: string): Effect.Effect<void, Refusal.Refusal> =>
  unstorable.test(content)
    ? Effect.fail(Refusal.invalid("content must hold no NUL and no unpaired surrogate"))
    : Effect.void

/** Writing first into a thread is a feature of its own, which a team may not have. */
const noAddon = Refusal.forbidden(
  "This would be the first message in the thread, and the team does not have the Outbound Messages add-on"
)

const checkOutbound = (storage: Queries, thread: Thread) =>
  Eager.flatMap(
    Busy.orDie(storage.hasMessages(thread.id)),
    (isReply): Effect.Effect<void, Refusal.Refusal> =>
      isReply
        ? Effect.void
        : Effect.flatMap(Busy.orDie(storage.hasOutboundAddon(thread.teamId)), (has) =>
            has ? Effect.void : Effect.fail(noAddon)
          )
  )

/** Sends a message: stores it and notes it, both or neither, even if the sender leaves meanwhile. */
export const send = (storage: Queries, journal: Option.Option<Recorder>) => {
  const store = (request: Server.SendRequest<Caller>, draft: Draft) =>
    Effect.uninterruptible(
      Effect.map(Busy.orDie(storage.append(draft)), (message) => {
        if (Option.isSome(journal)) {
          Notes.of(request.exchange).messageId = message.id
          journal.value.stored(message, request.exchange.id)
        }
        return message
      })
    )

  return (request: Server.SendRequest<Caller>): Effect.Effect<Message.Message, Refusal.Refusal> => {
    const { caller, content, replyToMessageId, threadId } = request
    return Eager.flatMap(checkContent(content), () =>
      Eager.flatMap(findThread(storage, threadId, caller), (thread) =>
        Eager.flatMap(findReplied(storage, threadId, replyToMessageId), (replyTo) =>
          Eager.flatMap(checkOutbound(storage, thread), () =>
            store(request, { thread, content, origin: "api", replyTo })
          )
        )
      )
    )
  }
}

const badCursor = Refusal.badRequest(
  "cursorId and cursorTimestamp must both be given, as nextCursor of the page before has them"
)

/** The message that a page starts behind. */
const findCursor = (storage: Queries, threadId: string, cursor: ListMessages.Cursor | undefined) =>
  cursor === undefined
    ? Effect.succeedNone
    : Effect.flatMap(Busy.orDie(storage.message(threadId, cursor.id)), (found) => {
        const instant = Rfc3339.toEpochMillis(cursor.timestamp)
        return Option.isSome(found) && Option.contains(instant, DateTime.toEpochMillis(found.value.createdAt))
          ? Effect.succeed(Option.some(cursor.id))
          : Effect.fail(badCursor)
      })

/** Lists what a thread holds. */
export const list =
  (storage: Queries) =>
  ({ caller, cursor, limit, threadId }: Server.ListRequest<Caller>) =>
    Effect.gen(function* () {
      const thread = yield* findThread(storage, threadId, caller)
      const before = yield* findCursor(storage, threadId, cursor)
      const found = yield* Busy.orDie(storage.page(threadId, { before, limit: limit + 1 }))
      const messages = found.slice(0, limit)
      const last = messages.at(-1)
      return {
        teamId: thread.teamId,
        threadId,
        messages,
        nextCursor:
          last === undefined || found.length <= limit
            ? null
            : { timestamp: DateTime.formatIso(last.createdAt), id: last.id },
        isSyncing: false
      }
    })
