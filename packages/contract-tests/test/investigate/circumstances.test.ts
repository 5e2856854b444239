import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { circumstances } from "../../src/investigate/circumstances.js"
import type { Context, Past } from "../../src/investigate/finding.js"
import { recorded } from "../../src/investigate/reproduce.js"
import * as Case from "../../src/model/Case.js"
import * as Ledger from "../../src/model/Ledger.js"
import { judged, message, trial } from "../support/recorded.js"

/** A run of messages, 100 requests apart, of which some came back changed. */
const run = (messages: ReadonlyArray<readonly [content: string, isChanged: boolean]>): ReadonlyArray<Past> =>
  messages.map(([content, isChanged], index) => ({
    step: Case.step(content),
    index: index * 100,
    broken: isChanged ? ["semantics.content"] : []
  }))

/** The circumstances under which a content comes back changed, after a run. */
const whenChanged = (sent: string, received: string, history: ReadonlyArray<Past>) => {
  const self = trial([[Case.step(sent), { status: 200, body: message(received) }]])
  const ledger = Ledger.make()
  const violations = judged(self, ledger)
  const violation = violations.find(({ requirement }) => requirement === "semantics.content")
  if (violation === undefined) throw new Error("nothing is wrong about it")
  const proof = recorded({ trial: self, violation, violations }, { times: 3, failed: 3 })
  const context = { history, session: { ledger, stats: { accepted: 900 } } } as unknown as Context
  return Effect.map(circumstances({ ...proof, reproducible: "always" }, undefined, context), ({ when }) => when)
}

const fine = ["a\nb", "b\n\nc", "1\n2"].map((content) => [content, false] as const)

const kept = ["a\n", "b \n", "c\t"].map((content) => [content, false] as const)

const trimmed = ["x\n", "y \n", "z\t"].map((content) => [content, true] as const)

describe("an edit after another one", () => {
  it.effect("is told by the other one only where the search for a smaller case came to its end", () =>
    Effect.gen(function* () {
      const edited = (id: string) => Case.step("a", { edit: { id } })
      const self = trial([
        [Case.step("a"), { status: 200, body: message("a") }],
        [edited("reject.content/zero"), { status: 422 }],
        [edited("reject.content/null"), { status: 500 }]
      ])
      const violations = judged(self, Ledger.make())
      const violation = violations.find(({ step }) => step === 2)
      assert.isDefined(violation)
      const context = { history: [], woreOff: () => false } as unknown as Context
      const whenProven = (isUnfinished: boolean) =>
        circumstances(
          {
            trial: self,
            violation,
            violations,
            reproducible: "always",
            repeated: { times: 3, failed: 3 },
            requests: 9,
            isUnfinished
          },
          undefined,
          context
        )
      assert.deepStrictEqual(yield* whenProven(false), { when: "after another refused request on the same connection" })
      assert.deepStrictEqual(yield* whenProven(true), { when: "" })
    })
  )
})

describe("a fault that held at first", () => {
  it.effect("is one that has changed nothing of what it changes now", () =>
    Effect.gen(function* () {
      assert.match(
        yield* whenChanged("a\n", "a", run([...kept, ...trimmed])),
        /^from some message on: it held at first/
      )
      assert.strictEqual(yield* whenChanged("a\n", "a", run([...fine, ...trimmed])), "")
    })
  )

  it.effect("is not told by a few messages", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* whenChanged("a\n", "a", run([...kept, ...trimmed.slice(0, 1)])), "")
      assert.strictEqual(yield* whenChanged("a\n", "a", run([...kept.slice(0, 1), ...trimmed])), "")
      assert.strictEqual(yield* whenChanged("a\n", "a", run([...kept, ...trimmed, ["d\n", false]])), "")
    })
  )

  it.effect("is no time of creation, before the first of which there was none to be compared with", () =>
    Effect.gen(function* () {
      const self = trial([[Case.step(Case.simplest), { status: 200, body: message(Case.simplest) }]])
      const breach = { facet: "decreased", place: "$.createdAt", expected: "", actual: "", step: 0 }
      const violation = { ...breach, requirement: "semantics.created", level: "SHOULD" } as const
      const proof = recorded({ trial: self, violation, violations: [violation] }, { times: 3, failed: 3 })
      const history = [...kept, ...trimmed].map(([content, isChanged], index) => ({
        step: Case.step(content),
        index: index * 100,
        broken: isChanged ? (["semantics.created"] as const) : []
      }))
      const context = { history, session: { ledger: Ledger.make(), stats: { accepted: 900 } } } as unknown as Context
      assert.deepStrictEqual(yield* circumstances({ ...proof, reproducible: "always" }, undefined, context), {
        when: ""
      })
    })
  )
})
