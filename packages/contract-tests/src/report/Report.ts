/**
 * The report of a run: one schema, from which every format is written.
 *
 * @since 0.1.0
 */
import * as JSONSchema from "effect/JSONSchema"
import * as Schema from "effect/Schema"
import * as Requirement from "../contract/Requirement.js"
import * as Budget from "../model/Budget.js"
import { Counterexample } from "./proof.js"

export { Body, Counterexample, ReportedExchange } from "./proof.js"

/**
 * The outcome of a run. `inconclusive`: it could not be told.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Verdict = Schema.Literal("conforms", "violates", "inconclusive")

/**
 * @since 0.1.0
 * @category models
 */
export type Verdict = typeof Verdict.Type

/**
 * The outcome for one requirement. `failed` and `warned`: broken, at the level MUST and SHOULD; `waived`: broken, and
 * excused; `skipped`: not asked for, or nothing came of the run that would show it; `inconclusive`: the run ended
 * before it was put to the test.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Status = Schema.Literal("passed", "failed", "warned", "waived", "skipped", "inconclusive")

/**
 * @since 0.1.0
 * @category models
 */
export type Status = typeof Status.Type

/**
 * The chapters of a report: those of the catalogue, and the checks of the user's own.
 *
 * @since 0.1.0
 * @category constants
 */
export const groups = [...Requirement.groups, "own"] as const

/**
 * Headings of the chapters.
 *
 * @since 0.1.0
 * @category constants
 */
export const groupTitles: { readonly [G in (typeof groups)[number]]: string } = {
  ...Requirement.groupTitles,
  own: "checks of your own"
}

/**
 * Result of a run for one requirement.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ReportedRequirement = Schema.Struct({
  id: Schema.String,
  group: Schema.Literal(...groups),
  level: Schema.Literal("MUST", "SHOULD"),
  title: Schema.String,
  status: Status,
  cases: Schema.NonNegativeInt,
  /** Why it is skipped or inconclusive. */
  because: Schema.optionalWith(Schema.String, { exact: true }),
  /** In a run that ended early, the cases of the plan for this requirement, and those of them that were run. */
  tried: Schema.optionalWith(Schema.Struct({ total: Schema.NonNegativeInt, done: Schema.NonNegativeInt }), {
    exact: true
  }),
  /** Why a broken requirement is excused. */
  waived: Schema.optionalWith(Schema.String, { exact: true }),
  counterexample: Schema.optionalWith(Counterexample, { exact: true }),
  furtherCounterexamples: Schema.optionalWith(Schema.Array(Counterexample), { exact: true })
}).annotations({ identifier: "Requirement" })

/**
 * @since 0.1.0
 * @category models
 */
export interface ReportedRequirement extends Schema.Schema.Type<typeof ReportedRequirement> {}

/**
 * Durations of answers in milliseconds: percentiles, and a histogram of all requests. The intervals of the
 * histogram follow one another, each a fixed factor longer than the one before; `to` is not in them.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Latency = Schema.Struct({
  p50: Schema.Number,
  p90: Schema.Number,
  p95: Schema.Number,
  p99: Schema.Number,
  max: Schema.Number,
  histogram: Schema.Array(Schema.Struct({ from: Schema.Number, to: Schema.Number, requests: Schema.NonNegativeInt }))
}).annotations({ identifier: "Latency" })

/**
 * @since 0.1.0
 * @category models
 */
export interface Latency extends Schema.Schema.Type<typeof Latency> {}

/**
 * Several runs, each with the seed that follows that of the run before. The other figures of their report are sums.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Series = Schema.Struct({
  runs: Schema.NonNegativeInt,
  firstSeed: Schema.Int,
  lastSeed: Schema.Int,
  /** The seeds of runs that broke a requirement, with its id; the first hundred of them. */
  broken: Schema.Array(Schema.Struct({ seed: Schema.Int, requirements: Schema.Array(Schema.String) }))
}).annotations({ identifier: "Series" })

/**
 * @since 0.1.0
 * @category models
 */
export interface Series extends Schema.Schema.Type<typeof Series> {}

/**
 * The whole report.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Report = Schema.Struct({
  version: Schema.Literal(1),
  verdict: Verdict,
  /** One sentence: why the verdict is not a plain yes or no, and what to do. */
  reason: Schema.NullOr(Schema.String),
  target: Schema.String,
  threads: Schema.Array(Schema.String),
  seed: Schema.Int,
  budget: Budget.Budget,
  runs: Schema.Int,
  strict: Schema.Boolean,
  startedAt: Schema.String,
  durationMs: Schema.NonNegativeInt,
  requests: Schema.NonNegativeInt,
  accepted: Schema.NonNegativeInt,
  /** Answers of 429 that were waited out, and the milliseconds that it took. */
  rateLimited: Schema.NonNegativeInt,
  waitedMs: Schema.NonNegativeInt,
  /** Cases of the plan, and those of them that were run. */
  cases: Schema.optionalWith(Schema.Struct({ total: Schema.NonNegativeInt, done: Schema.NonNegativeInt }), {
    exact: true
  }),
  /** Number and seeds of several runs in a row, with those seeds whose runs broke something. */
  series: Schema.optionalWith(Series, { exact: true }),
  /** Milliseconds from request to answer. */
  latency: Latency,
  requirements: Schema.Array(ReportedRequirement),
  /** Number of contents of each class that were sent. */
  coverage: Schema.Array(Schema.Struct({ class: Schema.String, title: Schema.String, cases: Schema.NonNegativeInt })),
  /** Waivers of requirements that hold. */
  staleWaivers: Schema.Array(Schema.String),
  /** Remarks for the reader: limits that were found, cases that were left out. */
  notes: Schema.Array(Schema.String)
}).annotations({ identifier: "Report", title: "Conformance report of the Send message endpoint" })

/**
 * @since 0.1.0
 * @category models
 */
export interface Report extends Schema.Schema.Type<typeof Report> {}

/**
 * The schema of a report as JSON Schema (draft 7), for readers in other languages.
 *
 * @since 0.1.0
 * @category schemas
 */
export const jsonSchema: JSONSchema.JsonSchema7Root = JSONSchema.make(Report)

/**
 * The exit code of the command line: 0 conforms, 1 violates, 3 inconclusive.
 *
 * @since 0.1.0
 * @category getters
 */
export const exitCode = (self: Pick<Report, "verdict">): 0 | 1 | 3 => {
  switch (self.verdict) {
    case "conforms":
      return 0
    case "violates":
      return 1
    case "inconclusive":
      return 3
  }
}

/**
 * The reason of a requirement that was left out by `only` or `skip`.
 *
 * @internal
 */
export const unasked = "not asked for"
