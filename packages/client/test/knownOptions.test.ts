import { FetchHttpClient, HttpClient, HttpClientError } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { InboxClient, RateLimiter, Reconcile, RetryPolicy, SendAll } from "@inbox-effect/client"
import * as Fetch from "@inbox-effect/client/fetch"
import * as Promises from "@inbox-effect/client/promise"
import * as Undici from "@inbox-effect/client/undici"
import { Cause, Config, ConfigError, Effect, Either, Exit, Layer, Redacted, Stream } from "effect"
import { Agent } from "undici"
import { withDirect } from "../src/internal/http/wire.js"
import * as Servers from "./Servers.js"

const token = Redacted.make("a-secret-token")

const refusal = <A>(effect: Effect.Effect<A, ConfigError.ConfigError, HttpClient.HttpClient>) =>
  effect.pipe(
    Effect.provide(FetchHttpClient.layer),
    Effect.flip,
    Effect.map((error) => {
      assert.isTrue(ConfigError.isInvalidData(error))
      return String(error)
    })
  )

describe("an option that there is not", () => {
  it.effect("is refused by the client and the reconciler, with the right name", () =>
    Effect.gen(function* () {
      const misspelt = { token, baseURL: "http://127.0.0.1:1/api/v1" } as never
      assert.include(yield* refusal(InboxClient.make(misspelt)), "the option baseURL: it is called baseUrl")
      assert.include(
        yield* refusal(
          Effect.scoped(Layer.build(InboxClient.layerConfig({ baseURL: "x", token: Config.succeed(token) } as never)))
        ),
        "it is called baseUrl"
      )
      assert.include(yield* refusal(Reconcile.make(misspelt)), "it is called baseUrl")
      assert.include(yield* refusal(InboxClient.make({ token, retry: true } as never)), "RetryPolicy.make(")
      assert.include(
        yield* refusal(InboxClient.make({ token, retry: { maxRetries: 1 } } as never)),
        "RetryPolicy.make("
      )
    })
  )

  it.effect("is refused wherever options are taken", () =>
    Effect.gen(function* () {
      assert.throws(() => RetryPolicy.make({ maxRetry: 3 } as never), /the options are maxRetries/)
      assert.throws(() => RateLimiter.make({ Quotas: [] } as never), /it is called quotas/)
      const sending = Stream.runDrain(SendAll.sendAll(Stream.empty, { Concurrency: 3 } as never))
      const exit = yield* Effect.exit(Effect.provide(sending, InboxClient.layerTest()))
      assert.isTrue(Exit.isFailure(exit))
      assert.include(String(Exit.isFailure(exit) ? Cause.squash(exit.cause) : ""), "it is called concurrency")
      const requests = Stream.make({ threadId: "thread1", content: "On my way" })
      const misspelt = Stream.runDrain(SendAll.sendAll(requests, { send: { Timeout: "1 second" } as never }))
      const refused = yield* Effect.exit(Effect.provide(misspelt, InboxClient.layerTest()))
      assert.include(String(Exit.isFailure(refused) ? Cause.squash(refused.cause) : ""), "it is called timeout")
    })
  )
})

describe("an option that a transport or a send does not have", () => {
  it.effect("is refused by the undici layer, with the right name", () =>
    Effect.gen(function* () {
      for (const [options, fix] of [
        [{ keepAliveTimeout: "1 second" }, "the option keepAliveTimeout: it is called keepAlive"],
        [{ Connections: 3 }, "it is called connections"],
        [{ pipelining: 1 }, "the options are connections, freshConnections"]
      ] as const) {
        const exit = yield* Effect.exit(Effect.scoped(Undici.make(options as never)))
        assert.include(String(Exit.isFailure(exit) ? Cause.squash(exit.cause) : ""), fix)
      }
      assert.throws(() => Undici.fromDispatcher(new Agent(), { headerTimeout: 1 } as never), /headersTimeout/)
    })
  )

  it.effect("ends a send before anything is sent", () =>
    Effect.gen(function* () {
      let executed = 0
      const http = HttpClient.make((request) => {
        executed++
        return Effect.fail(new HttpClientError.RequestError({ request, reason: "Transport" }))
      })
      const inbox = yield* Effect.provideService(InboxClient.make({ token }), HttpClient.HttpClient, http)
      const request = { threadId: "thread1", content: "On my way" }
      const exit = yield* Effect.exit(inbox.sendMessage(request, { timeoutMs: 3 } as never))
      assert.include(String(Exit.isFailure(exit) ? Cause.squash(exit.cause) : ""), "it is called timeout")
      assert.strictEqual(executed, 0)
    })
  )

  it.effect("transformClient is none of a client without an HttpClient", () =>
    Effect.gen(function* () {
      const layer = Fetch.layerInbox({ token, transformClient: (client: unknown) => client } as never)
      assert.include(String(yield* Effect.flip(Effect.scoped(Layer.build(layer)))), "the option transformClient")
    })
  )
})

describe("createInboxClient", () => {
  it("takes the short way of a layer that has one", async () => {
    const http = withDirect(
      HttpClient.make((request) => Effect.fail(new HttpClientError.RequestError({ request, reason: "Transport" }))),
      (_, state, __, ended) => {
        state.head = { status: 200, headers: { "content-type": "application/json" } as never }
        state.chunks.push(new TextEncoder().encode(JSON.stringify(Servers.message)))
        ended(Either.right("Complete"))
      }
    )
    const client = Promises.createInboxClient({
      token: Redacted.value(token),
      baseUrl: "http://127.0.0.1:1/api/v1",
      httpClient: Layer.succeed(HttpClient.HttpClient, http)
    })
    assert.isTrue((await client.sendMessage({ threadId: "thread1", content: "On my way" })).ok)
    await client.close()
  })
})
