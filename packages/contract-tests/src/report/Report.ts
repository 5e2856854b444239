/**
 * The report of a run: one schema, from which every format is written.
 *
 * @since 0.1.0
 */
import * as JSONSchema from "effect/JSONSchema"
import * as Schema from "effect/Schema"
import * as Requirement from "../contract/Requirement.js"
import * as Budget from "../model/Budget.js"

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
 * A body, as text where it is UTF-8 and as base64 where it is not. `bytes` counts the whole body; long ones are cut.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Body = Schema.Struct({
  encoding: Schema.Literal("utf-8", "base64"),
  text: Schema.String,
  bytes: Schema.NonNegativeInt
}).annotations({ identifier: "Body" })

/**
 * @since 0.1.0
 * @category models
 */
export interface Body extends Schema.Schema.Type<typeof Body> {}

const HeaderList = Schema.Array(Schema.Tuple(Schema.String, Schema.String))

/**
 * One request of a counterexample, and what came back. The token is left out everywhere.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ReportedExchange = Schema.Struct({
  /** What the request is, in a few words. */
  title: Schema.String,
  request: Schema.Struct({
    method: Schema.String,
    url: Schema.String,
    headers: HeaderList,
    body: Schema.NullOr(Body)
  }),
  response: Schema.NullOr(
    Schema.Struct({ status: Schema.Int, statusText: Schema.String, headers: HeaderList, body: Body })
  ),
  /** What happened instead of a complete answer. */
  trouble: Schema.NullOr(Schema.String),
  durationMs: Schema.Number
}).annotations({ identifier: "Exchange" })

/**
 * @since 0.1.0
 * @category models
 */
export interface ReportedExchange extends Schema.Schema.Type<typeof ReportedExchange> {}

/**
 * The proof of a violation.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Counterexample = Schema.Struct({
  /** The requirement that is broken first of all. */
  requirement: Schema.String,
  level: Schema.Literal("MUST", "SHOULD"),
  also: Schema.Array(Schema.String),
  expected: Schema.String,
  actual: Schema.String,
  /** Where it shows: `status`, `connection`, `header content-type`, `body`, `$.createdAt`. */
  place: Schema.String,
  /** Under which circumstances; empty for always. */
  when: Schema.String,
  /** The sentence that is broken, and whose it is. */
  source: Schema.String,
  /** What a client suffers. */
  harm: Schema.String,
  reproducible: Schema.Literal("always", "sometimes", "unknown"),
  /** How often the smallest case was sent again, and how often it failed again. */
  repeated: Schema.optionalWith(Schema.Struct({ times: Schema.NonNegativeInt, failed: Schema.NonNegativeInt }), {
    exact: true
  }),
  /** How many cases failed in the same way. */
  failures: Schema.NonNegativeInt,
  /** What else was answered wrongly in the same way. */
  alike: Schema.Array(Schema.String),
  shrinkRequests: Schema.NonNegativeInt,
  /** Whether the requests were in flight together. */
  together: Schema.Boolean,
  exchanges: Schema.Array(ReportedExchange),
  /** The position of the offending exchange. */
  offending: Schema.NonNegativeInt,
  curl: Schema.String,
  replay: Schema.String
}).annotations({ identifier: "Counterexample" })

/**
 * @since 0.1.0
 * @category models
 */
export interface Counterexample extends Schema.Schema.Type<typeof Counterexample> {}

/**
 * What a run says of one requirement.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ReportedRequirement = Schema.Struct({
  id: Schema.String,
  group: Schema.Literal(...Requirement.groups),
  level: Schema.Literal("MUST", "SHOULD"),
  title: Schema.String,
  status: Status,
  cases: Schema.NonNegativeInt,
  /** Why it is skipped or inconclusive. */
  because: Schema.optionalWith(Schema.String, { exact: true }),
  /** Where the run ended early: the cases of the plan for this requirement, and those of them that were run. */
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
 * How long answers took, in milliseconds: shares of all requests, and how many took how long. The intervals of the
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
  /** Milliseconds from request to answer. */
  latency: Latency,
  requirements: Schema.Array(ReportedRequirement),
  /** How many contents of each class were sent. */
  coverage: Schema.Array(Schema.Struct({ class: Schema.String, title: Schema.String, cases: Schema.NonNegativeInt })),
  /** Waivers of requirements that hold. */
  staleWaivers: Schema.Array(Schema.String),
  /** What a reader should know besides: limits that were found, cases that were left out. */
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
