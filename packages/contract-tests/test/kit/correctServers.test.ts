import { assert, describe, it } from "@effect/vitest"
import * as Specimen from "@inbox-effect/zoo/Specimen"
import { unusual } from "@inbox-effect/zoo/unusual"
import * as Effect from "effect/Effect"
import * as Servers from "../../src/cli/selfTest/servers.js"
import * as SelfTest from "../../src/kit/SelfTest.js"

/** Unusual servers, one of each kind of thing that the kit has to put up with: `npm run test:zoo` takes more. */
const chosen = new Set([
  "json-keys-reversed",
  "brotli",
  "connection-close-on-refusal",
  "limit-seconds",
  "serial",
  "errors-403-bare",
  "status-reply-404"
])

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

  for (const specimen of unusual.filter(({ id }) => chosen.has(id))) {
    it.live(`lets ${specimen.id} pass: ${specimen.title}`, () =>
      Effect.gen(function* () {
        const { outcome, problem } = yield* Servers.examine(specimen, { seed: 2, budget: "quick" })
        assert.strictEqual(outcome, "passed", problem ?? "")
      })
    )
  }

  it("are there by the names that are chosen", () => {
    assert.lengthOf(
      unusual.filter(({ id }) => chosen.has(id)),
      chosen.size
    )
  })
})
