/**
 * Lists the messages of a thread, with v1's cursor around v2's.
 */
import type * as ListMessages from "@inbox-effect/client/ListMessages"
import { toEpochMillis } from "@inbox-effect/client/Rfc3339"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import * as Cursor from "../mapping/cursor.js"
import * as headers from "../mapping/headers.js"
import { type Mapped, toV1 } from "../mapping/message.js"
import { type Refusal, refused, unavailable } from "../refusal.js"
import type { Answer } from "../upstream/answer.js"
import * as Directory from "../upstream/directory.js"
import type { Upstream } from "../upstream/upstream.js"
import { type ReadThread, readPage } from "../v2/answers.js"
import { type ReadMessage, read } from "../v2/message.js"

/** The parts that listing needs. */
export interface Parts {
  readonly upstream: Upstream
  readonly directory: Directory.Directory
  readonly timeoutMillis: number
  readonly retries: number
}

/** A request for messages: the token and its team, the thread, and the part of it. */
export interface Order {
  readonly token: Redacted.Redacted
  readonly teamId: string
  readonly threadId: string
  readonly query: ListMessages.Query
}

/** A page, as v1 spells it, and the keys that are lost in it. */
export interface Listed extends Mapped {
  readonly headers: Readonly<Record<string, string>>
}

const defaultLimit = 50

/** The largest number of pages that are read to find the message that a cursor of the old API names. */
const maxPages = 20

/** The start of a page: a cursor of v2, or the message that comes before it. */
interface Start {
  readonly cursor: string | undefined
  readonly after: string | undefined
}

interface Page {
  readonly messages: ReadonlyArray<ReadMessage>
  readonly nextCursor: string | null
  readonly answer: Answer
}

const startOf = ({ cursorId }: ListMessages.Query): Start => {
  const cursor = cursorId === undefined ? Option.none() : Cursor.fromId(cursorId)
  return { cursor: Option.getOrUndefined(cursor), after: Option.isSome(cursor) ? undefined : cursorId }
}

const badTimestamp = refused(400, "BAD_REQUEST", "cursorTimestamp must be one date-time, as nextCursor has it")

const checkTimestamp = ({ cursorTimestamp }: ListMessages.Query): Effect.Effect<void, Refusal> =>
  cursorTimestamp === undefined || Option.isSome(toEpochMillis(cursorTimestamp)) ? Effect.void : badTimestamp

const fetchPage = (
  { upstream, retries, timeoutMillis }: Parts,
  { threadId, token }: Order,
  limit: number,
  cursor: string | undefined
): Effect.Effect<Page, Refusal> => {
  const query = new URLSearchParams({
    order: "desc",
    limit: String(limit),
    ...(cursor === undefined ? {} : { cursor })
  })
  return Effect.flatMap(
    Directory.ask(upstream, token, `/threads/${threadId}/messages?${query}`, { retries, timeoutMillis }),
    (answer) => {
      const { data, nextCursor } = readPage(answer.json)
      return data === undefined || nextCursor === undefined
        ? unavailable(
            "UPSTREAM_UNREADABLE",
            "The API behind the gateway did not list messages in a way that can be read"
          )
        : Effect.succeed({ messages: data.map(read), nextCursor, answer })
    }
  )
}

/** Cuts a page behind the message with this id. */
const behind = (page: Page, id: string): Page | undefined => {
  const index = page.messages.findIndex((message) => message.id === id)
  return index < 0 ? undefined : { ...page, messages: page.messages.slice(index + 1) }
}

const unknownCursor = refused(400, "BAD_REQUEST", "cursorId names no message among the newest of the thread")

/** A cursor from before the gateway names a message: v2 cannot start there, so the newest pages are read up to it. */
const fetchBehind = (parts: Parts, order: Order, limit: number, id: string): Effect.Effect<Page, Refusal> =>
  Effect.gen(function* () {
    let cursor: string | undefined
    for (let pages = 0; pages < maxPages; pages++) {
      const page: Page = yield* fetchPage(parts, order, limit, cursor)
      const rest = behind(page, id)
      if (rest !== undefined) {
        return rest.messages.length === 0 && rest.nextCursor !== null
          ? yield* fetchPage(parts, order, limit, rest.nextCursor)
          : rest
      }
      if (page.nextCursor === null) return yield* unknownCursor
      cursor = page.nextCursor
    }
    return yield* unknownCursor
  })

/** The pair that v1 calls a cursor: v2's own cursor as the id, and the instant of the last message of the page. */
const cursorOf = ({ messages, nextCursor }: Page): Effect.Effect<ListMessages.Cursor | null, Refusal> => {
  if (nextCursor === null) return Effect.succeed(null)
  return Option.match(Cursor.toId(nextCursor), {
    onNone: () => unavailable("UPSTREAM_UNREADABLE", "The cursor of the API behind the gateway is too long"),
    onSome: (id) =>
      Effect.succeed({ id, timestamp: messages[messages.length - 1]?.createdAt ?? "1970-01-01T00:00:00Z" })
  })
}

const checkPlatform = ({ platform }: ReadThread): Effect.Effect<void, Refusal> =>
  platform === "twitter"
    ? Effect.void
    : refused(422, "PLATFORM_NOT_SUPPORTED", "The thread is not one of twitter, the only platform of API v1")

/** Lists a page. The thread is asked for first, as the list itself does not say whether it is complete. */
export const list = (parts: Parts, order: Order): Effect.Effect<Listed, Refusal> =>
  Effect.gen(function* () {
    const { query, teamId, threadId, token } = order
    yield* checkTimestamp(query)
    const thread = yield* parts.directory.thread(token, threadId)
    yield* checkPlatform(thread)
    const limit = query.limit ?? defaultLimit
    const start = startOf(query)
    const page =
      start.after === undefined
        ? yield* fetchPage(parts, order, limit, start.cursor)
        : yield* fetchBehind(parts, order, limit, start.after)
    const known = { teamId, threadId, profileId: thread.profileId }
    const mapped = page.messages.map((message) => toV1(message, known))
    const lost = new Set(mapped.flatMap((message) => message.lost))
    return {
      json: {
        teamId,
        threadId,
        messages: mapped.map(({ json }) => json),
        nextCursor: yield* cursorOf(page),
        // Where v2 does not say, nobody may rely on the list being complete.
        isSyncing: thread.syncing ?? true
      },
      lost: [...lost],
      headers: headers.toV1(page.answer.headers, yield* Clock.currentTimeMillis)
    }
  })
