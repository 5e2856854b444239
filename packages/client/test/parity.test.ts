import type { Socket } from "node:net"
import { FetchHttpClient, HttpClient } from "@effect/platform"
import { NodeHttpClient } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import * as Fetch from "@inbox-effect/client/fetch"
import * as InboxClient from "@inbox-effect/client/InboxClient"
import type * as InboxError from "@inbox-effect/client/InboxError"
import type * as ReceivedMessage from "@inbox-effect/client/ReceivedMessage"
import * as RetryPolicy from "@inbox-effect/client/RetryPolicy"
import * as Undici from "@inbox-effect/client/undici"
import {
  Data,
  Deferred,
  type Duration,
  Effect,
  Either,
  Equal,
  Fiber,
  identity,
  Layer,
  Logger,
  LogLevel,
  Redacted,
  type Scope
} from "effect"
import { type Backend, cases, type Expected, ok } from "./parity/Misbehaviour.js"
import * as Unaccepting from "./parity/Unaccepting.js"
import * as Servers from "./Servers.js"

/** What is put around a client goes the long way. */
const wrapped = Layer.effect(
  HttpClient.HttpClient,
  Effect.map(HttpClient.HttpClient, HttpClient.transformResponse(identity))
)

const backends: ReadonlyArray<readonly [Backend, Layer.Layer<HttpClient.HttpClient>]> = [
  ["fetch", FetchHttpClient.layer],
  ["undici", NodeHttpClient.layerUndici],
  ["node:http", NodeHttpClient.layer],
  ["our fetch", Fetch.layer],
  ["ours", Undici.layer()],
  ["ours, fresh", Undici.layer({ freshConnections: true })],
  ["ours, wrapped", Layer.provide(wrapped, Undici.layer())]
]

const isOurs = (backend: Backend): boolean => backend.startsWith("ours")

const request = { threadId: "thread1", content: "On my way" }

const client = (baseUrl: string, timeout: Duration.DurationInput = "1 minute") =>
  InboxClient.make({ token: Redacted.make("inbox_tok_5f2c9d"), baseUrl, timeout, retry: RetryPolicy.none })

const shape = (
  result: Either.Either<ReceivedMessage.ReceivedMessage, InboxError.InboxError>
): Pick<Expected, "outcome" | "delivery"> =>
  Either.isRight(result)
    ? { outcome: "Message", delivery: "Delivered" }
    : { outcome: result.left._tag, delivery: result.left.delivery }

/** Long enough for a request that is repeated, or comes late, to be counted. */
const settle = Effect.sleep("100 millis")

describe.concurrent.each(backends)("over %s, a server that", (backend, layer) => {
  const run = <A, E>(effect: Effect.Effect<A, E, HttpClient.HttpClient | Scope.Scope>) =>
    Effect.scoped(effect).pipe(Effect.provide(layer), Logger.withMinimumLogLevel(LogLevel.None))

  it.live.each(cases)("$name", ({ but, expected, or, scheme, server: behaviour, stalls }) => {
    const wanted = but?.[backend] ?? expected
    const observe = (timeout: Duration.DurationInput) =>
      run(
        Effect.gen(function* () {
          const server = yield* Servers.socket(behaviour)
          const baseUrl = scheme === undefined ? server.baseUrl : server.baseUrl.replace("http:", scheme)
          const inbox = yield* client(baseUrl, timeout)
          const result = yield* Effect.either(inbox.sendMessage(request))
          yield* settle
          // After a request was broken off, undici connects again, and sends nothing.
          assert.isAtMost(server.connections.count, stalls ? 2 : 1)
          return { seen: { ...shape(result), requests: server.requests.count }, result }
        })
      )
    return Effect.gen(function* () {
      const soon = yield* observe(stalls ? "400 millis" : "1 minute")
      // On a busy machine, the time may be up before the server stalls.
      const isEarly = stalls && !Equal.equals(Data.struct(soon.seen), Data.struct(wanted))
      const { result, seen } = isEarly ? yield* observe("5 seconds") : soon
      if (or === undefined || seen.outcome !== or.outcome || seen.requests !== or.requests) {
        assert.deepStrictEqual(seen, wanted, JSON.stringify(result))
      }
    })
  })

  it.live("is not there", () =>
    run(
      Effect.gen(function* () {
        const inbox = yield* client(Servers.refused)
        const result = yield* Effect.either(inbox.sendMessage(request))
        assert.deepStrictEqual(shape(result), { outcome: "ConnectionFailed", delivery: "NotDelivered" })
      })
    )
  )

  it.live("has seen nothing is tried again, and the error says so", () =>
    run(
      Effect.gen(function* () {
        const retry = RetryPolicy.make({ baseDelay: "1 millis", maxRetries: 2 })
        const sent = (baseUrl: string) =>
          Effect.flatMap(client(baseUrl), (inbox) => Effect.flip(inbox.sendMessage(request, { retry })))
        const closing = yield* Servers.socket({
          connection: (socket) => void socket.once("data", () => socket.end())
        })
        const unsent = yield* sent(closing.baseUrl.replace("http:", "https:"))
        assert.deepStrictEqual([unsent._tag, unsent.attempts.length], ["ConnectionFailed", 3])
        assert.strictEqual(closing.connections.count, 3)
        const losing = yield* Servers.socket({ request: (socket) => socket.end() })
        const unknown = yield* sent(losing.baseUrl)
        yield* settle
        assert.deepStrictEqual([unknown._tag, unknown.attempts.length], ["ConnectionLost", 1])
        assert.strictEqual(losing.requests.count, 1)
      })
    )
  )

  it.live("never accepts", (context) =>
    run(
      Effect.gen(function* () {
        const server = yield* Unaccepting.make
        const inbox = yield* client(server.baseUrl, "400 millis")
        const result = yield* Effect.either(inbox.sendMessage(request))
        const [outcome, delivery] = isOurs(backend) ? ["ConnectionFailed", "NotDelivered"] : ["TimedOut", "Unknown"]
        assert.deepStrictEqual<object>(shape(result), { outcome, delivery })
        assert.strictEqual(yield* server.resumed, 0)
      })
    ).pipe(Effect.catchAll(() => Effect.sync(() => context.skip("this kernel accepts on behalf of a stopped process"))))
  )

  it.live("answers twice, spoils no later send", () =>
    run(
      Effect.gen(function* () {
        let count = 0
        const server = yield* Servers.socket({
          request: (socket) => {
            count++
            socket.write(ok.replace("message1", `message${count}`) + ok.replace("message1", "messagex"))
          }
        })
        const inbox = yield* client(server.baseUrl)
        for (let i = 0; i < 3; i++) {
          const result = yield* Effect.either(inbox.sendMessage(request))
          assert.strictEqual(Either.isRight(result) ? result.right.id : "", `message${i + 1}`)
          yield* Effect.sleep("20 millis")
        }
        assert.strictEqual(server.requests.count, 3)
      })
    )
  )

  it.live("closes idle connections as they are used, is never sent a message twice", () =>
    run(
      Effect.gen(function* () {
        const sends = 60
        const server = yield* Servers.socket({
          request: (socket) => {
            socket.write(ok)
            setTimeout(() => socket.destroy(), Math.random() * 4)
          }
        })
        const inbox = yield* client(server.baseUrl)
        const results = yield* Effect.forEach(Array.from({ length: sends }), () =>
          Effect.either(inbox.sendMessage(request)).pipe(Effect.zipLeft(Effect.sleep(Math.random() * 4)))
        )
        yield* settle
        const outcomes = results.map(shape)
        const answered = outcomes.filter(({ outcome }) => outcome === "Message").length
        const unsent = outcomes.filter(({ delivery }) => delivery === "NotDelivered").length
        for (const { delivery, outcome } of outcomes) {
          if (outcome !== "Message") assert.notEqual(delivery, "Delivered")
        }
        assert.isAtLeast(server.requests.count, answered)
        assert.isAtMost(server.requests.count, sends - unsent)
        if (backend === "ours, fresh") assert.strictEqual(answered, sends)
      })
    )
  )
})

describe("only ours knows", () => {
  const run =
    (options: Undici.Options) =>
    <A, E>(effect: Effect.Effect<A, E, HttpClient.HttpClient | Scope.Scope>) =>
      Effect.scoped(effect).pipe(Effect.provide(Undici.layer(options)))

  it.live("that a connection took too long", () =>
    Effect.gen(function* () {
      const server = yield* Servers.socket({})
      const inbox = yield* client(server.baseUrl.replace("http:", "https:"))
      const result = yield* Effect.either(inbox.sendMessage(request))
      assert.deepStrictEqual(shape(result), { outcome: "ConnectionFailed", delivery: "NotDelivered" })
      assert.propertyVal(Either.isLeft(result) ? result.left : {}, "code", "UND_ERR_CONNECT_TIMEOUT")
    }).pipe(run({ connectTimeout: "200 millis" }))
  )

  it.live("that a send never got its turn on a busy connection", () =>
    Effect.gen(function* () {
      const arrived = yield* Deferred.make<Socket>()
      const server = yield* Servers.socket({
        request: (socket) => Deferred.unsafeDone(arrived, Effect.succeed(socket))
      })
      const inbox = yield* client(server.baseUrl)
      const first = yield* Effect.fork(Effect.either(inbox.sendMessage(request)))
      const socket = yield* Deferred.await(arrived)
      const second = yield* Effect.either(inbox.sendMessage(request, { timeout: "100 millis" }))
      socket.destroy()
      const results = [yield* Fiber.join(first), second]
      yield* settle
      assert.deepStrictEqual(results.map(shape), [
        { outcome: "ConnectionLost", delivery: "Unknown" },
        { outcome: "ConnectionFailed", delivery: "NotDelivered" }
      ])
      assert.strictEqual(server.requests.count, 1)
    }).pipe(run({ connections: 1 }))
  )
})
