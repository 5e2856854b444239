import * as Http from "node:http"
import type { AddressInfo } from "node:net"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Case from "../../src/model/Case.js"
import * as Session from "../../src/send/session.js"

/** A server on a free port. */
const serving = (listener: Http.RequestListener) =>
  Effect.acquireRelease(
    Effect.promise(
      () =>
        new Promise<Http.Server>((resolve) => {
          const server = Http.createServer(listener).listen(0, "127.0.0.1", () => resolve(server))
        })
    ),
    (server) =>
      Effect.sync(() => {
        server.close()
        server.closeAllConnections()
      })
  )

/** A run against a server. `timeout` in milliseconds. */
const sessionWith = (server: Http.Server, timeout: number) =>
  Effect.acquireRelease(
    Session.make(
      {
        url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1`),
        token: Redacted.make("secret"),
        threads: ["t1"]
      },
      { timeout, maxDuration: 60_000, interval: 0 },
      undefined
    ),
    (session) => Effect.sync(session.close)
  )

/** A server that answers each request as soon as it has come, and notes how many were under way when its head came. */
const counting = Effect.suspend(() => {
  const underWay: Array<number> = []
  let open = 0
  return Effect.map(
    serving((request, response) => {
      underWay.push(++open)
      request.resume().on("end", () => {
        open--
        response.setHeader("content-type", "application/json").end("{}")
      })
    }),
    (server) => ({ server, underWay })
  )
})

describe("requests that are sent together", () => {
  it.scopedLive("are in flight together, however fast the target is", () =>
    Effect.gen(function* () {
      const { server, underWay } = yield* counting
      const session = yield* sessionWith(server, 10_000)
      const steps = Array.from({ length: 16 }, (_, index) => Case.step(`Message ${index}`))
      let most = 0
      // One of several rounds is enough on a machine that is busy with other tests: they wait for each other, not for ever.
      for (let round = 0; round < 20 && most < 16; round++) {
        const { exchanges } = yield* session.run(Case.together("bursts", steps))
        assert.strictEqual(exchanges.length, 16)
        most = Math.max(...underWay.splice(0))
      }
      assert.strictEqual(most, 16)
    })
  )
})

describe("a target that leaves requests unanswered", () => {
  it.scopedLive("is waited for as long as was said twice, and not so long from then on", () =>
    Effect.gen(function* () {
      const server = yield* serving(() => undefined)
      const session = yield* sessionWith(server, 2_500)
      const timeouts = (self: Case.Case) =>
        Effect.map(session.run(self), ({ exchanges }) =>
          exchanges.map(({ exchange: { outcome } }) => (outcome.kind === "silent" ? outcome.timeout : undefined))
        )
      const steps = [Case.step("a"), Case.step("b")]
      assert.deepStrictEqual(yield* timeouts(Case.together("bursts", steps)), [2_500, 2_500])
      assert.deepStrictEqual(yield* timeouts(Case.sequence("plain", [Case.step("c")])), [2_000])
    })
  )
})
