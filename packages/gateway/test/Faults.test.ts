import { assert, describe, it } from "@effect/vitest"
import { Effect, Either } from "effect"
import * as Trials from "./readings/trials.js"
import { assertMessage, broken, type Observed, observe, statusOf } from "./support/outcomes.js"
import { type Fault, faults } from "./v2/faults.js"
import { documented, type Named, readings } from "./v2/readings.js"

/** How a send ends under the reading that the documents suggest. */
const expected: Readonly<Record<string, number>> = {
  "rate limited for an hour": 429,
  "rate limited, nobody knows how long": 429,
  "platform rate limited, nobody knows how long": 429,
  "unauthorized for once": 401,
  "plan required": 403,
  "403 of a new kind": 403,
  "account disconnected": 409,
  "a conflict of a new kind": 409,
  "content rejected": 422,
  "thread restricted": 422,
  "a refusal of a new kind": 422,
  "a 502 of a new kind": 500,
  "platform unavailable for a day": 500,
  "unconfirmed, never delivered": 500,
  "unconfirmed, delivered": 500,
  "unconfirmed, and nobody hears it": 500,
  "unconfirmed, never delivered, and nobody hears it": 500,
  "307 after storing": 500,
  "502 of a proxy after storing": 500
}

const check = (named: Named, script: ReadonlyArray<Fault | undefined>) =>
  Effect.map(observe(named, script), (observed) => {
    assertMessage(observed.result, named.reading.ids === "LikeV1")
    const unexpected = broken(observed).filter((promise) => !named.breaks.includes(promise as never))
    assert.deepStrictEqual(unexpected, [], script.map((fault) => fault?.name).join(", then "))
    return observed
  })

const namesOf = (observed: ReadonlyArray<Observed>) => new Set(observed.flatMap(broken))

describe("one fault", () => {
  it("of a name that is its own", () => {
    assert.strictEqual(new Set(faults.map(({ name }) => name)).size, faults.length)
    for (const name of Object.keys(expected))
      assert.isTrue(
        faults.some((fault) => fault.name === name),
        name
      )
  })

  for (const fault of faults) {
    it.effect(`${fault.name}: ${expected[fault.name] ?? 200}`, () =>
      Effect.map(check(documented, [fault]), ({ delivered, result }) => {
        assert.strictEqual(statusOf(result), expected[fault.name] ?? 200)
        if (Either.isRight(result)) assert.strictEqual(delivered.length, 1)
      })
    )
  }
})

/** One fault of each kind. `npm run readings` tries all, and all pairs. */
const kinds = new Set([
  "content rejected",
  "internal error before storing",
  "reset after storing",
  "unconfirmed, never delivered",
  "unconfirmed, never delivered, and nobody hears it",
  "unconfirmed, confirmed a second later",
  "slower than an attempt may take",
  "201 without a body"
])

const sample = faults.filter(({ name }) => kinds.has(name))

describe("one fault of each kind under every reading", () => {
  for (const named of readings) {
    it.effect(named.name, () =>
      Effect.gen(function* () {
        assert.strictEqual(sample.length, kinds.size)
        const seen = yield* Effect.forEach(sample, (fault) => check(named, [fault]))
        const callers = yield* Trials.withCallers(named, sample)
        assert.deepStrictEqual(callers.surprises, [])
        // A reading that is said to break a promise is seen to break it.
        for (const promise of ["Truth", "Liveness"] as const) {
          assert.strictEqual(
            new Set([...namesOf(seen), ...callers.broken]).has(promise),
            named.breaks.includes(promise)
          )
        }
      })
    )
  }
})

/** Faults by which each reading that is said to send twice does so. */
const twice: Readonly<Record<string, string>> = {
  "a key lives for two seconds": "slower than an attempt may take",
  "a replay of an unconfirmed send sends again": "unconfirmed, and nobody hears it"
}

describe("a reading under which a repeated key sends twice", () => {
  for (const named of readings.filter(({ breaks }) => breaks.includes("Once"))) {
    it.effect(`${named.name}: does so, and not where nothing is repeated`, () =>
      Effect.gen(function* () {
        const fault = faults.find(({ name }) => name === twice[named.name])
        assert.isDefined(fault)
        assert.include(broken(yield* observe(named, [fault])), "Once")
        assert.notInclude(broken(yield* observe(named, [fault], { repeat: "Never" })), "Once")
      })
    )
  }
})
