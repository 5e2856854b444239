import { assert, describe, it } from "@effect/vitest"
import { Identifier, Message } from "@inbox-effect/client"
import { Sandbox } from "@inbox-effect/sandbox"
import { Array as Arr, Effect, Fiber, Redacted, Schema } from "effect"
import { protocol } from "../../server/test/suites/protocol.js"
import { requests } from "../../server/test/suites/requests.js"
import { assertRefused } from "../../server/test/support/assertRefused.js"
import { errorOf, firstThread, pathOf, type Running, raw, send } from "./support/http.js"

const withSandbox =
  <A, E>(body: (sandbox: Running) => Effect.Effect<A, E>, options?: Sandbox.Options) =>
  () =>
    Effect.provide(Effect.flatMap(Sandbox.Sandbox, body), Sandbox.layer(options))

requests(withSandbox)
protocol(withSandbox)

const decode = Schema.decodeUnknown(Schema.parseJson(Message.Message))

describe("Sandbox", () => {
  describe("a send that is accepted", () => {
    it.live(
      "answers with the documented message",
      withSandbox((sandbox) =>
        Effect.gen(function* () {
          const before = Date.now()
          const answer = yield* send(sandbox, { content: "On my way" })
          assert.strictEqual(answer.status, 200)
          assert.strictEqual(answer.headers["content-type"], "application/json")
          const message = yield* decode(answer.text)
          assert.deepStrictEqual(Object.keys(JSON.parse(answer.text)).sort(), [...Message.keys].sort())
          assert.match(message.id, /^[a-z][0-9a-z]{23}$/)
          assert.match(message.teamId, Identifier.pattern)
          assert.strictEqual(message.threadId, firstThread(sandbox).id)
          assert.strictEqual(message.content, "On my way")
          assert.strictEqual(message.origin, "api")
          assert.isAtLeast(message.createdAt.epochMillis, before)
          assert.deepInclude(message, {
            updatedAt: null,
            replyData: null,
            forwardData: null,
            campaignId: null,
            reactions: [],
            isEdited: false,
            deletedAt: null,
            platformDeletedAt: null
          })
        })
      )
    )

    it.live(
      "keeps one author for a thread, one team for a token, and instants that never decrease",
      withSandbox((sandbox) =>
        Effect.gen(function* () {
          const paths = sandbox.threads.map((thread) => pathOf(thread.id))
          const sends = Arr.flatten(Arr.replicate(paths, 10))
          const messages = yield* Effect.forEach(sends, (path) =>
            Effect.flatMap(send(sandbox, { content: "x" }, { path }), (answer) => decode(answer.text))
          )
          assert.strictEqual(new Set(messages.map((message) => message.teamId)).size, 1)
          assert.strictEqual(new Set(messages.map((message) => `${message.threadId} ${message.authorId}`)).size, 2)
          const instants = messages.map((message) => message.createdAt.epochMillis)
          assert.deepStrictEqual(
            instants,
            [...instants].sort((a, b) => a - b)
          )
        })
      )
    )

    it.live(
      "carries what it replies to, inbound or sent",
      withSandbox((sandbox) =>
        Effect.gen(function* () {
          const { inboundMessageId } = firstThread(sandbox)
          const first = yield* send(sandbox, { content: "yes", replyToMessageId: inboundMessageId })
          const sent = yield* decode(first.text)
          assert.deepInclude(sent.replyData as object, { messageId: inboundMessageId })
          const second = yield* send(sandbox, { content: "more", replyToMessageId: sent.id })
          const replied = yield* decode(second.text)
          assert.deepInclude(replied.replyData as object, {
            messageId: sent.id,
            content: "yes",
            authorId: sent.authorId
          })
        })
      )
    )
  })

  describe("authentication", () => {
    it.live(
      "takes the token that it was started with and no other",
      withSandbox(
        (sandbox) =>
          Effect.gen(function* () {
            assert.strictEqual((yield* send(sandbox, { content: "x" })).status, 200)
            const answer = yield* send(
              sandbox,
              { content: "x" },
              { headers: { authorization: "Bearer sandbox-token" } }
            )
            assertRefused(answer, 401)
          }),
        { token: Redacted.make("s3cret~._-+/=") }
      )
    )
  })

  describe("validation", () => {
    it.live(
      "refuses a reply to a message of another thread, or of none",
      withSandbox((sandbox) =>
        Effect.gen(function* () {
          const other = sandbox.threads[1]?.inboundMessageId
          for (const replyToMessageId of [other, "nosuchmessage"]) {
            const answer = yield* send(sandbox, { content: "x", replyToMessageId })
            assertRefused(answer, 422, "MESSAGE_NOT_FOUND")
            assert.include(errorOf(answer).message, "replyToMessageId")
            assert.notInclude(answer.text, String(replyToMessageId))
          }
        })
      )
    )
  })

  describe("the protocol", () => {
    it.live(
      "gives every answer the rate limit and an id of its own",
      withSandbox((sandbox) =>
        Effect.gen(function* () {
          const first = yield* send(sandbox, { content: "x" })
          const second = yield* send(sandbox, {})
          const stranger = yield* send(sandbox, {}, { headers: { authorization: undefined } })
          const nowhere = yield* send(sandbox, {}, { path: "/" })
          const answers = [first, second, stranger, nowhere]
          assert.deepStrictEqual(
            answers.map((answer) => answer.headers["x-ratelimit-remaining"]),
            ["299", "298", "300", "300"]
          )
          for (const { headers } of answers) {
            assert.strictEqual(headers["x-ratelimit-limit"], "300")
            assert.approximately(Number(headers["x-ratelimit-reset"]), Date.now() / 1000 + 60, 5)
          }
          assert.strictEqual(new Set(answers.map(({ headers }) => headers["x-request-id"])).size, 4)
        })
      )
    )

    it.live(
      "forgets a request that is cut short",
      withSandbox((sandbox) =>
        Effect.gen(function* () {
          const { id } = firstThread(sandbox)
          const head = `POST ${pathOf(id)} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sandbox-token\r\n`
          const cut = `${head}Content-Type: application/json\r\nContent-Length: 99\r\n\r\n{"content":"cut`
          yield* raw(sandbox.url, cut, { ends: true })
          assert.strictEqual((yield* send(sandbox, { content: "x" })).status, 200)
          const stored = yield* sandbox.messages(id)
          assert.deepStrictEqual(
            stored.slice(1).map((message) => message.content),
            ["x"]
          )
        })
      )
    )
  })

  describe("concurrency", () => {
    it.live(
      "gives each of 64 sends in flight its own id and content, many times over",
      withSandbox((sandbox) =>
        Effect.gen(function* () {
          const sends = Arr.makeBy(640, (index) => ({
            content: `message ${index}`,
            thread: sandbox.threads[index % 2] ?? firstThread(sandbox)
          }))
          const messages = yield* Effect.forEach(
            sends,
            ({ content, thread }) =>
              Effect.gen(function* () {
                const payload = { content, replyToMessageId: thread.inboundMessageId }
                const answer = yield* send(sandbox, payload, { path: pathOf(thread.id) })
                const message = yield* decode(answer.text)
                assert.deepInclude(message, { content, threadId: thread.id })
                assert.deepInclude(message.replyData as object, { messageId: thread.inboundMessageId })
                return message
              }),
            { concurrency: 64 }
          )
          assert.strictEqual(new Set(messages.map((message) => message.id)).size, 640)
          for (const thread of sandbox.threads) {
            const stored = yield* sandbox.messages(thread.id)
            const answered = messages.filter((message) => message.threadId === thread.id)
            assert.deepStrictEqual(
              stored
                .slice(1)
                .map((message) => `${message.id} ${message.content}`)
                .sort(),
              answered.map((message) => `${message.id} ${message.content}`).sort()
            )
          }
        })
      )
    )

    it.live("runs several sandboxes side by side, apart from each other", () =>
      Effect.gen(function* () {
        const one = yield* Sandbox.make()
        const other = yield* Sandbox.make({ threads: ["t1"] })
        assert.notStrictEqual(one.url, other.url)
        yield* send(one, { content: "only here" })
        assert.strictEqual((yield* other.messages("t1")).length, 1)
        assert.strictEqual((yield* other.messages(firstThread(one).id)).length, 0)
      }).pipe(Effect.scoped)
    )
  })

  describe("starting and stopping", () => {
    it.live("closes while clients hold connections open and requests unfinished", () =>
      Effect.gen(function* () {
        const stuck = yield* Effect.scoped(
          Effect.gen(function* () {
            const sandbox = yield* Sandbox.make()
            const head = `POST ${pathOf("a")} HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n`
            const fiber = yield* Effect.forkDaemon(raw(sandbox.url, head))
            yield* Effect.sleep(100)
            return fiber
          })
        ).pipe(Effect.timeout("4 minutes"))
        yield* Fiber.join(stuck)
      })
    )

    it.live("fails with a sentence on a busy port, a bad address, a bad option", () =>
      Effect.gen(function* () {
        const running = yield* Sandbox.make()
        const port = Number(new URL(running.url).port)
        const busy = yield* Effect.flip(Sandbox.make({ port }))
        assert.strictEqual(busy.reason, "Listen")
        assert.include(busy.message, `127.0.0.1:${port} is in use`)
        const faults: ReadonlyArray<readonly [Sandbox.Options, string]> = [
          [{ port: 1.5 }, "port"],
          [{ port: 70_000 }, "port"],
          [{ bodyLimit: 0 }, "body limit"],
          [{ threads: ["A"] }, "thread"],
          [{ threads: [] }, "thread"],
          [{ database: "" }, "database"],
          [{ token: Redacted.make("two words") }, "token"]
        ]
        for (const [options, word] of faults) {
          const fault = yield* Effect.flip(Sandbox.make(options))
          assert.strictEqual(fault.reason, "Options")
          assert.include(fault.message, word)
          assert.notInclude(fault.message, "two words")
        }
      }).pipe(Effect.scoped)
    )
  })
})
