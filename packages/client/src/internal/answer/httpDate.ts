/**
 * Dates as HTTP spells them.
 */
import * as Option from "effect/Option"

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

const time = "(?<hour>\\d{2}):(?<minute>\\d{2}):(?<second>\\d{2})"
const month = `(?<month>${months.join("|")})`

/** The three forms of RFC 9110, section 5.6.7. The day of the week says nothing new. */
const httpDates = [
  new RegExp(`^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (?<day>\\d{2}) ${month} (?<year>\\d{4}) ${time} GMT$`),
  new RegExp(`^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (?<day>\\d{2})-${month}-(?<year>\\d{2}) ${time} GMT$`),
  new RegExp(`^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ${month} (?<day>[ \\d]\\d) ${time} (?<year>\\d{4})$`)
]

/** Milliseconds since the Unix epoch of the parts of a date, where there is such a day and time. */
const instantOf = (year: number, [month, day, hour, minute, second]: ReadonlyArray<number>): Option.Option<number> => {
  const [m, d, h, min, s] = [month ?? 0, day ?? 0, hour ?? 0, minute ?? 0, second ?? 0]
  const date = new Date(0)
  date.setUTCFullYear(year, m, d)
  return date.getUTCMonth() !== m || d === 0 || h > 23 || min > 59 || s > 60
    ? Option.none()
    : Option.some(date.getTime() + ((h * 60 + min) * 60 + s) * 1000)
}

/** The instant fifty years after another one. */
const fiftyYearsOn = (now: number): number => {
  const date = new Date(now)
  return date.setUTCFullYear(date.getUTCFullYear() + 50)
}

/**
 * Milliseconds since the Unix epoch of an HTTP-date. `now` decides the century of a year that has two digits: it is that
 * of `now`, unless the date would be more than fifty years ahead, counted to the second; then it is the one before.
 */
export const parseHttpDate = (text: string, now: number): Option.Option<number> => {
  const groups = httpDates.map((form) => form.exec(text)?.groups).find((match) => match !== undefined)
  if (groups === undefined) {
    return Option.none()
  }
  const { day = "", hour = "", minute = "", month = "", second = "", year = "" } = groups
  const parts = [months.indexOf(month), Number(day), Number(hour), Number(minute), Number(second)]
  if (year.length === 4) {
    return instantOf(Number(year), parts)
  }
  const thisYear = new Date(now).getUTCFullYear()
  const near = thisYear - (thisYear % 100) + Number(year)
  const instant = instantOf(near, parts)
  // The 29th of February may exist in one century and not in the other.
  return Option.isSome(instant) && instant.value <= fiftyYearsOn(now)
    ? instant
    : Option.orElse(instantOf(near - 100, parts), () => instant)
}
