/**
 * Listing the messages of a thread, page by page.
 */
import { assert, describe, it } from "@effect/vitest"
import { ListMessages } from "@inbox-effect/client"
import { Array as Arr, Effect, Schema } from "effect"
import { assertRefused } from "../support/assertRefused.js"
import { bearer, errorOf, exchange, firstThread, pathOf, type Served, send, type WithServed } from "../support/http.js"

const decode = Schema.decodeUnknown(Schema.parseJson(ListMessages.Page), { exact: true })

const get = (served: Served, query = "", threadId = firstThread(served).id, authorization: string = bearer(served)) =>
  exchange(served.url, { method: "GET", path: `${pathOf(threadId)}${query}`, headers: { authorization } })

const pageOf = (served: Served, query: string) => Effect.flatMap(get(served, query), ({ text }) => decode(text))

const next = (cursor: ListMessages.Cursor) =>
  `cursorId=${cursor.id}&cursorTimestamp=${encodeURIComponent(cursor.timestamp)}`

/** Pages, their sizes, and who may read them. */
export const listing = (withServed: WithServed): void => {
  describe("GET /threads/{threadId}/messages", () => {
    it.live(
      "leads through all pages, each message once, whatever the size of a page and what is sent meanwhile",
      withServed((served) =>
        Effect.gen(function* () {
          const { id } = firstThread(served)
          const [, other] = served.threads
          // All at once, so that many share a millisecond.
          yield* Effect.forEach(
            Arr.range(1, 60),
            (n) => send(served, { content: `${n}` }, { path: pathOf(n % 4 === 0 ? (other?.id ?? "") : id) }),
            { concurrency: "unbounded" }
          )
          for (const limit of [1, 7, 46, 100]) {
            const { messages } = yield* pageOf(served, "?limit=100")
            const seen: Array<string> = []
            let query = `?limit=${limit}`
            for (;;) {
              const page = yield* pageOf(served, query)
              assert.isAtMost(page.messages.length, limit)
              seen.push(...page.messages.map((message) => message.id))
              if (page.nextCursor === null) break
              query = `?limit=${limit}&${next(page.nextCursor)}`
              if (seen.length < 5) yield* send(served, { content: "meanwhile" })
            }
            assert.deepStrictEqual(
              seen,
              messages.map((message) => message.id)
            )
          }
        })
      )
    )

    it.live(
      "has 50 messages on a page unless told otherwise",
      withServed((served) =>
        Effect.gen(function* () {
          yield* Effect.forEach(Arr.range(1, 105), () => send(served, { content: "x" }), { concurrency: 16 })
          for (const [query, expected] of [
            ["", 50],
            ["?limit=100", 100],
            ["?limit=1", 1],
            ["?other=1", 50]
          ] as const) {
            assert.strictEqual((yield* pageOf(served, query)).messages.length, expected)
          }
        })
      )
    )

    it.live(
      "refuses queries that break the contract, naming the field and not its value",
      withServed((served) =>
        Effect.gen(function* () {
          const { inboundMessageId } = firstThread(served)
          const timestamp = "2026-01-01T00:00:00.000Z"
          const queries: ReadonlyArray<readonly [query: string, field: string]> = [
            ...["0", "101", "-1", "1.5", "1e1", "", "abc", "%205", "0x10", "1000", "5&limit=6"].map(
              (limit) => [`limit=${limit}`, "limit"] as const
            ),
            [`cursorId=A-B&cursorTimestamp=${timestamp}`, "cursorId"],
            [`cursorId=${inboundMessageId}`, "cursorTimestamp"],
            [`cursorTimestamp=${timestamp}`, "cursorId"],
            [`cursorId=nosuchmessage&cursorTimestamp=${timestamp}`, "cursorId"],
            [`cursorId=${inboundMessageId}&cursorTimestamp=yesterday`, "cursorTimestamp"]
          ]
          for (const [query, field] of queries) {
            const answer = yield* get(served, `?${query}`)
            assert.strictEqual(answer.status, 400, query)
            assert.strictEqual(errorOf(answer).code, "BAD_REQUEST")
            assert.include(errorOf(answer).message, field)
            assert.notMatch(answer.text, /nosuchmessage|yesterday|A-B|abc/)
          }
        })
      )
    )

    it.live(
      "wants the token, and a thread of its team",
      withServed((served) =>
        Effect.gen(function* () {
          const { id } = firstThread(served)
          for (const authorization of ["", "Bearer other", "Basic sandbox-token"]) {
            const answer = yield* get(served, "?limit=0", id, authorization)
            assertRefused(answer, 401)
            assert.strictEqual(answer.headers["www-authenticate"], "Bearer")
          }
          assertRefused(yield* get(served, "", "nosuchthread"), 404, "THREAD_NOT_FOUND")
          const malformed = yield* get(served, "", "A-B")
          assertRefused(malformed, 400, "BAD_REQUEST")
          assert.include(errorOf(malformed).message, "threadId")
        })
      )
    )
  })
}
