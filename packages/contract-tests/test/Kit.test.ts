import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Conformance from "../src/Conformance.js"
import type { Report } from "../src/Report.js"
import { sample } from "../src/zoo/broken.js"
import type * as Honest from "../src/zoo/Honest.js"
import * as Specimen from "../src/zoo/Specimen.js"
import { unusual } from "../src/zoo/unusual.js"

/** The population at large is for `inbox-contract self-test`; this is a cross-section of it. */
const brokenCount = 66
const unusualEvery = 7

const examine = (specimen: Specimen.Specimen, seed: number) =>
  Effect.acquireUseRelease(
    Effect.promise(() => Specimen.start(specimen)),
    (server) => Conformance.run({ ...options(server), seed }),
    (server) => Effect.promise(() => server.close())
  )

const options = (server: Honest.Running): Conformance.Options => ({
  url: server.url,
  token: server.token,
  threadId: server.threads,
  replyTo: server.inbound[0],
  maxDuration: "100 seconds"
})

const brokenIds = (report: Report): ReadonlyArray<string> =>
  report.requirements.filter(({ status }) => status === "failed" || status === "warned").map(({ id }) => id)

/** The requirements that findings are about first of all. */
const blamed = (report: Report): ReadonlyArray<string> => [
  ...new Set(
    report.requirements
      .flatMap(({ counterexample, furtherCounterexamples }) => [counterexample, ...(furtherCounterexamples ?? [])])
      .flatMap((counterexample) => (counterexample === undefined ? [] : [counterexample.requirement]))
  )
]

describe("the kit", () => {
  it.live("lets the honest server pass, in fewer than 2,000 requests and with 1,000 messages in one thread", () =>
    Effect.gen(function* () {
      const report = yield* examine(Specimen.honest, 1)
      assert.deepStrictEqual(brokenIds(report), [])
      assert.strictEqual(report.verdict, "conforms")
      assert.isBelow(report.requests, 2_000)
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

  for (const specimen of sample(brokenCount)) {
    it.live(`finds ${specimen.id}: ${specimen.title}`, () =>
      Effect.gen(function* () {
        const report = yield* examine(specimen, 1)
        const found = brokenIds(report)
        assert.include(found, specimen.requirement ?? "")
        const excused = new Set([specimen.requirement, ...(specimen.also ?? []), ...circumstances])
        assert.deepStrictEqual(
          blamed(report).filter((id) => !excused.has(id)),
          [],
          "no neighbour is blamed"
        )
        assert.strictEqual(report.verdict, specimen.level === "MUST" ? "violates" : "conforms")
      })
    )
  }

  for (const specimen of unusual.filter((_, index) => index % unusualEvery === 0)) {
    it.live(`lets ${specimen.id} pass: ${specimen.title}`, () =>
      Effect.gen(function* () {
        const report = yield* examine(specimen, 2)
        assert.deepStrictEqual(brokenIds(report), [])
        assert.strictEqual(report.verdict, "conforms", report.reason ?? "")
      })
    )
  }
})

/** Requirements about the circumstances under which any other breaks. */
const circumstances = ["semantics.stable", "semantics.concurrent", "protocol.no-server-error"]
