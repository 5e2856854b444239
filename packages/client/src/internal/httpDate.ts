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

/** Two digits mean the year in this century, unless that is more than fifty years ahead. */
const fullYear = (text: string, now: Date): number => {
  if (text.length === 4) {
    return Number(text)
  }
  const thisYear = now.getUTCFullYear()
  const year = thisYear - (thisYear % 100) + Number(text)
  return year > thisYear + 50 ? year - 100 : year
}

/**
 * Milliseconds since the Unix epoch of an HTTP-date. `now` decides the century of a year that has two digits.
 */
export const parseHttpDate = (text: string, now: number): Option.Option<number> => {
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
