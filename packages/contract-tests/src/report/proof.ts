/**
 * Counterexamples in a report.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

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
  /** Description of the request, in a few words. */
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
  /** Event in place of a complete answer. */
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
  /** Place in the answer: `status`, `connection`, `header content-type`, `body`, `$.createdAt`. */
  place: Schema.String,
  /** Under which circumstances; empty for always. */
  when: Schema.String,
  /** The sentence that is broken, and whose it is. */
  source: Schema.String,
  /** Consequence for a client. */
  harm: Schema.String,
  reproducible: Schema.Literal("always", "sometimes", "unknown"),
  /** Number of times that the smallest case was sent again, and failed again. */
  repeated: Schema.optionalWith(Schema.Struct({ times: Schema.NonNegativeInt, failed: Schema.NonNegativeInt }), {
    exact: true
  }),
  /** Number of cases that failed in the same way. */
  failures: Schema.NonNegativeInt,
  /** Titles of other requests that were answered wrongly in the same way. */
  alike: Schema.Array(Schema.String),
  /** Number of requests that were spent on making the case smaller. */
  shrinkRequests: Schema.NonNegativeInt,
  /** True when smaller cases were left that were not tried: that would have taken too long. */
  unfinished: Schema.optionalWith(Schema.Literal(true), { exact: true }),
  /** True when the requests were in flight together. */
  together: Schema.Boolean,
  exchanges: Schema.Array(ReportedExchange),
  /** The position of the offending exchange. */
  offending: Schema.NonNegativeInt,
  curl: Schema.String,
  /** The token for `--replay`; empty for a check of the user's own. */
  replay: Schema.String
}).annotations({ identifier: "Counterexample" })

/**
 * @since 0.1.0
 * @category models
 */
export interface Counterexample extends Schema.Schema.Type<typeof Counterexample> {}
