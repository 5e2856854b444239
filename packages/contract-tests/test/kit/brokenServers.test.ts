import { assert, describe, it } from "@effect/vitest"
import { broken } from "@inbox-effect/zoo/broken"
import * as Effect from "effect/Effect"
import * as Servers from "../../src/cli/selfTest/servers.js"

/**
 * Broken servers, one of each kind of thing that finds a fault: `npm run test:zoo` takes a larger section. A quick run
 * sends a third of the requests, and does not find all of them.
 */
const chosen: ReadonlyArray<readonly [budget: "quick" | "default", ids: ReadonlyArray<string>]> = [
  [
    "quick",
    [
      "trims-both",
      "nul-alternates",
      "status-201",
      "json-bom",
      "key-id-missing",
      "escape-upper-hex-refused",
      "refuses-over-1024-bytes",
      "chunked-refused",
      "reply-data-other-text",
      "unique-same-content",
      "stable-connection-after-64",
      "nesting-500-crashes",
      "auth-missing-token-in-query",
      "auth-any-token",
      "auth-no-challenge",
      "content-number-coerced",
      "reply-other-thread",
      "body-trailing-comma",
      "utf8-replaced",
      "unknown-status-400",
      "method-no-allow"
    ]
  ],
  ["default", ["created-of-request"]]
]

describe("the kit, on broken servers", () => {
  for (const [budget, ids] of chosen) {
    for (const specimen of broken.filter(({ id }) => ids.includes(id))) {
      it.live(`finds ${specimen.id}: ${specimen.title}`, () =>
        Effect.gen(function* () {
          const { outcome, problem } = yield* Servers.examine(specimen, { seed: 1, budget })
          assert.strictEqual(outcome, "killed", problem ?? "")
        })
      )
    }
  }

  it("are there by the names that are chosen", () => {
    const known = new Set(broken.map(({ id }) => id))
    assert.deepStrictEqual(
      chosen.flatMap(([, ids]) => ids).filter((id) => !known.has(id)),
      []
    )
  })
})
