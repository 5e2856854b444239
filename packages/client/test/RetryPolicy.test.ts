import { assert, describe, it } from "@effect/vitest"
import * as Delivery from "@inbox-effect/client/Delivery"
import * as RetryPolicy from "@inbox-effect/client/RetryPolicy"
import { Duration, Effect, FastCheck as fc, Random, Schedule, ScheduleDecision } from "effect"

const { none, standard } = RetryPolicy
const unsafe = RetryPolicy.unsafeRetryUnknown(standard)

/** All that a policy may do with each condition of the table: [standard, unsafe]. Whatever is not here is `Stop`. */
const expected: Record<string, readonly [RetryPolicy.Decision, RetryPolicy.Decision]> = {
  NotConnected: ["Backoff", "Backoff"],
  RateLimited: ["RetryAfter", "RetryAfter"],
  Unauthorized: ["FreshToken", "FreshToken"],
  ServerError: ["Stop", "RetryAfter"],
  ConnectionLost: ["Stop", "RetryAfter"],
  TimedOut: ["Stop", "RetryAfter"]
}

/** The waits, in milliseconds, that a policy gives to failures one after another. */
const waits = (policy: RetryPolicy.RetryPolicy, failures: ReadonlyArray<RetryPolicy.Failure>) =>
  Effect.gen(function* () {
    const schedule = RetryPolicy.schedule(policy)
    const out: Array<number | "end"> = []
    let state = schedule.initial
    for (const failure of failures) {
      const [next, wait, decision] = yield* schedule.step(1_000_000, failure, state)
      state = next
      out.push(ScheduleDecision.isDone(decision) ? "end" : Duration.toMillis(wait))
    }
    return out
  })

const always = (value: number) => Effect.withRandom(Random.fixed([value]))

const lost: RetryPolicy.Failure = { condition: "NotConnected" }
const limited = (retryAfter?: Duration.DurationInput): RetryPolicy.Failure => ({
  condition: "RateLimited",
  retryAfter: retryAfter === undefined ? undefined : Duration.decode(retryAfter)
})

describe("decide", () => {
  it.each(Delivery.table)("$condition", ({ condition }) => {
    const [byStandard, byUnsafe] = expected[condition] ?? ["Stop", "Stop"]
    assert.strictEqual(RetryPolicy.decide(standard, condition), byStandard)
    assert.strictEqual(RetryPolicy.decide(unsafe, condition), byUnsafe)
    assert.strictEqual(RetryPolicy.decide(none, condition), "Stop")
    assert.strictEqual(RetryPolicy.decide(RetryPolicy.make({ freshToken: false, maxRetries: 0 }), condition), "Stop")
  })

  it("sends again only what was not delivered, unless told otherwise by an unsafe name", () => {
    for (const { condition, delivery } of Delivery.table) {
      if (RetryPolicy.decide(standard, condition) !== "Stop") assert.strictEqual(delivery, "NotDelivered")
      if (RetryPolicy.decide(unsafe, condition) !== "Stop") assert.notStrictEqual(delivery, "Delivered")
    }
  })
})

describe("schedule", () => {
  it.effect("doubles the longest wait, up to a limit, and ends", () =>
    Effect.gen(function* () {
      const policy = RetryPolicy.make({ maxRetries: 5, baseDelay: "1 second", maxDelay: "5 seconds" })
      const failures = [lost, lost, lost, lost, lost, lost]
      // The largest number that the generator may give is next to 1.
      assert.deepStrictEqual(yield* always(0.9999999)(waits(policy, failures)), [1000, 2000, 4000, 5000, 5000, "end"])
      assert.deepStrictEqual(yield* always(0)(waits(policy, failures)), [0, 0, 0, 0, 0, "end"])
      assert.deepStrictEqual(yield* always(0.5)(waits(policy, failures)), [500, 1000, 2000, 2500, 2500, "end"])
    })
  )

  it("waits anywhere between nothing and the limit, whatever chance says", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 0.999999, noNaN: true }), fc.nat(6), (chance, n) => {
        const policy = RetryPolicy.make({ maxRetries: 10, baseDelay: 100, maxDelay: 1500 })
        const all = Effect.runSync(
          always(chance)(
            waits(
              policy,
              Array.from({ length: n + 1 }, () => lost)
            )
          )
        )
        const wait = all[n] as number
        assert.isAtLeast(wait, 0)
        assert.isAtMost(Math.abs(wait - chance * Math.min(1500, 100 * 2 ** n)), 0.5)
      })
    )
  })

  it.effect("waits as the server asks, to the millisecond", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(
        yield* always(0.5)(waits(standard, [limited("17 seconds"), limited(0), limited()])),
        [17_000, 0, 1000]
      )
    })
  )

  it.effect("ends where the server asks for too much, and where there is nothing to gain", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* waits(standard, [limited("60 seconds")]), [60_000])
      assert.deepStrictEqual(yield* waits(standard, [limited("60001 millis")]), ["end"])
      assert.deepStrictEqual(yield* waits(standard, [{ condition: "ServerError" }]), ["end"])
      assert.deepStrictEqual(yield* waits(standard, [{ condition: "Unauthorized" }]), ["end"])
      assert.deepStrictEqual(yield* waits(none, [lost]), ["end"])
      assert.deepStrictEqual(
        yield* waits(unsafe, [{ condition: "ServerError", retryAfter: Duration.seconds(3) }]),
        [3000]
      )
    })
  )

  it.live("drives Effect.retry as any schedule does", () =>
    Effect.gen(function* () {
      let count = 0
      const policy = RetryPolicy.make({ maxRetries: 2, baseDelay: "1 millis" })
      const failing = Effect.suspend(() => {
        count++
        return Effect.fail(lost)
      })
      assert.deepStrictEqual(yield* Effect.flip(Effect.retry(failing, RetryPolicy.schedule(policy))), lost)
      assert.strictEqual(count, 3)
      assert.isTrue(Schedule.isSchedule(RetryPolicy.schedule(policy)))
    })
  )
})

describe("make", () => {
  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])("refuses %d retries", (maxRetries) => {
    assert.throws(() => RetryPolicy.make({ maxRetries }), RangeError)
  })

  it("is like the standard but for what is given", () => {
    assert.deepStrictEqual(RetryPolicy.make({}), standard)
    assert.deepStrictEqual(RetryPolicy.make({ maxRetries: 7 }), { ...standard, maxRetries: 7 })
    assert.isFalse(RetryPolicy.make({}).unsafeRetryUnknown)
  })
})
