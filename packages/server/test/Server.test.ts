import { connect } from "node:net"
import { assert, describe, it } from "@effect/vitest"
import { Answer, RateLimit, Refusal, Sent, Server, Tokens } from "@inbox-effect/server"
import { Deferred, Duration, Effect, Exit, Fiber, Redacted, Scope } from "effect"

const tokens = Tokens.make([[Redacted.make("secret"), "team1"]])

const defaults: Server.Options<string> = {
  authenticate: tokens.authenticate,
  send: ({ caller, content, threadId }) =>
    Effect.succeed(Sent.make({ teamId: caller, threadId, authorId: "a", content })),
  list: ({ caller, threadId }) =>
    Effect.succeed({ teamId: caller, threadId, messages: [], nextCursor: null, isSyncing: false })
}

type Running = typeof Server.Server.Service

const withServer =
  <A, E>(options: Partial<Server.Options<string>>, body: (server: Running) => Effect.Effect<A, E>) =>
  () =>
    Effect.scoped(Effect.flatMap(Server.make({ ...defaults, ...options }), body))

/** Writes these bytes to a socket, and returns what comes back until the other side closes or `until` is in it. */
const raw = (server: Running, bytes: string, until = "\0"): Effect.Effect<string> =>
  Effect.async((resume) => {
    const socket = connect(server.port, "127.0.0.1")
    let received = ""
    const done = () => {
      socket.destroy()
      resume(Effect.succeed(received))
    }
    socket.on("data", (chunk) => {
      received += chunk.toString("latin1")
      if (received.includes(until)) done()
    })
    socket.on("end", done).on("error", done)
    socket.write(bytes)
  })

const body = '{"content":"x"}'

/** A send that closes its connection, with headers added or taken away. */
const request = (
  headers: Record<string, string | ReadonlyArray<string>> = {},
  target = "/api/v1/threads/t1/messages"
) => {
  const all = {
    Host: "127.0.0.1",
    Authorization: "Bearer secret",
    "Content-Type": "application/json",
    "Content-Length": String(body.length),
    Connection: "close",
    ...headers
  }
  const lines = Object.entries(all).flatMap(([name, values]) => [values].flat().map((value) => `${name}: ${value}`))
  return `POST ${target} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n${body}`
}

const statusOf = (text: string): number => Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1])

describe("a server", () => {
  const heads: ReadonlyArray<readonly [name: string, bytes: string, status: number]> = [
    ["a plain send", request(), 200],
    ["an absolute URL", request({}, "http://other/api/v1/threads/t1/messages"), 200],
    ["an escaped letter", request({}, "/api/v1/%74hreads/t1/messages"), 200],
    ["an escaped letter of the base", request({}, "/%61pi/v1/threads/t1/messages"), 200],
    ["a parameter behind a segment", request({}, "/api/v1/threads/t1/messages;x=1"), 404],
    ["two slashes", request({}, "/api/v1//threads/t1/messages"), 404],
    ["a slash at the end", request({}, "/api/v1/threads/t1/messages/"), 404],
    ["dot segments", request({}, "/api/v1/x/../threads/t1/messages"), 404],
    ["an escaped slash", request({}, "/api/v1/threads/t1%2Ft2/messages"), 400],
    ["an escape that is none", request({}, "/api/v1/threads/%zz/messages"), 404],
    ["no Host", request({ Host: [] }), 400],
    ["two Hosts", request({ Host: ["a", "b"] }), 400],
    ["two tokens", request({ Authorization: ["Bearer secret", "Bearer secret"] }), 401],
    ["two media types", request({ "Content-Type": ["application/json", "text/plain"] }), 400],
    ["an Expect that nobody knows", request({ Expect: "200-ok" }), 417],
    ["an unknown encoding", request({ "Content-Encoding": "br" }), 415],
    ["a method that nobody knows", `FROBNICATE /api/v1 HTTP/1.1\r\nHost: a\r\n\r\n`, 501],
    ["no HTTP", "hello\r\n\r\n", 400]
  ]
  for (const [name, bytes, status] of heads) {
    it.live(
      `answers ${name} with ${status}, in the envelope`,
      withServer({}, (server) =>
        Effect.map(raw(server, bytes), (text) => {
          assert.strictEqual(statusOf(text), status, text)
          if (status === 200) return
          const { error } = JSON.parse(text.slice(text.indexOf("\r\n\r\n") + 4))
          assert.strictEqual(error.status, status)
          if (status === 401) assert.match(text, /\r\nwww-authenticate: Bearer\r\n/i)
        })
      )
    )
  }

  it.live(
    "tells a sender to go on once its token was accepted, and not before",
    withServer({}, (server) =>
      Effect.gen(function* () {
        const head = (token: string) => request({ Expect: "100-continue", Authorization: token }).split("\r\n\r\n")[0]
        const told = yield* raw(server, `${head("Bearer secret")}\r\n\r\n`, "\r\n\r\n")
        assert.match(told, /^HTTP\/1\.1 100 /)
        const refused = yield* raw(server, `${head("Bearer other")}\r\n\r\n`)
        assert.match(refused, /^HTTP\/1\.1 401 .*connection: close/is)
      })
    )
  )

  it.live(
    "shows headers of an answer before its own, the request's to the effect, and those of a refusal",
    withServer(
      {
        rateLimit: (
          (limit) => (caller: string) =>
            limit.take(caller, false)
        )(RateLimit.make()),
        send: ({ caller, content, exchange, threadId }) =>
          threadId === "busy"
            ? Effect.fail(Refusal.unavailable("Not now", 7))
            : Effect.succeed(
                Answer.json(Sent.make({ teamId: caller, threadId, authorId: "a", content }), {
                  headers: { "x-request-id": "mine", "x-key": String(exchange.headers["idempotency-key"]) }
                })
              )
      },
      (server) =>
        Effect.gen(function* () {
          const sent = yield* raw(server, request({ "Idempotency-Key": "k1" }))
          assert.match(sent, /\r\nx-request-id: mine\r\n/i)
          assert.match(sent, /\r\nx-key: k1\r\n/i)
          assert.match(sent, /\r\nx-ratelimit-remaining: 299\r\n/i)
          const busy = yield* raw(server, request({}, "/api/v1/threads/busy/messages"))
          assert.strictEqual(statusOf(busy), 503)
          assert.match(busy, /\r\nretry-after: 7\r\n/i)
        })
    )
  )

  it.live(
    "shows headers of the whole server on each answer, refusals of its own among them, behind those of the answer",
    withServer(
      {
        headers: ({ status }) => ({ "x-request-id": "ours", "x-of": String(status) }),
        send: () => Effect.succeed(Answer.json({}, { headers: { "x-request-id": "mine" } })),
        routes: { "/health": () => Effect.succeed(Answer.text("ok")) }
      },
      (server) =>
        Effect.gen(function* () {
          assert.match(yield* raw(server, request()), /\r\nx-request-id: mine\r\n.*x-of: 200\r\n/s)
          for (const [bytes, status] of [
            [request({ Authorization: [] }), 401],
            [request({}, "/api/v1/threads/A-B/messages"), 400],
            [request({}, "/nothing"), 404],
            [request({}, "/health"), 405],
            [request({ "Content-Type": "text/plain" }), 415]
          ] as const) {
            const answer = yield* raw(server, bytes)
            assert.strictEqual(statusOf(answer), status)
            assert.match(answer, /\r\nx-request-id: ours\r\n/)
            assert.include(answer, `\r\nx-of: ${status}\r\n`)
          }
        })
    )
  )

  it.live("keeps hooks from whoever has no token, and tells them of every end", () => {
    const around: Array<string> = []
    const ends: Array<string> = []
    return withServer(
      {
        around: (exchange, handled) => {
          around.push(exchange.caller)
          return Effect.map(handled, (answer) => Answer.setHeaders(answer, { "x-around": "yes" }))
        },
        onEnd: (exchange, answer) => ends.push(`${exchange.caller} ${answer?.status}`),
        routes: { "/health": () => Effect.succeed(Answer.text("ok")) }
      },
      (server) =>
        Effect.gen(function* () {
          assert.match(yield* raw(server, request()), /\r\nx-around: yes\r\n/)
          assert.strictEqual(statusOf(yield* raw(server, request({ Authorization: "Bearer other" }))), 401)
          assert.strictEqual(statusOf(yield* raw(server, request({ "Content-Type": "text/plain" }))), 415)
          const health = yield* raw(server, "GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
          assert.match(health, /^HTTP\/1\.1 200 .*ok$/s)
          assert.strictEqual(statusOf(yield* raw(server, request({}, "/health"))), 405)
          assert.deepStrictEqual(around, ["team1", "team1"])
          assert.deepStrictEqual(ends.slice(0, 3), ["team1 200", "undefined 401", "team1 415"])
        })
    )()
  })

  it.live("tells of requests that cannot be read, those included that never arrive", () => {
    const told: Array<number> = []
    const onUnreadable: Server.Options<string>["onUnreadable"] = ({ status }) => told.push(status)
    const hasty = withServer({ requestTimeout: "50 millis", onUnreadable }, (server) =>
      Effect.map(raw(server, "POST /api/v1/threads/t1/messages HTTP/1.1\r\nHost: a\r\n"), (text) =>
        assert.strictEqual(statusOf(text), 408)
      )
    )
    const patient = withServer({ onUnreadable }, (server) =>
      Effect.gen(function* () {
        assert.strictEqual(statusOf(yield* raw(server, `GET / HTTP/1.1\r\nX: ${"x".repeat(40_000)}\r\n\r\n`)), 431)
        assert.strictEqual(statusOf(yield* raw(server, "hello\r\n\r\n")), 400)
        assert.strictEqual(statusOf(yield* raw(server, "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n")), 405)
        assert.deepStrictEqual(told, [408, 431, 400, 405])
      })
    )
    return Effect.zipRight(hasty(), patient())
  })

  it.live("keeps little of the body of somebody whose token is not accepted", () => {
    const kept: Array<number> = []
    const long = JSON.stringify({ content: "x".repeat(200_000) })
    const post = (token: string) =>
      request({ Authorization: `Bearer ${token}`, "Content-Length": String(long.length) }).replace(body, long)
    return withServer(
      {
        keepBytes: 1_000_000,
        onEnd: ({ received }) => kept.push(received.head.reduce((sum, { length }) => sum + length, 0))
      },
      (server) =>
        Effect.gen(function* () {
          assert.strictEqual(statusOf(yield* raw(server, post("secret"))), 200)
          assert.strictEqual(statusOf(yield* raw(server, post("other"))), 401)
          assert.deepStrictEqual(kept, [long.length, 65_536])
        })
    )()
  })

  it.live("answers what is in flight when it closes, and takes nothing new", () =>
    Effect.gen(function* () {
      const begun = yield* Deferred.make<void>()
      const goOn = yield* Deferred.make<void>()
      const scope = yield* Scope.make()
      const server = yield* Scope.extend(
        Server.make({
          ...defaults,
          shutdownTimeout: Duration.infinity,
          requestTimeout: Duration.infinity,
          idleTimeout: Duration.infinity,
          send: (send) =>
            Deferred.succeed(begun, undefined).pipe(
              Effect.zipRight(Deferred.await(goOn)),
              Effect.zipRight(defaults.send(send))
            )
        }),
        scope
      )
      const sending = yield* Effect.fork(raw(server, request({ Connection: "keep-alive" })))
      yield* Deferred.await(begun)
      const closing = yield* Effect.fork(Scope.close(scope, Exit.void))
      yield* Effect.repeat(raw(server, request()), { until: (text) => text === "" })
      yield* Deferred.succeed(goOn, undefined)
      const text = yield* Fiber.join(sending)
      assert.strictEqual(statusOf(text), 200)
      assert.match(text, /\r\nconnection: close\r\n/i)
      yield* Fiber.join(closing)
    })
  )
})
