import { assert, describe, it } from "@effect/vitest"
import { Gateway } from "@inbox-effect/gateway"
import { Effect, Layer } from "effect"
import * as Front from "./support/front.js"
import { idsWith, judge } from "./support/judge.js"
import * as Simulated from "./support/simulated.js"
import { Simulator } from "./v2/Simulator.js"

describe("the kit", () => {
  it.scopedLive(
    "finds nothing wrong with the gateway in a process",
    () =>
      Effect.gen(function* () {
        const simulator = new Simulator()
        const layer = Gateway.layerClient({ baseUrl: Simulated.base }).pipe(Layer.provide(Simulated.layer(simulator)))
        const url = yield* Effect.provide(Front.serve, yield* Layer.build(layer))
        const report = yield* judge(url, simulator, { budget: "quick" })
        assert.deepStrictEqual(idsWith(report, "failed", "warned"), [])
        assert.strictEqual(report.verdict, "conforms")
      }),
    120_000
  )
})
