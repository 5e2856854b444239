/**
 * Sentences about a report that every format shows.
 *
 * @since 0.1.0
 */

import { shellWord } from "@inbox-effect/client/CommandLine"
import * as Requirement from "../contract/Requirement.js"
import * as Budget from "../model/Budget.js"
import { command as called } from "../text/command.js"
import { count, numbers } from "../text/words.js"
import { type Counterexample, type Report, type ReportedRequirement, type Status, unasked } from "./Report.js"
import { oneLine } from "./shown.js"

/** The statuses in the order in which they are counted. */
export const statuses: ReadonlyArray<Status> = ["passed", "failed", "warned", "waived", "skipped", "inconclusive"]

export const marks: { readonly [S in Status]: string } = {
  passed: "✔",
  failed: "✖",
  warned: "▲",
  waived: "○",
  skipped: "·",
  inconclusive: "?"
}

export const amountOf = (report: Report, status: Status): number =>
  report.requirements.filter((each) => each.status === status).length

/** Number of requirements of each status that occurs. */
export const amountsOf = (report: Report): ReadonlyMap<Status, number> =>
  new Map(statuses.map((status) => [status, amountOf(report, status)] as const).filter(([, amount]) => amount > 0))

export const verdictTitles: { readonly [V in Report["verdict"]]: string } = {
  conforms: "Conforms to the contract",
  violates: "Violates the contract",
  inconclusive: "Inconclusive"
}

export const verdictMarks: { readonly [V in Report["verdict"]]: Status } = {
  conforms: "passed",
  violates: "failed",
  inconclusive: "inconclusive"
}

/** Parts of a run that were left out, with the reason and the ids. */
export const leftOut = (
  report: Report
): ReadonlyArray<{ readonly text: string; readonly ids: ReadonlyArray<string> }> => {
  const rows = report.requirements.filter(({ status }) => status === "skipped" || status === "inconclusive")
  const reasons = new Map<string, Array<string>>()
  for (const { because = "no reason was given", id } of rows) {
    reasons.set(because, [...(reasons.get(because) ?? []), id])
  }
  const unsent = report.coverage.filter(({ cases }) => cases === 0)
  return [
    ...[...reasons].map(([reason, ids]) => ({ text: `${count(ids.length, "requirement")}, ${reason}`, ids })),
    ...(unsent.length === 0
      ? []
      : [{ text: `contents of ${count(unsent.length, "class", "classes")}`, ids: unsent.map((each) => each.class) }]),
    ...(report.staleWaivers.length === 0
      ? []
      : [{ text: "stale waivers, since these hold: remove their entries", ids: report.staleWaivers }]),
    ...report.notes.map((text) => ({ text, ids: [] }))
  ]
}

/** The command that tests the target of a report, so that it sends the same requests in the same order. */
export const againWith = (command: string, report: Report): string => {
  const { budget, runs, seed, strict } = report
  return [
    command,
    ...selectionOf(report),
    `--seed ${seed}`,
    ...(budget === "default" ? [] : [`--budget ${budget}`]),
    ...(runs === Budget.sizes[budget].runs ? [] : [`--runs ${runs}`]),
    ...(strict ? ["--strict"] : [])
  ].join(" ")
}

/** The flag that asks for the same requirements: the shorter one, with groups by their names. */
const selectionOf = ({ requirements }: Report): ReadonlyArray<string> => {
  const known = requirements.filter(({ id }) => Requirement.byId.has(id))
  const asked = known.filter(({ because, status }) => status !== "skipped" || because !== unasked)
  if (asked.length === known.length) return []
  const names = (rows: ReadonlyArray<ReportedRequirement>): string => {
    const isWhole = (prefix: string) => known.every((row) => !Requirement.matches(prefix, row.id) || rows.includes(row))
    const shortest = ({ id }: ReportedRequirement): string =>
      [...id.matchAll(/\./g)].map(({ index }) => id.slice(0, index)).find(isWhole) ?? id
    return [...new Set(rows.map(shortest))].join(",")
  }
  const [only, skip] = [names(asked), names(known.filter((row) => !asked.includes(row)))]
  return only.length <= skip.length ? [`--only ${only}`] : [`--skip ${skip}`]
}

/** Tells whether a row fails the run. */
export const isFault = ({ status }: ReportedRequirement, { strict }: Pick<Report, "strict">): boolean =>
  status === "failed" || (strict && status === "warned")

export const counterexamplesOf = (row: ReportedRequirement): ReadonlyArray<Counterexample> =>
  row.counterexample === undefined ? [] : [row.counterexample, ...(row.furtherCounterexamples ?? [])]

export const frequency = (self: Counterexample): string =>
  `in ${count(self.failures, "case")}; ${repeats(self)}${shrinking(self)}`

const shrinking = ({ shrinkRequests, unfinished }: Counterexample): string => {
  if (shrinkRequests === 0) return ""
  const spent = `with ${count(shrinkRequests, "request")}`
  return unfinished === true
    ? `; made smaller ${spent}, and not yet as small as it may get`
    : `; made as small as it gets ${spent}`
}

/** Result of sending a counterexample again, with the numbers that were seen. */
const repeats = ({ repeated, reproducible }: Counterexample): string => {
  if (reproducible === "unknown" || repeated === undefined || repeated.times === 0) {
    return "not sent again, so whether it is reproducible is not known"
  }
  const { failed, times } = repeated
  if (failed === 0) return `intermittent: sent again ${count(times, "time")}, and did not fail`
  if (failed < times) return `intermittent: failed again ${numbers.format(failed)} of ${count(times, "time")}`
  return `fails again each time it is sent (${numbers.format(failed)} of ${numbers.format(times)})`
}

/** The entries of a waiver file for whatever fails the run. */
export const waiverFile = (report: Report): string | undefined => {
  const rows = report.requirements.filter((each) => isFault(each, report))
  if (rows.length === 0) return undefined
  const entry = ({ id }: ReportedRequirement) => `    ${JSON.stringify({ id, reason: "CHANGE ME: explain why" })}`
  return `{ "waivers": [\n${rows.map(entry).join(",\n")}\n] }`
}

/** The key of an answer at which a place such as `$.createdAt` begins. */
export const keyOf = (place: string | undefined): string | undefined => /^\$\.(\w+)/.exec(place ?? "")?.[1]

/** The header at which a place points, in lower case. */
export const headerOf = (place: string | undefined): string | undefined =>
  place?.startsWith("header ") === true ? place.slice("header ".length).toLowerCase() : undefined

/** The JSON object that a text is, if it is one. */
export const objectOf = (text: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}

/**
 * The verdict in one sentence: what it is, why, and what to do next.
 *
 * @since 0.1.0
 * @category rendering
 */
export const verdict = (report: Report): string => oneLine(sentence(report))

const sentence = (report: Report): string => {
  const broken = report.requirements.filter((each) => isFault(each, report))
  const [first] = broken
  switch (report.verdict) {
    case "conforms":
      return `CONFORMS: ${conformance(report)}${inSeries(report)}`
    case "inconclusive":
      return `INCONCLUSIVE: ${report.reason ?? "the run ended before everything was tested"}${casesRun(report)}${inSeries(report)}`
    case "violates":
      return first === undefined
        ? `VIOLATES: ${report.reason ?? "a requirement is broken"}`
        : `VIOLATES: ${count(broken.length, "requirement")} of the contract ${broken.length === 1 ? "is" : "are"} broken${
            report.reason === null ? "" : ` (${report.reason}${casesRun(report)})`
          }${inSeries(report)}; start with ${headOf(report) ?? first.id}; after fixing it, run its --replay token to verify`
  }
}

/** The seeds of a series that are named in a sentence. */
const namedSeeds = 5

/** The runs of a series, and the seeds of those that broke something. */
export const seriesOf = ({ series }: Report): string | undefined => {
  if (series === undefined) return undefined
  const { broken, firstSeed, lastSeed, runs } = series
  const seeds = broken.slice(0, namedSeeds).map(({ seed }) => seed)
  const more = broken.length > seeds.length ? " and more" : ""
  return [
    runs === 1 ? `1 run, seed ${firstSeed}` : `${count(runs, "run")}, seeds ${firstSeed} to ${lastSeed}`,
    ...(seeds.length === 0 ? [] : [`broken with ${seeds.length === 1 ? "seed" : "seeds"} ${seeds.join(", ")}${more}`])
  ].join("; ")
}

/** One run of a series, in one line. */
export const runLine = (report: Report): string =>
  `seed ${report.seed}, ${count(report.requests, "request")}: ${verdictOf(report)}`

const inSeries = (report: Report): string => {
  const series = seriesOf(report)
  return series === undefined ? "" : ` (${series})`
}

/** The requirement under which the first finding that fails the run is told. */
const headOf = (report: Report): string | undefined =>
  [...told(report, "failed"), ...(report.strict ? told(report, "warned") : [])][0]?.requirement.id

/** The part of the plan that was run, where that is not all of it. */
const casesRun = ({ cases }: Report): string =>
  cases === undefined || cases.done >= cases.total
    ? ""
    : `; ${numbers.format(cases.done)} of ${count(cases.total, "case")} were run`

/**
 * The command that tests the target of a report, up to where `--replay` follows.
 *
 * @since 0.1.0
 * @category rendering
 */
export const commandOf = (report: Pick<Report, "target" | "threads">, replyTo?: string | undefined): string =>
  [
    `${called} run`,
    `--url ${shellWord(report.target)}`,
    ...report.threads.map((thread) => `--thread ${shellWord(thread)}`),
    ...(replyTo === undefined ? [] : [`--reply-to ${shellWord(replyTo)}`])
  ].join(" ")

const conformance = ({ requirements, strict }: Report): string => {
  const warned = requirements.filter(({ status }) => status === "warned").length
  const waived = requirements.filter(({ status }) => status === "waived").length
  const reservations = [
    ...(warned === 0 || strict ? [] : [`${count(warned, "SHOULD", "SHOULDs")} broken, which --strict would fail`]),
    ...(waived === 0 ? [] : [`${count(waived, "fault")} waived`])
  ]
  const all = requirements.every(({ status }) => status !== "skipped")
  const held = all ? "every requirement that binds holds" : "every requirement that was tested holds"
  return reservations.length === 0 ? held : `${held}; ${reservations.join(", ")}`
}

/**
 * Every counterexample once, with the requirement that it is told under: the one that it breaks first of all, unless
 * that one is excused or was not asked for.
 *
 * @since 0.1.0
 * @category getters
 */
export const told = (
  report: Report,
  status: Status
): ReadonlyArray<{ readonly requirement: ReportedRequirement; readonly counterexample: Counterexample }> => {
  const open = new Set(
    report.requirements.filter((row) => row.status === "failed" || row.status === "warned").map(({ id }) => id)
  )
  return report.requirements
    .filter((row) => row.status === status)
    .flatMap((requirement) =>
      counterexamplesOf(requirement)
        .filter((each) => each.requirement === requirement.id || !open.has(each.requirement))
        .map((counterexample) => ({ requirement, counterexample }))
    )
}

/** The faults of a target by name: nothing else of its report is shown. */
export const verdictOf = (report: Report): string => {
  const broken = report.requirements.filter((each) => isFault(each, report)).map(({ id }) => id)
  const more = broken.length > named ? ` and ${broken.length - named} more` : ""
  return report.verdict === "violates" && broken.length > 0
    ? oneLine(
        `VIOLATES: ${count(broken.length, "requirement")}, ${broken.slice(0, named).join(", ")}${more}${report.reason === null ? "" : ` (${report.reason})`}`
      )
    : verdict(report)
}

/** Number of faults that are named. */
const named = 4
