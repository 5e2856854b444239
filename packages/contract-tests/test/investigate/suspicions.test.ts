import { assert, describe, it } from "@effect/vitest"
import type { Failure } from "../../src/investigate/finding.js"
import { isOfWrongId, suspicions } from "../../src/investigate/suspicions.js"
import * as Case from "../../src/model/Case.js"
import * as Ledger from "../../src/model/Ledger.js"
import { accepted, edited, judged, message, trial } from "../support/recorded.js"

/** The failures of trials, as a run records them. */
const failuresOf = (trials: ReadonlyArray<ReturnType<typeof trial>>): ReadonlyArray<Failure> => {
  const ledger = Ledger.make()
  return trials.flatMap((self) => {
    const violations = judged(self, ledger)
    return violations.map((violation) => ({ trial: self, violation, violations }))
  })
}

/** The requirements that are suspected, and the number of failures of each. */
const suspected = (...trials: ReadonlyArray<ReturnType<typeof trial>>): ReadonlyArray<string> =>
  suspicions(failuresOf(trials)).map((failures) => `${failures[0]?.violation.requirement} ${failures.length}`)

const taken = (id: string) => trial([accepted("Hello"), edited(id, { status: 200, body: message("Hello") })])

describe("a suspicion", () => {
  const refused = trial([[Case.step("Hello", { scheme: "bearer" }), { status: 401 }]])

  it("is had of half a pair that comes back changed, whatever else is refused", () => {
    const changed = trial([[Case.step("a\ud83db"), { status: 200, body: message("a\ufffdb") }]])
    assert.deepStrictEqual(suspected(changed), ["accept.content.nul 1"])
    assert.deepStrictEqual(suspected(refused, changed), ["accept.content.nul 1", "accept 1"])
  })

  it("is not had of a mind that changes where others are refused as well", () => {
    const [odd, accepts, refuses] = ["a\u0000b", { status: 200, body: message("a\u0000b") }, { status: 400 }] as const
    const varies = trial([
      [Case.step(odd), accepts],
      [Case.step(odd), refuses]
    ])
    assert.deepStrictEqual(suspected(varies), ["accept.content.nul 1"])
    assert.deepStrictEqual(suspected(refused, varies), ["accept 1"])
  })

  it("is had once of what must be refused and of what should be, where both are answered alike", () => {
    const empty = trial([
      accepted("Hello", { replyData: {} }, { replyId: "message1" }),
      edited("reject.reply/empty", { status: 200, body: message("Hello"), replyId: "message1" }, { reply: "latest" })
    ])
    const nothing = trial([
      accepted("Hello", { replyData: {} }, { replyId: "message1" }),
      edited("reject.reply/null", { status: 200, body: message("Hello"), replyId: "message1" }, { reply: "latest" })
    ])
    assert.deepStrictEqual(suspected(nothing), ["reject.reply 1"])
    assert.deepStrictEqual(suspected(empty, nothing), ["reject.reply 1"])
  })

  it("is had once of an invalid request that ends in an error, whether its base was accepted or not", () => {
    const id = "reject.body/null"
    const bracketed = trial([accepted("Hello"), edited(id, { status: 500 })])
    const alone = trial([[Case.step("Hello"), { status: 503 }], edited(id, { status: 500 })])
    assert.deepStrictEqual(
      suspected(bracketed, alone).filter((each) => each.startsWith("reject.body")),
      ["reject.body 2"]
    )
  })

  it("is not had of an invalid request, where the message that it is made of ended in the same error", () => {
    const trailers = { http: "chunked-trailers" }
    const both = (status: number) =>
      trial([[Case.step("Hello", trailers), { status: 500 }], edited("reject.content/empty", { status }, trailers)])
    assert.deepStrictEqual(suspected(both(500)), ["accept 1"])
    assert.deepStrictEqual(suspected(both(502)), ["accept 1", "protocol.no-server-error 1"])
  })

  it("is had of a server error alone, where a message may be refused", () => {
    const failed = (step: Case.Step) => suspected(trial([[step, { status: 500 }]]))
    assert.deepStrictEqual(failed(Case.step("\ud83d", { http: "charset" })), ["protocol.no-server-error 1"])
    assert.deepStrictEqual(failed(Case.step("a".repeat(20_000))), ["protocol.no-server-error 1"])
    assert.deepStrictEqual(failed(Case.step("Hello", { http: "charset" })), ["accept 1"])
  })

  it("is had once of wrong credentials, where those of each kind fail alike", () => {
    const failed = (id: string, status: number) => trial([accepted("Hello"), edited(id, { status })])
    const [basic, near] = [failed("auth.scheme/basic", 500), failed("auth.near/cut-last", 500)]
    const kinds = [failed("auth.wrong/random", 500), failed("auth.missing/absent", 500)]
    const errors = (...trials: ReadonlyArray<ReturnType<typeof trial>>) =>
      suspicions(failuresOf(trials))
        .filter(([first]) => first?.violation.requirement === "protocol.no-server-error")
        .map((failures) => failures.map(({ trial: { exchanges } }) => exchanges.at(-1)?.edit?.id))
    assert.deepStrictEqual(errors(basic, near, ...kinds), [
      ["auth.missing/absent", "auth.scheme/basic", "auth.near/cut-last", "auth.wrong/random"]
    ])
    assert.lengthOf(errors(basic, near), 2)
    assert.lengthOf(errors(failed("auth.scheme/basic", 502), ...kinds), 3)
  })

  it("is had once of whoever reads nothing after the end of a text", () => {
    const after = "reject.body.extension/block-comment-after"
    const inside = "reject.body.extension/block-comment"
    assert.deepStrictEqual(suspected(taken(after)), ["reject.body.extension 1"])
    assert.deepStrictEqual(suspected(taken("reject.body/garbage-after"), taken(after)), ["reject.body 1"])
    assert.deepStrictEqual(suspected(taken("reject.body/cut-last-brace"), taken(after)), [
      "reject.body 1",
      "reject.body.extension 1"
    ])
    assert.deepStrictEqual(suspected(taken("reject.body/garbage-after"), taken(inside)), [
      "reject.body 1",
      "reject.body.extension 1"
    ])
  })
})

describe("a refused reply", () => {
  const refused = (replyId: string) =>
    failuresOf([trial([[Case.step("Yes", { reply: "latest" }), { status: 422, replyId }]])]).filter(
      ({ violation }) => violation.requirement === "accept"
    )

  it("says nothing where the id that is replied to came with the content of another message", () => {
    const ledger = Ledger.make()
    ledger.add({ id: "swapped", thread: 0, content: "One", answered: "Two", index: 1 })
    ledger.add({ id: "changed", thread: 0, content: "Two ", answered: "Two!", index: 2 })
    ledger.add({ id: "own", thread: 0, content: "Two", index: 3 })
    const told = ["swapped", "changed", "own"].map((id) => refused(id).map((failure) => isOfWrongId(failure, ledger)))
    assert.deepStrictEqual(told, [[true], [false], [false]])
  })
})
