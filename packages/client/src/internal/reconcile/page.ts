/**
 * Reads the pages of a thread.
 */
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import type * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Cause from "effect/Cause"
import type * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import type * as InboxClient from "../../InboxClient.js"
import * as ListMessages from "../../ListMessages.js"
import * as ReceivedMessage from "../../ReceivedMessage.js"
import type { SendMessage } from "../../SendMessage.js"
import * as answer from "../answer/answer.js"
import { type IsSecret, repeats } from "../answer/withheld.js"
import * as body from "../http/body.js"
import * as transport from "../http/transport.js"
import { decodeUtf8, decodeUtf8Lenient } from "../http/web.js"
import { ReconcileError } from "./model.js"

/** The page around its messages, of which each is read by itself. */
const Shell = Schema.Struct({ ...ListMessages.Page.fields, messages: Schema.Array(Schema.Unknown) })

const decodeShell = Schema.decodeUnknownEither(Schema.parseJson(Shell), { exact: true })

/** One page, with the messages that can be read. */
export interface Page {
  readonly messages: ReadonlyArray<ReceivedMessage.ReceivedMessage>
  readonly unreadable: number
  readonly nextCursor: ListMessages.Cursor | null
  readonly isSyncing: boolean
}

const readPage = (text: string, threadId: string): Option.Option<Page> =>
  Either.getRight(decodeShell(text)).pipe(
    Option.filter((shell) => shell.threadId === threadId),
    Option.map((shell) => {
      const messages = shell.messages.flatMap((json) =>
        Either.match(ReceivedMessage.decode(json, "ReadAsNull"), {
          onLeft: () => [],
          onRight: ({ message }) => (message.threadId === threadId ? [message] : [])
        })
      )
      return { ...shell, messages, unreadable: shell.messages.length - messages.length }
    })
  )

const reasonOf = (status: number): ReconcileError["reason"] => {
  if (status === 429) return "RateLimited"
  if (status >= 500) return "ServerError"
  return status >= 200 && status < 300 ? "MalformedResponse" : "Refused"
}

const transient: ReadonlySet<ReconcileError["reason"]> = new Set([
  "ConnectionFailed",
  "ConnectionLost",
  "TimedOut",
  "RateLimited",
  "ServerError"
] as const)

/** Longest wait that a server can ask for. */
const longestWait = Duration.minutes(1)

const isWorthRetrying = ({ reason, retryAfter }: ReconcileError): boolean =>
  transient.has(reason) && (retryAfter === undefined || Duration.lessThanOrEqualTo(retryAfter, longestWait))

/** Repeats a request that may succeed yet. */
export const retrying = (retries: number) =>
  Schedule.exponential("200 millis").pipe(
    Schedule.jittered,
    Schedule.intersect(Schedule.recurs(retries)),
    Schedule.zipRight(Schedule.identity<ReconcileError>()),
    Schedule.modifyDelay((error, delay) => error.retryAfter ?? delay),
    Schedule.whileInput(isWorthRetrying)
  )

/** Dependencies of reading pages. */
export interface Reader {
  readonly client: HttpClient.HttpClient
  readonly fetchInit: Option.Option<Context.Tag.Service<typeof FetchHttpClient.RequestInit>>
  readonly baseUrl: string
  readonly token: Effect.Effect<string, ReconcileError>
  readonly timeout: Duration.Duration
  readonly limiter: InboxClient.Limiter | undefined
}

const maxBodySize = 16 * 1024 * 1024

const readAnswer = (
  reader: Reader,
  response: HttpClientResponse.HttpClientResponse,
  threadId: string,
  isSecret: IsSecret
): Effect.Effect<Page, ReconcileError> =>
  Effect.gen(function* () {
    const { status } = response
    const { bytes, end } = yield* body
      .read(response, response.headers, maxBodySize, [])
      .pipe(Effect.mapError(() => new ReconcileError({ reason: "ConnectionLost", status })))
    const headers = answer.safeHeaders(response.headers, isSecret)
    const text = end === "Complete" && bytes !== undefined ? bytes : new Uint8Array(0)
    const now = yield* Effect.clockWith((clock) => clock.currentTimeMillis)
    const retryAfter = answer.retryAfter(status, response.headers, headers, now)
    const { rateLimit } = answer.fromHeaders(headers, isSecret)
    const resetAfter = answer.resetAfter(rateLimit, response.headers, now)
    yield* reader.limiter?.learn({
      status,
      ...(rateLimit === undefined ? {} : { rateLimit }),
      ...(resetAfter === undefined ? {} : { resetAfter }),
      ...retryAfter
    }) ?? Effect.void
    const reason = reasonOf(status)
    if (reason !== "MalformedResponse") {
      const said = answer.read(status, headers, decodeUtf8Lenient(text), isSecret)
      return yield* new ReconcileError({ reason, ...said, ...retryAfter })
    }
    const page = Option.flatMap(Option.liftThrowable(() => decodeUtf8(text))(), (json) => readPage(json, threadId))
    return yield* Option.isSome(page)
      ? Effect.succeed(page.value)
      : new ReconcileError({ reason, status, ...answer.fromHeaders(headers, isSecret) })
  })

/** Reads one page. */
export const fetchPage = (
  reader: Reader,
  { content, threadId }: SendMessage,
  cursor: ListMessages.Cursor | null
): Effect.Effect<Page, ReconcileError> =>
  Effect.gen(function* () {
    const token = yield* reader.token
    const isSecret = repeats({ text: content, tokens: [token] })
    const request = HttpClientRequest.get(`${reader.baseUrl}/threads/${encodeURIComponent(threadId)}/messages`).pipe(
      HttpClientRequest.setUrlParams({
        limit: String(ListMessages.maxLimit),
        ...(cursor === null ? {} : { cursorId: cursor.id, cursorTimestamp: cursor.timestamp })
      }),
      HttpClientRequest.bearerToken(token),
      HttpClientRequest.acceptJson
    )
    yield* reader.limiter?.acquire ?? Effect.void
    return yield* reader.client.execute(request).pipe(
      // Fetch would follow a redirect with the token on it.
      Effect.provideService(FetchHttpClient.RequestInit, {
        ...Option.getOrUndefined(reader.fetchInit),
        redirect: "manual"
      }),
      Effect.catchAllCause((cause) => {
        if (Cause.isInterruptedOnly(cause)) {
          return Effect.interrupt
        }
        const { _tag: reason, code } = transport.classify(Cause.squash(cause), isSecret)
        return new ReconcileError({ reason, ...(code === undefined ? {} : { code }) })
      }),
      Effect.flatMap((response) => readAnswer(reader, response, threadId, isSecret)),
      Effect.timeoutFail({ duration: reader.timeout, onTimeout: () => new ReconcileError({ reason: "TimedOut" }) })
    )
  })

/** A thread as far as it was read. */
export interface Reading {
  readonly messages: Array<ReceivedMessage.ReceivedMessage>
  pages: number
  unreadable: number
  isSyncing: boolean
  isComplete: boolean
}

const isDescending = (instants: ReadonlyArray<number>): boolean =>
  instants.every((instant, index) => index === 0 || instant <= (instants[index - 1] as number))

/** Reads back to before the instant in question, or to the beginning of the thread. */
export const readBack = (
  page: (cursor: ListMessages.Cursor | null) => Effect.Effect<Page, ReconcileError>,
  earliest: number,
  maxPages: number
): Effect.Effect<Reading, ReconcileError> =>
  Effect.gen(function* () {
    const reading: Reading = { messages: [], pages: 0, unreadable: 0, isSyncing: false, isComplete: false }
    const cursors = new Set<string>()
    let cursor: ListMessages.Cursor | null = null
    while (reading.pages < maxPages) {
      const { isSyncing, messages, nextCursor, unreadable }: Page = yield* page(cursor)
      reading.pages++
      reading.messages.push(...messages)
      reading.unreadable += unreadable
      reading.isSyncing ||= isSyncing
      const instants = reading.messages.map((message) => DateTime.toEpochMillis(message.createdAt))
      // A server that does not list the newest first has to be read to its end.
      const isBefore = isDescending(instants) && (instants[instants.length - 1] ?? earliest) < earliest
      if (nextCursor === null || isBefore) {
        reading.isComplete = true
        break
      }
      if (cursors.has(nextCursor.id)) break
      cursors.add(nextCursor.id)
      cursor = nextCursor
    }
    return reading
  })
