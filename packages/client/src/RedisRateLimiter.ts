/**
 * One rate limiter for many processes, over Redis: together they stay within one team's quotas. An optional entry: it
 * needs the peers `ioredis` and `@effect/experimental`.
 *
 * Over Redis the documented windows slide, all of them at once, as those of one process do: one script, which Redis runs
 * as a whole and by its own clock, keeps the instants of the longest window and lets a request through where none of the
 * windows is full. A request takes its place in them from when it is let through until a window's length after its
 * answer, or after ten seconds, should none come by then.
 *
 * The stores of `@effect/experimental` cannot say that: they have token buckets, which let a burst through and refill all
 * the time, and windows that begin anew. `layer` works on any of them, with buckets: windows hold if burst and refill
 * together stay below the limit, so of each quota 10 % may go at once and 88 % follow over its window; the remaining 2 %
 * make up for requests that take longer to arrive than others, and for clocks that disagree by a second. Either way,
 * each process also keeps to the quotas by itself, and learns from what the server says.
 *
 * Sends go on where Redis does not answer, within the limits of the process alone, and a warning is logged: the server
 * still refuses what is too much, and a refusal delivers nothing.
 *
 * @example
 * ```ts
 * import { FetchHttpClient } from "@effect/platform"
 * import { RateLimiter } from "@inbox-effect/client"
 * import * as RedisRateLimiter from "@inbox-effect/client/RedisRateLimiter"
 * import { Layer } from "effect"
 *
 * export const InboxLive = RateLimiter.layerClientConfig().pipe(
 *   Layer.provide(RedisRateLimiter.layerRedis({ key: "acme", redis: { host: "127.0.0.1" } })),
 *   Layer.provide(FetchHttpClient.layer)
 * )
 * ```
 *
 * @since 0.1.0
 */
import { RateLimiterStore } from "@effect/experimental/RateLimiter"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { RedisOptions } from "ioredis"
import * as redisWindows from "./internal/limiter/redisWindows.js"
import * as RateLimiter from "./RateLimiter.js"

/**
 * Options of the limiter of a fleet.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options extends RateLimiter.Options {
  /**
   * Key that the processes share, such as the name of the team. It becomes part of the keys in the store: no token
   * here.
   */
  readonly key: string
  /** Time to wait for the store before going on without it. Default: 2 seconds. */
  readonly timeout?: Duration.DurationInput | undefined
}

const burstShare = 0.1

const refillShare = 0.88

/** A bucket such that no window holds more than the quota. Whole milliseconds, upwards: never too fast. */
const toBucket = (key: string, { limit, window }: RateLimiter.Quota) => {
  const burst = Math.max(1, Math.floor(limit * burstShare))
  const refill = Math.max(1, Math.floor(limit * (burstShare + refillShare)) - burst)
  return {
    key: `${key}:${Duration.toMillis(window)}`,
    tokens: 1,
    limit: burst,
    refillRate: Duration.millis(Math.ceil(Duration.toMillis(window) / refill)),
    allowOverflow: true
  }
}

/** Time for which sends go on without a store that has failed. */
const outage = Duration.seconds(5)

/** The words of the innermost error alone: what a driver attaches to its errors may hold a password. */
const reason = (cause: Cause.Cause<unknown>): string => {
  let error = Cause.squash(cause)
  while (error instanceof Error && error.cause instanceof Error) error = error.cause
  return error instanceof Error ? error.message : "it failed"
}

/** Asks a store, and gives the milliseconds that it says; zero where it does not answer, and for a while after that. */
const makeGuard = (options: Options): ((ask: Effect.Effect<number, unknown>) => Effect.Effect<number>) => {
  const timeout = Duration.decode(options.timeout ?? "2 seconds")
  let askAgainAt = Number.NEGATIVE_INFINITY

  const withoutStore = (cause: Cause.Cause<unknown>) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) => {
      askAgainAt = now + Duration.toMillis(outage)
      return Effect.as(
        Effect.logWarning(`The shared rate limit cannot be asked, sends keep to that of the process: ${reason(cause)}`),
        0
      )
    })

  return (ask) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) =>
      now < askAgainAt
        ? Effect.succeed(0)
        : ask.pipe(
            Effect.timeout(timeout),
            Effect.catchAllCause((cause) => (Cause.isInterruptedOnly(cause) ? Effect.interrupt : withoutStore(cause)))
          )
    )
}

const quotasOf = (options: Options): ReadonlyArray<RateLimiter.Quota> => options.quotas ?? RateLimiter.documented

/**
 * A limiter over whatever store is given, by token buckets. The store's clock is each process's own.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (options: Options): Effect.Effect<RateLimiter.Service, never, RateLimiterStore> =>
  Effect.flatMap(RateLimiterStore, (store) => {
    const buckets = quotasOf(options).map((quota) => toBucket(options.key, quota))
    const delays = Effect.forEach(
      buckets,
      (bucket) =>
        Effect.map(store.tokenBucket(bucket), (left) => Duration.toMillis(bucket.refillRate) * Math.max(0, -left)),
      { concurrency: "unbounded" }
    )
    const guarded = makeGuard(options)
    const turn = Effect.flatMap(guarded(Effect.map(delays, (waits) => Math.max(0, ...waits))), Effect.sleep)
    return RateLimiter.makeWith(turn, { quotas: options.quotas })
  })

/**
 * A limiter over whatever store is given, by token buckets, as a layer.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: Options): Layer.Layer<RateLimiter.RateLimiter, never, RateLimiterStore> =>
  Layer.effect(RateLimiter.RateLimiter, make(options))

/** Longest wait before asking again, in milliseconds: answers make room sooner than is sure beforehand. */
const longestWait = 1000

/**
 * A limiter over Redis, by windows that slide, with a connection of its own. `redis` are options of `ioredis`; keys start
 * with `prefix` (default: `inbox-client:`). Redis 5 or newer, which holds about 140 bytes for each
 * request of the longest window.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerRedis = (
  options: Options & { readonly redis: RedisOptions; readonly prefix?: string | undefined }
): Layer.Layer<RateLimiter.RateLimiter> =>
  Layer.scoped(
    RateLimiter.RateLimiter,
    Effect.gen(function* () {
      const windows = yield* redisWindows.make(
        options.redis,
        `${options.prefix ?? "inbox-client:"}${options.key}`,
        quotasOf(options).map(({ limit, window }) => ({ limit, windowMillis: Duration.toMillis(window) }))
      )
      const guarded = makeGuard(options)
      const turn: Effect.Effect<void> = Effect.flatMap(guarded(windows.enter), (wait) =>
        wait === 0 ? Effect.void : Effect.zipRight(Effect.sleep(Math.min(wait, longestWait)), turn)
      )
      const limiter = yield* RateLimiter.makeWith(turn, { quotas: options.quotas })
      return { acquire: limiter.acquire, learn: (answer) => Effect.zipRight(windows.answer, limiter.learn(answer)) }
    })
  )
