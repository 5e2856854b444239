import { FetchHttpClient, HttpClient, HttpClientRequest } from "@effect/platform"
import { NodeHttpClient } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { InboxClient, RetryPolicy, StartWithin } from "@inbox-effect/client"
import * as Fetch from "@inbox-effect/client/fetch"
import * as Undici from "@inbox-effect/client/undici"
import { Deferred, Duration, Effect, Fiber, type Layer, Predicate, TestClock, TestServices } from "effect"
import * as Scripted from "./Scripted.js"
import * as Servers from "./Servers.js"

const { request, token } = Scripted

const client = (baseUrl: string, options: Partial<InboxClient.Options> = {}) =>
  InboxClient.make({ token, baseUrl, ...options })

/** Holds the whole process, as a stop of it or a long collection of garbage does. */
const hold = (millis: number): Effect.Effect<void> =>
  Effect.sync(() => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, millis))

const answered = Servers.http((response) =>
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(Servers.message))
)

/** Each way in which a request reaches the undici layer. */
const ways: ReadonlyArray<readonly [name: string, options: Partial<InboxClient.Options>]> = [
  ["directly", {}],
  ["through what is put around it", { transformClient: HttpClient.tapRequest(() => Effect.void) }],
  [
    "with another body than the client gave",
    {
      transformClient: HttpClient.mapRequest(HttpClientRequest.bodyUnsafeJson({ content: "another" })),
      retry: RetryPolicy.none
    }
  ]
]

describe.each(ways)("a request that goes out %s", (_name, options) => {
  it.live("goes out in time", () =>
    Effect.gen(function* () {
      const server = yield* answered
      const inbox = yield* client(server.baseUrl, options)
      yield* inbox.sendMessage(request, { startWithin: "1 minute" })
      assert.lengthOf(server.received, 1)
    }).pipe(Effect.scoped, Effect.provide(Undici.layer()))
  )

  it.live("does not go out any more after the process was held between the begin and the connection", () =>
    Effect.gen(function* () {
      const server = yield* answered
      const inbox = yield* client(server.baseUrl, options)
      const fiber = yield* Effect.fork(Effect.flip(inbox.sendMessage(request, { startWithin: "100 millis" })))
      // The connection is being opened by now, or the send has not begun: either way nothing may leave after the stop.
      yield* Effect.yieldNow()
      yield* hold(150)
      const error = yield* Fiber.join(fiber)
      assert.strictEqual(error.delivery, "NotDelivered")
      yield* Effect.sleep("20 millis")
      assert.lengthOf(server.received, 0)
    }).pipe(Effect.scoped, Effect.provide(Undici.layer()))
  )
})

describe("the time to begin", () => {
  it.effect("is over for what waited for a connection, and tells so", () =>
    Effect.gen(function* () {
      const release = yield* Deferred.make<void>()
      const server = yield* Servers.http((response, { body }) =>
        body.includes("first")
          ? void Effect.runFork(
              Effect.zipRight(
                Deferred.await(release),
                Effect.sync(() => response.writeHead(400).end())
              )
            )
          : response.writeHead(200).end()
      )
      const inbox = yield* client(server.baseUrl)
      const first = yield* Effect.fork(Effect.flip(inbox.sendMessage({ ...request, content: "first" })))
      while (server.received.length === 0) yield* TestServices.provideLive(Effect.sleep("5 millis"))
      const second = yield* Effect.fork(Effect.flip(inbox.sendMessage(request, { startWithin: "5 seconds" })))
      yield* TestClock.adjust("5 seconds")
      yield* Deferred.succeed(release, undefined)
      assert.strictEqual((yield* Fiber.join(first))._tag, "BadRequest")
      const error = yield* Fiber.join(second)
      assert.deepInclude(error, { _tag: "TimedOut", delivery: "NotDelivered", limit: "Start" })
      assert.deepInclude(error, { after: Duration.seconds(5) })
      assert.lengthOf(error.attempts, 1)
      assert.lengthOf(server.received, 1)
    }).pipe(Effect.scoped, Effect.provide(Undici.layer({ connections: 1 })))
  )

  it.effect("bounds the limiter, the token and retries", () =>
    Effect.gen(function* () {
      const baseUrl = Servers.refused
      const never = { acquire: Effect.never, learn: () => Effect.void }
      const errorOf = (options: Partial<InboxClient.Options>) =>
        Effect.gen(function* () {
          const inbox = yield* client(baseUrl, options)
          const fiber = yield* Effect.fork(Effect.flip(inbox.sendMessage(request, { startWithin: "5 seconds" })))
          yield* TestClock.adjust("5 seconds")
          return yield* Fiber.join(fiber)
        })
      assert.deepInclude(yield* errorOf({ limiter: never }), { _tag: "TimedOut", limit: "Start" })
      assert.deepInclude(yield* errorOf({ token: Effect.never }), { _tag: "CredentialsUnavailable" })
    }).pipe(Effect.scoped, Effect.provide(Undici.layer()))
  )

  it.effect("counts from where it was set", () =>
    Effect.gen(function* () {
      const server = yield* answered
      const inbox = yield* client(server.baseUrl)
      const startWithin = yield* StartWithin.fromNow("5 seconds")
      yield* TestClock.adjust("5 seconds")
      const error = yield* Effect.flip(inbox.sendMessage(request, { startWithin }))
      assert.deepInclude(error, { _tag: "TimedOut", delivery: "NotDelivered", limit: "Start" })
      assert.lengthOf(server.received, 0)
    }).pipe(Effect.scoped, Effect.provide(Undici.layer()))
  )

  it.effect("may be without end, and has to be longer than nothing", () =>
    Effect.gen(function* () {
      const server = yield* answered
      const inbox = yield* client(server.baseUrl, { startWithin: Duration.infinity })
      yield* inbox.sendMessage(request)
      assert.lengthOf(server.received, 1)
      const error = yield* Effect.flip(client(server.baseUrl, { startWithin: 0 }))
      assert.deepInclude(error, { _tag: "ConfigError", path: ["startWithin"] })
    }).pipe(Effect.scoped, Effect.provide(Undici.layer()))
  )
})

describe("a client that cannot look at the time while it writes", () => {
  const others: ReadonlyArray<readonly [name: string, layer: Layer.Layer<HttpClient.HttpClient>]> = [
    ["fetch", FetchHttpClient.layer],
    ["our fetch", Fetch.layer],
    ["stock undici", NodeHttpClient.layerUndici],
    ["node:http", NodeHttpClient.layer]
  ]

  it.effect.each(others)("says so and refuses the option: %s", ([, layer]) =>
    Effect.gen(function* () {
      const server = yield* answered
      const inbox = yield* client(server.baseUrl)
      assert.isFalse(StartWithin.isKeptBy(inbox))
      assert.isFalse(StartWithin.isKeptBy(yield* HttpClient.HttpClient))
      const cause = yield* Effect.sandbox(inbox.sendMessage(request, { startWithin: "1 second" })).pipe(Effect.flip)
      assert.isTrue(Predicate.isTagged(cause, "Die"))
      assert.include(cause.toString(), "@inbox-effect/client/undici")
      const error = yield* Effect.flip(client(server.baseUrl, { startWithin: "1 second" }))
      assert.deepInclude(error, { _tag: "ConfigError", path: ["startWithin"] })
      assert.lengthOf(server.received, 0)
    }).pipe(Effect.scoped, Effect.provide(layer))
  )

  it.effect("is told from one that can", () =>
    Effect.gen(function* () {
      const http = yield* HttpClient.HttpClient
      assert.isTrue(StartWithin.isKeptBy(http))
      assert.isTrue(StartWithin.isKeptBy(yield* client("http://127.0.0.1:1")))
      assert.isFalse(StartWithin.isKeptBy(HttpClient.tapRequest(http, () => Effect.void)))
    }).pipe(Effect.provide(Undici.layer()))
  )
})
