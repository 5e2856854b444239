import { assert, describe, it } from "@effect/vitest"
import { Identifier, Message } from "@inbox-effect/client"
import { Sandbox } from "@inbox-effect/sandbox"
import { Array as Arr, Effect, Fiber, Redacted, Schema } from "effect"
import { errorOf, exchange, firstThread, type Options, pathOf, post, type Running, raw, send } from "./support/http.js"

const withSandbox =
  <A, E>(body: (sandbox: Running) => Effect.Effect<A, E>, options?: Sandbox.Options) =>
  () =>
    Effect.provide(Effect.flatMap(Sandbox.Sandbox, body), Sandbox.layer(options))

const decode = Schema.decodeUnknown(Schema.parseJson(Message.Message))

const assertRefused = (answer: { status: number; headers: object; text: string }, status: number, code?: string) => {
  assert.strictEqual(answer.status, status, answer.text)
  const error = JSON.parse(answer.text).error
  assert.deepStrictEqual(Object.keys(JSON.parse(answer.text)), ["error"])
  assert.strictEqual(error.status, status)
  assert.isString(error.message)
  if (code !== undefined) assert.strictEqual(error.code, code)
  assert.match(String((answer.headers as Record<string, unknown>)["content-type"]), /^application\/json/)
}

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

    const spellings: Record<string, { body?: string; headers: Options["headers"] }> = {
      "a charset": { headers: { "content-type": "application/json; charset=utf-8" } },
      "a quoted charset in capitals": { headers: { "content-type": 'Application/JSON;Charset="UTF-8"' } },
      "another parameter": { headers: { "content-type": "application/json; version=1" } },
      "no Accept that fits": { headers: { accept: "image/png" } },
      "a scheme in lower case": { headers: { authorization: "bearer sandbox-token" } },
      "a scheme in capitals and three spaces": { headers: { authorization: "BEARER   sandbox-token" } },
      "a chunked body": { headers: { "transfer-encoding": "chunked" } },
      "an offer to upgrade": { headers: { connection: "Upgrade", upgrade: "h2c" } },
      "an Expect": { headers: { expect: "100-continue" } },
      "identity encoding": { headers: { "content-encoding": "identity" } },
      "white space around the JSON": { body: '\n\t {"content" : "x"} \r\n', headers: {} },
      escapes: { body: '{"c\\u006fntent":"\\u0078"}', headers: {} },
      "a key twice, of which the last counts": { body: '{"content":1,"content":"x"}', headers: {} },
      "unknown keys, __proto__ among them": { body: '{"__proto__":{"content":1},"n":1e400,"content":"x"}', headers: {} }
    }
    for (const [name, { body, headers }] of Object.entries(spellings)) {
      it.live(
        `may have ${name}`,
        withSandbox((sandbox) =>
          Effect.gen(function* () {
            const answer = yield* post(sandbox, body ?? '{"content":"x"}', { headers: headers ?? {} })
            assert.strictEqual(answer.status, 200, answer.text)
            assert.strictEqual((yield* decode(answer.text)).content, "x")
          })
        )
      )
    }
  })

  describe("authentication", () => {
    const headers: Record<string, string | undefined> = {
      "no header": undefined,
      "another token": "Bearer other",
      "the token cut short": "Bearer sandbox-toke",
      "the token with more": "Bearer sandbox-token1",
      "the token in another case": "Bearer SANDBOX-TOKEN",
      "another scheme": "Basic sandbox-token",
      "another scheme of six letters": "Bearex sandbox-token",
      "no scheme": "sandbox-token",
      "no token": "Bearer ",
      "no space": "Bearersandbox-token",
      "a tab for a space": "Bearer\tsandbox-token",
      "two tokens": "Bearer sandbox-token sandbox-token",
      "seven characters in front": "1234567sandbox-token"
    }
    it.live(
      "refuses everything but the token, before it looks at the request",
      withSandbox((sandbox) =>
        Effect.forEach(Object.entries(headers), ([name, authorization]) =>
          Effect.gen(function* () {
            for (const body of ['{"content":"x"}', '{"content":', "x".repeat(2_000_000)]) {
              const answer = yield* post(sandbox, body, { headers: { authorization } })
              assert.strictEqual(answer.status, 401, name)
              assertRefused(answer, 401, "UNAUTHORIZED")
              assert.strictEqual(answer.headers["www-authenticate"], "Bearer")
              assert.notInclude(answer.text, "sandbox-token")
            }
            const elsewhere = yield* send(sandbox, {}, { path: pathOf("A-B"), headers: { authorization } })
            assertRefused(elsewhere, 401)
          })
        )
      )
    )

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
    const secret = "do not repeat this"
    const payloads: ReadonlyArray<readonly [field: string, payload: unknown]> = [
      ...[{}, { content: "" }, { content: null }, { content: 1 }, { content: true }, { content: [secret] }].map(
        (payload) => ["content", payload] as const
      ),
      ...["A", "a-b", "a.b", "a b", "", "\u0661", "abc\n", secret, null, 1, {}, [], true].map(
        (replyToMessageId) => ["replyToMessageId", { content: "x", replyToMessageId }] as const
      ),
      ["replyToMessageId", { content: "x", replyToMessageId: "nosuchmessage" }],
      ["content", { content: "a\u0000b" }],
      ["content", { content: `${secret}\ud800` }],
      ["content", { content: "\udc00\ud800" }],
      ["body", [secret]],
      ["body", secret],
      ["body", 1],
      ["body", null],
      ["body", true]
    ]
    it.live(
      "names the field and does not repeat its value",
      withSandbox((sandbox) =>
        Effect.forEach(payloads, ([field, payload]) =>
          Effect.gen(function* () {
            const answer = yield* send(sandbox, payload)
            assertRefused(answer, 422)
            assert.include(errorOf(answer).message, field)
            assert.notInclude(answer.text, secret)
          })
        )
      )
    )

    it.live(
      "refuses a reply to a message of another thread",
      withSandbox((sandbox) =>
        Effect.gen(function* () {
          const other = sandbox.threads[1]?.inboundMessageId
          assertRefused(yield* send(sandbox, { content: "x", replyToMessageId: other }), 422, "MESSAGE_NOT_FOUND")
        })
      )
    )

    const bodies: Record<string, string | Uint8Array> = {
      nothing: "",
      "a truncated text": '{"content":"x"',
      "a trailing comma": '{"content":"x",}',
      "single quotes": "{'content':'x'}",
      "a comment": '{"content":"x"/**/}',
      NaN: '{"content":NaN}',
      "a second text": '{"content":"x"}{}',
      "a byte-order mark": '\ufeff{"content":"x"}',
      "a raw line break in a string": '{"content":"a\nb"}',
      "bytes that are not UTF-8": Uint8Array.from([...Buffer.from('{"content":"'), 0xff, ...Buffer.from('"}')]),
      "a surrogate in UTF-8": Uint8Array.from([...Buffer.from('{"content":"'), 0xed, 0xa0, 0x80, 0x22, 0x7d]),
      "an overlong slash": Uint8Array.from([...Buffer.from('{"content":"'), 0xc0, 0xaf, 0x22, 0x7d]),
      UTF16: Buffer.from('{"content":"x"}', "utf16le")
    }
    it.live(
      "refuses what is not JSON in UTF-8",
      withSandbox((sandbox) =>
        Effect.forEach(Object.entries(bodies), ([name, body]) =>
          Effect.gen(function* () {
            const answer = yield* post(sandbox, body)
            assert.strictEqual(answer.status, 400, name)
            assertRefused(answer, 400, "BAD_REQUEST")
          })
        )
      )
    )

    it.live(
      "refuses other media types",
      withSandbox((sandbox) =>
        Effect.gen(function* () {
          const types = ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
          const more = ["application/jsonx", "xapplication/json", "application/json; charset=latin1", undefined]
          for (const type of [...types, ...more]) {
            const answer = yield* post(sandbox, '{"content":"x"}', { headers: { "content-type": type } })
            assertRefused(answer, 415, "UNSUPPORTED_MEDIA_TYPE")
          }
          const gzip = yield* post(sandbox, '{"content":"x"}', { headers: { "content-encoding": "gzip" } })
          assertRefused(gzip, 415)
        })
      )
    )

    it.live(
      "refuses threads that it does not have",
      withSandbox((sandbox) =>
        Effect.gen(function* () {
          for (const id of ["nosuchthread", "0", "a".repeat(300), "constructor"]) {
            assertRefused(yield* send(sandbox, { content: "x" }, { path: pathOf(id) }), 404, "THREAD_NOT_FOUND")
          }
          for (const id of ["A-B", "A", "a%20b", "a%2Fb", "..", "%2e%2e", "%00", "a%0A", "%D9%A1", "a.b"]) {
            const answer = yield* send(sandbox, { content: "x" }, { path: pathOf(id) })
            assertRefused(answer, 400, "BAD_REQUEST")
            assert.include(errorOf(answer).message, "threadId")
          }
        })
      )
    )
  })

  describe("the protocol", () => {
    it.live(
      "answers every method and path in the vendor's envelope",
      withSandbox((sandbox) =>
        Effect.gen(function* () {
          const path = pathOf(firstThread(sandbox).id)
          for (const method of ["PUT", "PATCH", "DELETE", "PROPFIND"]) {
            const answer = yield* exchange(sandbox.url, { method, path })
            assertRefused(answer, 405, "METHOD_NOT_ALLOWED")
            assert.strictEqual(answer.headers.allow, "POST, GET, HEAD, OPTIONS")
          }
          const authorization = "Bearer sandbox-token"
          const head = yield* exchange(sandbox.url, { method: "HEAD", path, headers: { authorization } })
          assert.deepInclude(head, { status: 200, text: "" })
          const options = yield* exchange(sandbox.url, { method: "OPTIONS", path })
          assert.strictEqual(options.status, 204)
          assert.strictEqual(options.headers.allow, "POST, GET, HEAD, OPTIONS")
          const absurd = [
            "/",
            "/%",
            "/%zz",
            "/api/v1",
            `${path}/`,
            path.toUpperCase(),
            `/${path}`,
            "/api/v1/threads/%/messages"
          ]
          for (const elsewhere of [
            ...absurd,
            "/api/v1/threads/%zz/messages",
            "/api/v1/threads/a/b/messages",
            "/?__proto__=1"
          ]) {
            assertRefused(yield* send(sandbox, { content: "x" }, { path: elsewhere }), 404, "NOT_FOUND")
          }
        })
      )
    )

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
      "takes a body up to its limit, and answers 413 beyond it",
      withSandbox(
        (sandbox) =>
          Effect.gen(function* () {
            const frame = JSON.stringify({ content: "" }).length
            const fits = yield* send(sandbox, { content: "x".repeat(5_000 - frame) })
            assert.strictEqual(fits.status, 200)
            for (const headers of [{}, { "transfer-encoding": "chunked" }]) {
              const over = yield* send(sandbox, { content: "x".repeat(5_001 - frame) }, { headers })
              assertRefused(over, 413, "PAYLOAD_TOO_LARGE")
              const far = yield* send(sandbox, { content: "x".repeat(8_000_000) }, { headers })
              assertRefused(far, 413, "PAYLOAD_TOO_LARGE")
            }
          }),
        { bodyLimit: 5_000 }
      )
    )

    it.live(
      "keeps the connection after a refusal",
      withSandbox((sandbox) =>
        Effect.gen(function* () {
          const { id } = firstThread(sandbox)
          const head = (length: number) =>
            `POST ${pathOf(id)} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sandbox-token\r\n` +
            `Content-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`
          const large = 3_000_000
          const received = yield* raw(
            sandbox.url,
            `${head(large)}${"x".repeat(large)}${head(1)}[${head(15)}{"content":"x"}`
          )
          assert.deepStrictEqual(received.match(/HTTP\/1\.1 \d+/g), ["HTTP/1.1 413", "HTTP/1.1 400", "HTTP/1.1 200"])
        })
      )
    )

    const garbage: Record<string, readonly [bytes: string, status: RegExp]> = {
      "no HTTP at all": ["hello\r\n\r\n", /^HTTP\/1\.1 400 .*"status":400/s],
      "a NUL in the path": ["POST /api/v1/\0 HTTP/1.1\r\nHost: x\r\n\r\n", /^HTTP\/1\.1 400 .*"status":400/s],
      "a URL of a megabyte": [
        `POST /${"a".repeat(1_000_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
        /^HTTP\/1\.1 431 .*"status":431/s
      ],
      "a header of a megabyte": [
        `POST / HTTP/1.1\r\nX: ${"a".repeat(1_000_000)}\r\n\r\n`,
        /^HTTP\/1\.1 431 .*"status":431/s
      ],
      "two lengths": [
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        /^HTTP\/1\.1 400 /
      ],
      "a bad chunk": ["POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", /^HTTP\/1\.1 4\d\d /],
      "a proxy request": ["CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n", /^HTTP\/1\.1 405 /],
      "an absolute URL": ["POST http://[::1/%zz HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", /^HTTP\/1\.1 404 /]
    }
    it.live(
      "answers what is hardly HTTP with a 4xx, and goes on",
      withSandbox((sandbox) =>
        Effect.gen(function* () {
          for (const [name, [bytes, expected]] of Object.entries(garbage)) {
            assert.match(yield* raw(sandbox.url, bytes), expected, name)
          }
          assert.strictEqual((yield* send(sandbox, { content: "x" })).status, 200)
        })
      )
    )

    it.live(
      "survives bodies made to hurt",
      withSandbox((sandbox) =>
        Effect.gen(function* () {
          const deep = "[".repeat(100_000)
          const bodies = [
            deep,
            deep + "]".repeat(100_000),
            `{"content":${deep}${"]".repeat(100_000)}}`,
            `{"content":"x","replyToMessageId":${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}}`,
            `{"content":1e400}`,
            `{"__proto__":{"content":"x"}}`,
            `{"constructor":{"prototype":{"content":"x"}}}`,
            `{"content":{"__proto__":null}}`
          ]
          for (const body of bodies) {
            const answer = yield* post(sandbox, body)
            assert.include([400, 422], answer.status, body.slice(0, 40))
          }
          assert.strictEqual((yield* send(sandbox, { content: "x" })).status, 200)
        })
      )
    )

    it.live(
      "forgets a request that is cut short",
      withSandbox((sandbox) =>
        Effect.gen(function* () {
          const { id } = firstThread(sandbox)
          const head = `POST ${pathOf(id)} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sandbox-token\r\n`
          yield* raw(sandbox.url, `${head}Content-Type: application/json\r\nContent-Length: 99\r\n\r\n{"content":"cut`)
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
        ).pipe(Effect.timeout("3 seconds"))
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
