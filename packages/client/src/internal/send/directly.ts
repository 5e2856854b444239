/**
 * Makes attempts straight through a transport that knows how.
 */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { type Conclusion, conclude } from "../answer/conclude.js"
import { handOver } from "../handOver.js"
import * as body from "../http/body.js"
import * as progress from "../http/progress.js"
import type { Direct, End, Head } from "../http/wire.js"
import { schedule } from "../timer.js"
import { type Attempt, cutShort, expired, lost, type Way } from "./exchange.js"

const ended = (attempt: Attempt, end: End): Conclusion => {
  const { chunks, head } = attempt.progress
  if (Either.isRight(end)) {
    return conclude(attempt, head as Head, { bytes: body.join(chunks), end: end.right })
  }
  return head === undefined ? lost(attempt, end.left) : cutShort(attempt, head)
}

/** The way through a transport. An interruption leaves it to who handles that to break the exchange off. */
export const directly = (send: Direct): Way => ({
  begin: (_, mayStart) => progress.make(undefined, mayStart),
  exchange: (attempt) => {
    const take = handOver(attempt)
    return Effect.async((resume) => {
      const attempt = take()
      const { clock, fiber, limit, post, progress } = attempt
      if (limit !== undefined) {
        progress.stopTimer = schedule(clock, limit.duration, () =>
          resume(Effect.suspend(() => expired(attempt, limit)))
        )
      }
      send(post, progress, fiber, (end) => {
        progress.stopTimer?.()
        resume(Effect.suspend(() => ended(attempt, end)))
      })
    })
  }
})
