import { assert, describe, it } from "@effect/vitest"
import { Effect, Either } from "effect"
import { sendOnce } from "./support/outcomes.js"
import type { Fault } from "./v2/faults.js"
import { Simulator } from "./v2/Simulator.js"

const answer = (code: string): Fault => ({ name: code, when: "BeforeAnything", how: "Answer", code })

const reset: Fault = { name: "reset", when: "BeforeAnything", how: "Reset" }

const hang: Fault = { name: "hang", when: "BeforeAnything", how: "Hang" }

const said = (body: string): Fault => ({
  name: body,
  when: "AfterStoring",
  how: "Answer",
  garble: (success) => ({ ...success, body })
})

const thrice = (fault: Fault) => [fault, fault, fault]

/** Behaviour of v2 on a question, and outcome of a send: its status, and the code of its refusal. */
const cases: ReadonlyArray<readonly [name: string, faults: ReadonlyArray<Fault>, status: number, code?: string]> = [
  ["resets it once", [reset], 200],
  ["fails once", [answer("internal")], 200],
  ["is slow", [{ name: "slow", when: "Slow", how: "Answer", millis: 5_000 }], 200],
  ["resets it each time", thrice(reset), 503, "UPSTREAM_UNREACHABLE"],
  ["never answers", thrice(hang), 503, "UPSTREAM_UNREACHABLE"],
  ["fails each time", thrice(answer("internal")), 503, "UPSTREAM_FAILED"],
  ["answers with HTML", [said("<html>")], 503, "UPSTREAM_UNREADABLE"],
  ["answers with an empty object", [said("{}")], 503, "UPSTREAM_UNREADABLE"],
  ["refuses the token", [answer("unauthorized")], 401, "UNAUTHORIZED"],
  ["has its limits", [answer("rateLimited")], 429, "RATE_LIMITED"],
  ["does not know the thread", [answer("threadNotFound")], 404, "THREAD_NOT_FOUND"]
]

describe.each([
  ["the team", 0],
  ["the thread", 1]
] as const)("a v2 that, asked for %s,", (_, before) => {
  it.effect.each(cases)("%s", ([, faults, status, code]) =>
    Effect.gen(function* () {
      const simulator = new Simulator()
      simulator.readFaults.push(...Array.from({ length: before }, () => undefined), ...faults)
      const result = yield* Effect.either(Effect.flatten(sendOnce(simulator)))
      const seen = Either.match(result, {
        onLeft: (error) => ("status" in error ? [error.status, error.code, error.delivery] : [String(error)]),
        onRight: () => [200]
      })
      assert.deepStrictEqual(seen, status === 200 ? [200] : [status, code, "NotDelivered"])
      assert.strictEqual(simulator.sends.length, status === 200 ? 1 : 0)
    })
  )
})
