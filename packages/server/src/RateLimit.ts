/**
 * Rate limits of a server: sliding windows that hold together, and the headers that show them.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Headers } from "./Answer.js"

/**
 * A number of requests that a caller may make in a time that slides along, in milliseconds.
 *
 * @since 0.1.0
 * @category models
 */
export interface Window {
  readonly limit: number
  readonly millis: number
}

/**
 * The windows that the vendor documents, which hold together: 300 requests a minute, 10,000 an hour, 100,000 a day.
 *
 * @since 0.1.0
 * @category defaults
 */
export const windows: ReadonlyArray<Window> = [
  { limit: 300, millis: 60_000 },
  { limit: 10_000, millis: 3_600_000 },
  { limit: 100_000, millis: 86_400_000 }
]

/**
 * The window that has the least left: its size, the rest, and when (in Unix seconds) its oldest request leaves it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Standing {
  readonly limit: number
  readonly remaining: number
  readonly resetSeconds: number
}

/**
 * The judgement on a request. `retryAfter` is there where it is refused: seconds until it would not be.
 *
 * @since 0.1.0
 * @category models
 */
export interface Verdict {
  readonly standing: Standing
  readonly retryAfter: number | undefined
}

/**
 * Requests in a window: their number, when the oldest of them was made, and when the one was made that has to leave
 * before there is room, if one has.
 *
 * @since 0.1.0
 * @category models
 */
export interface Holding {
  readonly window: Window
  readonly count: number
  readonly oldest: number | undefined
  readonly edge: number | undefined
}

const standingOf = ({ count, oldest, window }: Holding, now: number): Standing => ({
  limit: window.limit,
  remaining: Math.max(0, window.limit - count),
  resetSeconds: Math.ceil(((oldest ?? now) + window.millis) / 1_000)
})

const tightest = (holdings: ReadonlyArray<Holding>, now: number): Standing =>
  holdings
    .map((holding) => standingOf(holding, now))
    .reduce((tight, other) => (other.remaining < tight.remaining ? other : tight))

/**
 * The standing of a caller that has made no request.
 *
 * @since 0.1.0
 * @category constructors
 */
export const untouched = (now: number): Standing =>
  tightest(
    windows.map((window) => ({ window, count: 0, oldest: undefined, edge: undefined })),
    now
  )

/** Seconds until every window has room; `undefined` where each has. */
const retryAfterOf = (holdings: ReadonlyArray<Holding>, now: number): number | undefined => {
  const waits = holdings
    .map(({ edge, window }) => (edge === undefined ? 0 : edge + window.millis - now))
    .filter((wait) => wait > 0)
  return waits.length === 0 ? undefined : Math.ceil(Math.max(...waits) / 1_000)
}

/** The window after a request that counts. */
const withOneMore = (holding: Holding, now: number): Holding => ({
  ...holding,
  count: holding.count + 1,
  oldest: holding.oldest ?? now
})

/**
 * Judges a request by what the windows hold. Without enforcement none is refused.
 *
 * @since 0.1.0
 * @category constructors
 */
export const judge = (holdings: ReadonlyArray<Holding>, now: number, isEnforced: boolean): Verdict => {
  const retryAfter = isEnforced ? retryAfterOf(holdings, now) : undefined
  const after = retryAfter === undefined ? holdings.map((holding) => withOneMore(holding, now)) : holdings
  return { standing: tightest(after, now), retryAfter }
}

/**
 * The number of requests that the largest window looks back at.
 *
 * @since 0.1.0
 * @category defaults
 */
export const maxKept: number = Math.max(...windows.map(({ limit }) => limit))

/** A queue of instants, in ascending order, that forgets those that no window looks at. */
class Instants {
  #instants: Array<number> = []
  #start = 0

  get latest(): number {
    return this.#instants.at(-1) ?? 0
  }

  push(instant: number): void {
    this.#instants.push(instant)
    if (this.#instants.length - this.#start > maxKept) this.#start++
    if (this.#start > maxKept) {
      this.#instants = this.#instants.slice(this.#start)
      this.#start = 0
    }
  }

  holdingOf(window: Window, now: number): Holding {
    const first = this.#firstAfter(now - window.millis)
    return {
      window,
      count: this.#instants.length - first,
      oldest: this.#instants[first],
      edge: this.#instants[this.#instants.length - window.limit]
    }
  }

  #firstAfter(instant: number): number {
    let low = this.#start
    let high = this.#instants.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#instants[middle] ?? 0) > instant) high = middle
      else low = middle + 1
    }
    return low
  }
}

/**
 * A counter of requests by caller, of whom the key is whatever tells them apart.
 *
 * @since 0.1.0
 * @category models
 */
export interface RateLimit<out E = never> {
  /** Counts a request, or refuses it where limits are enforced. One that is refused does not count. */
  readonly take: (key: string, isEnforced: boolean) => Effect.Effect<Verdict, E>
}

/**
 * A counter in the memory of this process.
 *
 * @since 0.1.0
 * @category models
 */
export interface Local extends RateLimit {
  /** Counts a request that is made now, in milliseconds since the Unix epoch, without running anything. */
  readonly unsafeTake: (key: string, isEnforced: boolean, now: number) => Verdict
}

/**
 * Counts in the memory of this process.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (): Local => {
  const byKey = new Map<string, Instants>()

  const instantsOf = (key: string): Instants => {
    const instants = byKey.get(key) ?? new Instants()
    byKey.set(key, instants)
    return instants
  }

  const unsafeTake = (key: string, isEnforced: boolean, millis: number): Verdict => {
    const instants = instantsOf(key)
    const now = Math.max(millis, instants.latest)
    const holdings = windows.map((window) => instants.holdingOf(window, now))
    const verdict = judge(holdings, now, isEnforced)
    if (verdict.retryAfter === undefined) instants.push(now)
    return verdict
  }

  return {
    unsafeTake,
    take: (key, isEnforced) => Effect.map(Clock.currentTimeMillis, (millis) => unsafeTake(key, isEnforced, millis))
  }
}

/**
 * The headers that show a standing: `X-RateLimit-Limit`, `X-RateLimit-Remaining` and `X-RateLimit-Reset`.
 *
 * @since 0.1.0
 * @category conversions
 */
export const toHeaders = ({ limit, remaining, resetSeconds }: Standing): Headers => ({
  "x-ratelimit-limit": String(limit),
  "x-ratelimit-remaining": String(remaining),
  "x-ratelimit-reset": String(resetSeconds)
})
