/**
 * Keeps sends within the rate limits by delaying them, instead of letting the server refuse them.
 *
 * The documented windows hold together, and slide: at most 300 requests in any minute, 10,000 in any hour and 100,000 in
 * any day. A request takes its place in them from when it is let through until a window's length after its answer (or
 * after ten seconds, should none come by then), so the server's own count never comes out higher. What the server says
 * counts too: nothing is let through before the end of a `Retry-After`, or before `X-RateLimit-Reset` when nothing
 * remains, and what others use of a team's quota is inferred from `X-RateLimit-Remaining`.
 *
 * @example
 * ```ts
 * import { FetchHttpClient } from "@effect/platform"
 * import { RateLimiter } from "@inbox-effect/client"
 * import { Layer } from "effect"
 *
 * // The client, configured by the environment, whose attempts wait for their turn.
 * export const InboxLive = RateLimiter.layerClientConfig().pipe(
 *   Layer.provide(RateLimiter.layer()),
 *   Layer.provide(FetchHttpClient.layer)
 * )
 * ```
 *
 * @since 0.1.0
 */
import type * as HttpClient from "@effect/platform/HttpClient"
import * as Clock from "effect/Clock"
import type * as ConfigError from "effect/ConfigError"
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as MetricBoundaries from "effect/MetricBoundaries"
import * as InboxClient from "./InboxClient.js"
import * as knownOptions from "./internal/config/knownOptions.js"
import { Book } from "./internal/limiter/limiter.js"

/**
 * At most `limit` requests in any period as long as `window`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Quota {
  /** Number of requests, an integer from 1. */
  readonly limit: number
  /** Length of any period that has so many requests at most. */
  readonly window: Duration.DurationInput
}

/**
 * The documented quotas of a team: 300 a minute, 10,000 an hour, 100,000 a day.
 *
 * @since 0.1.0
 * @category defaults
 */
export const documented: ReadonlyArray<Quota> = [
  { limit: 300, window: "1 minute" },
  { limit: 10_000, window: "1 hour" },
  { limit: 100_000, window: "1 day" }
]

/**
 * The operations of a limiter, as the option `limiter` of a client takes them. `acquire` waits until one request may go,
 * first come, first served; waiting can be interrupted, and takes no place then. `learn` is told of every answer.
 *
 * @since 0.1.0
 * @category models
 */
export interface Service extends InboxClient.Limiter {}

/**
 * A limiter as a service: one for each team, since the quotas are the team's.
 *
 * @since 0.1.0
 * @category tags
 */
export class RateLimiter extends Context.Tag("@inbox-effect/client/RateLimiter")<RateLimiter, Service>() {}

/**
 * Options of a limiter.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** The quotas that hold together. Default: `documented`. Throws a `RangeError` where a limit is no integer from 1 on. */
  readonly quotas?: ReadonlyArray<Quota> | undefined
}

/**
 * Time that sends have waited for their turn, in seconds. Every send that was let through counts, most of them with
 * zero.
 *
 * @since 0.1.0
 * @category metrics
 */
export const waited: Metric.Metric.Histogram<number> = Metric.histogram(
  "inbox_client_limiter_wait",
  MetricBoundaries.fromIterable([0, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 1800, 3600]),
  "How long sends waited for the rate limiter, in seconds"
)

type Answer = Parameters<Service["learn"]>[0]

/** Hold after a refusal without a time to wait. */
const defaultHold = Duration.seconds(1)

/** No documented window is longer, so that whoever asks for more patience is not believed. */
const longestHold = Duration.toMillis("1 day")

/** The time until the rate limit ends, in milliseconds: by the server's clock, or else by ours. */
const untilReset = ({ rateLimit, resetAfter }: Answer, wallClock: number): number | undefined => {
  if (resetAfter !== undefined) return Duration.toMillis(resetAfter)
  return rateLimit?.reset === undefined ? undefined : DateTime.toEpochMillis(rateLimit.reset) - wallClock
}

/** Learns from an answer. `now` is of the monotonic clock. */
const learn = (book: Book, answer: Answer, now: number, wallClock: number): void => {
  const { rateLimit, retryAfter, status } = answer
  const refused = status === 429
  const reset = untilReset(answer, wallClock)
  const asked = refused && retryAfter !== undefined ? Duration.toMillis(retryAfter) : undefined
  book.answer(now)
  if (rateLimit !== undefined) book.learn(rateLimit, now)
  // The server knows best when there is room again: nothing is inferred of others beyond that.
  const end = asked ?? reset
  if (end !== undefined) book.forgetOthers(now + Math.max(0, end))
  const hold = Math.max(
    refused ? (asked ?? (reset !== undefined && reset > 0 ? reset : Duration.toMillis(defaultHold))) : 0,
    !refused && rateLimit?.remaining === 0 ? (reset ?? 0) : 0
  )
  if (hold > 0) book.hold(now + Math.min(hold, longestHold))
}

/** Milliseconds of the clock that nobody sets. */
const monotonic: Effect.Effect<number> = Effect.map(Clock.currentTimeNanos, (nanos) => Number(nanos / 1_000_000n))

const toWindow = ({ limit, window }: Quota) => {
  const windowMillis = Duration.toMillis(window)
  if (!Number.isSafeInteger(limit) || limit < 1 || !(windowMillis > 0) || !Number.isFinite(windowMillis)) {
    throw new RangeError("A quota has to have an integer limit from 1 on, and a finite window")
  }
  return { limit, windowMillis }
}

const names: knownOptions.Names<Options> = { quotas: true }

/**
 * A limiter that also waits for `turn` before it lets a request through, such as for the turn of a whole fleet.
 *
 * @since 0.1.0
 * @category constructors
 */
export const makeWith = (turn: Effect.Effect<void>, options: Options = {}): Effect.Effect<Service> => {
  knownOptions.check(options, names)
  const windows = (options.quotas ?? documented).map(toWindow)
  return Effect.gen(function* () {
    const book = new Book(windows)
    const gate = yield* Effect.makeSemaphore(1)

    const untilAllowed: Effect.Effect<void> = Effect.flatMap(monotonic, (now) => {
      const wait = book.waitFrom(now)
      return wait === 0 ? Effect.void : Effect.zipRight(Effect.sleep(wait), untilAllowed)
    })

    const report = (since: number) =>
      Effect.flatMap(monotonic, (now) =>
        Effect.zipRight(
          Metric.update(waited, (now - since) / 1000),
          Effect.annotateCurrentSpan("inbox.limiter.wait_ms", now - since)
        )
      )

    const acquire = Effect.flatMap(monotonic, (since) =>
      untilAllowed.pipe(
        Effect.zipRight(turn),
        // The server may have said something while the turn was waited for.
        Effect.zipRight(untilAllowed),
        Effect.zipRight(Effect.map(monotonic, (now) => book.start(now))),
        gate.withPermits(1),
        Effect.zipRight(report(since))
      )
    )

    return {
      acquire,
      learn: (answer) =>
        Effect.zipWith(monotonic, Clock.currentTimeMillis, (now, wallClock) => learn(book, answer, now, wallClock)),
      wait: Effect.map(monotonic, (now) => Duration.millis(book.waitFrom(now)))
    }
  })
}

/**
 * A limiter for the requests of this process.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (options?: Options): Effect.Effect<Service> => makeWith(Effect.void, options)

/**
 * A limiter for the requests of this process, as a layer.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options?: Options): Layer.Layer<RateLimiter> => Layer.effect(RateLimiter, make(options))

/**
 * A client whose attempts, retries included, wait for their turn. Only the `timeout` of the whole send bounds the wait;
 * a send whose time is up by then has certainly delivered nothing.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerClient = (
  options: Omit<InboxClient.Options, "limiter">
): Layer.Layer<InboxClient.InboxClient, ConfigError.ConfigError, RateLimiter | HttpClient.HttpClient> =>
  Layer.unwrapEffect(Effect.map(RateLimiter, (limiter) => InboxClient.layer({ ...options, limiter })))

/**
 * `layerClient`, configured by the environment or by configs of your own as `InboxClient.layerConfig` is.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerClientConfig = (
  options?: Omit<InboxClient.ConfigOptions, "limiter">
): Layer.Layer<InboxClient.InboxClient, ConfigError.ConfigError, RateLimiter | HttpClient.HttpClient> =>
  Layer.unwrapEffect(Effect.map(RateLimiter, (limiter) => InboxClient.layerConfig({ ...options, limiter })))
