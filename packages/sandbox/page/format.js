/**
 * Numbers and instants as people read them.
 */

/** @type {Intl.DateTimeFormatOptions} */
const ofDay = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }

const time = new Intl.DateTimeFormat(undefined, ofDay)

const exactTime = new Intl.DateTimeFormat(undefined, { ...ofDay, fractionalSecondDigits: 3 })

const day = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long", year: "numeric" })

const shortDay = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" })

const number = new Intl.NumberFormat("en")

/**
 * The time of day, to the second.
 *
 * @param {string} instant
 */
export const clock = (instant) => time.format(new Date(instant))

/**
 * The time of day, to the millisecond.
 *
 * @param {string} instant
 */
export const exactClock = (instant) => exactTime.format(new Date(instant))

/** @param {string} instant */
export const date = (instant) => day.format(new Date(instant))

/**
 * The time of today, the date of any other day.
 *
 * @param {string} instant
 * @param {Date} [now]
 */
export const brief = (instant, now = new Date()) => {
  const at = new Date(instant)
  return at.toDateString() === now.toDateString() ? time.format(at).slice(0, 5) : shortDay.format(at)
}

/** @param {number} value */
export const count = (value) => number.format(value)

/**
 * @param {number} value
 * @param {string} one
 * @param {string} [many]
 */
export const counted = (value, one, many = `${one}s`) => `${count(value)} ${value === 1 ? one : many}`

/** @param {number} millis */
export const duration = (millis) =>
  millis < 1000 ? `${Math.round(millis)} ms` : `${(millis / 1000).toFixed(millis < 10_000 ? 1 : 0)} s`

/** @param {number} bytes */
export const size = (bytes) =>
  bytes < 1024
    ? counted(bytes, "byte")
    : bytes < 1024 ** 2
      ? `${(bytes / 1024).toFixed(1)} KiB`
      : `${(bytes / 1024 ** 2).toFixed(1)} MiB`

/**
 * The length of a text in code points, in which the contract counts.
 *
 * @param {string} text
 */
export const length = (text) => [...text].length
