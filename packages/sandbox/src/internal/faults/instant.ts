import * as Rfc3339 from "@inbox-effect/client/Rfc3339"
import type * as DateTime from "effect/DateTime"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"

/** The end of this version of the API, by the vendor's changelog. */
export const vendorSunset = "2026-12-03T00:00:00Z"

const decode = Schema.decodeEither(Rfc3339.DateTimeUtc)

/** Reads a date, which stands for its first instant, or an instant. */
export const toInstant = (text: string | undefined): DateTime.Utc | undefined => {
  const [, day, time] = /^(\d{4}-\d{2}-\d{2})(T.*)?$/i.exec(text ?? vendorSunset) ?? []
  return Either.getOrUndefined(decode(`${day}${time ?? "T00:00:00Z"}`))
}
