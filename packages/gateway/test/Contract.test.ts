import { assert, describe, it } from "@effect/vitest"
import { Effect, Logger, LogLevel } from "effect"
import { idsWith, judge } from "./support/judge.js"
import * as Ways from "./support/ways.js"
import { Simulator } from "./v2/Simulator.js"

describe("the kit finds nothing wrong with the gateway", () => {
  for (const [way, serve] of [["in a process", Ways.inProcess] as const, ["as a server", Ways.asServer] as const]) {
    it.scopedLive(
      way,
      () =>
        Effect.gen(function* () {
          const simulator = new Simulator()
          const report = yield* judge(yield* serve(simulator), simulator, { budget: "quick" })
          assert.deepStrictEqual(idsWith(report, "failed", "warned"), [])
          assert.strictEqual(report.verdict, "conforms")
        }).pipe(Logger.withMinimumLogLevel(LogLevel.None)),
      120_000
    )
  }
})
