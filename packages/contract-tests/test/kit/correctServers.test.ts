import { assert, describe, it } from "@effect/vitest"
import * as Specimen from "@inbox-effect/zoo/Specimen"
import { unusual } from "@inbox-effect/zoo/unusual"
import * as Effect from "effect/Effect"
import * as Servers from "../../src/cli/selfTest/servers.js"
import * as SelfTest from "../../src/kit/SelfTest.js"

/** One in so many of the unusual servers. */
const every = 9

describe("the kit, on correct servers", () => {
  it.live("lets the honest one pass, in about 2,700 requests and with more than 1,000 messages", () =>
    Effect.gen(function* () {
      const report = yield* SelfTest.report(
        { ...Specimen.honest, start: () => Specimen.start(Specimen.honest) },
        { seed: 1 }
      )
      assert.deepInclude(SelfTest.score(Specimen.honest, report), { outcome: "passed", problem: null })
      assert.isBelow(report.requests, 2_800)
      assert.isAbove(report.accepted, 1_000)
      assert.isTrue(
        report.requirements.every(({ cases, status }) => status === "passed" && cases > 0),
        "every requirement was put to the test"
      )
      assert.isTrue(
        report.coverage.every(({ cases }) => cases > 0),
        "contents of every class were sent"
      )
    })
  )

  for (const specimen of unusual.filter((_, index) => index % every === 0)) {
    it.live(`lets ${specimen.id} pass: ${specimen.title}`, () =>
      Effect.gen(function* () {
        const { outcome, problem } = yield* Servers.examine(specimen, { seed: 2 })
        assert.strictEqual(outcome, "passed", problem ?? "")
      })
    )
  }
})
