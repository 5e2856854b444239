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
import * as FiberRef from "effect/FiberRef"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { InspectorApi } from "../Inspector.js"
import { type Draft, Storage, type Thread } from "../Storage.js"
import { Journal } from "./inspector/journal.js"
import * as Notes from "./notes.js"
import { readSend } from "./payload.js"
import { Refusal, toResponse } from "./refusal.js"

/** The path that the API is served under, as on the hosted service. */
export const basePath = "/api/v1"

/** The contract, and what the vendor documents beside it, at the place where it is served. */
export const vendorApi = InboxApi.InboxApi.addHttpApi(ListMessages.ListMessagesApi).prefix(basePath)

/** Everything that is served, as this server describes it. */
export const api = vendorApi
  .addHttpApi(InspectorApi)
  .annotate(OpenApi.Title, "Inbox sandbox")
  .annotate(OpenApi.Servers, [{ url: "/" }])

const findThread = (threadId: string) =>
  Effect.gen(function* () {
    const { teamId } = yield* InboxApi.Caller
    const found = yield* Effect.flatMap(Storage, (storage) => storage.thread(threadId)).pipe(Effect.orDie)
    if (Option.isNone(found)) {
      return yield* Effect.fail(ErrorResponse.make(404, "THREAD_NOT_FOUND", "There is no such thread"))
    }
    if (found.value.teamId !== teamId) {
      return yield* Effect.fail(ErrorResponse.make(403, "FORBIDDEN", "The thread belongs to another team"))
    }
    return found.value
  })

/** The message that is replied to, where there is one to reply to. */
export const findReplied = (threadId: string, messageId: string | undefined) =>
  messageId === undefined
    ? Effect.succeedNone
    : Effect.flatMap(Storage, (storage) => Effect.orDie(storage.message(threadId, messageId))).pipe(
        Effect.filterOrFail(Option.isSome, () =>
          ErrorResponse.make(422, "MESSAGE_NOT_FOUND", "replyToMessageId names no message of this thread")
        )
      )

/**
 * The 200 with its text ready. A date-time writes itself into JSON as its schema would, so this is the text of the
 * encoded message; to encode it by its schema, or by the framework's for responses, would cost more than to store it.
 */
const accepted = (body: Message.Message | ListMessages.Page): HttpServerResponse.HttpServerResponse => {
  const text = JSON.stringify(body)
  return HttpServerResponse.raw(text, { contentType: "application/json", contentLength: Buffer.byteLength(text) })
}

/** Stores a message and notes it, both or neither, even if the sender leaves meanwhile. */
const store = (draft: Draft) =>
  Effect.gen(function* () {
    const storage = yield* Storage
    const message = yield* Effect.orDie(storage.append(draft))
    const notes = yield* FiberRef.get(Notes.current)
    notes.messageId = message.id
    Option.map(yield* Journal, (journal) => journal.stored(message, notes.id))
    return message
  }).pipe(Effect.uninterruptible)

/** Writing first into a thread is a feature of its own, which a team may not have. */
const checkOutbound = (thread: Thread) =>
  Effect.gen(function* () {
    const storage = yield* Storage
    if (yield* Effect.orDie(storage.hasMessages(thread.id))) return
    if (yield* Effect.orDie(storage.hasOutboundAddon(thread.teamId))) return
    const message =
      "This would be the first message in the thread, and the team does not have the Outbound Messages add-on"
    yield* Effect.fail(ErrorResponse.make(403, "FORBIDDEN", message))
  })

const sendMessage = (request: HttpServerRequest.HttpServerRequest, { threadId }: SendMessage.Path, bodyLimit: number) =>
  Effect.gen(function* () {
    const { content, replyToMessageId } = yield* readSend(request, bodyLimit)
    const thread = yield* findThread(threadId)
    const replyTo = yield* findReplied(threadId, replyToMessageId)
    yield* checkOutbound(thread)
    return accepted(yield* store({ thread, content, origin: "api", replyTo }))
  }).pipe(Effect.catchTag("Refusal", (refusal) => Effect.succeed(toResponse(refusal))))

const badCursor = ErrorResponse.make(
  400,
  "BAD_REQUEST",
  "cursorId and cursorTimestamp must both be given, as nextCursor of the page before has them"
)

/** The message that a page starts behind. */
const findCursor = (threadId: string, { cursorId, cursorTimestamp }: ListMessages.Query) =>
  Effect.gen(function* () {
    if (cursorId === undefined && cursorTimestamp === undefined) {
      return Option.none()
    }
    if (cursorId === undefined || cursorTimestamp === undefined) {
      return yield* Effect.fail(badCursor)
    }
    const found = yield* Effect.flatMap(Storage, (storage) => storage.message(threadId, cursorId)).pipe(Effect.orDie)
    const instant = Rfc3339.toEpochMillis(cursorTimestamp)
    return Option.isSome(found) && Option.contains(instant, DateTime.toEpochMillis(found.value.createdAt))
      ? Option.some(cursorId)
      : yield* Effect.fail(badCursor)
  })

const listMessages = ({ threadId }: SendMessage.Path, query: ListMessages.Query) =>
  Effect.gen(function* () {
    const thread = yield* findThread(threadId)
    const before = yield* findCursor(threadId, query)
    const limit = query.limit ?? ListMessages.defaultLimit
    const storage = yield* Storage
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
const withinLimits = <E, R>(handled: Effect.Effect<HttpServerResponse.HttpServerResponse, E, R>) =>
  Effect.flatMap(FiberRef.get(Notes.current), ({ verdict }) =>
    verdict?.retryAfter === undefined ? handled : Effect.succeed(limited(verdict.retryAfter))
  )

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
    HttpApiBuilder.group(api, "messages", (handlers) =>
      handlers.handleRaw("sendMessage", ({ path, request }) => withinLimits(sendMessage(request, path, bodyLimit)))
    ),
    HttpApiBuilder.group(api, "history", (handlers) =>
      handlers.handleRaw("listMessages", ({ path, urlParams }) => withinLimits(listMessages(path, urlParams)))
    )
  )
