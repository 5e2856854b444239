import { assert, describe, it } from "@effect/vitest"
import { ListMessages } from "@inbox-effect/client"
import { Array as Arr, Effect, Schema } from "effect"
import { listing } from "../../../server/test/suites/listing.js"
import type { WithSandbox } from "../support/databases.js"
import { errorOf, exchange, firstThread, pathOf, type Running, send } from "../support/http.js"

const decode = Schema.decodeUnknown(Schema.parseJson(ListMessages.Page), { exact: true })

const get = (
  sandbox: Running,
  query = "",
  threadId = firstThread(sandbox).id,
  authorization = "Bearer sandbox-token"
) => exchange(sandbox.url, { method: "GET", path: `${pathOf(threadId)}${query}`, headers: { authorization } })

const next = (cursor: ListMessages.Cursor) =>
  `cursorId=${cursor.id}&cursorTimestamp=${encodeURIComponent(cursor.timestamp)}`

/** Listing the messages of a thread, on whatever database. */
export const listMessages = (withSandbox: WithSandbox): void => {
  listing(withSandbox)

  describe("GET /threads/{threadId}/messages", () => {
    it.live(
      "answers with what was sent and what came in, newest first",
      withSandbox((sandbox) =>
        Effect.gen(function* () {
          const { id } = firstThread(sandbox)
          yield* Effect.forEach(["one", "two"], (content) => send(sandbox, { content }))
          const answer = yield* get(sandbox)
          assert.strictEqual(answer.status, 200, answer.text)
          assert.strictEqual(answer.headers["content-type"], "application/json")
          assert.strictEqual(answer.headers["x-ratelimit-remaining"], "297")
          assert.deepStrictEqual(Object.keys(JSON.parse(answer.text)), [
            "teamId",
            "threadId",
            "messages",
            "nextCursor",
            "isSyncing"
          ])
          const page = yield* decode(answer.text)
          const stored = yield* sandbox.messages(id)
          assert.deepStrictEqual(page.messages, Arr.reverse(stored))
          assert.deepStrictEqual(page.messages.map((message) => [message.content, message.origin]).slice(0, 2), [
            ["two", "api"],
            ["one", "api"]
          ])
          assert.deepInclude(page, {
            threadId: id,
            teamId: stored[0]?.teamId ?? "",
            nextCursor: null,
            isSyncing: false
          })
        })
      )
    )

    it.live(
      "leads through all pages, each message once, whatever the size of a page and what is sent meanwhile",
      withSandbox((sandbox) =>
        Effect.gen(function* () {
          const { id } = firstThread(sandbox)
          const [, other] = sandbox.threads
          // All at once, so that many share a millisecond.
          yield* Effect.forEach(
            Arr.range(1, 60),
            (n) => send(sandbox, { content: `${n}` }, { path: pathOf(n % 4 === 0 ? (other?.id ?? "") : id) }),
            { concurrency: "unbounded" }
          )
          for (const limit of [1, 7, 46, 100]) {
            const stored = Arr.reverse(yield* sandbox.messages(id)).map((message) => message.id)
            const seen: Array<string> = []
            let query = `?limit=${limit}`
            for (;;) {
              const page = yield* Effect.flatMap(get(sandbox, query), ({ text }) => decode(text))
              assert.isAtMost(page.messages.length, limit)
              seen.push(...page.messages.map((message) => message.id))
              if (page.nextCursor === null) break
              assert.strictEqual(page.nextCursor.id, page.messages.at(-1)?.id)
              yield* send(sandbox, { content: "meanwhile" })
              query = `?limit=${limit}&${next(page.nextCursor)}`
            }
            assert.deepStrictEqual(seen, stored)
          }
        })
      )
    )

    it.live(
      "refuses queries that break the contract, naming the field and not its value",
      withSandbox((sandbox) =>
        Effect.gen(function* () {
          const { id, inboundMessageId } = firstThread(sandbox)
          const [inbound] = yield* sandbox.messages(id)
          const [foreign] = yield* sandbox.messages(sandbox.threads[1]?.id ?? "")
          const timestamp = new Date(inbound?.createdAt.epochMillis ?? 0).toISOString()
          const queries: ReadonlyArray<readonly [query: string, field: string]> = [
            ...["0", "101", "-1", "1.5", "1e1", "", "abc", "%205", "0x10", "1000", "5&limit=6"].map(
              (limit) => [`limit=${limit}`, "limit"] as const
            ),
            [`cursorId=A-B&cursorTimestamp=${timestamp}`, "cursorId"],
            [`cursorId=${inboundMessageId}`, "cursorTimestamp"],
            [`cursorTimestamp=${timestamp}`, "cursorId"],
            [`cursorId=nosuchmessage&cursorTimestamp=${timestamp}`, "cursorId"],
            [
              `cursorId=${foreign?.id}&cursorTimestamp=${new Date(foreign?.createdAt.epochMillis ?? 0).toISOString()}`,
              "cursorId"
            ],
            [`cursorId=${inboundMessageId}&cursorTimestamp=2023-11-07T05:31:56Z`, "cursorTimestamp"],
            [`cursorId=${inboundMessageId}&cursorTimestamp=yesterday`, "cursorTimestamp"]
          ]
          for (const [query, field] of queries) {
            const answer = yield* get(sandbox, `?${query}`)
            assert.strictEqual(answer.status, 400, query)
            assert.strictEqual(errorOf(answer).code, "BAD_REQUEST")
            assert.include(errorOf(answer).message, field)
            assert.notMatch(answer.text, /nosuchmessage|yesterday|A-B|abc/)
          }
          const spelled = timestamp.replace("Z", "%2B00:00")
          const answer = yield* get(sandbox, `?cursorId=${inboundMessageId}&cursorTimestamp=${spelled}`)
          assert.deepInclude(yield* decode(answer.text), { messages: [], nextCursor: null })
        })
      )
    )
  })
}
