/**
 * Holds requests back after a 429 or a 503, as long as the target asks for.
 *
 * @since 0.1.0
 */
import * as RateLimit from "@inbox-effect/client/RateLimit"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Exchange from "../model/Exchange.js"
import { type Pace, Stop } from "../model/Target.js"
import type { Stats } from "./stats.js"

export const now = (): number => performance.timeOrigin + performance.now()

interface Gate {
  /** Milliseconds until the next request may go out, which is then taken to go out. Throws where it never may. */
  readonly delay: () => number
  /** Whether nothing may go out now, because of a 429. */
  readonly isClosed: () => boolean
  /** Closes the gate after a 429, for as long as it says; throws where that seems to have no end. */
  readonly limited: (exchange: Exchange.Exchange) => void
  /** Notes that something other than a 429 came back. */
  readonly passed: () => void
}

export const makeGate = (pace: Pace, began: number, stats: Stats): Gate => {
  const deadline = began + pace.maxDuration
  let closedUntil = 0
  let next = 0
  let limitedSince: number | undefined
  let tries = 0
  return {
    delay: () => {
      const at = now()
      const slot = Math.max(closedUntil, next, at)
      if (slot >= deadline) throw timeUp(pace)
      if (pace.interval > 0) next = slot + pace.interval
      return slot - at
    },
    isClosed: () => closedUntil > now(),
    limited: (exchange) => {
      limitedSince ??= exchange.started
      const announced = announcedWait(exchange)
      // Requests that were in flight together are refused together: that is one refusal, not many.
      if (announced === undefined && closedUntil > now()) return
      const backoff = Math.min(unannounced.first * 2 ** tries++, unannounced.most)
      const delay = announced === undefined ? backoff : Math.max(announced, Math.min(backoff, 1_000))
      const patience = announced === undefined ? unannounced.patience : 2 * announced + 20_000
      if (now() - limitedSince > patience) throw neverLifted(now() - limitedSince)
      if (now() + delay > deadline) throw liftedTooLate(delay)
      const until = now() + delay
      stats.waited += Math.max(0, until - Math.max(closedUntil, now()))
      closedUntil = Math.max(closedUntil, until)
    },
    passed: () => {
      limitedSince = undefined
      tries = 0
    }
  }
}

/** Milliseconds to wait where a 429 does not say how long. */
const unannounced = { first: 250, most: 5_000, patience: 75_000 } as const

/**
 * That the time of a run is up.
 *
 * @since 0.1.0
 * @category errors
 */
export const timeUp = (pace: Pace): Stop =>
  new Stop({
    reason: "time",
    message: `the time of ${Math.round(pace.maxDuration / 1000)} s was up; give more with --max-duration`
  })

const neverLifted = (since: number) =>
  new Stop({
    reason: "limited",
    message: `the rate limit was not lifted within ${Math.round(since / 1000)} s; raise the limit of the target, or lower --rate`
  })

const liftedTooLate = (delay: number) =>
  new Stop({
    reason: "limited",
    message: `the target asks to wait ${Math.ceil(delay / 1000)} s, beyond the end of the run; give more time with --max-duration, or lower --rate`
  })

const announcedWait = (exchange: Exchange.Exchange): number | undefined => {
  const headers = Exchange.response(exchange)?.headers ?? []
  const millis = (name: string, from: number) =>
    Option.fromNullable(Exchange.header(headers, name)).pipe(
      Option.flatMap((text) => RateLimit.parseRetryAfter(text, from)),
      Option.map(Duration.toMillis)
    )
  // A date is meant by the server's own clock, which `Date` tells.
  const clock = Option.getOrElse(millis("date", 0), () => exchange.ended)
  return Option.getOrUndefined(millis("retry-after", clock))
}
