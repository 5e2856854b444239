/**
 * Instants as RFC 3339 spells them, which is what the format `date-time` of JSON Schema means. `Date` is both laxer
 * (`2023`, `2023-02-31T00:00:00Z`) and stricter (`23:59:60`), so the rules are written out here.
 *
 * @example
 * ```ts
 * import { Rfc3339 } from "@inbox-effect/client"
 *
 * export const answers = [Rfc3339.isDateTime("2023-11-07T05:31:56Z"), Rfc3339.isDateTime("2023-11-07")]
 *
 * export const millis = Rfc3339.toEpochMillis("2023-11-07T05:31:56Z")
 * ```
 *
 * @since 0.1.0
 */
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"

const grammar =
  /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?(?:[Zz]|([+-])([01]\d|2[0-3]):([0-5]\d))$/

const minute = 60_000
const day = 24 * 60 * minute

const firstMillis = Date.parse("0000-01-01T00:00:00.000Z")
const lastMillis = Date.parse("9999-12-31T23:59:59.999Z")

const isLeapYear = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0

const daysInMonth = (year: number, month: number): number =>
  month === 2 ? (isLeapYear(year) ? 29 : 28) : month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31

const midnight = (year: number, month: number, dayOfMonth: number): number =>
  // `Date.UTC` reads the years 0 to 99 as 1900 to 1999.
  new Date(0).setUTCFullYear(year, month - 1, dayOfMonth)

/** Leap seconds are the last ones of a month in UTC: those of June and December, of other months if ever need be. */
const isStartOfMonth = (millis: number): boolean => millis % day === 0 && new Date(millis).getUTCDate() === 1

const parse = (input: string): Option.Option<number> => {
  const match = grammar.exec(input)
  if (match === null) {
    return Option.none()
  }
  const year = Number(match[1])
  const month = Number(match[2])
  const dayOfMonth = Number(match[3])
  const hour = Number(match[4])
  const minutes = Number(match[5])
  const second = Number(match[6])
  if (month < 1 || month > 12 || dayOfMonth < 1 || dayOfMonth > daysInMonth(year, month)) {
    return Option.none()
  }
  if (hour > 23 || minutes > 59 || second > 60) {
    return Option.none()
  }
  const offset = match[8] === undefined ? 0 : Number(`${match[8]}1`) * (Number(match[9]) * 60 + Number(match[10]))
  const startOfMinute = midnight(year, month, dayOfMonth) + (hour * 60 + minutes - offset) * minute
  if (second === 60 && !isStartOfMonth(startOfMinute + minute)) {
    return Option.none()
  }
  const millis = match[7] === undefined ? 0 : Number(match[7].slice(0, 3).padEnd(3, "0"))
  return Option.some(startOfMinute + second * 1000 + millis)
}

let last: readonly [input: string, millis: Option.Option<number>] = ["", Option.none()]

/**
 * Reads an RFC 3339 date-time as milliseconds since the Unix epoch. Digits of the fraction beyond the third are
 * dropped. A leap second (`:60`, only at 23:59 on the last day of a month, in UTC) is the first instant of the next
 * minute, as POSIX time has it.
 *
 * @since 0.1.0
 * @category conversions
 */
export const toEpochMillis = (input: string): Option.Option<number> => {
  // Decoding asks twice in a row: whether the text is a date-time, and which.
  if (input !== last[0]) last = [input, parse(input)]
  return last[1]
}

/**
 * Tells whether a string is an RFC 3339 date-time: a date of the calendar, a time below 24:00, and an offset (`Z` or
 * `±hh:mm`). `T` and `Z` may be lower case, the fraction may have any number of digits.
 *
 * @since 0.1.0
 * @category guards
 */
export const isDateTime = (input: string): boolean => Option.isSome(toEpochMillis(input))

/**
 * The text of an RFC 3339 date-time, as it travels in JSON.
 *
 * @since 0.1.0
 * @category schemas
 */
export const DateTimeString = Schema.String.pipe(
  Schema.filter(isDateTime, {
    title: "DateTimeString",
    description: "An RFC 3339 date-time such as 2023-11-07T05:31:56Z",
    message: () => "Expected an RFC 3339 date-time such as 2023-11-07T05:31:56Z",
    jsonSchema: { type: "string", format: "date-time" },
    arbitrary: () => (fc) =>
      fc
        .date({ min: new Date(firstMillis), max: new Date(lastMillis), noInvalidDate: true })
        .map((date) => date.toISOString())
  })
)

const Utc = Schema.DateTimeUtcFromSelf.annotations({
  arbitrary: () => (fc) =>
    fc.integer({ min: firstMillis, max: lastMillis }).map((millis) => DateTime.unsafeMake(millis))
})

/**
 * An RFC 3339 date-time decoded to a `DateTime.Utc`. Encoding writes UTC with milliseconds, and fails outside the
 * years 0000 to 9999, which RFC 3339 cannot spell.
 *
 * @since 0.1.0
 * @category schemas
 */
export const DateTimeUtc: Schema.Schema<DateTime.Utc, string> = Schema.transformOrFail(DateTimeString, Utc, {
  strict: true,
  decode: (input, _, ast) =>
    Option.match(toEpochMillis(input), {
      onNone: () => ParseResult.fail(new ParseResult.Type(ast, input)),
      onSome: (millis) => ParseResult.succeed(DateTime.unsafeMake(millis))
    }),
  encode: (utc, _, ast) => {
    const millis = DateTime.toEpochMillis(utc)
    return millis >= firstMillis && millis <= lastMillis
      ? ParseResult.succeed(DateTime.formatIso(utc))
      : ParseResult.fail(new ParseResult.Type(ast, utc, "RFC 3339 spells only the years 0000 to 9999"))
  }
})
