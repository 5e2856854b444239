import * as Http from "node:http"
import type * as Net from "node:net"
import * as Zlib from "node:zlib"
import { FileSystem, HttpBody, HttpClient, HttpClientRequest, HttpIncomingMessage } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { InboxClient, RetryPolicy } from "@inbox-effect/client"
import * as Undici from "@inbox-effect/client/undici"
import { Cause, Chunk, Deferred, Duration, Effect, Exit, Fiber, Option, Redacted, type Scope, Stream } from "effect"
import { Agent, Dispatcher, interceptors } from "undici"
import { directOf, isNeverSent, Wire } from "../src/internal/http/wire.js"
import * as Servers from "./Servers.js"

const run =
  (options: Undici.Options = {}) =>
  <A, E>(effect: Effect.Effect<A, E, HttpClient.HttpClient | Scope.Scope>) =>
    Effect.scoped(effect).pipe(Effect.provide(Undici.layer(options)))

const post = (url: string, text = "hello") =>
  HttpClient.execute(HttpClientRequest.post(url).pipe(HttpClientRequest.bodyText(text)))

const withoutTraces = Effect.withTracerEnabled(false)

/** Answers with what it was sent. */
const echo = Servers.http((response, { body, headers, method, url }) =>
  response
    .writeHead(200, { "content-type": "application/json", "set-cookie": ["a=1; Path=/", "b=2"], "x-many": ["1", "2"] })
    .end(JSON.stringify({ body, headers, method, url }))
)

const tracing: ReadonlyArray<readonly [string, <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>]> = [
  ["without traces", withoutTraces],
  ["with traces", (effect) => Effect.withSpan(effect, "application") as typeof effect]
]

describe.each(tracing)("%s", (_name, traces) => {
  it.live("exchanges a request for an answer", () =>
    Effect.gen(function* () {
      const server = yield* echo
      const response = yield* HttpClient.execute(
        HttpClientRequest.post(`${server.baseUrl}/x`).pipe(
          HttpClientRequest.setHeader("X-One", "1"),
          HttpClientRequest.appendUrlParam("q", "ä b"),
          HttpClientRequest.setHash("part"),
          HttpClientRequest.bodyText("Ünï 😀")
        )
      )
      assert.strictEqual(response.status, 200)
      assert.strictEqual(response.headers["content-type"], "application/json")
      assert.strictEqual(response.headers["x-many"], "1, 2")
      assert.deepStrictEqual(Object.keys(response.cookies.cookies), ["a", "b"])
      assert.isTrue(Option.isNone(response.remoteAddress))
      const json = (yield* response.json) as Servers.Received
      assert.deepInclude(json, { body: "Ünï 😀", method: "POST", url: "/api/v1/x?q=%C3%A4+b" })
      assert.strictEqual(json.headers["x-one"], "1")
      assert.strictEqual(json.headers["content-length"], "10")
      assert.strictEqual("traceparent" in json.headers, traces !== withoutTraces)
      assert.strictEqual(yield* response.text, JSON.stringify(json))
      assert.strictEqual(Buffer.from(yield* response.arrayBuffer).toString(), JSON.stringify(json))
      const streamed = yield* response.stream.pipe(Stream.decodeText(), Stream.mkString)
      assert.strictEqual(streamed, JSON.stringify(json))
      assert.notInclude(JSON.stringify(response), "Ünï")
    }).pipe(traces, run())
  )

  it.live("interrupts a request that waits for its answer, and its connection", () =>
    Effect.gen(function* () {
      const closed = yield* Deferred.make<void>()
      const server = yield* Servers.socket({
        request: (socket) => socket.on("close", () => Deferred.unsafeDone(closed, Effect.void))
      })
      const fiber = yield* Effect.fork(post(server.baseUrl))
      while (server.requests.count === 0) yield* Effect.sleep("5 millis")
      assert.isTrue(Exit.isInterrupted(yield* Fiber.interrupt(fiber)))
      yield* Deferred.await(closed)
      assert.strictEqual(server.requests.count, 1)
    }).pipe(traces, run())
  )
})

describe("bodies", () => {
  it.live("go out as they are", () =>
    Effect.gen(function* () {
      const server = yield* echo
      const form = new FormData()
      form.append("key", "value")
      const bodies: ReadonlyArray<readonly [HttpBody.HttpBody, expected: RegExp]> = [
        [HttpBody.empty, /^$/],
        [HttpBody.uint8Array(new Uint8Array([97, 98])), /^ab$/],
        [HttpBody.raw("text"), /^text$/],
        [HttpBody.stream(Stream.fromIterable(["a", "b", "c"]).pipe(Stream.encodeText)), /^abc$/],
        [HttpBody.formData(form), /name="key"\r\n\r\nvalue\r\n/]
      ]
      for (const [body, expected] of bodies) {
        const response = yield* HttpClient.execute(
          HttpClientRequest.put(server.baseUrl).pipe(HttpClientRequest.setBody(body))
        )
        assert.match(((yield* response.json) as Servers.Received).body, expected)
      }
    }).pipe(withoutTraces, run())
  )

  it.live("that fail or cannot go out at all fail the request", () =>
    Effect.gen(function* () {
      const server = yield* Servers.socket({})
      const failing = HttpBody.stream(Stream.concat(Stream.make(new Uint8Array(8)), Stream.fail("no more")))
      const started = yield* Effect.flip(HttpClient.post(server.baseUrl, { body: failing }))
      assert.deepInclude(started, { _tag: "RequestError", reason: "Transport" })
      assert.isFalse(isNeverSent(started.cause))
      const impossible = yield* Effect.flip(HttpClient.post(server.baseUrl, { body: HttpBody.raw(42) }))
      assert.deepInclude(impossible, { _tag: "RequestError", reason: "Encode" })
      assert.isTrue(isNeverSent(impossible.cause))
      const url = yield* Effect.flip(HttpClient.get("not a url"))
      assert.deepInclude(url, { _tag: "RequestError", reason: "InvalidUrl" })
      assert.strictEqual(server.requests.count, 0)
    }).pipe(withoutTraces, run())
  )

  it.live("that are streams end with the request", () =>
    Effect.gen(function* () {
      const server = yield* Servers.socket({})
      const begun = yield* Deferred.make<void>()
      const ended = yield* Deferred.make<void>()
      const body = Stream.make(new Uint8Array(8)).pipe(
        Stream.tap(() => Deferred.succeed(begun, undefined)),
        Stream.concat(Stream.never),
        Stream.ensuring(Deferred.succeed(ended, undefined))
      )
      const fiber = yield* Effect.fork(HttpClient.post(server.baseUrl, { body: HttpBody.stream(body) }))
      yield* Deferred.await(begun)
      yield* Fiber.interrupt(fiber)
      yield* Deferred.await(ended)
    }).pipe(withoutTraces, run())
  )

  it.live("of answers are empty, forms and parameters too", () =>
    Effect.gen(function* () {
      const empty = yield* Effect.flatMap(Servers.fixed(204), ({ baseUrl }) => HttpClient.get(baseUrl))
      assert.strictEqual(yield* empty.json, null)
      assert.strictEqual((yield* empty.arrayBuffer).byteLength, 0)
      assert.strictEqual(Chunk.size(yield* Stream.runCollect(empty.stream)), 0)
      const form = { "content-type": "application/x-www-form-urlencoded" }
      const server = yield* Servers.fixed(200, "\ufeffa=1&b=2", form)
      const response = yield* HttpClient.get(server.baseUrl)
      assert.strictEqual(yield* response.text, "a=1&b=2")
      assert.deepStrictEqual(yield* response.urlParamsBody, [
        ["a", "1"],
        ["b", "2"]
      ])
      const plain = yield* Effect.flatMap(Servers.fixed(200, "a=1", form), ({ baseUrl }) => HttpClient.get(baseUrl))
      assert.strictEqual((yield* plain.formData).get("a"), "1")
      assert.deepInclude(yield* Effect.flip(plain.json), { _tag: "ResponseError", reason: "Decode" })
    }).pipe(withoutTraces, run())
  )

  it.live("of a HEAD are not waited for", () =>
    Effect.gen(function* () {
      const server = yield* Servers.http((response) => response.writeHead(200, { "content-length": "10" }).end())
      const response = yield* HttpClient.head(server.baseUrl)
      assert.strictEqual(yield* response.text, "")
    }).pipe(withoutTraces, run())
  )

  const pieces = (count: number) =>
    Servers.http((response) => {
      response.writeHead(200)
      let left = count
      const write = () => {
        if (left-- === 0) return void response.end()
        response.write("x".repeat(10_000))
        setTimeout(write, 2)
      }
      write()
    })

  it.live("that arrive in pieces are whole for every reader", () =>
    Effect.gen(function* () {
      const server = yield* pieces(8)
      const response = yield* HttpClient.get(server.baseUrl)
      const read = [
        Effect.map(response.text, (text) => text.length),
        Effect.map(response.arrayBuffer, (buffer) => buffer.byteLength),
        Stream.runFold(response.stream, 0, (size, bytes) => size + bytes.length)
      ]
      assert.deepStrictEqual(yield* Effect.all(read, { concurrency: "unbounded" }), [80_000, 80_000, 80_000])
      assert.strictEqual(yield* Stream.runFold(response.stream, 0, (size, bytes) => size + bytes.length), 80_000)
    }).pipe(withoutTraces, run())
  )

  it.live("have a limit, of the layer and of the request", () =>
    Effect.gen(function* () {
      const server = yield* pieces(30)
      const small = HttpIncomingMessage.withMaxBodySize(Option.some(FileSystem.Size(15_000)))
      for (const request of [HttpClient.get(server.baseUrl), small(HttpClient.get(server.baseUrl))]) {
        const response = yield* request
        const error = yield* Effect.flip(response.text)
        assert.deepInclude(error, { _tag: "ResponseError", reason: "Decode" })
        assert.match(String(error.cause), /larger than (100000|15000) bytes/)
        assert.isTrue(Exit.isFailure(yield* Effect.exit(Stream.runDrain(response.stream))))
      }
    }).pipe(withoutTraces, run({ maxBodySize: 100_000 }))
  )

  it.live("that nobody reads hold no connection", () =>
    Effect.gen(function* () {
      const server = yield* pieces(3)
      for (let i = 0; i < 10; i++) yield* HttpClient.get(server.baseUrl)
      assert.lengthOf(server.received, 10)
    }).pipe(withoutTraces, run({ connections: 1 }))
  )

  it.live("end with the last reader who gives up", () =>
    Effect.gen(function* () {
      const closed = yield* Deferred.make<void>()
      const server = yield* Servers.socket({
        request: (socket) => {
          socket.on("close", () => Deferred.unsafeDone(closed, Effect.void))
          socket.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nsome")
        }
      })
      const response = yield* post(server.baseUrl)
      const first = yield* Effect.fork(response.text)
      const second = yield* Effect.fork(response.arrayBuffer)
      yield* Effect.sleep("20 millis")
      yield* Fiber.interrupt(first)
      assert.isFalse(yield* Deferred.isDone(closed))
      yield* Fiber.interrupt(second)
      yield* Deferred.await(closed)
      assert.deepInclude(yield* Effect.flip(response.text), { _tag: "ResponseError", reason: "Decode" })
    }).pipe(withoutTraces, run())
  )
})

describe("connections", () => {
  /** Counts the connections, and how many requests were under way together. */
  const counting = Effect.gen(function* () {
    const count = { all: 0, open: 0, busy: 0, mostBusy: 0 }
    const server = Http.createServer((request, response) => {
      count.mostBusy = Math.max(count.mostBusy, ++count.busy)
      const end = () => {
        count.busy--
        response.end("ok")
      }
      request.resume().on("end", () => setTimeout(end, 5))
    }).on("connection", (socket: Net.Socket) => {
      count.all++
      count.open++
      socket.on("close", () => count.open--)
    })
    yield* Effect.acquireRelease(
      Effect.async<void>((resume) => void server.listen(0, "127.0.0.1", () => resume(Effect.void))),
      () => Effect.sync(() => server.close().closeAllConnections())
    )
    return { count, url: `http://127.0.0.1:${(server.address() as Net.AddressInfo).port}/` }
  })

  const many = (url: string) =>
    Effect.forEach(Array.from({ length: 20 }), () => Effect.flatMap(post(url), ({ text }) => text), { concurrency: 10 })

  it.live("are kept, and no more than allowed", () =>
    Effect.gen(function* () {
      const { count, url } = yield* counting
      yield* many(url)
      assert.deepInclude(count, { all: 3, mostBusy: 3 })
    }).pipe(withoutTraces, run({ connections: 3 }))
  )

  it.live("are fresh for each request where that is wanted", () =>
    Effect.gen(function* () {
      const { count, url } = yield* counting
      yield* many(url)
      assert.deepInclude(count, { all: 20, mostBusy: 3 })
    }).pipe(withoutTraces, run({ connections: 3, freshConnections: true }))
  )

  it.live("to many origins are no burden", () =>
    Effect.gen(function* () {
      for (let i = 0; i < 40; i++) {
        const server = yield* Servers.fixed(200, "ok", { connection: "close" })
        assert.strictEqual(yield* Effect.flatMap(post(server.baseUrl), ({ text }) => text), "ok")
      }
    }).pipe(withoutTraces, run())
  )

  it.live("are closed with the layer", () =>
    Effect.gen(function* () {
      const { count, url } = yield* counting
      yield* many(url).pipe(withoutTraces, Effect.provide(Undici.layer()))
      assert.isAbove(count.all, 0)
      while (count.open > 0) yield* Effect.sleep("5 millis")
    }).pipe(Effect.scoped)
  )

  it.live("get no request again after a 421, as they do by fetch", () =>
    Effect.gen(function* () {
      const server = yield* Servers.http((response) => response.writeHead(421).end())
      const response = yield* post(server.baseUrl)
      assert.strictEqual(response.status, 421)
      assert.lengthOf(server.received, 1)
    }).pipe(run())
  )

  it.live("are not followed elsewhere", () =>
    Effect.gen(function* () {
      const server = yield* Servers.fixed(307, "", { location: "/elsewhere" })
      assert.strictEqual((yield* post(server.baseUrl)).status, 307)
      assert.lengthOf(server.received, 1)
    }).pipe(withoutTraces, run())
  )
})

describe("a request interrupted before its turn", () => {
  it.live("never goes out, and leaves the connection to the others", () =>
    Effect.gen(function* () {
      let answer = () => {}
      const server = yield* Servers.http((response) => {
        answer = () => void response.end("ok")
      })
      const first = yield* Effect.fork(post(server.baseUrl, "first"))
      while (server.received.length === 0) yield* Effect.sleep("5 millis")
      const second = yield* Effect.fork(post(server.baseUrl, "second"))
      const third = yield* Effect.fork(post(server.baseUrl, "third"))
      yield* Effect.sleep("20 millis")
      yield* Fiber.interrupt(second)
      answer()
      yield* Fiber.join(first)
      while (server.received.length === 1) yield* Effect.sleep("5 millis")
      answer()
      yield* Fiber.join(third)
      assert.deepStrictEqual(
        server.received.map(({ body }) => body),
        ["first", "third"]
      )
    }).pipe(withoutTraces, run({ connections: 1 }))
  )
})

describe("time-outs", () => {
  it.live("of connections prove that nothing was sent", () =>
    Effect.gen(function* () {
      // A TLS handshake that the other side never answers.
      const server = yield* Servers.socket({})
      const error = yield* Effect.flip(post(server.baseUrl.replace("http:", "https:")))
      assert.deepInclude(error, { _tag: "RequestError", reason: "Transport" })
      assert.isTrue(isNeverSent(error.cause))
      assert.deepInclude((error.cause as Error).cause, { code: "UND_ERR_CONNECT_TIMEOUT" })
    }).pipe(withoutTraces, run({ connectTimeout: "200 millis" }))
  )

  it.live("of heads end a stall", () =>
    Effect.gen(function* () {
      const server = yield* Servers.socket({})
      const error = yield* Effect.flip(post(server.baseUrl))
      assert.deepInclude(error.cause, { code: "UND_ERR_HEADERS_TIMEOUT" })
      assert.isFalse(isNeverSent(error.cause))
    }).pipe(withoutTraces, run({ headersTimeout: "200 millis" }))
  )

  it.live("of bodies end a stall", () =>
    Effect.gen(function* () {
      const server = yield* Servers.socket({
        request: (socket) => socket.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nsome")
      })
      const response = yield* post(server.baseUrl)
      assert.deepInclude((yield* Effect.flip(response.text)).cause, { code: "UND_ERR_BODY_TIMEOUT" })
    }).pipe(withoutTraces, run({ bodyTimeout: "200 millis" }))
  )

  const endless = {
    connectTimeout: Duration.infinity,
    headersTimeout: Duration.infinity,
    bodyTimeout: Duration.infinity
  }

  it.live("may be none", () =>
    Effect.gen(function* () {
      const server = yield* Servers.fixed(204)
      assert.strictEqual((yield* post(server.baseUrl)).status, 204)
    }).pipe(withoutTraces, run(endless))
  )
})

describe("the slip of a request", () => {
  it.live("is filled in for that request, which makes no span, and for no other", () =>
    Effect.gen(function* () {
      const server = yield* echo
      const client = yield* HttpClient.HttpClient
      assert.isDefined(directOf(client))
      assert.isUndefined(directOf(HttpClient.tapRequest(client, () => Effect.void)))
      const request = HttpClientRequest.post(server.baseUrl).pipe(HttpClientRequest.bodyText("hello"))
      const own: Wire = { body: request.body, state: "Unknown" }
      yield* Effect.provideService(client.execute(request), Wire, own)
      const other: Wire = { body: HttpBody.text("hello"), state: "Unknown" }
      yield* Effect.provideService(client.execute(request), Wire, other)
      assert.deepStrictEqual([own.state, other.state], ["Started", "Unknown"])
      assert.deepStrictEqual(
        server.received.map(({ headers }) => "traceparent" in headers),
        [false, true]
      )
    }).pipe(Effect.withSpan("application"), run())
  )

  it.live("stays at waiting where there is no connection", () =>
    Effect.gen(function* () {
      const client = yield* HttpClient.HttpClient
      const request = HttpClientRequest.post(Servers.refused).pipe(HttpClientRequest.bodyText("hello"))
      const wire: Wire = { body: request.body, state: "Unknown" }
      const error = yield* Effect.flip(Effect.provideService(client.execute(request), Wire, wire))
      assert.isTrue(isNeverSent(error.cause))
      assert.strictEqual(wire.state, "Waiting")
    }).pipe(run())
  )
})

describe("a dispatcher of one's own", () => {
  /** Starts a request, or does not, and fails it. */
  class Failing extends Dispatcher {
    readonly #starts: boolean
    readonly #error: unknown

    constructor(starts: boolean, error: unknown) {
      super()
      this.#starts = starts
      this.#error = error
    }

    override dispatch(_: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
      const controller = { abort: () => {} } as never
      if (this.#starts) handler.onRequestStart?.(controller, {})
      handler.onResponseError?.(controller, this.#error as Error)
      return true
    }
  }

  const refused = Object.assign(new Error("refused"), { code: "ECONNREFUSED", syscall: "connect" })
  const failures: ReadonlyArray<readonly [name: string, error: unknown]> = [
    ["a code that exists before connections alone", refused],
    ["one that cannot be marked", Object.freeze(Object.assign(new Error("refused"), { code: "ENOTFOUND" }))],
    ["no object", "ECONNREFUSED"]
  ]
  const ways: ReadonlyArray<Partial<InboxClient.Options>> = [
    {},
    { transformClient: HttpClient.tapRequest(() => Effect.void) },
    { transformClient: HttpClient.mapRequest(HttpClientRequest.bodyUnsafeJson({ content: "another" })) }
  ]

  it.effect.each(failures)("that started the request says nothing by its failure: %s", ([, error]) =>
    Effect.gen(function* () {
      for (const options of ways) {
        for (const starts of [true, false]) {
          const inbox = yield* InboxClient.make({
            token: Redacted.make("x"),
            retry: RetryPolicy.none,
            ...options
          }).pipe(Effect.provideService(HttpClient.HttpClient, Undici.fromDispatcher(new Failing(starts, error))))
          const failed = yield* Effect.flip(inbox.sendMessage({ threadId: "t1", content: "hello" }))
          assert.strictEqual(failed._tag, starts ? "ConnectionLost" : "ConnectionFailed")
        }
      }
    })
  )

  it.live("that sends twice is stopped", () =>
    Effect.gen(function* () {
      const server = yield* Servers.fixed(503)
      const agent = yield* Effect.acquireRelease(
        Effect.sync(() => new Agent().compose(interceptors.retry({ methods: ["POST"], maxRetries: 2, minTimeout: 1 }))),
        (dispatcher) => Effect.promise(() => dispatcher.destroy())
      )
      const client = Undici.fromDispatcher(agent)
      yield* Effect.exit(client.execute(HttpClientRequest.post(server.baseUrl)))
      assert.lengthOf(server.received, 1)
    }).pipe(withoutTraces, Effect.scoped)
  )
})

describe("connections", () => {
  const ok = (text: string) => `HTTP/1.1 200 OK\r\nContent-Length: ${text.length}\r\n\r\n${text}`

  it.live.each([true, false])("are not opened for a request that was broken off (fresh: %s)", (freshConnections) =>
    Effect.gen(function* () {
      let requests = 0
      const server = yield* Servers.socket({
        request: (socket) => {
          requests++
          if (requests > 1) socket.end(ok("hello"))
        }
      })
      const fiber = yield* Effect.fork(post(server.baseUrl))
      while (server.requests.count === 0) yield* Effect.sleep("5 millis")
      yield* Fiber.interrupt(fiber)
      yield* Effect.sleep("50 millis")
      assert.strictEqual(server.connections.count, 1)
      // What comes next has a connection of its own all the same.
      assert.strictEqual((yield* post(server.baseUrl)).status, 200)
      assert.strictEqual(server.connections.count, 2)
    }).pipe(withoutTraces, run({ freshConnections }))
  )

  it.live("are opened for those that wait where another was broken off", () =>
    Effect.gen(function* () {
      const server = yield* Servers.socket({
        request: (socket) => {
          if (server.requests.count > 1) socket.write(ok("hello"))
        }
      })
      const first = yield* Effect.fork(post(server.baseUrl))
      while (server.requests.count === 0) yield* Effect.sleep("5 millis")
      const others = yield* Effect.fork(Effect.all([post(server.baseUrl), post(server.baseUrl)]))
      yield* Effect.sleep("20 millis")
      yield* Fiber.interrupt(first)
      const statuses = (yield* Fiber.join(others)).map(({ status }) => status)
      assert.deepStrictEqual(statuses, [200, 200])
    }).pipe(withoutTraces, run({ connections: 1 }))
  )
})

describe("answers before the answer", () => {
  it.live("come to an end", () =>
    Effect.gen(function* () {
      const server = yield* Servers.socket({
        request: (socket) => {
          const timer = setInterval(() => socket.write("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"), 1)
          socket.on("close", () => clearInterval(timer))
        }
      })
      const error = yield* Effect.flip(post(server.baseUrl))
      assert.deepInclude(error, { _tag: "RequestError", reason: "Transport" })
      assert.isFalse(isNeverSent(error.cause))
    }).pipe(withoutTraces, run())
  )
})

describe("encoded answers", () => {
  const text = JSON.stringify(Servers.message)
  const encodings: ReadonlyArray<readonly [name: string, encode: (bytes: Buffer) => Buffer]> = [
    ["gzip", Zlib.gzipSync],
    ["deflate", Zlib.deflateSync],
    ["deflate", Zlib.deflateRawSync],
    ["br", Zlib.brotliCompressSync]
  ]

  it.live.each(encodings)("are not asked for, and are read: %s", ([encoding, encode]) =>
    Effect.gen(function* () {
      const server = yield* Servers.http((response) =>
        response
          .writeHead(200, { "content-type": "application/json", "content-encoding": encoding })
          .end(encode(Buffer.from(text)))
      )
      const response = yield* post(server.baseUrl)
      assert.strictEqual(yield* response.text, text)
      assert.strictEqual(yield* response.stream.pipe(Stream.decodeText(), Stream.mkString), text)
      const inbox = yield* InboxClient.make({ token: Redacted.make("x"), baseUrl: server.baseUrl })
      assert.strictEqual((yield* inbox.sendMessage({ threadId: "t1", content: "hello" })).id, "message1")
      assert.deepStrictEqual(
        server.received.map(({ headers }) => headers["accept-encoding"]),
        ["identity", "identity"]
      )
    }).pipe(withoutTraces, run())
  )

  it.live("are bounded, and may be broken", () =>
    Effect.gen(function* () {
      const bodies = [Zlib.gzipSync(Buffer.alloc(50_000_000, " ")), Buffer.from("no gzip")]
      for (const body of bodies) {
        const server = yield* Servers.fixed(200, body, { "content-encoding": "gzip" })
        const inbox = yield* InboxClient.make({ token: Redacted.make("x"), baseUrl: server.baseUrl })
        const error = yield* Effect.flip(inbox.sendMessage({ threadId: "t1", content: "hello" }))
        assert.deepStrictEqual([error._tag, error.delivery], ["MalformedResponse", "Delivered"])
      }
    }).pipe(withoutTraces, run())
  )
})

describe("on Bun", () => {
  it.effect("the layer says in one sentence what to do", () =>
    Effect.gen(function* () {
      Object.defineProperty(globalThis, "Bun", { value: {}, configurable: true })
      const exit = yield* Effect.exit(Effect.scoped(Undici.make()))
      assert.isTrue(Exit.isFailure(exit))
      assert.include(Exit.isFailure(exit) ? Cause.pretty(exit.cause) : "", "use @inbox-effect/client/fetch on Bun")
    }).pipe(Effect.ensuring(Effect.sync(() => Reflect.deleteProperty(globalThis, "Bun"))))
  )
})
