import { assert, describe, it } from "@effect/vitest"
import { Conformance } from "@inbox-effect/contract-tests"
import { Server } from "@inbox-effect/server"
import { Effect } from "effect"
import { ServerLive } from "./fortyLines.js"

describe("a server of forty lines", () => {
  it.live("conforms to every requirement, SHOULD included", () =>
    Effect.gen(function* () {
      const { url } = yield* Server.Server
      const report = yield* Conformance.run({
        url,
        token: "secret",
        threadId: ["t1", "t2"],
        budget: "quick",
        seed: 4711,
        strict: true
      })
      const broken = report.requirements.filter(({ status }) => status !== "passed")
      assert.deepStrictEqual(
        broken.map(({ id, status }) => `${id} ${status}`),
        []
      )
      assert.strictEqual(report.verdict, "conforms")
    }).pipe(Effect.provide(ServerLive))
  )
})
