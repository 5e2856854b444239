import * as Store from "@effect/experimental/RateLimiter"
import { assert, describe, it } from "@effect/vitest"
import { RateLimiter } from "@inbox-effect/client"
import * as RedisRateLimiter from "@inbox-effect/client/RedisRateLimiter"
import { Context, Duration, Effect, Fiber, Layer, Logger, Option, TestClock } from "effect"
import * as RedisServer from "./RedisServer.js"
import * as Fleet from "./redis/Fleet.js"
import * as Servers from "./Servers.js"

/** How many instants lie in the fullest window. */
const fullest = (instants: ReadonlyArray<number>, windowMillis: number): number =>
  Math.max(0, ...instants.map((from, index) => instants.slice(index).filter((at) => at < from + windowMillis).length))

const ascending = (a: number, b: number) => a - b

const passing = (limiter: RateLimiter.Service, count: number, passed: Array<number>) =>
  Effect.all(
    Array.from({ length: count }, () =>
      limiter.acquire.pipe(
        Effect.zipRight(Effect.map(Effect.clock, (clock) => passed.push(clock.unsafeCurrentTimeMillis()))),
        Effect.zipRight(limiter.learn({ status: 200 }))
      )
    ),
    { concurrency: "unbounded", discard: true }
  )

describe("RedisRateLimiter, on a store in memory", () => {
  it.effect("keeps a fleet within every documented window, and uses most of it", () =>
    Effect.gen(function* () {
      const quotas = [
        { limit: 50, window: "1 minute" },
        { limit: 100, window: "1 hour" }
      ] as const
      const fleet = yield* Effect.all(Array.from({ length: 4 }, () => RedisRateLimiter.make({ key: "acme", quotas })))
      const passed: Array<number> = []
      yield* Effect.fork(Effect.forEach(fleet, (limiter) => passing(limiter, 40, passed), { concurrency: 4 }))
      yield* TestClock.adjust("2 hours")
      passed.sort(ascending)
      assert.isAtMost(fullest(passed, 60_000), 50)
      assert.isAtMost(fullest(passed, 3_600_000), 100)
      assert.isAtLeast(fullest(passed, 3_600_000), 90)
      assert.strictEqual(passed.length, 160)
    }).pipe(Effect.provide(Store.layerStoreMemory))
  )

  it.effect("keeps teams apart", () =>
    Effect.gen(function* () {
      const quotas = [{ limit: 10, window: "1 minute" }] as const
      const passed: Array<number> = []
      for (const key of ["one", "other"]) {
        yield* Effect.fork(passing(yield* RedisRateLimiter.make({ key, quotas }), 2, passed))
      }
      yield* TestClock.adjust(0)
      assert.strictEqual(passed.length, 2)
    }).pipe(Effect.provide(Store.layerStoreMemory))
  )

  it.effect("goes on within the process where the store fails or does not answer, says so, and asks again", () =>
    Effect.gen(function* () {
      const logs: Array<unknown> = []
      let asked = 0
      const failing = Effect.suspend(() => {
        asked++
        return asked === 1
          ? Effect.fail(
              new Store.RateLimitStoreError({
                message: "Failed",
                cause: Object.assign(new Error("it went away"), { command: { name: "auth", args: ["hunter2"] } })
              })
            )
          : Effect.never
      })
      const store = Store.RateLimiterStore.of({ tokenBucket: () => failing, fixedWindow: () => Effect.never })
      const logger = Logger.make(({ message }) => logs.push(message))
      yield* Effect.gen(function* () {
        const quotas = [{ limit: 3, window: "1 minute" }] as const
        const limiter = yield* RedisRateLimiter.make({ key: "acme", quotas, timeout: "1 second" })
        const passed: Array<number> = []
        yield* Effect.fork(passing(limiter, 5, passed))
        yield* TestClock.adjust(0)
        assert.deepStrictEqual(passed, [0, 0, 0])
        assert.strictEqual(asked, 1)
        assert.match(String(logs[0]), /cannot be asked.*it went away/)
        yield* TestClock.adjust("61 seconds")
        assert.strictEqual(passed.length, 5)
        assert.deepStrictEqual(passed.slice(3), [61_000, 61_000])
        assert.strictEqual(asked, 2)
        assert.strictEqual(logs.length, 2)
        assert.notInclude(JSON.stringify(logs), "hunter2")
      }).pipe(
        Effect.provideService(Store.RateLimiterStore, store),
        Effect.provide(Logger.replace(Logger.defaultLogger, logger))
      )
    })
  )
})

if (!RedisServer.installed) {
  process.stderr.write("No redis-server on this machine: the tests of RedisRateLimiter on a real Redis are skipped\n")
}

describe.skipIf(!RedisServer.installed)("RedisRateLimiter, on a real redis-server", () => {
  const documented = [{ limit: 20, window: "2 seconds" }] as const

  /** A client that waits for a Redis on a busy machine, unless told otherwise. */
  const limiterOn = (
    port: number,
    { quotas = documented, timeout = "1 minute" }: Partial<Pick<RedisRateLimiter.Options, "quotas" | "timeout">> = {}
  ) =>
    Effect.map(
      Layer.build(RedisRateLimiter.layerRedis({ key: "acme", quotas, redis: { host: "127.0.0.1", port }, timeout })),
      (context) => Context.get(context, RateLimiter.RateLimiter)
    )

  it.scopedLive("keeps two clients, each with its own connection, within one quota", () =>
    Effect.gen(function* () {
      const { port } = yield* RedisServer.start
      const [one, other] = yield* Effect.all([limiterOn(port), limiterOn(port)])
      const passed: [Array<number>, Array<number>] = [[], []]
      const both = (count: number) =>
        Effect.all([passing(one, count, passed[0]), passing(other, count, passed[1])], { concurrency: 2 })
      // From the second on, neither has to wait for its connection.
      const [duration] = yield* Effect.timed(Effect.zipRight(both(1), both(24)))
      const all = passed.flat().sort(ascending)
      assert.deepStrictEqual(
        passed.map((instants) => instants.length),
        [25, 25]
      )
      assert.isAtMost(fullest(all, 2_000), 20)
      assert.isAtLeast(Duration.toMillis(duration), 4_000)
      // Both were served all along, and most of the quota was used.
      assert.isAtLeast(fullest(all.slice(10), 2_000), 12)
      assert.isAbove(passed[0].at(-1) ?? 0, passed[1][12] ?? Number.POSITIVE_INFINITY)
      assert.isAbove(passed[1].at(-1) ?? 0, passed[0][12] ?? Number.POSITIVE_INFINITY)
    })
  )

  it.scopedLive("keeps processes within every window at once, as the server counts", () =>
    Effect.gen(function* () {
      const { port } = yield* RedisServer.start
      const arrived: Array<number> = []
      const server = yield* Servers.http((response) => {
        arrived.push(Date.now())
        response.end()
      })
      yield* Fleet.run(2, [port, server.baseUrl, 12, 10, 1000, 16, 2000])
      assert.strictEqual(arrived.length, 24)
      assert.isAtMost(fullest(arrived, 1000), 10)
      assert.isAtMost(fullest(arrived, 2000), 16)
    })
  )

  it.scopedLive("lets all of a quota go at once, and the next as each of them leaves the window", () =>
    Effect.gen(function* () {
      const { port } = yield* RedisServer.start
      const passed: Array<number> = []
      // Places are taken after this: what is noted of them may be late where the machine is busy.
      const began = Date.now()
      yield* passing(yield* limiterOn(port), 15, passed)
      yield* Effect.sleep("1 second")
      yield* passing(yield* limiterOn(port), 15, passed)
      // A window that begins anew, or a bucket that refills, would let some of the last ten go before that.
      assert.isAtLeast((passed[20] ?? 0) - began, 2_000)
      assert.strictEqual(passed.length, 30)
    })
  )

  it.scopedLive("holds the place of a request that is not answered yet", () =>
    Effect.gen(function* () {
      const { port } = yield* RedisServer.start
      const short = { quotas: [{ limit: 5, window: "500 millis" }] } as const
      const [one, other] = yield* Effect.all([limiterOn(port, short), limiterOn(port, short)])
      yield* Effect.replicateEffect(one.acquire, 5)
      const turn = yield* Effect.fork(other.acquire)
      yield* Effect.sleep("1200 millis")
      assert.isTrue(Option.isNone(yield* Fiber.poll(turn)))
      yield* one.learn({ status: 200 })
      const [waited] = yield* Effect.timed(Fiber.join(turn))
      assert.isAtLeast(Duration.toMillis(waited), 450)
    })
  )

  it.scopedLive("remembers the quota when one client ends and another begins", () =>
    Effect.gen(function* () {
      const { port } = yield* RedisServer.start
      const passed: Array<number> = []
      for (let clients = 0; clients < 3; clients++) {
        yield* Effect.scoped(Effect.flatMap(limiterOn(port), (limiter) => passing(limiter, 10, passed)))
      }
      assert.strictEqual(passed.length, 30)
      assert.isAtMost(fullest(passed, 2_000), 20)
    })
  )

  it.scopedLive("goes on, within the limits of the process, when Redis dies", () =>
    Effect.gen(function* () {
      const server = yield* RedisServer.start
      const limiter = yield* limiterOn(server.port, { timeout: "500 millis" })
      const passed: Array<number> = []
      yield* passing(limiter, 2, passed)
      yield* server.stop
      const fiber = yield* Effect.fork(passing(limiter, 10, passed))
      yield* Fiber.join(fiber)
      assert.strictEqual(passed.length, 12)
    }).pipe(Effect.provide(Logger.remove(Logger.defaultLogger)))
  )
})
