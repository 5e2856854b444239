import { FetchHttpClient, HttpClient, HttpClientRequest } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import * as Fetch from "@inbox-effect/client/fetch"
import * as InboxClient from "@inbox-effect/client/InboxClient"
import * as Undici from "@inbox-effect/client/undici"
import { Array as Arr, ConfigProvider, Effect, Fiber, Layer, Logger, Redacted } from "effect"
import { fetchKey, requestInitKey } from "../src/internal/http/fetchClient.js"
import { directOf } from "../src/internal/http/wire.js"
import * as Servers from "./Servers.js"

const request = { threadId: "thread1", content: "On my way" }

interface Call {
  readonly url: string
  readonly init: RequestInit
}

/** A fetch that keeps what it is asked, and answers with a message. */
const recorder = () => {
  const calls: Array<Call> = []
  const fetch: typeof globalThis.fetch = (url, init) => {
    calls.push({ url: String(url), init: init ?? {} })
    return Promise.resolve(Response.json(Servers.message))
  }
  return { calls, fetch }
}

const send = Effect.flatMap(
  InboxClient.make({ token: Redacted.make("inbox_tok_5f2c9d"), baseUrl: "http://127.0.0.1:1/api/v1/" }),
  (inbox) => inbox.sendMessage(request)
)

describe("a short way", () => {
  const layers = [
    ["fetch", Fetch.layer],
    ["undici", Undici.layer()]
  ] as const

  it.live.each(layers)("over %s, interrupted in the body of a 200: the log says that it was delivered", ([, layer]) =>
    Effect.gen(function* () {
      const lines: Array<unknown> = []
      let closed = false
      const server = yield* Servers.http((response) => {
        response.on("close", () => {
          closed = true
        })
        response.writeHead(200, { "content-type": "application/json" }).write('{"pl')
      })
      const isRead = yield* Servers.headRead(server)
      const inbox = yield* InboxClient.make({ token: Redacted.make("inbox_tok_5f2c9d"), baseUrl: server.baseUrl })
      const fiber = yield* Effect.fork(
        Effect.provide(
          inbox.sendMessage(request),
          Logger.replace(
            Logger.defaultLogger,
            Logger.make(({ message }) => lines.push(...Arr.ensure(message)))
          )
        )
      )
      yield* Effect.promise(() => isRead)
      yield* Fiber.interrupt(fiber)
      assert.deepStrictEqual(lines, ["A send was interrupted after its message was delivered"])
      while (!closed) yield* Effect.sleep("5 millis")
    }).pipe(Effect.scoped, Effect.provide(layer))
  )
})

describe("the client without an HttpClient", () => {
  it.effect("sends as the one over the layer does, with the services that fetch takes", () =>
    Effect.gen(function* () {
      const [beneath, around] = [recorder(), recorder()]
      const layer = Fetch.layerInbox({
        token: Redacted.make("inbox_tok_5f2c9d"),
        baseUrl: "http://127.0.0.1:1/api/v1/"
      })
      const send = Effect.flatMap(InboxClient.InboxClient, (inbox) => {
        assert.isFalse(inbox.keepsStartWithin)
        return inbox.sendMessage(request)
      })
      yield* Effect.zipRight(send, Effect.provideService(send, FetchHttpClient.Fetch, around.fetch)).pipe(
        Effect.provide(Layer.provide(layer, Layer.succeed(FetchHttpClient.Fetch, beneath.fetch)))
      )
      for (const { calls } of [beneath, around]) {
        assert.deepStrictEqual(
          calls.map(({ init, url }) => [url, init.method, init.redirect, init.body]),
          [["http://127.0.0.1:1/api/v1/threads/thread1/messages", "POST", "manual", '{"content":"On my way"}']]
        )
      }
    })
  )

  it.effect("reads the environment, and names what is wrong with it", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(
        Effect.scoped(Layer.build(Fetch.layerInboxConfig())).pipe(
          Effect.withConfigProvider(ConfigProvider.fromMap(new Map()))
        )
      )
      assert.include(String(error), "INBOX_API_TOKEN")
      const refused = yield* Effect.flip(
        Effect.scoped(Layer.build(Fetch.layerInbox({ token: Redacted.make("t"), baseURL: "x" } as never)))
      )
      assert.include(String(refused), "it is called baseUrl")
    })
  )

  it("knows the services of fetch by the keys that they have", () => {
    assert.deepStrictEqual([fetchKey, requestInitKey], [FetchHttpClient.Fetch.key, FetchHttpClient.RequestInit.key])
  })
})

describe("the fetch layer", () => {
  it.effect("takes the fetch and its options from beneath the layer, and rather from around a send", () =>
    Effect.gen(function* () {
      const [beneath, around] = [recorder(), recorder()]
      const layer = Fetch.layer.pipe(
        Layer.provide(Layer.succeed(FetchHttpClient.Fetch, beneath.fetch)),
        Layer.provide(
          Layer.succeed(FetchHttpClient.RequestInit, {
            redirect: "follow",
            credentials: "omit",
            headers: { "X-Tenant": "acme", Authorization: "Basic none" }
          })
        )
      )
      yield* Effect.gen(function* () {
        yield* send
        yield* Effect.provideService(send, FetchHttpClient.Fetch, around.fetch)
        yield* Effect.provideService(send, FetchHttpClient.RequestInit, { credentials: "include" })
      }).pipe(Effect.provide(layer))
      const [first, second] = beneath.calls
      assert.lengthOf(beneath.calls, 2)
      assert.lengthOf(around.calls, 1)
      assert.strictEqual(first?.url, "http://127.0.0.1:1/api/v1/threads/thread1/messages")
      assert.deepInclude(first?.init, { method: "POST", redirect: "manual", credentials: "omit" })
      assert.deepStrictEqual(JSON.parse(String(first?.init.body)), { content: "On my way" })
      const headers = new Headers(first?.init.headers)
      assert.deepStrictEqual(
        ["authorization", "content-type", "x-tenant"].map((name) => headers.get(name)),
        ["Bearer inbox_tok_5f2c9d", "application/json", "acme"]
      )
      assert.deepInclude(second?.init, { credentials: "include", redirect: "manual" })
    })
  )

  it.effect("sends other requests as the layer of the platform does, and leaves that one as it is", () =>
    Effect.gen(function* () {
      const { calls, fetch } = recorder()
      const client = yield* HttpClient.HttpClient
      const stock = yield* Effect.provide(HttpClient.HttpClient, FetchHttpClient.layer)
      assert.isDefined(directOf(client))
      assert.isUndefined(directOf(stock))
      yield* Effect.provideService(
        client.execute(HttpClientRequest.get("http://127.0.0.1:1/other")),
        FetchHttpClient.Fetch,
        fetch
      )
      assert.deepStrictEqual(
        calls.map(({ init, url }) => [init.method, url]),
        [["GET", "http://127.0.0.1:1/other"]]
      )
    }).pipe(Effect.provide(Fetch.layer))
  )
})
