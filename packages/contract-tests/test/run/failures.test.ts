import { assert, describe, it } from "@effect/vitest"
import { observe } from "../../src/judge/facts.js"
import { judge } from "../../src/judge/judge.js"
import * as Case from "../../src/model/Case.js"
import * as Ledger from "../../src/model/Ledger.js"
import { makeFailures } from "../../src/run/failures.js"
import { trial } from "../support/recorded.js"

describe("failures that are kept", () => {
  const refused = (content: string, options: Partial<Case.Step> = {}) => {
    const self = trial([[Case.step(content, options), { status: 400, replyId: "message0" }]])
    const violations = judge(self, observe(self, Ledger.make()))
    return violations.map((violation) => ({ trial: self, violation, violations }))
  }

  it("are enough of a kind, and some with each feature, however many have come before", () => {
    const failures = makeFailures()
    for (let count = 0; count < 200; count++)
      for (const each of refused("Hello", { reply: "latest" })) failures.add(each)
    // Each feature of the last two has been met, though not together.
    for (let count = 0; count < 20; count++) {
      for (const each of refused("0", { reply: "latest" }).slice(0, count < 4 ? 1 : 0)) failures.add(each)
    }
    const before = failures.all().length
    assert.isAtMost(before, 20)
    for (const each of [refused("0"), refused("Hello", { json: "pretty", reply: "latest" })].flat()) failures.add(each)
    assert.deepStrictEqual(
      failures
        .all()
        .slice(before)
        .map(({ trial: { case: self } }) => [self.steps[0]?.content, self.steps[0]?.json]),
      [
        ["0", "plain"],
        ["Hello", "pretty"]
      ]
    )
  })
})
