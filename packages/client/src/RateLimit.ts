/**
 * What a server says about its rate limits.
 *
 * @since 0.1.0
 */
import type * as Headers from "@effect/platform/Headers"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

/**
 * The rate limit that an answer reports, as far as it reports one: requests allowed in the window
 * (`X-RateLimit-Limit`), requests left in it (`X-RateLimit-Remaining`) and when it ends (`X-RateLimit-Reset`).
 *
 * @since 0.1.0
 * @category schemas
 */
export const RateLimit = Schema.Struct({
  limit: Schema.optionalWith(Schema.NonNegativeInt, { exact: true }),
  remaining: Schema.optionalWith(Schema.NonNegativeInt, { exact: true }),
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

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

const time = "(?<hour>\\d{2}):(?<minute>\\d{2}):(?<second>\\d{2})"
const month = `(?<month>${months.join("|")})`

/** The three forms of RFC 9110, section 5.6.7. The day of the week says nothing new. */
const httpDates = [
  new RegExp(`^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (?<day>\\d{2}) ${month} (?<year>\\d{4}) ${time} GMT$`),
  new RegExp(`^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (?<day>\\d{2})-${month}-(?<year>\\d{2}) ${time} GMT$`),
  new RegExp(`^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ${month} (?<day>[ \\d]\\d) ${time} (?<year>\\d{4})$`)
]

/** Two digits mean the year in this century, unless that is more than fifty years ahead. */
const fullYear = (text: string, now: Date): number => {
  if (text.length === 4) {
    return Number(text)
  }
  const thisYear = now.getUTCFullYear()
  const year = thisYear - (thisYear % 100) + Number(text)
  return year > thisYear + 50 ? year - 100 : year
}

const parseHttpDate = (text: string, now: number): Option.Option<number> => {
  const groups = httpDates.map((form) => form.exec(text)?.groups).find((match) => match !== undefined)
  if (groups === undefined) {
    return Option.none()
  }
  const { day = "", hour = "", minute = "", month = "", second = "", year = "" } = groups
  const parts = [months.indexOf(month), Number(day), Number(hour), Number(minute), Number(second)] as const
  const date = new Date(0)
  date.setUTCFullYear(fullYear(year, new Date(now)), parts[0], parts[1])
  if (date.getUTCMonth() !== parts[0] || parts[1] === 0 || parts[2] > 23 || parts[3] > 59 || parts[4] > 60) {
    return Option.none()
  }
  return Option.some(date.getTime() + ((parts[2] * 60 + parts[3]) * 60 + parts[4]) * 1000)
}

/**
 * Reads `Retry-After` as the time to wait from `now` (milliseconds since the Unix epoch): whole seconds or an HTTP-date.
 * A date in the past is zero, anything else is `None`.
 *
 * @since 0.1.0
 * @category parsing
 */
export const parseRetryAfter = (text: string, now: number): Option.Option<Duration.Duration> =>
  parseInteger(text).pipe(
    Option.map((seconds) => Duration.seconds(seconds)),
    Option.orElse(() => Option.map(parseHttpDate(text.trim(), now), (at) => Duration.millis(Math.max(0, at - now))))
  )
