import { assert, describe, it } from "@effect/vitest"
import { Effect, Either } from "effect"
import { assertKeys, broken, type Observed, observe, statusOf } from "./support/outcomes.js"
import { type Fault, faults } from "./v2/faults.js"
import { type Named, plain, readings } from "./v2/readings.js"

/** How a send ends under the reading that the documents suggest. */
const expected: Readonly<Record<string, number>> = {
  "rate limited for an hour": 429,
  "platform rate limited, nobody knows how long": 429,
  "unauthorized for once": 401,
  "plan required": 403,
  "account disconnected": 409,
  "content rejected": 422,
  "platform unavailable for a day": 500,
  "unconfirmed, never delivered": 500,
  "unconfirmed, delivered": 500,
  "unconfirmed, and nobody hears it": 500,
  "307 after storing": 500,
  "502 of a proxy after storing": 500
}

const check = (named: Named, script: ReadonlyArray<Fault | undefined>) =>
  Effect.map(observe(named, script), (observed) => {
    assertKeys(observed.result)
    const unexpected = broken(observed).filter((promise) => !named.breaks.includes(promise as never))
    assert.deepStrictEqual(unexpected, [], script.map((fault) => fault?.name).join(", then "))
    return observed
  })

const namesOf = (observed: ReadonlyArray<Observed>) => new Set(observed.flatMap(broken))

describe("one fault", () => {
  for (const fault of faults) {
    it.effect(`${fault.name}: ${expected[fault.name] ?? 200}`, () =>
      Effect.map(check({ name: "", reading: plain, breaks: [], why: "" }, [fault]), ({ delivered, result }) => {
        assert.strictEqual(statusOf(result), expected[fault.name] ?? 200)
        if (Either.isRight(result)) assert.strictEqual(delivered.length, 1)
      })
    )
  }
})

/** One fault of each kind. `npm run readings` tries all, and all pairs. */
const kinds = new Set([
  "internal error before storing",
  "reset after storing",
  "unconfirmed, never delivered",
  "unconfirmed, delivered",
  "slower than an attempt may take",
  "201 without a body"
])

describe("one fault of each kind under every reading", () => {
  for (const named of readings) {
    it.effect(named.name, () =>
      Effect.gen(function* () {
        const tried = faults.filter(({ name }) => kinds.has(name))
        assert.strictEqual(tried.length, kinds.size)
        const seen = yield* Effect.forEach(tried, (fault) => check(named, [fault]))
        // A reading that is said to break a promise is seen to break it.
        if (named.breaks.includes("Truth")) assert.isTrue(namesOf(seen).has("Truth"))
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
