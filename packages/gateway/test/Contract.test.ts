import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { idsWith, judge } from "./support/judge.js"
import * as Ways from "./support/ways.js"
import { Simulator } from "./v2/Simulator.js"

describe("the kit", () => {
  it.scopedLive(
    "finds nothing wrong with the gateway in a process",
    () =>
      Effect.gen(function* () {
        const simulator = new Simulator()
        const url = yield* Ways.inProcess(simulator)
        const report = yield* judge(url, simulator, { budget: "quick" })
        assert.deepStrictEqual(idsWith(report, "failed", "warned"), [])
        assert.strictEqual(report.verdict, "conforms")
      }),
    120_000
  )
})
