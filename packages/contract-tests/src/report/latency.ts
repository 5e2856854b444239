/**
 * The latencies of a run as a histogram.
 *
 * @since 0.1.0
 */
import type { Latency } from "./Report.js"

export const latency = (times: ReadonlyArray<number>): Latency => {
  const sorted = [...times].sort((a, b) => a - b)
  const at = (share: number) => hundredths(sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0)
  return { p50: at(0.5), p90: at(0.9), p95: at(0.95), p99: at(0.99), max: at(1), histogram: histogram(sorted) }
}

const hundredths = (value: number): number => Math.round(value * 100) / 100

/** Intervals of the histogram from one power of ten to the next. */
const perDecade = 8

/** Answers that take less, in milliseconds, count as this. */
const shortest = 0.01

const histogram = (sorted: ReadonlyArray<number>): Latency["histogram"] => {
  if (sorted.length === 0) return []
  const intervals = sorted.map((time) => Math.floor(Math.log10(Math.max(shortest, time)) * perDecade))
  const first = intervals[0] ?? 0
  const counts = new Map<number, number>()
  for (const interval of intervals) counts.set(interval, (counts.get(interval) ?? 0) + 1)
  const edge = (interval: number) => Number((10 ** (interval / perDecade)).toPrecision(3))
  return Array.from({ length: (intervals.at(-1) ?? first) - first + 1 }, (_, position) => ({
    from: edge(first + position),
    to: edge(first + position + 1),
    requests: counts.get(first + position) ?? 0
  }))
}
