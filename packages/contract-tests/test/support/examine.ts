import { assert, it } from "@effect/vitest"
import { broken, sample } from "@inbox-effect/zoo/broken"
import * as Effect from "effect/Effect"
import * as Servers from "../../src/cli/selfTest/servers.js"

/** Size of the cross-section of the broken servers. `npm run test:zoo` takes a larger one. */
const crossSection = 66

/** Broken servers beyond the cross-section, each one of a kind that nothing in it is like. */
const landmarks = new Set([
  "nesting-500-crashes",
  "space-much-refused",
  "origin-of-request",
  "auth-missing-token-in-query",
  "stable-connection-after-64",
  "stable-refused-reset"
])

/** What a quick run, which sends a third of the requests, does not find: it shows rarely, or for few requests. */
const subtle =
  /-of-request$|^(?:answer-reset-rarely|auth-prefix-of-given|reply-null|auth-basic-on-second|reply-number-compared|body-cut-after-backslash|media-plain-with-third-key|thread-star|unknown-same-number)$/

/** One test for each broken server of the cross-section whose requirement is in one of the groups. */
export const findsFaultsOf = (groups: ReadonlyArray<string>) => {
  const population = new Set([...sample(crossSection), ...broken.filter(({ id }) => landmarks.has(id))])
  const chosen = [...population].filter(({ requirement = "" }) => groups.includes(requirement.split(".")[0] ?? ""))
  for (const specimen of chosen) {
    const budget = subtle.test(specimen.id) ? "default" : "quick"
    it.live(`finds ${specimen.id}: ${specimen.title}`, () =>
      Effect.gen(function* () {
        const { outcome, problem } = yield* Servers.examine(specimen, { seed: 1, budget })
        assert.strictEqual(outcome, "killed", problem ?? "")
      })
    )
  }
}
