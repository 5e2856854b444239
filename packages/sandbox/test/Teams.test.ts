import { assert, describe, it } from "@effect/vitest"
import { Sandbox } from "@inbox-effect/sandbox"
import { Effect } from "effect"
import { teams, token, two } from "./suites/teams.js"
import { inMemory } from "./support/databases.js"

teams(inMemory)

describe("several teams", () => {
  it.live("contradict other options, and each other", () =>
    Effect.gen(function* () {
      const faults: ReadonlyArray<readonly [Sandbox.Options, string]> = [
        [{ ...two, token: token("x") }, "not both"],
        [{ ...two, outboundAddon: true }, "not both"],
        [{ teams: [{ token: token("x"), threads: ["a"] }, { token: token("x") }] }, "token of its own"],
        [
          {
            teams: [
              { token: token("x"), threads: ["a"] },
              { token: token("y"), threads: ["a"] }
            ]
          },
          "one team"
        ],
        [{ teams: [{ token: token("x") }] }, "At least one thread"],
        [{ teams: [] }, "At least one thread"]
      ]
      for (const [options, words] of faults) {
        const fault = yield* Effect.flip(Effect.scoped(Sandbox.make(options)))
        assert.strictEqual(fault.reason, "Options")
        assert.include(fault.message, words)
      }
    })
  )
})
