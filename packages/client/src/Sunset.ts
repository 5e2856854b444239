/**
 * The end of an API, as a server announces it: the headers `Sunset` (RFC 8594) and `Deprecation` (RFC 9745).
 *
 * @example
 * ```ts
 * import { Sunset } from "@inbox-effect/client"
 * import { DateTime } from "effect"
 *
 * export const sentence = Sunset.toSentence({ sunsetAt: DateTime.unsafeMake("2026-12-03T00:00:00Z") })
 * ```
 *
 * @since 0.1.0
 */
import type * as Headers from "@effect/platform/Headers"
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { parseHttpDate } from "./internal/answer/httpDate.js"

/**
 * The end of an API as an answer announces it: since or from when it is deprecated (`deprecatedAt`), and when it stops
 * responding (`sunsetAt`). A date that cannot be read counts as absent; that there is an end does not.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Sunset = Schema.Struct({
  /** Instant from which on the API is deprecated. */
  deprecatedAt: Schema.optionalWith(Schema.DateTimeUtc, { exact: true }),
  /** Instant at which the API stops to respond. */
  sunsetAt: Schema.optionalWith(Schema.DateTimeUtc, { exact: true })
}).annotations({ identifier: "Sunset" })

/**
 * The end of an API, as far as an answer announces it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Sunset extends Schema.Schema.Type<typeof Sunset> {}

/** A date of RFC 9745 (`@` and Unix seconds). */
/** A date of RFC 9651, whose parameters are ignored. */
const structuredDate = /^@(-?\d{1,15})(?:[ ]*;.*)?$/

/** The years 1 to 9999, in seconds. */
const [firstSecond, lastSecond] = [-62_135_596_800, 253_402_300_799]

const parseStructured = (digits: string): Option.Option<number> => {
  const seconds = Number(digits)
  return seconds >= firstSecond && seconds <= lastSecond ? Option.some(seconds * 1000) : Option.none()
}

const parseDate = (text: string | undefined, now: number): Option.Option<DateTime.Utc> => {
  const trimmed = text?.trim() ?? ""
  const seconds = structuredDate.exec(trimmed)
  return Option.map(
    seconds === null ? parseHttpDate(trimmed, now) : parseStructured(seconds[1] ?? ""),
    DateTime.unsafeMake
  )
}

const isSaid = (text: string | undefined): boolean =>
  text !== undefined && !["", "false", "?0"].includes(text.trim().toLowerCase())

/**
 * Reads `Sunset` (an HTTP-date) and `Deprecation` (`@` and Unix seconds; in older drafts an HTTP-date or `true`). `None`
 * where neither is said. `now` is in milliseconds since the Unix epoch.
 *
 * @since 0.1.0
 * @category parsing
 */
export const fromHeaders = (headers: Headers.Headers, now: number): Option.Option<Sunset> => {
  const { deprecation, sunset } = headers
  if (!isSaid(deprecation) && !isSaid(sunset)) {
    return Option.none()
  }
  const deprecatedAt = parseDate(deprecation, now)
  const sunsetAt = parseDate(sunset, now)
  return Option.some({
    ...(Option.isSome(deprecatedAt) ? { deprecatedAt: deprecatedAt.value } : {}),
    ...(Option.isSome(sunsetAt) ? { sunsetAt: sunsetAt.value } : {})
  })
}

/**
 * The announcement as a sentence, for people.
 *
 * @since 0.1.0
 * @category rendering
 */
export const toSentence = (sunset: Sunset): string =>
  sunset.sunsetAt !== undefined
    ? `The server announces that this API stops responding on ${DateTime.formatIso(sunset.sunsetAt)}`
    : sunset.deprecatedAt !== undefined
      ? `The server announces that this API is deprecated as of ${DateTime.formatIso(sunset.deprecatedAt)}`
      : "The server announces that this API is deprecated"
