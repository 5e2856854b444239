import type * as Net from "node:net"
import type * as NodeTls from "node:tls"
import { FetchHttpClient, type HttpClient } from "@effect/platform"
import { NodeHttpClient } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { InboxClient, RetryPolicy } from "@inbox-effect/client"
import * as Undici from "@inbox-effect/client/undici"
import { Effect, Fiber, type Layer, Logger, LogLevel, Option, type Scope } from "effect"
import { ok } from "./parity/Misbehaviour.js"
import * as Scripted from "./Scripted.js"
import * as Tls from "./Tls.js"

const run =
  (layer: Layer.Layer<HttpClient.HttpClient>) =>
  <A, E>(effect: Effect.Effect<A, E, HttpClient.HttpClient | Scope.Scope>) =>
    Effect.scoped(effect).pipe(Effect.provide(layer))

const retry = RetryPolicy.make({ baseDelay: "1 millis" })

const sent = (baseUrl: string) =>
  Effect.flatMap(InboxClient.make({ token: Scripted.token, baseUrl, retry }), (inbox) =>
    Effect.either(inbox.sendMessage(Scripted.request))
  )

/** What a server can do to a connection that has carried the request. */
const breaks: ReadonlyArray<
  readonly [string, (connection: { readonly tls: NodeTls.TLSSocket; readonly raw: Net.Socket }) => void]
> = [
  ["answers in the clear", ({ raw }) => void raw.write(ok)],
  ["sends an alert in the clear", ({ raw }) => void raw.write(Buffer.from([0x15, 3, 3, 0, 2, 2, 40]))],
  ["sends a record that nobody can read", ({ raw }) => void raw.write(Buffer.from([0x17, 3, 3, 0, 4, 1, 2, 3, 4]))],
  ["begins another handshake in the clear", ({ raw }) => void raw.write(Buffer.from([0x16, 3, 1, 0, 4, 2, 0, 0, 0]))],
  ["sends a record of another version", ({ raw }) => void raw.write(Buffer.from([0x17, 2, 0, 0, 4, 1, 2, 3, 4]))],
  ["resets", ({ raw }) => void raw.resetAndDestroy()],
  ["ends without a word", ({ raw }) => void raw.end()]
]

describe.concurrent.each(["TLSv1.2", "TLSv1.3"] as const)("over %s", (version) => {
  it.live.each(Tls.backends)("%s sends a message", ([, layer]) =>
    Effect.gen(function* () {
      const server = yield* Tls.make(version, ({ tls }) => void tls.write(ok))
      assert.strictEqual((yield* sent(server.baseUrl))._tag, "Right")
      assert.strictEqual(server.requests.count, 1)
    }).pipe(run(layer))
  )

  it.live.each(Tls.backends)("%s never sends a message twice, whatever becomes of its connection", ([backend, layer]) =>
    Effect.forEach(
      breaks,
      ([name, onRequest]) =>
        Effect.gen(function* () {
          const server = yield* Tls.make(version, onRequest)
          const fiber = yield* Effect.fork(sent(server.baseUrl))
          while (server.requests.count === 0) yield* Effect.sleep("5 millis")
          // undici waits for more after bytes that are no TLS: then nobody knows either.
          const result = yield* backend.startsWith("node:http")
            ? Effect.asSome(Fiber.join(fiber))
            : Effect.timeoutOption(Effect.disconnect(Fiber.join(fiber)), "300 millis")
          assert.strictEqual(server.requests.count, 1, name)
          if (Option.isSome(result)) {
            const { value } = result
            assert.deepInclude(value._tag === "Left" ? value.left : {}, { delivery: "Unknown" }, name)
          }
          yield* Fiber.interrupt(fiber)
        }),
      { concurrency: "unbounded" }
    ).pipe(Logger.withMinimumLogLevel(LogLevel.None), run(layer))
  )
})

describe("a certificate that is refused", () => {
  it.live.each([
    ["our undici", Undici.layer(), "NotDelivered"],
    ["fetch", FetchHttpClient.layer, "Unknown"],
    ["node:http", NodeHttpClient.layer, "Unknown"]
  ] as const)("over %s is proof only where the request is known not to have begun", ([, layer, delivery]) =>
    Effect.gen(function* () {
      const server = yield* Tls.make("TLSv1.2", () => {})
      const result = yield* Effect.flatMap(
        InboxClient.make({ token: Scripted.token, baseUrl: server.baseUrl, retry: RetryPolicy.none }),
        (inbox) => Effect.either(inbox.sendMessage(Scripted.request))
      )
      const error = result._tag === "Left" ? result.left : {}
      assert.deepInclude(error, { delivery, code: "DEPTH_ZERO_SELF_SIGNED_CERT" })
      assert.strictEqual(server.requests.count, 0)
    }).pipe(run(layer))
  )
})
