import type { Socket } from "node:net"
import { FetchHttpClient, HttpClient, HttpClientError, HttpClientResponse } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import * as Delivery from "@inbox-effect/client/Delivery"
import * as InboxClient from "@inbox-effect/client/InboxClient"
import type * as InboxError from "@inbox-effect/client/InboxError"
import type * as ReceivedMessage from "@inbox-effect/client/ReceivedMessage"
import * as RetryPolicy from "@inbox-effect/client/RetryPolicy"
import {
  Cause,
  Config,
  ConfigProvider,
  Context,
  DateTime,
  Duration,
  Effect,
  Exit,
  Fiber,
  Layer,
  Option,
  Redacted,
  type Scope,
  TestClock
} from "effect"
import { expectTypeOf } from "vitest"
import * as Servers from "./Servers.js"

const token = Redacted.make("inbox_tok_5f2c9d")
const request = { threadId: "thread1", content: "On my way" }

/** One call, one request: retries have tests of their own. */
const client = (baseUrl: string, options: Partial<InboxClient.Options> = {}) =>
  InboxClient.make({ token, baseUrl, retry: RetryPolicy.none, ...options })

const send = (baseUrl: string, options: Partial<InboxClient.Options> = {}) =>
  Effect.flatMap(client(baseUrl, options), (inbox) => inbox.sendMessage(request))

/** The error of a send that has to fail. */
const failure = (baseUrl: string, options: Partial<InboxClient.Options> = {}) =>
  Effect.flatMap(client(baseUrl, options), (inbox) => Effect.flip(inbox.sendMessage(request)))

const errorCode = (code: string, status: number, text = "The reason") =>
  JSON.stringify({ error: { code, message: text, status } })

const shape = (error: InboxError.InboxError) => [error._tag, error.delivery]

it("has the whole error channel, and nothing else in it", () => {
  const { sendMessage, sendMessageWithMetadata } = InboxClient.InboxClient.of({
    sendMessage: () => Effect.never,
    sendMessageWithMetadata: () => Effect.never,
    keepsStartWithin: false
  })
  type Sent = ReturnType<typeof sendMessage>
  expectTypeOf<Effect.Effect.Success<Sent>>().toEqualTypeOf<ReceivedMessage.ReceivedMessage>()
  expectTypeOf<Effect.Effect.Error<Sent>>().toEqualTypeOf<InboxError.InboxError>()
  expectTypeOf<ReturnType<typeof sendMessageWithMetadata>>().toEqualTypeOf<
    Effect.Effect<InboxClient.Sent, InboxError.InboxError>
  >()
  expectTypeOf<Effect.Effect.Context<Sent>>().toEqualTypeOf<never>()
  expectTypeOf<Effect.Effect.Error<Sent>["_tag"]>().toEqualTypeOf<
    | "InvalidRequest"
    | "CredentialsUnavailable"
    | "ConnectionFailed"
    | "BadRequest"
    | "Unauthorized"
    | "Forbidden"
    | "ThreadNotFound"
    | "Conflict"
    | "UnprocessableContent"
    | "UnexpectedStatus"
    | "RateLimited"
    | "ServerError"
    | "ConnectionLost"
    | "TimedOut"
    | "MalformedResponse"
  >()
  expectTypeOf<Effect.Effect.Error<Sent>["_tag"]>().toEqualTypeOf<Delivery.ErrorTag>()
  expectTypeOf<InboxError.RateLimited["delivery"]>().toEqualTypeOf<"NotDelivered">()
  expectTypeOf<InboxError.MalformedResponse["delivery"]>().toEqualTypeOf<"Delivered">()
  expectTypeOf<InboxError.UnexpectedStatus["delivery"]>().toEqualTypeOf<"NotDelivered" | "Unknown">()
  expectTypeOf({ threadId: "abc", content: "x" }).toMatchTypeOf<InboxClient.Request>()
  expectTypeOf({ threadId: "abc", content: "x", replyToMessageId: undefined }).toMatchTypeOf<InboxClient.Request>()
  const unknown = Effect.catchIf(
    sendMessage(request),
    (error) => error.delivery === "Unknown",
    () => Effect.succeed("ask")
  )
  expectTypeOf(unknown).toMatchTypeOf<Effect.Effect<ReceivedMessage.ReceivedMessage | string, InboxError.InboxError>>()
})

describe.each(Servers.backends)("over %s", (backend, layer) => {
  const run = <A, E>(effect: Effect.Effect<A, E, HttpClient.HttpClient | Scope.Scope>) =>
    Effect.scoped(effect).pipe(Effect.provide(layer))

  it.live("sends what the document says, once", () =>
    run(
      Effect.gen(function* () {
        const server = yield* Servers.fixed(200, JSON.stringify(Servers.message), {
          "content-type": "application/json"
        })
        const inbox = yield* client(server.baseUrl)
        const sent = yield* inbox.sendMessage({
          threadId: "l44e15irdq4db30i77cgphhx",
          content: 'Ünï\u0000 "quoted" 😀\n',
          replyToMessageId: "m1"
        })
        assert.strictEqual(sent.id, "message1")
        assert.strictEqual(DateTime.toEpochMillis(sent.createdAt), 1699335116000)
        assert.lengthOf(server.received, 1)
        const [received] = server.received
        assert.strictEqual(received?.method, "POST")
        assert.strictEqual(received?.url, "/api/v1/threads/l44e15irdq4db30i77cgphhx/messages")
        assert.deepStrictEqual(JSON.parse(received?.body ?? ""), {
          content: 'Ünï\u0000 "quoted" 😀\n',
          replyToMessageId: "m1"
        })
        assert.strictEqual(received?.headers.authorization, "Bearer inbox_tok_5f2c9d")
        assert.strictEqual(received?.headers["content-type"], "application/json")
        assert.strictEqual(received?.headers.accept, "application/json")
        assert.notProperty(received?.headers ?? {}, "traceparent")
        assert.notProperty(received?.headers ?? {}, "b3")
      })
    ).pipe(Effect.withSpan("application"))
  )

  it.live("never sends a key that is undefined", () =>
    run(
      Effect.gen(function* () {
        const server = yield* Servers.fixed(200, JSON.stringify(Servers.message))
        const inbox = yield* client(`${server.baseUrl}/`)
        yield* inbox.sendMessage({ ...request, replyToMessageId: undefined })
        assert.deepStrictEqual(
          server.received.map(({ body, url }) => [url, body]),
          [["/api/v1/threads/thread1/messages", '{"content":"On my way"}']]
        )
      })
    )
  )

  const statuses: ReadonlyArray<readonly [number, Delivery.ErrorTag, Delivery.Delivery]> = [
    [201, "MalformedResponse", "Delivered"],
    [300, "UnexpectedStatus", "Unknown"],
    [304, "UnexpectedStatus", "Unknown"],
    [400, "BadRequest", "NotDelivered"],
    [401, "Unauthorized", "NotDelivered"],
    [402, "UnexpectedStatus", "NotDelivered"],
    [403, "Forbidden", "NotDelivered"],
    [404, "ThreadNotFound", "NotDelivered"],
    [405, "UnexpectedStatus", "NotDelivered"],
    [408, "UnexpectedStatus", "NotDelivered"],
    [409, "Conflict", "NotDelivered"],
    [413, "UnexpectedStatus", "NotDelivered"],
    [415, "UnexpectedStatus", "NotDelivered"],
    [422, "UnprocessableContent", "NotDelivered"],
    [429, "RateLimited", "NotDelivered"],
    [499, "UnexpectedStatus", "NotDelivered"],
    [500, "ServerError", "Unknown"],
    [502, "ServerError", "Unknown"],
    [503, "ServerError", "Unknown"],
    [599, "ServerError", "Unknown"]
  ]

  it.live.each(statuses)("%d is %s, %s", ([status, tag, delivery]) =>
    run(
      Effect.gen(function* () {
        const server = yield* Servers.fixed(status, status === 304 ? "" : errorCode("SOME_CODE", status))
        const error = yield* failure(server.baseUrl)
        assert.deepStrictEqual(shape(error), [tag, delivery])
        assert.propertyVal(error, "status", status)
        if (status >= 400) {
          assert.propertyVal(error, "code", "SOME_CODE")
          assert.propertyVal(error, "detail", "The reason")
        }
        assert.lengthOf(server.received, 1)
      })
    )
  )

  it.live.each([301, 302, 303, 307, 308])("does not follow a %d", (status) =>
    run(
      Effect.gen(function* () {
        const elsewhere = yield* Servers.fixed(200, JSON.stringify(Servers.message))
        const server = yield* Servers.fixed(status, "", { location: `${elsewhere.baseUrl}/threads/thread1/messages` })
        const error = yield* failure(server.baseUrl)
        assert.deepStrictEqual(shape(error), ["UnexpectedStatus", "Unknown"])
        assert.propertyVal(error, "status", status)
        assert.lengthOf(server.received, 1)
        assert.lengthOf(elsewhere.received, 0)
      })
    )
  )

  const envelopes: ReadonlyArray<readonly [string, string, Record<string, string>]> = [
    ["nested", errorCode("FORBIDDEN", 403), { code: "FORBIDDEN", detail: "The reason" }],
    ["flat, older", '{"error":"Unauthorized","message":"The reason"}', { code: "Unauthorized", detail: "The reason" }],
    [
      "flat, newer",
      '{"code":"forbidden","message":"The reason","details":{},"requestId":"req_1"}',
      { code: "forbidden", detail: "The reason", requestId: "req_1" }
    ],
    ["HTML", "<!doctype html><html><head><title>403 Forbidden</title></head></html>", { detail: "403 Forbidden" }],
    ["HTML without a title", "<h1>no</h1>", {}],
    ["plain text", "upstream\n  connect\u0007 error", { detail: "upstream connect error" }],
    ["nothing", "", {}],
    ["JSON of another kind", "[1]", {}],
    ["JSON with other types", '{"error":{"code":7,"message":null}}', {}],
    ["JSON null", "null", {}],
    ["a code that is a text", '{"code":"not a code at all","message":"x"}', { detail: "x" }]
  ]

  it.live.each(envelopes)("reads an error that is %s", ([, body, expected]) =>
    run(
      Effect.gen(function* () {
        const server = yield* Servers.fixed(403, body)
        const error = yield* failure(server.baseUrl)
        const { code, detail, requestId } = error as InboxError.Forbidden
        assert.deepStrictEqual(JSON.parse(JSON.stringify({ code, detail, requestId })), expected)
      })
    )
  )

  it.live("reads rate limits and the request id", () =>
    run(
      Effect.gen(function* () {
        const server = yield* Servers.fixed(429, errorCode("RATE_LIMITED", 429), {
          "Retry-After": "17",
          "X-RateLimit-Limit": "300",
          "X-RateLimit-Remaining": "0",
          "X-RateLimit-Reset": "1699335116",
          "X-Request-Id": "req_42"
        })
        const error = (yield* failure(server.baseUrl)) as InboxError.RateLimited
        assert.strictEqual(error._tag, "RateLimited")
        assert.isTrue(Duration.equals(error.retryAfter ?? Duration.zero, Duration.seconds(17)))
        assert.deepInclude(error.rateLimit, { limit: 300, remaining: 0 })
        assert.deepStrictEqual(error.rateLimit?.reset, DateTime.unsafeMake(1699335116000))
        assert.strictEqual(error.requestId, "req_42")
      })
    )
  )

  const { isEncrypted: _isEncrypted, deletedAt: _deletedAt, ...withoutTwo } = Servers.message

  const malformed: ReadonlyArray<readonly [string, string | Uint8Array, InboxError.MalformedReason]> = [
    ["empty", "", "Empty"],
    ["HTML", "<html>fine</html>", "NotJson"],
    ["truncated JSON", JSON.stringify(Servers.message).slice(0, 100), "NotJson"],
    ["not UTF-8", new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]), "NotUtf8"],
    ["null", "null", "NotAMessage"],
    ["wrapped", JSON.stringify({ message: Servers.message }), "NotAMessage"],
    ["short of two keys", JSON.stringify(withoutTwo), "NotAMessage"]
  ]

  it.live.each(malformed)("a 200 that is %s is Delivered", ([, body, reason]) =>
    run(
      Effect.gen(function* () {
        const server = yield* Servers.fixed(200, body, { "X-Request-Id": "req_1" })
        const error = (yield* failure(server.baseUrl)) as InboxError.MalformedResponse
        assert.deepStrictEqual(shape(error), ["MalformedResponse", "Delivered"])
        assert.strictEqual(error.reason, reason)
        assert.strictEqual(error.requestId, "req_1")
        const raw = error.body === undefined ? undefined : Redacted.value(error.body)
        assert.strictEqual(raw, typeof body === "string" ? body : "{\ufffd\ufffd}")
        if (body === JSON.stringify(withoutTwo)) {
          assert.deepStrictEqual(error.keys, [
            { key: "isEncrypted", problem: "missing" },
            { key: "deletedAt", problem: "missing" }
          ])
        }
        assert.lengthOf(server.received, 1)
      })
    )
  )

  it.live("takes any 2xx that is a Message, a byte-order mark before it and keys beyond it", () =>
    run(
      Effect.gen(function* () {
        const server = yield* Servers.fixed(201, `\ufeff${JSON.stringify({ ...Servers.message, more: 1 })}`)
        assert.strictEqual((yield* send(server.baseUrl)).id, "message1")
      })
    )
  )

  it.live("a refused connection is NotDelivered", () =>
    run(
      Effect.gen(function* () {
        const error = yield* failure(Servers.refused)
        assert.deepStrictEqual(shape(error), ["ConnectionFailed", "NotDelivered"])
        assert.propertyVal(error, "code", "ECONNREFUSED")
      })
    )
  )

  it.live("a host that is none is NotDelivered", () =>
    run(
      Effect.gen(function* () {
        const error = yield* failure("http://nowhere.invalid/api/v1", { timeout: "4 minutes" })
        assert.deepStrictEqual(shape(error), ["ConnectionFailed", "NotDelivered"])
      })
    )
  )

  const notTls: ReadonlyArray<readonly [string, (socket: Socket) => void]> = [
    ["closes", (socket) => socket.once("data", () => socket.destroy())],
    ["answers in plain text", (socket) => socket.once("data", () => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"))]
  ]

  it.live.each(notTls)(
    "a server that does not speak TLS and %s is NotDelivered where that is known",
    ([how, connection]) =>
      run(
        Effect.gen(function* () {
          const server = yield* Servers.socket({ connection })
          const error = yield* failure(server.baseUrl.replace("http:", "https:"))
          // The code of the failure also occurs on connections that have carried a request.
          const isKnown = how === "closes" || backend === "our undici"
          assert.deepStrictEqual(
            shape(error),
            isKnown ? ["ConnectionFailed", "NotDelivered"] : ["ConnectionLost", "Unknown"]
          )
          assert.strictEqual(server.requests.count, 0)
        })
      )
  )

  const head = "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n"
  const lost: ReadonlyArray<
    readonly [string, Parameters<typeof Servers.socket>[0], Delivery.ErrorTag, Delivery.Delivery, number]
  > = [
    ["closed on accept", { connection: (socket) => socket.destroy() }, "ConnectionLost", "Unknown", 0],
    ["closed after the request", { request: (socket) => socket.end() }, "ConnectionLost", "Unknown", 1],
    ["reset after the request", { request: (socket) => socket.resetAndDestroy() }, "ConnectionLost", "Unknown", 1],
    [
      "reset half-way through the head",
      { request: (socket) => socket.write("HTTP/1.1 200 OK\r\nContent-", () => socket.resetAndDestroy()) },
      "ConnectionLost",
      "Unknown",
      1
    ],
    ["garbage", { request: (socket) => socket.end("SSH-2.0-OpenSSH_9.2\r\n") }, "ConnectionLost", "Unknown", 1],
    [
      "two lengths",
      { request: (socket) => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx") },
      "ConnectionLost",
      "Unknown",
      1
    ],
    [
      "a body cut short",
      { request: (socket) => socket.end(`${head}{"platform"`) },
      "MalformedResponse",
      "Delivered",
      1
    ],
    [
      "a body reset",
      { request: (socket) => socket.write(`${head}{"platform"`, () => setTimeout(() => socket.resetAndDestroy(), 50)) },
      "MalformedResponse",
      "Delivered",
      1
    ],
    [
      "the body of a 404 cut short",
      { request: (socket) => socket.end(`${head.replace("200 OK", "404 Not Found")}{"err`) },
      "ThreadNotFound",
      "NotDelivered",
      1
    ],
    [
      "the body of a 503 cut short",
      { request: (socket) => socket.end(`${head.replace("200 OK", "503 Unavailable")}{"err`) },
      "ServerError",
      "Unknown",
      1
    ]
  ]

  it.live.each(lost)("%s", ([, behaviour, tag, delivery, requests]) =>
    run(
      Effect.gen(function* () {
        const server = yield* Servers.socket(behaviour)
        const error = yield* failure(server.baseUrl, { timeout: "1 minute" })
        assert.deepStrictEqual(shape(error), [tag, delivery])
        if (tag === "MalformedResponse") assert.propertyVal(error, "reason", "Incomplete")
        // A server that closes on accept may still have been handed the request.
        if (requests > 0) assert.strictEqual(server.requests.count, requests)
        assert.strictEqual(server.connections.count, 1)
      })
    )
  )

  const stalls: ReadonlyArray<readonly [string, string, Delivery.ErrorTag, Delivery.Delivery]> = [
    ["before the head", "", "TimedOut", "Unknown"],
    ["in the head", "HTTP/1.1 200 OK\r\nContent-", "TimedOut", "Unknown"],
    ["in the body of a 200", `${head}{"platform"`, "MalformedResponse", "Delivered"],
    ["in the body of a 401", head.replace("200 OK", "401 Unauthorized"), "Unauthorized", "NotDelivered"]
  ]

  it.live.each(stalls)("a stall %s", ([, text, tag, delivery]) =>
    run(
      Effect.gen(function* () {
        const observe = (timeout: Duration.DurationInput) =>
          Effect.gen(function* () {
            const server = yield* Servers.socket({ request: (socket) => text !== "" && socket.write(text) })
            const error = yield* failure(server.baseUrl, { timeout })
            return { error, requests: server.requests.count }
          })
        // On a busy machine, the time may be up before the server stalls.
        const soon = yield* observe("250 millis")
        const isEarly = soon.error._tag !== tag || soon.requests === 0
        const { error, requests } = isEarly ? yield* observe("10 seconds") : soon
        assert.deepStrictEqual(shape(error), [tag, delivery])
        assert.strictEqual(requests, 1)
      })
    )
  )

  it.live("interrupting a send closes its connection", () =>
    run(
      Effect.gen(function* () {
        let closed = false
        const server = yield* Servers.socket({
          request: (socket) =>
            socket.on("close", () => {
              closed = true
            })
        })
        const fiber = yield* Effect.fork(send(server.baseUrl))
        while (server.requests.count === 0) yield* Effect.sleep("5 millis")
        const exit = yield* Fiber.interrupt(fiber)
        assert.isTrue(Exit.isInterrupted(exit))
        while (!closed) yield* Effect.sleep("5 millis")
        assert.strictEqual(server.requests.count, 1)
      })
    )
  )

  it.live("leaves no connection waiting, whatever the answers", () =>
    run(
      Effect.gen(function* () {
        let count = 0
        const server = yield* Servers.http((response) =>
          response.writeHead([200, 302, 404, 500][count++ % 4] as number, { location: "/" }).end("x".repeat(100_000))
        )
        const inbox = yield* client(server.baseUrl, { timeout: "1 minute" })
        yield* Effect.forEach(
          Array.from({ length: 40 }),
          () =>
            Effect.flip(inbox.sendMessage(request)).pipe(Effect.map(({ _tag }) => assert.notEqual(_tag, "TimedOut"))),
          { concurrency: 8 }
        )
        assert.strictEqual(count, 40)
      })
    )
  )
})

describe("what a server says", () => {
  const said = (content: string, detail: string) =>
    InboxClient.make({ token, baseUrl: "http://127.0.0.1:1" }).pipe(
      Effect.flatMap((inbox) => Effect.flip(inbox.sendMessage({ threadId: "thread1", content }))),
      Effect.map((error) => [(error as InboxError.BadRequest).code, (error as InboxError.BadRequest).detail]),
      Effect.provideService(
        HttpClient.HttpClient,
        HttpClient.make((request) =>
          Effect.succeed(
            HttpClientResponse.fromWeb(request, new Response(errorCode("BAD_REQUEST", 400, detail), { status: 400 }))
          )
        )
      )
    )

  const withheld = "(withheld: it repeats the request)"

  const cases: ReadonlyArray<readonly [content: string, detail: string, expected: string]> = [
    ["e", "No such thread", "No such thread"],
    [" ", "No such thread", "No such thread"],
    ["ok", "'ok' is not allowed", "'(withheld)' is not allowed"],
    ["ok", "token unknown", "token unknown"],
    ["On my way", "On my way!", withheld],
    ["On my way", "Refused: on my w…", "Refused: (withheld)…"],
    ["On my way\nhome", "Refused: On my way home", "Refused: (withheld)"],
    ["<b>hello</b>", "Refused: &lt;b&gt;hello&lt;/b&gt;", "Refused: (withheld)"],
    ["grüße dich", "Refused: gr\\u00fc\\u00dfe dich", "Refused: (withheld)"],
    ["näher", "Refused: n%C3%A4her", "Refused: (withheld)"],
    ["hello", "Unknown token inbox_tok_5f2c9d", "Unknown token (withheld)"],
    ["hello", "Unknown token tok_5f…", "Unknown token (withheld)…"],
    // What a sentence has in common with others says nothing about it.
    ["Your refund was refused", "connect ECONNREFUSED 10.0.0.1:443", "connect ECONNREFUSED 10.0.0.1:443"],
    ["Was the message not delivered to him?", "The message was not stored", "The message was not stored"],
    ["Please find the thread, I did not", "THREAD_NOT_FOUND: thread not found", "THREAD_NOT_FOUND: thread not found"],
    // What was quoted is masked, and what is said about it stays.
    [
      "Meet me at the office at noon tomorrow",
      "Text 'Meet me at the off…' is too long, the thread is closed",
      "Text '(withheld)…' is too long, the thread is closed"
    ],
    ["Your code is 483920", "Digits are refused: 483920", "Digits are refused: (withheld)"],
    ["say hello twice", "say hello and say hello again", "(withheld) and (withheld) again"],
    ["hello", "The plan does not include this", "The plan does not include this"]
  ]

  it.effect.each(cases)("after %j, %j", ([content, detail, expected]) =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* said(content, detail), ["BAD_REQUEST", expected])
    })
  )

  it.effect("is cut where it is long", () =>
    Effect.gen(function* () {
      const [, detail] = yield* said("hello", "no ".repeat(100_000))
      assert.strictEqual(detail?.length, 301)
    })
  )
})

describe("redirects", () => {
  it.live("are refused though fetch is told to follow them", () =>
    Effect.gen(function* () {
      const elsewhere = yield* Servers.fixed(200, JSON.stringify(Servers.message))
      const server = yield* Servers.fixed(307, "", { location: elsewhere.baseUrl })
      const follow = Layer.succeed(FetchHttpClient.RequestInit, { redirect: "follow" })
      const error = yield* failure(server.baseUrl).pipe(Effect.provide(Layer.provide(FetchHttpClient.layer, follow)))
      assert.deepStrictEqual(shape(error), ["UnexpectedStatus", "Unknown"])
      assert.lengthOf(elsewhere.received, 0)
    }).pipe(Effect.scoped)
  )
})

describe("validation", () => {
  const counting = Effect.sync(() => {
    let count = 0
    const http = HttpClient.make((request) => {
      count++
      return Effect.succeed(HttpClientResponse.fromWeb(request, Response.json(Servers.message)))
    })
    return { count: () => count, layer: Layer.succeed(HttpClient.HttpClient, http) }
  })

  const invalid: ReadonlyArray<readonly [unknown, string]> = [
    [{ ...request, content: "" }, "content"],
    [{ ...request, content: undefined }, "content"],
    [{ ...request, content: 7 }, "content"],
    [{ threadId: "thread1" }, "content"],
    [{ ...request, threadId: "" }, "threadId"],
    [{ ...request, threadId: "../x" }, "threadId"],
    [{ ...request, threadId: "Secret" }, "threadId"],
    [{ ...request, threadId: "thread1\n" }, "threadId"],
    [{ content: "x" }, "threadId"],
    [{ ...request, replyToMessageId: null }, "replyToMessageId"],
    [{ ...request, replyToMessageId: "" }, "replyToMessageId"],
    [{ ...request, replyToMessageId: "a b" }, "replyToMessageId"],
    [null, "request"],
    ["text", "request"],
    [
      {
        get threadId() {
          throw new Error("Secret")
        }
      },
      "request"
    ]
  ]

  it.effect.each(invalid)("names the field and the fix, and sends nothing (%#)", ([input, field]) =>
    Effect.gen(function* () {
      const { count, layer } = yield* counting
      const inbox = yield* Effect.provide(client("http://127.0.0.1:1/api/v1"), layer)
      const error = yield* Effect.flip(inbox.sendMessage(input as InboxClient.Request))
      assert.deepStrictEqual(shape(error), ["InvalidRequest", "NotDelivered"])
      assert.propertyVal(error, "field", field)
      assert.include(error.message, field)
      assert.notInclude(error.message, "Secret")
      assert.strictEqual(count(), 0)
    })
  )
})

describe("time-out", () => {
  it.effect("runs on the clock of Effect", () =>
    Effect.gen(function* () {
      const never = HttpClient.make(() => Effect.never)
      const inbox = yield* client("http://127.0.0.1:1", { timeout: "3 seconds" }).pipe(
        Effect.provideService(HttpClient.HttpClient, never)
      )
      const fiber = yield* Effect.fork(Effect.flip(inbox.sendMessage(request)))
      yield* TestClock.adjust("2999 millis")
      assert.isTrue(Option.isNone(yield* Fiber.poll(fiber)))
      yield* TestClock.adjust("1 millis")
      const error = yield* Fiber.join(fiber)
      assert.deepStrictEqual(shape(error), ["TimedOut", "Unknown"])
      assert.include(error.message, "3s")
    })
  )
})

describe("failures that say little", () => {
  const failing = (f: HttpClient.HttpClient["execute"]) =>
    Effect.flatMap(client("http://127.0.0.1:1"), (inbox) => Effect.flip(inbox.sendMessage(request))).pipe(
      Effect.provideService(
        HttpClient.HttpClient,
        HttpClient.make((request) => f(request))
      )
    )

  const transport = (cause: unknown) =>
    failing((request) => Effect.fail(new HttpClientError.RequestError({ request, reason: "Transport", cause })))

  const coded = (fields: object) => Object.assign(new Error("failed"), fields)

  const causes: ReadonlyArray<readonly [string, unknown, Delivery.ErrorTag]> = [
    ["refused, wrapped", new TypeError("fetch failed", { cause: coded({ code: "ECONNREFUSED" }) }), "ConnectionFailed"],
    ["reset while connecting", coded({ code: "ECONNRESET", syscall: "connect" }), "ConnectionFailed"],
    ["reset while reading", coded({ code: "ECONNRESET", syscall: "read" }), "ConnectionLost"],
    ["timed out while connecting", coded({ code: "ETIMEDOUT", syscall: "connect" }), "ConnectionFailed"],
    ["timed out elsewhere", coded({ code: "ETIMEDOUT" }), "ConnectionLost"],
    ["connect time-out of undici", coded({ code: "UND_ERR_CONNECT_TIMEOUT" }), "ConnectionFailed"],
    ["headers time-out of undici", coded({ code: "UND_ERR_HEADERS_TIMEOUT" }), "ConnectionLost"],
    ["an expired certificate, be it of a later handshake", coded({ code: "CERT_HAS_EXPIRED" }), "ConnectionLost"],
    ["a bad record", coded({ code: "ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC" }), "ConnectionLost"],
    [
      "all addresses refused",
      new AggregateError([coded({ code: "ECONNREFUSED" }), coded({ code: "ETIMEDOUT", syscall: "connect" })]),
      "ConnectionFailed"
    ],
    [
      "one address lost",
      Object.assign(new AggregateError([coded({ code: "ECONNREFUSED" }), coded({ code: "EPIPE" })]), {
        code: "ECONNREFUSED"
      }),
      "ConnectionLost"
    ],
    // node:https raises these on connections that have carried the request.
    ["another version of TLS", coded({ code: "ERR_SSL_WRONG_VERSION_NUMBER" }), "ConnectionLost"],
    ["an alert in a handshake", coded({ code: "ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE" }), "ConnectionLost"],
    ["any TLS error", coded({ code: "ERR_SSL_NO_PROTOCOLS_AVAILABLE" }), "ConnectionLost"],
    [
      "EPROTO, whatever its text",
      coded({
        code: "EPROTO",
        message: "write EPROTO 80:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:"
      }),
      "ConnectionLost"
    ],
    [
      "a TLS handshake that ended",
      coded({
        code: "ECONNRESET",
        message: "Client network socket disconnected before secure TLS connection was established"
      }),
      "ConnectionFailed"
    ],
    [
      "a lost connection, before another that was refused",
      Object.assign(new Error("failed", { cause: coded({ code: "ECONNREFUSED" }) }), { code: "UND_ERR_SOCKET" }),
      "ConnectionLost"
    ],
    ["a port that fetch blocks", new TypeError("fetch failed", { cause: new Error("bad port") }), "ConnectionFailed"],
    [
      "Deno, while connecting",
      new TypeError(
        "error sending request for url (http://127.0.0.1:1/api/v1): client error (Connect): tcp connect error: Connection refused (os error 111)"
      ),
      "ConnectionFailed"
    ],
    [
      "Deno, on a connection",
      new TypeError(
        "error sending request for url (http://127.0.0.1:1/api/v1): client error (SendRequest): connection closed: client error (Connect)"
      ),
      "ConnectionLost"
    ],
    ["a browser", new TypeError("Failed to fetch"), "ConnectionLost"],
    ["nothing", undefined, "ConnectionLost"],
    ["a text", "ECONNREFUSED", "ConnectionLost"]
  ]

  it.effect.each(causes)("%s", ([, cause, tag]) =>
    Effect.gen(function* () {
      const error = yield* transport(cause)
      assert.strictEqual(error._tag, tag)
      assert.include(Delivery.ofError(tag), error.delivery)
    })
  )

  it.effect("a defect is Unknown", () =>
    Effect.gen(function* () {
      const thrown = yield* failing(() => {
        throw new Error("inbox_tok_5f2c9d")
      })
      assert.deepStrictEqual(shape(thrown), ["ConnectionLost", "Unknown"])
      const died = yield* failing(() => Effect.die("inbox_tok_5f2c9d"))
      assert.deepStrictEqual(shape(died), ["ConnectionLost", "Unknown"])
    })
  )

  it.effect("the opaque redirect of a browser is Unknown", () =>
    Effect.gen(function* () {
      const error = yield* failing((request) => Effect.succeed(HttpClientResponse.fromWeb(request, Response.error())))
      assert.deepStrictEqual(shape(error), ["UnexpectedStatus", "Unknown"])
      assert.propertyVal(error, "status", 0)
    })
  )

  it.live("an interruption waits until the HttpClient has let go of the request", () =>
    Effect.gen(function* () {
      const steps: Array<string> = []
      const note = (step: string) => Effect.sync(() => void steps.push(step))
      const slow = HttpClient.make(() =>
        Effect.onInterrupt(Effect.zipRight(note("asked"), Effect.never), () =>
          Effect.zipRight(Effect.sleep("20 millis"), note("let go"))
        )
      )
      const sending = yield* Effect.fork(
        Effect.provideService(send("http://127.0.0.1:1/api/v1"), HttpClient.HttpClient, slow)
      )
      yield* Effect.repeat(Effect.yieldNow(), { until: () => steps.includes("asked") })
      assert.isTrue(Exit.isInterrupted(yield* Fiber.interrupt(sending)))
      assert.deepStrictEqual(steps, ["asked", "let go"])
    })
  )

  it.effect("interruption from within stays interruption", () =>
    Effect.gen(function* () {
      const exit = yield* Effect.exit(failing(() => Effect.interrupt))
      assert.isTrue(Exit.isFailure(exit) && Cause.isInterruptedOnly(exit.cause))
    })
  )
})

describe("options", () => {
  const noHttp = Effect.provideService(
    HttpClient.HttpClient,
    HttpClient.make(() => Effect.die("not reached"))
  )

  it.effect.each([
    "",
    " ",
    "no url",
    "/api/v1",
    "ftp://127.0.0.1/api/v1",
    "javascript:alert(1)",
    "http://user:hunter2@127.0.0.1/api/v1",
    "http://127.0.0.1/api/v1?key=hunter2",
    "http://127.0.0.1/api/v1#hunter2"
  ])("refuses %j as base URL, and does not repeat it", (baseUrl) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(noHttp(client(baseUrl)))
      assert.include(String(error), "baseUrl")
      assert.notInclude(String(error), "hunter2")
    })
  )

  it.effect.each(["", "two words", "line\n", "\ttab", "nul\u0000", "é", "Ω", "ab\u007f"])(
    "refuses %j as token",
    (text) =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(noHttp(InboxClient.make({ token: Redacted.make(text) })))
        assert.include(String(error), "token")
        if (text !== "") assert.notInclude(String(error), text)
      })
  )

  it.effect("transformClient sees the request, and fetch options around the client are kept", () =>
    Effect.gen(function* () {
      const urls: Array<string> = []
      const inits: Array<Record<string, unknown>> = []
      const fetch = (url: URL, init: Record<string, unknown>) => {
        inits.push(init)
        return Promise.resolve(Response.json(Servers.message, { status: url.port === "" ? 200 : 500 }))
      }
      const inbox = yield* InboxClient.make({
        token,
        transformClient: HttpClient.tapRequest((request) => Effect.sync(() => urls.push(request.url)))
      }).pipe(
        Effect.provide(FetchHttpClient.layer),
        Effect.provideService(FetchHttpClient.RequestInit, { integrity: "", redirect: "follow" })
      )
      yield* inbox
        .sendMessage(request)
        .pipe(
          Effect.provideService(FetchHttpClient.Fetch, fetch as never),
          Effect.provideService(FetchHttpClient.RequestInit, { keepalive: true })
        )
      assert.deepStrictEqual(urls, ["https://inboxapp.com/api/v1/threads/thread1/messages"])
      assert.lengthOf(inits, 1)
      assert.deepInclude(inits[0], { integrity: "", keepalive: true, redirect: "manual" })
    })
  )
})

describe("layerConfig", () => {
  const built = (variables: Record<string, string>, options?: InboxClient.ConfigOptions) => {
    const urls: Array<string> = []
    const authorizations: Array<string | undefined> = []
    const http = HttpClient.make((request) => {
      urls.push(request.url)
      authorizations.push(request.headers.authorization)
      return Effect.succeed(HttpClientResponse.fromWeb(request, Response.json(Servers.message)))
    })
    return Layer.build(InboxClient.layerConfig(options)).pipe(
      Effect.flatMap((context) => Context.get(context, InboxClient.InboxClient).sendMessage(request)),
      Effect.map(() => [urls[0], authorizations[0]]),
      Effect.provideService(HttpClient.HttpClient, http),
      Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(variables)))),
      Effect.scoped
    )
  }

  it.effect("reads the token, and calls the hosted API by default", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* built({ INBOX_API_TOKEN: "t0ken" }), [
        "https://inboxapp.com/api/v1/threads/thread1/messages",
        "Bearer t0ken"
      ])
    })
  )

  it.effect("reads the base URL", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(
        yield* built({ INBOX_API_TOKEN: "t0ken", INBOX_API_BASE_URL: "http://localhost:8787/api/v1/" }),
        ["http://localhost:8787/api/v1/threads/thread1/messages", "Bearer t0ken"]
      )
    })
  )

  it.effect("takes configs of your own", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(
        yield* built(
          { MINE: "t0ken" },
          { token: Config.redacted("MINE"), baseUrl: Config.succeed("http://localhost") }
        ),
        ["http://localhost/threads/thread1/messages", "Bearer t0ken"]
      )
    })
  )

  const wrong: ReadonlyArray<readonly [Record<string, string>, string, string]> = [
    [{}, "INBOX_API_TOKEN", "Set it to the API token"],
    [{ INBOX_API_TOKEN: "" }, "INBOX_API_TOKEN", "empty"],
    [{ INBOX_API_TOKEN: "hunter2 " }, "INBOX_API_TOKEN", "copy it again"],
    [{ INBOX_API_TOKEN: "t0ken", INBOX_API_BASE_URL: "" }, "INBOX_API_BASE_URL", "leave it out"],
    [{ INBOX_API_TOKEN: "t0ken", INBOX_API_BASE_URL: "hunter2" }, "INBOX_API_BASE_URL", "up to and including"]
  ]

  it.effect.each(wrong)("names the variable and the fix (%#)", ([variables, name, fix]) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(built(variables))
      assert.include(String(error), name)
      assert.include(String(error), fix)
      assert.notInclude(String(error), "hunter2")
    })
  )
})
