import { assert, describe, it } from "@effect/vitest"
import * as Delivery from "@inbox-effect/client/Delivery"
import * as RetryPolicy from "@inbox-effect/client/RetryPolicy"
import { Effect, Fiber, TestClock } from "effect"
import * as Scripted from "./Scripted.js"

const takes = { "accept-idempotency-key": "?1" }

const greeting = Scripted.message({}, takes)

/** Sends so often, one send after the other, and lets the clock run. */
const send = (answers: ReadonlyArray<Scripted.Answer>, times: number, options = {}) =>
  Effect.gen(function* () {
    const inbox = yield* Scripted.inbox(answers, options)
    const fiber = yield* Effect.fork(
      Effect.forEach(
        Array.from({ length: times }, (_, n) => n),
        () => Effect.either(inbox.sendMessage(Scripted.request))
      )
    )
    yield* TestClock.adjust("1 hour")
    return {
      results: (yield* Fiber.join(fiber)).map((result) => (result._tag === "Right" ? "Sent" : result.left.delivery)),
      keys: inbox.requests.map(({ headers }) => headers["idempotency-key"])
    }
  })

describe("a server that says that it takes keys", () => {
  it.effect("gets one with the next send, another one for each send", () =>
    Effect.gen(function* () {
      const { keys } = yield* send([greeting], 3)
      assert.isUndefined(keys[0])
      assert.match(keys[1] ?? "", /^"[0-9a-f]{32}"$/)
      assert.notStrictEqual(keys[1], keys[2])
    })
  )

  it.effect("is asked again, under the same key, where nobody knows whether it sent the message", () =>
    Effect.gen(function* () {
      const unknown = [Scripted.reset, Scripted.answer(500), Scripted.answer(502, "", { "retry-after": "1" })]
      for (const failure of unknown) {
        const { keys, results } = yield* send([greeting, failure, greeting], 2)
        assert.deepStrictEqual(results, ["Sent", "Sent"])
        assert.strictEqual(keys.length, 3)
        assert.strictEqual(keys[1], keys[2])
      }
    })
  )

  it.effect("is asked again after an attempt that took too long", () =>
    Effect.gen(function* () {
      const { results } = yield* send([greeting, Scripted.never, greeting], 2, { attemptTimeout: "10 seconds" })
      assert.deepStrictEqual(results, ["Sent", "Sent"])
    })
  )

  it.effect("is not asked again where the send was refused after all: it stays unknown", () =>
    Effect.gen(function* () {
      const { results } = yield* send([greeting, Scripted.reset, Scripted.answer(403, "", takes)], 2)
      assert.deepStrictEqual(results, ["Sent", "Unknown"])
    })
  )

  it.effect("is asked as often as the policy says, and never by the policy that never tries again", () =>
    Effect.gen(function* () {
      const { keys, results } = yield* send([greeting, Scripted.reset], 2)
      assert.deepStrictEqual([results[1], keys.length], ["Unknown", 1 + 4])
      const none = yield* send([greeting, Scripted.reset], 2, { retry: RetryPolicy.none })
      assert.lengthOf(none.keys, 2)
    })
  )
})

describe("a server that does not say so", () => {
  it.effect("gets no key, and is not asked again", () =>
    Effect.gen(function* () {
      for (const said of [{}, { "accept-idempotency-key": "?0" }, { "accept-idempotency-key": "yes" }]) {
        const { keys, results } = yield* send([Scripted.message({}, said), Scripted.reset], 2)
        assert.deepStrictEqual(results, ["Sent", "Unknown"])
        assert.deepStrictEqual(keys, [undefined, undefined])
      }
    })
  )

  it.effect("any more gets none any more; something before it that fails says nothing about it", () =>
    Effect.gen(function* () {
      const failing = yield* send([greeting, Scripted.answer(502), greeting, greeting], 3)
      assert.isString(failing.keys[3])
      const { keys } = yield* send([greeting, Scripted.message(), Scripted.message()], 3)
      assert.deepStrictEqual([typeof keys[1], keys[2]], ["string", undefined])
    })
  )

  it.effect("knows nothing of the first send: without a key its failure is not retried", () =>
    Effect.gen(function* () {
      const { keys, results } = yield* send([Scripted.answer(500, "", takes), greeting], 1)
      assert.deepStrictEqual([results, keys], [["Unknown"], [undefined]])
    })
  )
})

describe("the table", () => {
  it("retries with a key what it retries without one, and what is unknown but for an interruption", () => {
    for (const row of Delivery.table) {
      const retries = (keyed: boolean) => RetryPolicy.decide(RetryPolicy.standard, row.condition, keyed) !== "Stop"
      if (row.retry === "OnlyUnsafely") assert.deepStrictEqual([retries(false), retries(true)], [false, true])
      else assert.strictEqual(retries(true), retries(false))
      if (retries(true)) assert.notStrictEqual(row.delivery, "Delivered")
    }
  })
})
