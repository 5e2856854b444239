import * as Http from "node:http"
import type { AddressInfo } from "node:net"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Case from "../src/Case.js"
import * as Session from "../src/Session.js"

/** A server that answers each request as soon as it has come, and notes how many were under way when its head came. */
const counting = Effect.acquireRelease(
  Effect.promise(
    () =>
      new Promise<{ readonly server: Http.Server; readonly underWay: Array<number> }>((resolve) => {
        const underWay: Array<number> = []
        let open = 0
        const server = Http.createServer((request, response) => {
          underWay.push(++open)
          request.resume().on("end", () => {
            open--
            response.setHeader("content-type", "application/json").end("{}")
          })
        }).listen(0, "127.0.0.1", () => resolve({ server, underWay }))
      })
  ),
  ({ server }) =>
    Effect.sync(() => {
      server.close()
      server.closeAllConnections()
    })
)

describe("requests that are sent together", () => {
  it.scopedLive("are in flight together, however fast the target is", () =>
    Effect.gen(function* () {
      const { server, underWay } = yield* counting
      const session = Session.make(
        {
          url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1`),
          token: Redacted.make("secret"),
          threads: ["t1"]
        },
        { timeout: 10_000, maxDuration: 60_000, interval: 0 },
        undefined
      )
      const steps = Array.from({ length: 16 }, (_, index) => Case.step(`Message ${index}`))
      let most = 0
      // One of several rounds is enough on a machine that is busy with other tests: they wait for each other, not for ever.
      for (let round = 0; round < 20 && most < 16; round++) {
        const { sents } = yield* Effect.promise((signal) => session.run(Case.together("bursts", steps), signal))
        assert.strictEqual(sents.length, 16)
        most = Math.max(...underWay.splice(0))
      }
      assert.strictEqual(most, 16)
      session.close()
    })
  )
})
