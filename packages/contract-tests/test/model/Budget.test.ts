import { assert, describe, it } from "@effect/vitest"
import * as Budget from "@inbox-effect/contract-tests/Budget"
import { honest, start } from "@inbox-effect/zoo/Specimen"
import * as Effect from "effect/Effect"
import { check } from "../../src/kit/selfTest/server.js"
import * as Cost from "../../src/plan/cost.js"

describe("a budget", () => {
  it.live("puts every requirement to the test, and costs what was counted", () =>
    Effect.gen(function* () {
      const report = yield* check(() => start(honest), { seed: 0, budget: "quick" })
      assert.strictEqual(report.verdict, "conforms")
      assert.isTrue(report.requirements.every(({ cases, status }) => status === "passed" && cases > 0))
      assert.isTrue(report.coverage.every(({ cases }) => cases > 0))
      assert.strictEqual(report.runs, 20)
      // Some edits cannot be made of every token and every id.
      const { requests } = Cost.cost("quick")
      assert.isAtMost(report.requests, requests)
      assert.isAbove(report.requests, requests - 12)
    })
  )

  it("is small, as it was, or ten times as large", () => {
    const [quick, normal, deep] = Budget.names.map((name) => Cost.cost(name))
    assert.isBelow(quick?.requests ?? 0, 900)
    assert.isBelow(normal?.requests ?? 0, 2_800)
    assert.isAbove(normal?.messages ?? 0, 1_000)
    assert.isAbove(deep?.messages ?? 0, 10_000)
  })

  it("is refined by the number of runs, and by what is selected", () => {
    const { requests } = Cost.cost("quick")
    assert.isAbove(Cost.cost("quick", { runs: 100 }).requests, requests)
    assert.isBelow(Cost.cost("quick", { selected: (id) => id === "auth.missing" }).requests, requests / 10)
  })
})
