import { assert, describe, it } from "@effect/vitest"
import * as SelfTest from "@inbox-effect/contract-tests/SelfTest"
import * as Effect from "effect/Effect"
import * as Servers from "../../src/cli/selfTest/servers.js"
import { report } from "../support/report.js"

const specimen = (id: string) => {
  const found = Servers.specimens.find((each) => each.id === id)
  assert.isDefined(found)
  return found
}

describe("a self-test", () => {
  it.live("kills a broken server and lets a correct one pass", () =>
    Effect.gen(function* () {
      const seen: Array<string> = []
      const score = yield* SelfTest.run({
        specimens: [specimen("trims-both"), specimen("errors-pretty")],
        examine: Servers.examine,
        seed: 1,
        budget: "quick",
        onOutcome: ({ id }) => seen.push(id)
      })
      assert.deepStrictEqual(seen, ["trims-both", "errors-pretty"])
      assert.strictEqual(SelfTest.scoreLine(score), "killed 1/1, false alarms 0/2")
      assert.strictEqual(SelfTest.exitCode(score), 0)
    })
  )

  it("tells a survivor, a false alarm and a blamed neighbour", () => {
    const outcome = (id: string, broken: ReadonlyArray<string>) =>
      SelfTest.score(
        specimen(id),
        report(Object.fromEntries(broken.map((each) => [each, { status: "failed" as const }])), {
          verdict: broken.length > 0 ? "violates" : "conforms"
        })
      )
    assert.strictEqual(outcome("trims-both", []).outcome, "survived")
    assert.strictEqual(outcome("trims-both", ["semantics.content"]).outcome, "killed")
    assert.strictEqual(outcome("honest", []).outcome, "passed")
    const alarm = outcome("honest", ["auth.near"])
    assert.strictEqual(alarm.outcome, "false alarm")
    assert.include(alarm.problem, "auth.near")
    const score = SelfTest.summarise([outcome("trims-both", []), alarm], { seed: 1, expected: 3 })
    assert.strictEqual(SelfTest.scoreLine(score), "killed 0/1, false alarms 1/2")
    assert.strictEqual(SelfTest.exitCode(score), 1)
    assert.isFalse(score.complete)
  })

  it("samples broken and correct servers, and finds them by what they break", () => {
    const sample = Servers.sample(28)
    assert.strictEqual(sample.length, 28)
    assert.strictEqual(sample.filter(({ requirement }) => requirement === undefined).length, 4)
    assert.isTrue(Servers.matching(["auth"]).every(({ requirement }) => requirement?.startsWith("auth.")))
    assert.deepStrictEqual(
      Servers.matching(["trims-both"]).map(({ id }) => id),
      ["trims-both"]
    )
  })
})
