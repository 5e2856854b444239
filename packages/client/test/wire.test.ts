import type { HttpClient } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { InboxClient, RetryPolicy } from "@inbox-effect/client"
import { Effect, Exit, type Layer, Logger, LogLevel, type Scope } from "effect"
import { misbehaviours } from "./parity/wire.js"
import * as Scripted from "./Scripted.js"
import * as Servers from "./Servers.js"

describe.concurrent("on the wire", () => {
  it.live.each(Servers.backends)("no misbehaviour makes %s lie", ([, layer]) =>
    Effect.forEach(
      misbehaviours,
      ({ name, on }) =>
        Effect.gen(function* () {
          const server = yield* Servers.socket(on)
          const inbox = yield* InboxClient.make({
            token: Scripted.token,
            baseUrl: server.baseUrl,
            attemptTimeout: "5 seconds",
            retry: RetryPolicy.make({ baseDelay: "1 millis" })
          })
          const exit = yield* Effect.exit(inbox.sendMessage(Scripted.request))
          const error = Exit.isFailure(exit) ? yield* Effect.flip(exit) : undefined
          if (error !== undefined && error.delivery === "NotDelivered") {
            assert.strictEqual(server.requests.count, 0, `${name}: ${error._tag}`)
          }
          assert.isAtMost(server.requests.count, 1, name)
        }).pipe(Effect.scoped),
      { concurrency: 8, discard: true }
    ).pipe(
      Logger.withMinimumLogLevel(LogLevel.None),
      (effect: Effect.Effect<void, unknown, HttpClient.HttpClient | Scope.Scope>) => Effect.scoped(effect),
      Effect.provide(layer as Layer.Layer<HttpClient.HttpClient>)
    )
  )
})
