import { assert, describe, it } from "@effect/vitest"
import { Sandbox } from "@inbox-effect/sandbox"
import { RateLimit } from "@inbox-effect/server"
import { Effect, TestClock } from "effect"
import { errorOf, exchange, send } from "./support/http.js"

/** The windows, spelled out the slow way. */
const isAllowed = (made: ReadonlyArray<number>, now: number): boolean =>
  RateLimit.windows.every(({ limit, millis }) => made.filter((at) => at > now - millis).length < limit)

describe("rate limits", () => {
  it.effect("hold every window at once, sliding, whatever the rhythm", () =>
    Effect.gen(function* () {
      const limits = RateLimit.make()
      const made: Array<number> = []
      let refused = 0
      let now = 0
      const wait = (millis: number) =>
        Effect.zipRight(
          Effect.sync(() => (now += millis)),
          TestClock.adjust(millis)
        )
      const request = Effect.gen(function* () {
        const expected = isAllowed(made, now)
        const { retryAfter, standing } = yield* limits.take("team", true)
        assert.strictEqual(retryAfter === undefined, expected)
        if (expected) made.push(now)
        else refused++
        const remaining = RateLimit.windows.map(
          ({ limit, millis }) => limit - made.filter((at) => at > now - millis).length
        )
        assert.strictEqual(standing.remaining, Math.min(...remaining))
        return retryAfter
      })
      for (const [count, pause] of [
        [100, 10_000],
        [150, 25_000],
        [60, 20_000],
        [120, 5_500],
        [1, 30_000],
        [250, 1]
      ] as const) {
        yield* Effect.replicateEffect(request, count)
        yield* wait(pause)
      }
      assert.isAbove(refused, 0)
      const retryAfter = (yield* request) ?? 0
      assert.isAbove(retryAfter, 0)
      yield* wait(retryAfter * 1_000)
      assert.isUndefined(yield* request)
    })
  )

  it.effect("reach from the minute to the hour to the day", () =>
    Effect.gen(function* () {
      const limits = RateLimit.make()
      const burst = (count: number) =>
        Effect.map(Effect.replicateEffect(limits.take("team", true), count), (verdicts) => ({
          allowed: verdicts.filter(({ retryAfter }) => retryAfter === undefined).length,
          last: verdicts.at(-1)
        }))
      let inHour = 0
      for (let minute = 0; minute < 40; minute++) {
        inHour += (yield* burst(301)).allowed
        yield* TestClock.adjust("61 seconds")
      }
      assert.strictEqual(inHour, 10_000)
      const { last } = yield* burst(1)
      assert.deepInclude(last?.standing, { limit: 10_000, remaining: 0 })
      // The first requests leave the hour 60 minutes after they were made.
      assert.strictEqual(last?.retryAfter, 3_600 - 40 * 61)
      assert.strictEqual((yield* limits.take("other", true)).standing.remaining, 299)
    })
  )

  it.effect("only inform where they are not enforced", () =>
    Effect.gen(function* () {
      const limits = RateLimit.make()
      const verdicts = yield* Effect.replicateEffect(limits.take("team", false), 400)
      assert.isTrue(verdicts.every(({ retryAfter }) => retryAfter === undefined))
      assert.deepInclude(verdicts.at(-1)?.standing, { limit: 300, remaining: 0 })
    })
  )

  it.live("are a 429 that says when to come back, and stop when they are switched off", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.make({ rateLimits: true })
      const answers = yield* Effect.forEach(Array(310).keys(), () => send(sandbox, { content: "x" }), {
        concurrency: 16
      })
      assert.strictEqual(answers.filter(({ status }) => status === 200).length, 300)
      const [refused] = answers.filter(({ status }) => status === 429)
      assert(refused !== undefined)
      assert.deepInclude(errorOf(refused), { code: "RATE_LIMITED", status: 429 })
      assert.deepInclude(refused.headers, { "x-ratelimit-limit": "300", "x-ratelimit-remaining": "0" })
      const wait = Number(refused.headers["retry-after"])
      assert.isTrue(Number.isInteger(wait) && wait > 0 && wait <= 60, String(wait))
      const stored = yield* sandbox.messages(sandbox.threads[0]?.id ?? "")
      assert.strictEqual(stored.filter(({ origin }) => origin === "api").length, 300)
      const switched = yield* exchange(sandbox.url, {
        method: "PUT",
        path: "/sandbox/settings",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ rateLimits: false })
      })
      assert.deepStrictEqual(JSON.parse(switched.text), { rateLimits: false })
      assert.strictEqual((yield* send(sandbox, { content: "x" })).status, 200)
    }).pipe(Effect.scoped)
  )
})
