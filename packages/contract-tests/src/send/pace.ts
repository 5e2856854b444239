/** Holds requests back after a 429 or a 503, as long as the target asks for. */
import * as RateLimit from "@inbox-effect/client/RateLimit"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Exchange from "../model/Exchange.js"
import { type Pace, Stop } from "../model/Target.js"
import type { Stats } from "./stats.js"

interface Gate {
  /** Waits until the next request may go out, which is then taken to go out. Fails where it never may. */
  readonly pass: Effect.Effect<void, Stop>
  /** Closes the gate after a 429, for as long as it says; fails where that seems to have no end. */
  readonly limited: (exchange: Exchange.Exchange) => Effect.Effect<void, Stop>
  /** Notes that something other than a 429 came back. */
  readonly passed: () => void
}

/** Makes a gate. `now` tells milliseconds since the Unix epoch, by the clock by which its waits are timed. */
export const makeGate = (pace: Pace, now: () => number, stats: Stats): Gate => {
  const began = now()
  const deadline = began + pace.maxDuration
  let closedUntil = 0
  let next = 0
  let limitedSince: number | undefined
  let tries = 0
  const pass: Gate["pass"] = Effect.suspend(() => {
    const at = now()
    const slot = Math.max(closedUntil, next, at)
    if (slot >= deadline) return timeUp(pace)
    if (pace.interval > 0) next = slot + pace.interval
    if (slot === at) return Effect.void
    // The gate may be closed anew during the wait.
    return Effect.flatMap(Effect.sleep(slot - at), () => (closedUntil > now() ? pass : Effect.void))
  })
  return {
    pass,
    limited: (exchange) =>
      Effect.suspend(() => {
        const at = now()
        limitedSince ??= exchange.started
        const announced = announcedWait(exchange)
        // Requests that were in flight together are refused together: that is one refusal, not many.
        if (announced === undefined && closedUntil > at) return Effect.void
        const backoff = Math.min(unannounced.first * 2 ** tries++, unannounced.most)
        const delay = announced === undefined ? backoff : Math.max(announced, Math.min(backoff, 1_000))
        const patience = announced === undefined ? unannounced.patience : 2 * announced + 20_000
        if (at - limitedSince > patience) return neverLifted(at - limitedSince)
        if (at + delay > deadline) return liftedTooLate(delay)
        stats.waited += Math.max(0, at + delay - Math.max(closedUntil, at))
        closedUntil = Math.max(closedUntil, at + delay)
        return Effect.void
      }),
    passed: () => {
      limitedSince = undefined
      tries = 0
    }
  }
}

/** Milliseconds to wait where a 429 does not say how long. */
const unannounced = { first: 250, most: 5_000, patience: 75_000 } as const

/** That the time of a run is up. */
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
