import { get as httpGet } from "node:http"
import { assert, describe, it } from "@effect/vitest"
import { Inspector } from "@inbox-effect/sandbox"
import { Deferred, Effect, Redacted, Schema } from "effect"
import type { WithSandbox } from "../support/databases.js"
import { type Answer, ask, exchange, firstThread, post, type Running, send } from "../support/http.js"

const reading =
  <A, I>(schema: Schema.Schema<A, I>) =>
  (answer: Answer) => {
    assert.strictEqual(answer.status, 200, answer.text)
    return Schema.decodeUnknown(Schema.parseJson(schema), { onExcessProperty: "error" })(answer.text)
  }

const get = <A, I>(sandbox: Running, path: string, schema: Schema.Schema<A, I>) =>
  Effect.flatMap(ask(sandbox, "GET", path), reading(schema))

/** Reads a stream of events until there are enough of them. */
const events = (sandbox: Running, count: number, lastEventId?: string, onConnected: () => void = () => undefined) =>
  Effect.async<ReadonlyArray<{ readonly event: string; readonly id: string; readonly data: unknown }>>((resume) => {
    const headers = lastEventId === undefined ? {} : { "last-event-id": lastEventId }
    const request = httpGet(new URL("/sandbox/events", sandbox.url), { headers, agent: false }, (response) => {
      let text = ""
      response.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk
        onConnected()
        const blocks = text.split("\n\n").filter((block) => block.includes("\ndata: "))
        if (blocks.length < count) return
        request.destroy()
        const field = (block: string, name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(block)?.[1] ?? ""
        resume(
          Effect.succeed(
            blocks.map((block) => ({
              event: field(block, "event"),
              id: field(block, "id"),
              data: JSON.parse(field(block, "data"))
            }))
          )
        )
      })
    })
    request.on("error", () => {})
    return Effect.sync(() => request.destroy())
  }).pipe(Effect.timeout("4 minutes"), Effect.orDie)

/** Declares tests of the inspector, for any database. */
export const inspector = (withSandbox: WithSandbox): void => {
  describe("the inspector", () => {
    it.live(
      "shows threads and messages, with the exchange that made each",
      withSandbox((sandbox) =>
        Effect.gen(function* () {
          const { id, inboundMessageId } = firstThread(sandbox)
          const sent = yield* send(sandbox, { content: "On my way" })
          const { threads } = yield* get(sandbox, "/threads", Inspector.Threads)
          assert.deepInclude(threads[0], { id, messageCount: 2, inboundCount: 1 })
          assert.deepInclude(threads[0]?.lastMessage, { origin: "api", content: "On my way" })
          assert.strictEqual(threads.length, 2)
          const page = yield* get(sandbox, `/threads/${id}/messages?limit=1`, Inspector.Messages)
          assert.strictEqual(page.messages[0]?.message.content, "On my way")
          assert.strictEqual(page.messages[0]?.exchangeId, sent.headers["x-request-id"])
          const older = yield* get(sandbox, `/threads/${id}/messages?before=${page.nextBefore}`, Inspector.Messages)
          assert.deepStrictEqual(
            older.messages.map(({ exchangeId, message }) => [message.id, exchangeId]),
            [[inboundMessageId, null]]
          )
          assert.isNull(older.nextBefore)
          assert.strictEqual((yield* ask(sandbox, "GET", "/threads/nosuch/messages")).status, 404)
        })
      )
    )

    it.live(
      "opens threads and speaks as the other side",
      withSandbox((sandbox) =>
        Effect.gen(function* () {
          const open = (body: unknown) =>
            Effect.flatMap(ask(sandbox, "POST", "/threads", body), reading(Inspector.Thread))
          const named = yield* open({ id: "mine" })
          assert.deepInclude(named, { id: "mine", messageCount: 1, inboundCount: 1 })
          assert.strictEqual((yield* ask(sandbox, "POST", "/threads", { id: "mine" })).status, 409)
          assert.strictEqual((yield* ask(sandbox, "POST", "/threads", { teamId: "nosuch" })).status, 404)
          const silent = yield* open({ inbound: false })
          assert.deepInclude(silent, { messageCount: 0, lastMessage: null })
          const inbound = yield* Effect.flatMap(
            ask(sandbox, "POST", "/threads/mine/inbound", { content: "Are you there?" }),
            reading(Inspector.StoredMessage)
          )
          assert.deepInclude(inbound.message, { origin: "external", threadId: "mine", content: "Are you there?" })
          const path = "/api/v1/threads/mine/messages"
          const reply = yield* send(sandbox, { content: "Yes", replyToMessageId: inbound.message.id }, { path })
          assert.strictEqual(reply.status, 200)
          for (const [body, status] of [
            [{ content: "" }, 422],
            [{ content: "x", replyToMessageId: "nosuch" }, 422],
            [[], 422]
          ] as const) {
            assert.strictEqual((yield* ask(sandbox, "POST", "/threads/mine/inbound", body)).status, status)
          }
        })
      )
    )

    it.live(
      "records what came and what was answered, refusals with their reason, and no token",
      withSandbox((sandbox) =>
        Effect.gen(function* () {
          yield* send(sandbox, { content: "first" })
          const bytes = Uint8Array.from([0x7b, 0xff])
          const refused = yield* post(sandbox, bytes, { headers: { "x-odd-Case": "kept" } })
          yield* send(sandbox, { content: "x" }, { headers: { authorization: "Bearer some-other-secret" } })
          yield* send(sandbox, { content: "y".repeat(70_000) })
          const unasked = yield* exchange(sandbox.url, { method: "GET", path: "/favicon.ico" })
          assert.strictEqual(unasked.status, 404)
          const { exchanges, nextBefore } = yield* get(sandbox, "/exchanges", Inspector.Exchanges)
          assert.isNull(nextBefore)
          assert.deepStrictEqual(
            exchanges.map(({ refusal, status }) => [status, refusal?.code]),
            [
              [200, undefined],
              [401, "UNAUTHORIZED"],
              [400, "BAD_REQUEST"],
              [200, undefined]
            ]
          )
          assert.deepInclude(exchanges[3], {
            preview: "first",
            threadId: firstThread(sandbox).id,
            delivered: "Complete"
          })
          const binary = yield* get(sandbox, `/exchanges/${refused.headers["x-request-id"]}`, Inspector.Exchange)
          assert.deepStrictEqual(binary.request.body, { text: "{\ufffd", bytes: 2, isCut: false, isUtf8: false })
          assert.deepInclude(binary.request.headers, ["authorization", "Bearer …"])
          assert.deepInclude(binary.request.headers, ["x-odd-Case", "kept"])
          assert.strictEqual(binary.answer?.body.text, refused.text)
          const long = yield* get(sandbox, `/exchanges/${exchanges[0]?.id}`, Inspector.Exchange)
          assert.deepInclude(long.request.body, { bytes: 70_014, isCut: true, isUtf8: true })
          assert.strictEqual(long.preview, null)
          const all = yield* Effect.forEach(exchanges, ({ id }) => ask(sandbox, "GET", `/exchanges/${id}`))
          for (const { text } of all) assert.notMatch(text, /sandbox-token|some-other-secret/)
        })
      )
    )

    it.live(
      "finds exchanges by thread, content, id and status, a page at a time",
      withSandbox((sandbox) =>
        Effect.gen(function* () {
          const [, other] = sandbox.threads
          for (const n of [1, 2, 3, 4, 5]) yield* send(sandbox, { content: `número ${n}` })
          const path = `/api/v1/threads/${other?.id}/messages`
          const answer = yield* send(sandbox, { content: "elsewhere" }, { path })
          yield* send(sandbox, {})
          const find = (query: string) => get(sandbox, `/exchanges?${query}`, Inspector.Exchanges)
          assert.strictEqual((yield* find("search=N%C3%BAmero")).exchanges.length, 5)
          assert.strictEqual((yield* find(`thread=${other?.id}`)).exchanges.length, 1)
          // An id or a time may happen to hold the same three digits.
          const refused = (yield* find("search=422")).exchanges.filter(({ status }) => status === 422)
          assert.strictEqual(refused.length, 1)
          assert.strictEqual((yield* find(`search=${JSON.parse(answer.text).id}`)).exchanges[0]?.preview, "elsewhere")
          assert.deepStrictEqual((yield* find("search=nothing+like+it")).exchanges, [])
          const first = yield* find("limit=4")
          const second = yield* find(`limit=4&before=${first.nextBefore}`)
          assert.deepStrictEqual([first.exchanges.length, second.exchanges.length], [4, 3])
          assert.strictEqual(second.exchanges.at(-1)?.preview, "número 1")
          assert.strictEqual((yield* ask(sandbox, "GET", "/exchanges?limit=0")).status, 400)
          assert.strictEqual((yield* ask(sandbox, "GET", "/exchanges/nosuch")).status, 404)
        })
      )
    )

    it.live(
      "tells what happens as it happens, and goes on where a watcher left",
      withSandbox((sandbox) =>
        Effect.gen(function* () {
          const { id } = firstThread(sandbox)
          const connected = yield* Deferred.make<void>()
          const onConnected = () => Deferred.unsafeDone(connected, Effect.void)
          const fiber = yield* Effect.fork(events(sandbox, 3, undefined, onConnected))
          yield* Deferred.await(connected)
          yield* send(sandbox, { content: "live" })
          const told = yield* fiber
          assert.deepStrictEqual(
            told.map(({ event }) => event),
            ["message", "thread", "exchange"]
          )
          const decode = Schema.decodeUnknown(Inspector.Event)
          const [message, thread, exchanged] = yield* Effect.forEach(told, ({ data, event }) =>
            decode({ _tag: event, data })
          )
          assert.propertyVal(thread?.data, "messageCount", 2)
          assert.nestedPropertyVal(message?.data, "message.content", "live")
          assert.nestedPropertyVal(exchanged, "data.preview", "live")
          assert.nestedPropertyVal(
            exchanged,
            "data.id",
            (message?.data as Inspector.StoredMessage | undefined)?.exchangeId
          )
          yield* send(sandbox, { content: "missed" })
          const missed = yield* events(sandbox, 3, told[2]?.id)
          assert.nestedPropertyVal(missed[0], "data.message.content", "missed")
          yield* ask(sandbox, "POST", `/threads/${id}/inbound`, { content: "while away" })
          const inbound = yield* events(sandbox, 2, missed[2]?.id)
          assert.nestedPropertyVal(inbound[0], "data.message.content", "while away")
          for (const stale of ["another-run-3", "other-3", "x"]) {
            assert.strictEqual((yield* events(sandbox, 1, stale))[0]?.event, "reload")
          }
        })
      )
    )

    it.live(
      "counts what is in a thread, and clears more than one statement deletes",
      withSandbox((sandbox) =>
        Effect.gen(function* () {
          const { id, inboundMessageId } = firstThread(sandbox)
          const count = 600
          const headers = {
            authorization: `Bearer ${Redacted.value(sandbox.token)}`,
            "content-type": "application/json"
          }
          const url = `${sandbox.url}/threads/${id}/messages`
          const add = (number: number) =>
            Effect.promise(() =>
              fetch(url, { method: "POST", headers, body: JSON.stringify({ content: `${number}` }) }).then((answer) =>
                answer.text()
              )
            )
          yield* Effect.forEach(
            Array.from({ length: count }, (_, index) => index),
            add,
            { concurrency: 32 }
          )
          yield* ask(sandbox, "POST", `/threads/${id}/inbound`, { content: "inbound" })
          const counts = Effect.map(get(sandbox, "/threads", Inspector.Threads), ({ threads }) => {
            const found = threads.find((thread) => thread.id === id)
            return [found?.messageCount, found?.inboundCount]
          })
          assert.deepStrictEqual(yield* counts, [count + 2, 2])
          const cleared = yield* ask(sandbox, "DELETE", "/messages")
          assert.deepStrictEqual(JSON.parse(cleared.text), { deleted: count + 1 })
          assert.deepStrictEqual(yield* counts, [1, 1])
          const one = yield* get(sandbox, `/threads/${id}/messages/${inboundMessageId}`, Inspector.StoredMessage)
          assert.strictEqual(one.message.id, inboundMessageId)
          assert.strictEqual((yield* ask(sandbox, "GET", `/threads/${id}/messages/nosuch`)).status, 404)
        })
      )
    )

    it.live(
      "clears what was sent, and keeps a message to reply to",
      withSandbox((sandbox) =>
        Effect.gen(function* () {
          const { id, inboundMessageId } = firstThread(sandbox)
          yield* send(sandbox, { content: "gone" })
          yield* ask(sandbox, "POST", `/threads/${id}/inbound`, { content: "gone too" })
          const cleared = yield* ask(sandbox, "DELETE", "/messages")
          assert.deepStrictEqual(JSON.parse(cleared.text), { deleted: 2 })
          assert.deepStrictEqual(
            (yield* sandbox.messages(id)).map((message) => message.id),
            [inboundMessageId]
          )
          assert.deepStrictEqual((yield* get(sandbox, "/exchanges", Inspector.Exchanges)).exchanges, [])
          assert.strictEqual((yield* send(sandbox, { content: "x", replyToMessageId: inboundMessageId })).status, 200)
        })
      )
    )
  })
}
