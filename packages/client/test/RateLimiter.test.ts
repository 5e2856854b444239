import { HttpClient, HttpClientResponse } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { InboxClient, RateLimiter, RetryPolicy } from "@inbox-effect/client"
import { Clock, Config, DateTime, Duration, Effect, Fiber, Layer, Metric, Option, Redacted, TestClock } from "effect"
import * as fc from "effect/FastCheck"
import { message } from "./Servers.js"
import { runInVirtualTime } from "./virtualTime.js"

/** How many instants lie in the fullest window. */
const fullest = (instants: ReadonlyArray<number>, windowMillis: number): number =>
  Math.max(0, ...instants.map((from, index) => instants.slice(index).filter((at) => at < from + windowMillis).length))

/** One request and its answer. */
const limited = <A>(limiter: RateLimiter.Service, request: Effect.Effect<A>) =>
  limiter.acquire.pipe(
    Effect.zipRight(request),
    Effect.tap(() => limiter.learn({ status: 200 }))
  )

/** Starts so many requests at once, each of which takes so long, and notes when they are let through. */
const start = (
  limiter: RateLimiter.Service,
  count: number,
  takes: Duration.DurationInput = 0,
  settle: Effect.Effect<void> = TestClock.adjust(0)
) =>
  Effect.gen(function* () {
    const passed: Array<number> = []
    const request = Effect.zipRight(
      Effect.map(Clock.currentTimeMillis, (at) => passed.push(at)),
      Effect.sleep(takes)
    )
    const fiber = yield* Effect.fork(
      Effect.all(
        Array.from({ length: count }, () => limited(limiter, request)),
        { concurrency: "unbounded" }
      )
    )
    yield* settle
    return { fiber, passed }
  })

describe("RateLimiter", () => {
  it("lets 300 through in a minute, and the next when a minute has passed since the first answer", () =>
    runInVirtualTime(
      Effect.gen(function* () {
        const limiter = yield* RateLimiter.make()
        const { fiber, passed } = yield* start(limiter, 650, "2 seconds", Effect.sleep(0))
        assert.strictEqual(passed.length, 300)
        yield* Effect.sleep("61999 millis")
        assert.strictEqual(passed.length, 300)
        yield* Effect.sleep("1 millis")
        yield* Effect.sleep(0)
        assert.strictEqual(passed.length, 600)
        yield* Effect.sleep("62 seconds")
        yield* Effect.sleep(0)
        assert.strictEqual(passed.length, 650)
        yield* Fiber.join(fiber)
      })
    ))

  it.effect("holds the hour and the day together with the minute", () =>
    Effect.gen(function* () {
      const limiter = yield* RateLimiter.make({
        quotas: [
          { limit: 3, window: "1 minute" },
          { limit: 10, window: "1 hour" },
          { limit: 25, window: "1 day" }
        ]
      })
      const { passed } = yield* start(limiter, 60)
      yield* TestClock.adjust("3 days")
      assert.strictEqual(passed.length, 60)
      assert.strictEqual(fullest(passed, 60_000), 3)
      assert.strictEqual(fullest(passed, 3_600_000), 10)
      assert.strictEqual(fullest(passed, 86_400_000), 25)
    })
  )

  it("keeps every sliding window of the server, whenever between request and answer the server counts", () =>
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ gap: fc.nat(20_000), takes: fc.nat(10_000), seen: fc.double({ min: 0, max: 1, noNaN: true }) }),
          { minLength: 5, maxLength: 40 }
        ),
        (requests) => {
          const counted: Array<number> = []
          const program = Effect.gen(function* () {
            const limiter = yield* RateLimiter.make({
              quotas: [
                { limit: 4, window: "1 minute" },
                { limit: 7, window: "3 minutes" }
              ]
            })
            const fibers = yield* Effect.forEach(requests, ({ gap, seen, takes }) =>
              Effect.zipRight(
                Effect.sleep(gap),
                Effect.fork(
                  limited(
                    limiter,
                    Effect.gen(function* () {
                      counted.push((yield* Clock.currentTimeMillis) + Math.floor(takes * seen))
                      yield* Effect.sleep(takes)
                    })
                  )
                )
              )
            )
            yield* Fiber.joinAll(fibers)
          })
          runInVirtualTime(program)
          const sorted = counted.sort((a, b) => a - b)
          assert.strictEqual(sorted.length, requests.length)
          assert.isAtMost(fullest(sorted, 60_000), 4)
          assert.isAtMost(fullest(sorted, 180_000), 7)
        }
      ),
      { numRuns: 50 }
    ))

  it.effect("lets through in the order of arrival, and forgets who stops waiting", () =>
    Effect.gen(function* () {
      const limiter = yield* RateLimiter.make({ quotas: [{ limit: 1, window: "1 second" }] })
      const order: Array<number> = []
      const fibers = yield* Effect.forEach([0, 1, 2, 3], (n) =>
        Effect.tap(
          Effect.fork(
            limited(
              limiter,
              Effect.sync(() => order.push(n))
            )
          ),
          () => Effect.yieldNow()
        )
      )
      yield* TestClock.adjust(0)
      yield* Fiber.interrupt(fibers[1] as Fiber.Fiber<number>)
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(order, [0, 2])
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(order, [0, 2, 3])
    })
  )

  it.effect("gives back the place of a request that is never answered", () =>
    Effect.gen(function* () {
      const limiter = yield* RateLimiter.make({ quotas: [{ limit: 3, window: "1 second" }] })
      yield* Effect.repeatN(limiter.acquire, 2)
      const { passed } = yield* start(limiter, 3)
      yield* TestClock.adjust("10999 millis")
      assert.deepStrictEqual(passed, [])
      yield* TestClock.adjust("1 second")
      assert.strictEqual(passed.length, 3)
    })
  )

  it.effect("more in flight than the limit wait for an answer, and for the window after it", () =>
    Effect.gen(function* () {
      const limiter = yield* RateLimiter.make({ quotas: [{ limit: 2, window: "1 second" }] })
      const { passed } = yield* start(limiter, 3, "5 seconds")
      yield* TestClock.adjust("5999 millis")
      assert.strictEqual(passed.length, 2)
      yield* TestClock.adjust("1 millis")
      assert.strictEqual(passed.length, 3)
    })
  )

  describe("learns", () => {
    const passesAfter = (answer: Parameters<RateLimiter.Service["learn"]>[0]) =>
      Effect.gen(function* () {
        const limiter = yield* RateLimiter.make()
        yield* Effect.zipRight(limiter.acquire, limiter.learn(answer))
        const from = yield* Clock.currentTimeMillis
        const { passed } = yield* start(limiter, 1)
        yield* TestClock.adjust("2 days")
        return ((passed[0] as number) - from) / 1000
      })
    const in30 = DateTime.unsafeMake(30_000)

    it.effect.each([
      ["nothing from silence", { status: 200 }, 0],
      ["to wait for Retry-After", { status: 429, retryAfter: Duration.seconds(7) }, 7],
      ["to wait for the reset of a 429", { status: 429, rateLimit: { reset: in30 } }, 30],
      ["to wait a second after a 429 that says nothing", { status: 429 }, 1],
      ["to wait for the reset when nothing remains", { status: 200, rateLimit: { remaining: 0, reset: in30 } }, 30],
      [
        "nothing from a reset in the past",
        { status: 200, rateLimit: { remaining: 0, reset: DateTime.unsafeMake(-1) } },
        0
      ],
      [
        "nothing from a reset while there is room",
        { status: 200, rateLimit: { limit: 300, remaining: 5, reset: in30 } },
        0
      ],
      ["that others use the minute", { status: 200, rateLimit: { limit: 300, remaining: 0 } }, 60],
      ["nothing from a limit that is not ours", { status: 200, rateLimit: { limit: 5, remaining: 0 } }, 0],
      ["to disbelieve a wait of more than a day", { status: 429, retryAfter: Duration.days(9) }, 86_400]
    ] as const)("%s", ([, answer, seconds]) =>
      Effect.map(passesAfter(answer), (waited) => assert.strictEqual(waited, seconds))
    )

    it.effect("how much others leave, and that they are done", () =>
      Effect.gen(function* () {
        const limiter = yield* RateLimiter.make()
        yield* Effect.zipRight(
          limiter.acquire,
          limiter.learn({ status: 200, rateLimit: { limit: 300, remaining: 10 } })
        )
        const first = yield* start(limiter, 20)
        assert.strictEqual(first.passed.length, 10)
        yield* TestClock.adjust("1 minute")
        assert.strictEqual(first.passed.length, 20)
        yield* limiter.learn({ status: 200, rateLimit: { limit: 300, remaining: 0 } })
        const second = yield* start(limiter, 5)
        assert.strictEqual(second.passed.length, 0)
        yield* Fiber.interrupt(second.fiber)
      })
    )
  })

  it.effect("infers nothing of others beyond the time that the server names", () =>
    Effect.gen(function* () {
      // A bucket that another sender of the token drains as well: one request a second is let through.
      const limiter = yield* RateLimiter.make({ quotas: [{ limit: 5, window: "1 minute" }] })
      const refused = {
        status: 429,
        rateLimit: { limit: 5, remaining: 0 },
        retryAfter: Duration.seconds(1)
      }
      yield* Effect.zipRight(limiter.acquire, limiter.learn(refused))
      assert.strictEqual(Duration.toMillis(yield* limiter.wait ?? Effect.succeed(Duration.zero)), 1000)
      const first = yield* start(limiter, 1)
      yield* TestClock.adjust("1 second")
      assert.lengthOf(first.passed, 1)
      const reset = { status: 200, rateLimit: { limit: 5, remaining: 0 }, resetAfter: Duration.seconds(2) }
      yield* limiter.learn(reset)
      const second = yield* start(limiter, 1)
      yield* TestClock.adjust("1999 millis")
      assert.lengthOf(second.passed, 0)
      yield* TestClock.adjust("1 millis")
      assert.lengthOf(second.passed, 1)
    })
  )

  it("refuses quotas that make no sense", () => {
    for (const quota of [
      { limit: 0, window: "1 second" },
      { limit: 1.5, window: "1 second" },
      { limit: 1, window: 0 },
      { limit: 1, window: Number.POSITIVE_INFINITY }
    ] as ReadonlyArray<RateLimiter.Quota>) {
      assert.throws(() => RateLimiter.make({ quotas: [quota] }), RangeError)
      assert.throws(() => RateLimiter.layer({ quotas: [quota] }), RangeError)
    }
  })

  describe("layerClientConfig", () => {
    const quotas = [{ limit: 1, window: "1 second" }] as const

    const run = <A, E>(
      answer: (url: URL) => Response,
      body: Effect.Effect<A, E, InboxClient.InboxClient>,
      options?: InboxClient.SendOptions
    ) =>
      body.pipe(
        Effect.provide(
          RateLimiter.layerClientConfig({ ...options, token: Config.succeed(Redacted.make("secret")) }).pipe(
            Layer.provide(RateLimiter.layer({ quotas })),
            Layer.provide(
              Layer.succeed(
                HttpClient.HttpClient,
                HttpClient.make((request, url) => Effect.sync(() => HttpClientResponse.fromWeb(request, answer(url))))
              )
            )
          )
        )
      )

    const send = Effect.flatMap(InboxClient.InboxClient, (inbox) =>
      inbox.sendMessage({ threadId: "thread1", content: "On my way" })
    )

    it.effect("delays sends, and says for how long", () =>
      run(
        () => Response.json(message),
        Effect.gen(function* () {
          const before = (yield* Metric.value(RateLimiter.waited)).sum
          yield* send
          const fiber = yield* Effect.fork(send)
          yield* TestClock.adjust("999 millis")
          assert.isTrue(Option.isNone(yield* Fiber.poll(fiber)))
          yield* TestClock.adjust("1 millis")
          yield* Fiber.join(fiber)
          assert.strictEqual((yield* Metric.value(RateLimiter.waited)).sum - before, 1)
        })
      )
    )

    it.effect("holds the next send back for as long as a 429 asks", () =>
      run(
        () => new Response(null, { status: 429, headers: { "retry-after": "20" } }),
        Effect.gen(function* () {
          assert.strictEqual((yield* Effect.flip(send))._tag, "RateLimited")
          const fiber = yield* Effect.fork(Effect.flip(send))
          yield* TestClock.adjust("19 seconds")
          assert.isTrue(Option.isNone(yield* Fiber.poll(fiber)))
          yield* TestClock.adjust("1 seconds")
          assert.strictEqual((yield* Fiber.join(fiber))._tag, "RateLimited")
        }),
        { retry: RetryPolicy.none }
      )
    )

    it.effect("learns of others from the headers of answers", () =>
      run(
        () => Response.json(message, { headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "30" } }),
        Effect.gen(function* () {
          yield* send
          const fiber = yield* Effect.fork(send)
          yield* TestClock.adjust("29 seconds")
          assert.isTrue(Option.isNone(yield* Fiber.poll(fiber)))
          yield* TestClock.adjust("1 seconds")
          yield* Fiber.join(fiber)
        })
      )
    )

    it.effect("a send that does not get its turn in time has delivered nothing", () =>
      run(
        () => Response.json(message),
        Effect.gen(function* () {
          yield* send
          const fiber = yield* Effect.fork(Effect.flip(send))
          yield* TestClock.adjust("500 millis")
          const error = yield* Fiber.join(fiber)
          assert.deepInclude({ ...error }, { _tag: "TimedOut", delivery: "NotDelivered", attempts: [] })
        }),
        { timeout: "500 millis" }
      )
    )
  })
})
