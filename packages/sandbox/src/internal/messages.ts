import * as HttpApi from "@effect/platform/HttpApi"
import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import type * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as OpenApi from "@effect/platform/OpenApi"
import * as ErrorResponse from "@inbox-effect/client/ErrorResponse"
import * as InboxApi from "@inbox-effect/client/InboxApi"
import * as ListMessages from "@inbox-effect/client/ListMessages"
import type * as Message from "@inbox-effect/client/Message"
import * as Rfc3339 from "@inbox-effect/client/Rfc3339"
import type * as SendMessage from "@inbox-effect/client/SendMessage"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { inspector } from "../Inspector.js"
import { type Draft, Storage, type Thread } from "../Storage.js"
import { Gate } from "./inspector/gate.js"
import { Journal, type Recorder } from "./inspector/journal.js"
import * as Notes from "./notes.js"
import { readSend } from "./payload.js"
import { Refusal, toResponse } from "./refusal.js"

/** The path that the API is served under, as on the hosted service. */
export const basePath = "/api/v1"

/** The contract, and what the vendor documents beside it, at the place where it is served. */
export const vendorApi = InboxApi.InboxApi.addHttpApi(ListMessages.ListMessagesApi)
  .prefix(basePath)
  .annotate(OpenApi.Title, "Inbox sandbox")
  .annotate(OpenApi.Servers, [{ url: "/" }])

/** What a sandbox with an inspector serves. */
export const api = vendorApi.addHttpApi(HttpApi.make("inspector").add(inspector.middleware(Gate)))

type NotFound = typeof ErrorResponse.ThreadNotFound.Type

type Forbidden = typeof ErrorResponse.Forbidden.Type

const noThread = Effect.fail(ErrorResponse.make(404, "THREAD_NOT_FOUND", "There is no such thread"))

const notYours = Effect.fail(ErrorResponse.make(403, "FORBIDDEN", "The thread belongs to another team"))

/** The thread, if the caller's team has it. */
const findThread = (storage: typeof Storage.Service, threadId: string) =>
  Effect.flatMap(InboxApi.Caller, ({ teamId }) =>
    Effect.flatMap(Effect.orDie(storage.thread(threadId)), (found): Effect.Effect<Thread, NotFound | Forbidden> => {
      if (Option.isNone(found)) return noThread
      return found.value.teamId === teamId ? Effect.succeed(found.value) : notYours
    })
  )

/** The message that is replied to, where there is one to reply to. */
export const findReplied = (
  storage: typeof Storage.Service,
  threadId: string,
  messageId: string | undefined
): Effect.Effect<Option.Option<Message.Message>, typeof ErrorResponse.UnprocessableContent.Type> =>
  messageId === undefined
    ? Effect.succeedNone
    : Effect.filterOrFail(Effect.orDie(storage.message(threadId, messageId)), Option.isSome, () =>
        ErrorResponse.make(422, "MESSAGE_NOT_FOUND", "replyToMessageId names no message of this thread")
      )

/**
 * The 200 with its text ready. A date-time writes itself into JSON as its schema would, so this is the text of the
 * encoded message; to encode it by its schema, or by the framework's for responses, would cost more than to store it.
 */
export const accepted = (body: Message.Message | ListMessages.Page): HttpServerResponse.HttpServerResponse => {
  const text = JSON.stringify(body)
  return HttpServerResponse.raw(text, { contentType: "application/json", contentLength: Buffer.byteLength(text) })
}

/** Writing first into a thread is a feature of its own, which a team may not have. */
const noAddon = Effect.fail(
  ErrorResponse.make(
    403,
    "FORBIDDEN",
    "This would be the first message in the thread, and the team does not have the Outbound Messages add-on"
  )
)

const checkOutbound = (storage: typeof Storage.Service, thread: Thread) =>
  Effect.flatMap(Effect.orDie(storage.hasMessages(thread.id)), (isReply) =>
    isReply
      ? Effect.void
      : Effect.flatMap(Effect.orDie(storage.hasOutboundAddon(thread.teamId)), (has) => (has ? Effect.void : noAddon))
  )

const sending = (storage: typeof Storage.Service, journal: Option.Option<Recorder>, bodyLimit: number) => {
  /** Stores a message and notes it, both or neither, even if the sender leaves meanwhile. */
  const store = (notes: Notes.Notes, draft: Draft) =>
    Effect.uninterruptible(
      Effect.map(Effect.orDie(storage.append(draft)), (message) => {
        notes.messageId = message.id
        if (Option.isSome(journal)) journal.value.stored(message, notes.id)
        return message
      })
    )

  const send = (
    request: HttpServerRequest.HttpServerRequest,
    threadId: string,
    { content, replyToMessageId }: SendMessage.Payload
  ) =>
    Effect.flatMap(findThread(storage, threadId), (thread) =>
      Effect.flatMap(findReplied(storage, threadId, replyToMessageId), (replyTo) =>
        Effect.zipRight(
          checkOutbound(storage, thread),
          Effect.map(store(Notes.of(request), { thread, content, origin: "api", replyTo }), accepted)
        )
      )
    )

  return (request: HttpServerRequest.HttpServerRequest, { threadId }: SendMessage.Path) =>
    Effect.flatMap(readSend(request, bodyLimit), (payload) => send(request, threadId, payload)).pipe(
      Effect.catchTag("Refusal", (refusal) => Effect.succeed(toResponse(refusal)))
    )
}

const badCursor = ErrorResponse.make(
  400,
  "BAD_REQUEST",
  "cursorId and cursorTimestamp must both be given, as nextCursor of the page before has them"
)

/** The message that a page starts behind. */
const findCursor = (
  storage: typeof Storage.Service,
  threadId: string,
  { cursorId, cursorTimestamp }: ListMessages.Query
) =>
  Effect.gen(function* () {
    if (cursorId === undefined && cursorTimestamp === undefined) {
      return Option.none()
    }
    if (cursorId === undefined || cursorTimestamp === undefined) {
      return yield* Effect.fail(badCursor)
    }
    const found = yield* Effect.orDie(storage.message(threadId, cursorId))
    const instant = Rfc3339.toEpochMillis(cursorTimestamp)
    return Option.isSome(found) && Option.contains(instant, DateTime.toEpochMillis(found.value.createdAt))
      ? Option.some(cursorId)
      : yield* Effect.fail(badCursor)
  })

const listMessages = (storage: typeof Storage.Service, { threadId }: SendMessage.Path, query: ListMessages.Query) =>
  Effect.gen(function* () {
    const thread = yield* findThread(storage, threadId)
    const before = yield* findCursor(storage, threadId, query)
    const limit = query.limit ?? ListMessages.defaultLimit
    const found = yield* Effect.orDie(storage.page(threadId, { before, limit: limit + 1 }))
    const messages = found.slice(0, limit)
    const last = messages.at(-1)
    return accepted({
      teamId: thread.teamId,
      threadId,
      messages,
      nextCursor:
        last === undefined || found.length <= limit
          ? null
          : { timestamp: DateTime.formatIso(last.createdAt), id: last.id },
      isSyncing: false
    })
  })

/** Where the team has used up its limits, its requests go no further. */
const withinLimits = <E, R>(
  request: HttpServerRequest.HttpServerRequest,
  handled: Effect.Effect<HttpServerResponse.HttpServerResponse, E, R>
): Effect.Effect<HttpServerResponse.HttpServerResponse, E, R> =>
  Effect.suspend(() => {
    const retryAfter = Notes.of(request).verdict?.retryAfter
    return retryAfter === undefined ? handled : Effect.succeed(limited(retryAfter))
  })

const limited = (retryAfter: number): HttpServerResponse.HttpServerResponse =>
  toResponse(
    new Refusal({
      status: 429,
      code: "RATE_LIMITED",
      message: `A rate limit of the team is used up: wait ${retryAfter} seconds`,
      headers: { "retry-after": String(retryAfter) }
    })
  )

/** The handlers of the groups `messages` and `history`. */
export const layer = (bodyLimit: number) =>
  Layer.mergeAll(
    HttpApiBuilder.group(vendorApi, "messages", (handlers) =>
      Effect.zipWith(Storage, Journal, (storage, journal) => {
        const sendMessage = sending(storage, journal, bodyLimit)
        return handlers.handleRaw("sendMessage", ({ path, request }) =>
          withinLimits(request, sendMessage(request, path))
        )
      })
    ),
    HttpApiBuilder.group(vendorApi, "history", (handlers) =>
      Effect.map(Storage, (storage) =>
        handlers.handleRaw("listMessages", ({ path, request, urlParams }) =>
          withinLimits(request, listMessages(storage, path, urlParams))
        )
      )
    )
  )
