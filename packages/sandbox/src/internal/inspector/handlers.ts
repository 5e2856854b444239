import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import type * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as NodeHttpServerRequest from "@effect/platform-node/NodeHttpServerRequest"
import * as ErrorResponse from "@inbox-effect/client/ErrorResponse"
import * as ListMessages from "@inbox-effect/client/ListMessages"
import type { Message } from "@inbox-effect/client/Message"
import * as SendMessage from "@inbox-effect/client/SendMessage"
import * as Body from "@inbox-effect/server/Body"
import * as Refusal from "@inbox-effect/server/Refusal"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as MutableRef from "effect/MutableRef"
import * as Option from "effect/Option"
import type * as Schema from "effect/Schema"
import * as Fault from "../../Fault.js"
import * as Inspector from "../../Inspector.js"
import { Storage } from "../../Storage.js"
import { checkContent, findReplied } from "../api/messages.js"
import { FaultRules } from "../faults/rules.js"
import * as Busy from "../http/busy.js"
import type { Passes } from "../http/passes.js"
import * as Id from "../model/id.js"
import { inspectorApi } from "./api.js"
import * as Events from "./events.js"
import { CurrentRecorder, type Happening, type Recorder, toExchange } from "./journal.js"
import * as Replay from "./replay.js"
import * as Resend from "./resend.js"
import { toResponse } from "./responses.js"

/** Switches of a running sandbox. */
export class CurrentSettings extends Context.Tag("@inbox-effect/sandbox/internal/CurrentSettings")<
  CurrentSettings,
  MutableRef.MutableRef<Inspector.Settings>
>() {}

/** The way in which the sandbox sends to itself. */
export class CurrentSelf extends Context.Tag("@inbox-effect/sandbox/internal/CurrentSelf")<
  CurrentSelf,
  { readonly passes: Passes; readonly address: () => Resend.Address }
>() {}

const greeting = "Hi, is this still available?"

const notFound = (what: string) => Effect.fail(ErrorResponse.make(404, "NOT_FOUND", `There is no such ${what}`))

const conflict = (message: string) => Effect.fail(ErrorResponse.make(409, "CONFLICT", message))

const noThread = Effect.fail(ErrorResponse.make(404, "THREAD_NOT_FOUND", "There is no such thread"))

const found = <A, E>(option: Option.Option<A>, otherwise: Effect.Effect<never, E>) =>
  Option.match(option, { onNone: () => otherwise, onSome: Effect.succeed })

/** A refusal becomes an answer: the API's schemas know only the documented ones. */
const refusing = <A, E, R>(handled: Effect.Effect<A, E | Refusal.Refusal, R>) =>
  Effect.catchIf(
    handled,
    (error): error is Refusal.Refusal => error instanceof Refusal.Refusal,
    (refusal) => Effect.succeed(toResponse(refusal))
  )

const knownThread = (threadId: string) =>
  Effect.flatMap(Storage, ({ thread }) => thread(threadId)).pipe(
    Busy.orDie,
    Effect.flatMap((thread) => found(thread, noThread))
  )

const summaryOf = (threadId: string) =>
  Effect.flatMap(Storage, ({ summary }) => summary(threadId)).pipe(
    Busy.orDie,
    Effect.flatMap((summary) => found(summary, noThread))
  )

const toStored = (recorder: Recorder, message: Message): Inspector.StoredMessage => ({
  message,
  exchangeId: recorder.exchangeOf(message.id)
})

const teamFor = (teamId: string | undefined) =>
  Effect.gen(function* () {
    const { firstTeam, teams } = yield* Storage
    if (teamId === undefined) return yield* Busy.orDie(firstTeam)
    const known = (yield* Busy.orDie(teams)).some(({ id }) => id === teamId)
    return known ? teamId : yield* notFound("team")
  })

const receive = (threadId: string, { content, replyToMessageId }: SendMessage.Payload) =>
  Effect.gen(function* () {
    const recorder = yield* CurrentRecorder
    const thread = yield* knownThread(threadId)
    const storage = yield* Storage
    const replyTo = yield* findReplied(storage, threadId, replyToMessageId)
    const message = yield* Busy.orDie(storage.append({ thread, content, origin: "external", replyTo }))
    recorder.stored(message, null)
    return { message, exchangeId: null }
  })

const openThread = ({ id = Id.make(), inbound = true, teamId }: typeof Inspector.NewThread.Type) =>
  Effect.gen(function* () {
    const recorder = yield* CurrentRecorder
    const storage = yield* Storage
    const team = yield* teamFor(teamId)
    const greeted = inbound ? Option.some(greeting) : Option.none()
    const opened = yield* Busy.orDie(storage.openThread(team, id, greeted))
    if (Option.isNone(opened)) {
      return yield* conflict("There is a thread with this id")
    }
    if (opened.value === null) recorder.tell({ _tag: "thread", threadId: id })
    else recorder.stored(opened.value, null)
    return yield* summaryOf(id)
  }).pipe(Effect.uninterruptible)

const messages = (
  threadId: string,
  { before, limit = ListMessages.defaultLimit }: typeof Inspector.MessagesQuery.Type
) =>
  Effect.gen(function* () {
    yield* knownThread(threadId)
    const { page } = yield* Storage
    const newest = yield* Busy.orDie(page(threadId, { before: Option.fromNullable(before), limit: limit + 1 }))
    const recorder = yield* CurrentRecorder
    const shown = newest.slice(0, limit)
    return {
      messages: shown.map((message) => toStored(recorder, message)),
      nextBefore: newest.length > limit ? (shown.at(-1)?.id ?? null) : null
    }
  })

const message = (threadId: string, messageId: string) =>
  Effect.gen(function* () {
    const storage = yield* Storage
    const stored = yield* found(yield* Busy.orDie(storage.message(threadId, messageId)), notFound("message"))
    return toStored(yield* CurrentRecorder, stored)
  })

const entryOf = (id: string) =>
  Effect.flatMap(CurrentRecorder, (recorder) => found(recorder.entry(id), notFound("exchange")))

const exchange = (id: string, host: string | undefined) =>
  Effect.map(entryOf(id), (entry) => ({ ...toExchange(entry), curl: Replay.curlOf(entry, host) }))

const sendAgain = (id: string) =>
  Effect.gen(function* () {
    const entry = yield* entryOf(id)
    const obstacle = Replay.obstacleTo(entry)
    if (obstacle !== undefined) return yield* conflict(obstacle)
    if (entry.teamId === undefined) return yield* conflict("Its token was not accepted: nobody knows whose it is")
    const { address, passes } = yield* CurrentSelf
    return { exchangeId: yield* Resend.resend(entry, entry.teamId, passes, address()) }
  })

const exchanges = ({ limit = ListMessages.defaultLimit, ...query }: typeof Inspector.ExchangesQuery.Type) =>
  Effect.map(CurrentRecorder, (recorder) => {
    const newest = recorder.search({ ...query, limit })
    const shown = newest.slice(0, limit)
    return { exchanges: shown, nextBefore: newest.length > limit ? (shown.at(-1)?.id ?? null) : null }
  })

const threads = Effect.flatMap(Storage, ({ summaries }) => Busy.orDie(summaries)).pipe(
  Effect.map((all) => ({ threads: all }))
)

const clear = Effect.gen(function* () {
  const recorder = yield* CurrentRecorder
  const { clear } = yield* Storage
  // Whoever watches has to look again, whatever became of it.
  const deleted = yield* Busy.orDie(
    Effect.tapError(clear, () => Effect.sync(() => recorder.tell({ _tag: "reload" }))),
    "not every message was deleted"
  )
  recorder.clear()
  return { deleted }
})

const listFaults = Effect.map(FaultRules, (rules) => ({ faults: rules.list() }))

const addFault = (order: Fault.Order) =>
  Effect.zipWith(FaultRules, Clock.currentTimeMillis, (rules, now) => rules.add(order, now))

const clearFaults = Effect.zipRight(
  Effect.map(FaultRules, (rules) => rules.clear()),
  listFaults
)

const removeFault = (id: string) =>
  Effect.flatMap(FaultRules, (rules) => (rules.remove(id) ? listFaults : notFound("fault")))

const settings = Effect.map(CurrentSettings, MutableRef.get)

const changeSettings = (changed: Inspector.Settings) =>
  Effect.gen(function* () {
    const recorder = yield* CurrentRecorder
    MutableRef.set(yield* CurrentSettings, changed)
    recorder.tell({ _tag: "settings" })
    return changed
  })

const teams = Effect.flatMap(Storage, ({ teams }) => Busy.orDie(teams)).pipe(Effect.map((all) => ({ teams: all })))

const tokens = Effect.flatMap(Storage, ({ tokens }) => Busy.orDie(tokens)).pipe(Effect.map((all) => ({ tokens: all })))

const revokeToken = (id: string) =>
  Effect.flatMap(Storage, ({ revokeToken }) => Busy.orDie(revokeToken(id))).pipe(
    Effect.flatMap((isKnown) => (isKnown ? tokens : notFound("token")))
  )

/** Turns what happened into an event, as it stands now: a thread that is gone by now, or an exchange that was forgotten, is
 * not told. */
const telling = (happening: Happening) =>
  Effect.gen(function* () {
    switch (happening._tag) {
      case "message": {
        const { _tag, ...data } = happening
        return Option.some<Inspector.Event>({ _tag, data })
      }
      case "exchange": {
        const recorder = yield* CurrentRecorder
        return Option.map(recorder.summary(happening.id), (data): Inspector.Event => ({ _tag: "exchange", data }))
      }
      case "thread": {
        const summary = yield* Effect.orDie(Busy.insist((yield* Storage).summary(happening.threadId)))
        return Option.map(summary, (data): Inspector.Event => ({ _tag: "thread", data }))
      }
      case "faults":
        return Option.some<Inspector.Event>({ _tag: "faults", data: yield* listFaults })
      case "settings":
        return Option.some<Inspector.Event>({ _tag: "settings", data: yield* settings })
      case "reload":
        return Option.some<Inspector.Event>({ _tag: "reload", data: {} })
    }
  })

const events = (request: HttpServerRequest.HttpServerRequest) =>
  Effect.flatMap(CurrentRecorder, (recorder) => Events.stream(recorder, request.headers["last-event-id"], telling))

/** The handlers of the inspector. */
export const layer = (bodyLimit: number) => {
  /** Reads a payload as strictly as the API does, and hands it on. */
  const handling = <A, I>(payload: Schema.Schema<A, I>) => {
    const read = Body.reading(payload)
    return <B, E, R>(request: HttpServerRequest.HttpServerRequest, handle: (payload: A) => Effect.Effect<B, E, R>) =>
      refusing(Effect.flatMap(read(NodeHttpServerRequest.toIncomingMessage(request), bodyLimit), handle))
  }

  const readingMessage = handling(SendMessage.Payload)
  const readingThread = handling(Inspector.NewThread)
  const readingOrder = handling(Fault.Order)
  const readingSettings = handling(Inspector.Settings)

  return HttpApiBuilder.group(inspectorApi, "inspector", (handlers) =>
    handlers
      .handle("threads", () => threads)
      .handleRaw("openThread", ({ request }) => readingThread(request, openThread))
      .handleRaw("receive", ({ path, request }) =>
        readingMessage(request, (payload) =>
          Effect.zipRight(checkContent(payload.content), receive(path.threadId, payload))
        )
      )
      .handle("messages", ({ path, urlParams }) => messages(path.threadId, urlParams))
      .handle("message", ({ path }) => message(path.threadId, path.messageId))
      .handle("clear", () => clear)
      .handle("exchanges", ({ urlParams }) => exchanges(urlParams))
      .handle("exchange", ({ path, request }) => exchange(path.id, request.headers.host))
      .handle("resend", ({ path }) => sendAgain(path.id))
      .handleRaw("events", ({ request }) => events(request))
      .handle("faults", () => listFaults)
      .handleRaw("addFault", ({ request }) => readingOrder(request, addFault))
      .handle("clearFaults", () => clearFaults)
      .handle("removeFault", ({ path }) => removeFault(path.id))
      .handle("settings", () => settings)
      .handleRaw("changeSettings", ({ request }) => readingSettings(request, changeSettings))
      .handle("teams", () => teams)
      .handle("tokens", () => tokens)
      .handle("revokeToken", ({ path }) => revokeToken(path.id))
  )
}
