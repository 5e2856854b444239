import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Conformance from "../../src/Conformance.js"
import type { Report } from "../../src/Report.js"
import { broken, sample } from "../../src/zoo/broken.js"
import * as Specimen from "../../src/zoo/Specimen.js"

/** Runs the kit against a member of the zoo, as large as it runs by default. */
export const examine = (specimen: Specimen.Specimen, seed: number) =>
  Effect.acquireUseRelease(
    Effect.promise(() => Specimen.start(specimen)),
    (server) =>
      Conformance.run({
        url: server.url,
        token: server.token,
        threadId: server.threads,
        replyTo: server.inbound[0],
        maxDuration: "100 seconds",
        seed
      }),
    (server) => Effect.promise(() => server.close())
  )

/** The requirements that a report shows as broken. */
export const brokenIds = (report: Report): ReadonlyArray<string> =>
  report.requirements.filter(({ status }) => status === "failed" || status === "warned").map(({ id }) => id)

/** The requirements that findings are about first of all. */
const blamed = (report: Report): ReadonlyArray<string> => [
  ...new Set(
    report.requirements
      .flatMap(({ counterexample, furtherCounterexamples }) => [counterexample, ...(furtherCounterexamples ?? [])])
      .flatMap((counterexample) => (counterexample === undefined ? [] : [counterexample.requirement]))
  )
]

/** Requirements about the circumstances under which any other breaks. */
const circumstances = ["semantics.stable", "semantics.concurrent", "protocol.no-server-error"]

/** Size of the cross-section of the broken servers: the whole population takes the better part of an hour. */
const crossSection = 66

/** Broken servers beyond the cross-section, each one of a kind that nothing in it is like. */
const landmarks = new Set([
  "nesting-500-crashes",
  "space-much-refused",
  "origin-of-request",
  "auth-missing-token-in-query"
])

/** One test for each broken server of the cross-section whose requirement is in one of the groups. */
export const findsFaultsOf = (groups: ReadonlyArray<string>) => {
  const population = new Set([...sample(crossSection), ...broken.filter(({ id }) => landmarks.has(id))])
  const chosen = [...population].filter(({ requirement = "" }) => groups.includes(requirement.split(".")[0] ?? ""))
  for (const specimen of chosen) {
    it.live(`finds ${specimen.id}: ${specimen.title}`, () =>
      Effect.gen(function* () {
        const report = yield* examine(specimen, 1)
        assert.include(brokenIds(report), specimen.requirement ?? "")
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
}
