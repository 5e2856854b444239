/**
 * The reports of several runs as one.
 *
 * @since 0.1.0
 */
import type { Latency, Report, ReportedRequirement, Series, Status } from "./Report.js"
import { isFault } from "./summary.js"

/** Seeds that are named in a report. */
const namedSeeds = 100

/** Notes that are kept, of all runs together. */
const keptNotes = 12

/** Begins a series with the report of its first run. */
export const begun = (report: Report): Report => ({
  ...report,
  series: { runs: 1, firstSeed: report.seed, lastSeed: report.seed, broken: brokenBy(report) }
})

/**
 * Adds the report of the next run. Of a run that was cut short because the series was to end, only what it found counts:
 * what it did not come to was put to the test by a run before.
 */
export const joined = (all: Report, next: Report, isCut: boolean): Report => {
  const rows = all.requirements.map((row, position) => worse(row, next.requirements[position] ?? row, isCut))
  const stale = isCut ? all.staleWaivers : all.staleWaivers.filter((id) => next.staleWaivers.includes(id))
  const { broken = [], firstSeed = all.seed, runs = 1 } = all.series ?? {}
  const wasBroken = all.verdict === "violates"
  return {
    ...all,
    ...decided(rows, stale, all, isCut ? undefined : next),
    // The seed that shows something.
    seed: !wasBroken && next.verdict === "violates" ? next.seed : all.seed,
    durationMs: all.durationMs + next.durationMs,
    requests: all.requests + next.requests,
    accepted: all.accepted + next.accepted,
    rateLimited: all.rateLimited + next.rateLimited,
    waitedMs: all.waitedMs + next.waitedMs,
    cases: {
      total: (all.cases?.total ?? 0) + (next.cases?.total ?? 0),
      done: (all.cases?.done ?? 0) + (next.cases?.done ?? 0)
    },
    series: {
      runs: runs + 1,
      firstSeed,
      lastSeed: next.seed,
      broken: [...broken, ...brokenBy(next)].slice(0, namedSeeds)
    },
    latency: joinedLatency(all.latency, next.latency),
    requirements: rows,
    coverage: all.coverage.map((each, position) => ({
      ...each,
      cases: each.cases + (next.coverage[position]?.cases ?? 0)
    })),
    staleWaivers: stale,
    notes: [...new Set([...all.notes, ...next.notes])].slice(0, keptNotes)
  }
}

const brokenBy = (report: Report): Series["broken"] => {
  const requirements = report.requirements.filter((row) => isFault(row, report)).map(({ id }) => id)
  return requirements.length === 0 ? [] : [{ seed: report.seed, requirements }]
}

/** Statuses by how much they tell about a requirement, the most telling first. */
const order: ReadonlyArray<Status> = ["failed", "warned", "waived", "passed", "inconclusive", "skipped"]

const worse = (all: ReportedRequirement, next: ReportedRequirement, isCut: boolean): ReportedRequirement => {
  const isTold = order.indexOf(next.status) < order.indexOf(all.status)
  const isFound = next.status === "failed" || next.status === "warned"
  return { ...(isTold && (!isCut || isFound) ? next : all), cases: all.cases + next.cases }
}

/** The verdict of all runs. `stopped` is the last one, where it ended of itself or because it could not go on. */
const decided = (
  rows: ReadonlyArray<ReportedRequirement>,
  stale: ReadonlyArray<string>,
  all: Report,
  stopped: Report | undefined
): Pick<Report, "verdict" | "reason"> => {
  const reason = stopped?.verdict === "inconclusive" ? stopped.reason : null
  if (rows.some((row) => isFault(row, all))) return { verdict: "violates", reason: reason ?? all.reason }
  if (reason !== null) return { verdict: "inconclusive", reason }
  if (stale.length > 0) return { verdict: "violates", reason: all.reason }
  return rows.some(({ status }) => status === "inconclusive")
    ? { verdict: "inconclusive", reason: all.reason }
    : { verdict: "conforms", reason: null }
}

/** The intervals of all histograms are of one scale. Shares of all runs are read off the joined one. */
const joinedLatency = (all: Latency, next: Latency): Latency => {
  const intervals = new Map(all.histogram.map((each) => [each.from, each]))
  for (const each of next.histogram) {
    const known = intervals.get(each.from)
    intervals.set(each.from, { ...each, requests: each.requests + (known?.requests ?? 0) })
  }
  const histogram = [...intervals.values()].sort((left, right) => left.from - right.from)
  const total = histogram.reduce((sum, { requests }) => sum + requests, 0)
  const max = Math.max(all.max, next.max)
  const at = (share: number): number => {
    let before = 0
    for (const { from, requests, to } of histogram) {
      before += requests
      if (before >= total * share) return Math.min(max, Math.round(100 * Math.sqrt(from * to)) / 100)
    }
    return max
  }
  return { p50: at(0.5), p90: at(0.9), p95: at(0.95), p99: at(0.99), max, histogram }
}
