/**
 * Rate limits, as a server reports them.
 *
 * @example
 * ```ts
 * import type { InboxError, RateLimit } from "@inbox-effect/client"
 *
 * const left = (rateLimit: RateLimit.RateLimit | undefined): number => rateLimit?.remaining ?? 0
 *
 * export const isUsedUp = (error: InboxError.RateLimited): boolean => left(error.rateLimit) === 0
 * ```
 *
 * @since 0.1.0
 */
import type * as Headers from "@effect/platform/Headers"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { parseHttpDate } from "./internal/answer/httpDate.js"

/**
 * The rate limit that an answer reports, as far as it reports one: requests allowed in the window
 * (`X-RateLimit-Limit`), requests left in it (`X-RateLimit-Remaining`) and when it ends (`X-RateLimit-Reset`).
 *
 * @since 0.1.0
 * @category schemas
 */
export const RateLimit = Schema.Struct({
  /** Requests that the window allows. */
  limit: Schema.optionalWith(Schema.NonNegativeInt, { exact: true }),
  /** Requests that are left in the window. */
  remaining: Schema.optionalWith(Schema.NonNegativeInt, { exact: true }),
  /** End of the window, by the clock of the server. */
  reset: Schema.optionalWith(Schema.DateTimeUtc, { exact: true })
}).annotations({ identifier: "RateLimit" })

/**
 * A rate limit, as far as an answer reports it.
 *
 * @since 0.1.0
 * @category models
 */
export interface RateLimit extends Schema.Schema.Type<typeof RateLimit> {}

/** Eleven digits of seconds reach the year 5138: whatever is longer is no count and no time. */
const digits = /^\d{1,11}$/

const parseInteger = (text: string | undefined): Option.Option<number> => {
  const trimmed = text?.trim() ?? ""
  return digits.test(trimmed) ? Option.some(Number(trimmed)) : Option.none()
}

/**
 * Reads `X-RateLimit-Limit`, `X-RateLimit-Remaining` and `X-RateLimit-Reset` (seconds since the Unix epoch). A value
 * that is not digits counts as absent; `None` when nothing is left.
 *
 * @since 0.1.0
 * @category parsing
 */
export const fromHeaders = (headers: Headers.Headers): Option.Option<RateLimit> => {
  const limit = parseInteger(headers["x-ratelimit-limit"])
  const remaining = parseInteger(headers["x-ratelimit-remaining"])
  const reset = parseInteger(headers["x-ratelimit-reset"])
  return Option.isNone(limit) && Option.isNone(remaining) && Option.isNone(reset)
    ? Option.none()
    : Option.some({
        ...(Option.isSome(limit) ? { limit: limit.value } : {}),
        ...(Option.isSome(remaining) ? { remaining: remaining.value } : {}),
        ...(Option.isSome(reset) ? { reset: DateTime.unsafeMake(reset.value * 1000) } : {})
      })
}

/** Too long to wait is an answer too: more digits than a duration can hold stand for the longest. */
const parseSeconds = (text: string): Option.Option<Duration.Duration> =>
  /^\d+$/.test(text)
    ? Option.some(Duration.millis(Math.min(Number(text) * 1000, Number.MAX_SAFE_INTEGER)))
    : Option.none()

/**
 * Reads `Retry-After` as the time to wait from `now` (milliseconds since the Unix epoch, by the clock of the server):
 * whole seconds, however many, or an HTTP-date. A date in the past is zero, anything else is `None`.
 *
 * @since 0.1.0
 * @category parsing
 */
export const parseRetryAfter = (text: string, now: number): Option.Option<Duration.Duration> =>
  parseSeconds(text.trim()).pipe(
    Option.orElse(() => Option.map(parseHttpDate(text.trim(), now), (at) => Duration.millis(Math.max(0, at - now))))
  )
