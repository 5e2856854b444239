/**
 * A comparison of two targets, as data.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as Budget from "../../model/Budget.js"
import * as Report from "../../report/Report.js"

/**
 * Kinds of differences.
 *
 * - `answer`: one answers, and the other does not
 * - `status`, `media type`, `header`: the head of the answer
 * - `body`: one body is JSON, and the other is not, or neither is
 * - `key`: one has a key that the other has not
 * - `type`: the values of a key have two types, `null` being one
 * - `value`: they have one type, and are not the same
 *
 * @since 0.1.0
 * @category models
 */
export const Kind = Schema.Literal("answer", "status", "media type", "header", "body", "key", "type", "value")

/**
 * @since 0.1.0
 * @category models
 */
export type Kind = Schema.Schema.Type<typeof Kind>

/**
 * Values of the two sides at the place of a difference; ids and times have names there, in angle brackets.
 *
 * @since 0.1.0
 * @category models
 */
export const Pair = Schema.Struct({ a: Schema.String, b: Schema.String })

/**
 * One way in which the two implementations differ, with the smallest request that shows it.
 *
 * @since 0.1.0
 * @category models
 */
export const Difference = Schema.Struct({
  kind: Kind,
  /** `status`, `header allow`, `body`, `$.replyData.id`; the items of an array are all `[]`. */
  place: Schema.String,
  /** Requests that show it: valid messages, or the faults of invalid ones. */
  when: Schema.Array(Schema.String),
  /** Value of each side there, as in the exchanges. */
  a: Schema.String,
  b: Schema.String,
  /** Other pairs of values that were seen at the same place, a few of them. */
  others: Schema.Array(Pair),
  /** Number of requests that show it. */
  requests: Schema.Int,
  /** The position in the run of the request of the exchanges, from 1. */
  request: Schema.Int,
  /** The requirements that the side breaks there: it is the one to mend. */
  breaks: Schema.Struct({ a: Schema.Array(Schema.String), b: Schema.Array(Schema.String) }),
  exchanges: Schema.Struct({ a: Report.ReportedExchange, b: Report.ReportedExchange })
}).annotations({ identifier: "Difference" })

/**
 * @since 0.1.0
 * @category models
 */
export interface Difference extends Schema.Schema.Type<typeof Difference> {}

const ComparedSide = Schema.Struct({
  target: Schema.String,
  threads: Schema.Array(Schema.String),
  requests: Schema.Int,
  accepted: Schema.Int
})

/**
 * The outcome of a comparison.
 *
 * @since 0.1.0
 * @category models
 */
export const Diff = Schema.Struct({
  version: Schema.Literal(1),
  verdict: Schema.Literal("same", "different", "inconclusive"),
  /** Why it is inconclusive, or why the run ended early. */
  reason: Schema.NullOr(Schema.String),
  a: ComparedSide,
  b: ComparedSide,
  seed: Schema.Int,
  budget: Budget.Budget,
  runs: Schema.Int,
  startedAt: Schema.String,
  durationMs: Schema.Int,
  /** Number of requests that both sides got and were compared by. */
  compared: Schema.Int,
  /** Differences in which a side breaks the contract come first, then those of valid messages, then the most frequent ones. */
  differences: Schema.Array(Difference)
}).annotations({ identifier: "Diff" })

/**
 * @since 0.1.0
 * @category models
 */
export interface Diff extends Schema.Schema.Type<typeof Diff> {}

/**
 * 0 the same, 1 different, 3 inconclusive.
 *
 * @since 0.1.0
 * @category getters
 */
export const exitCode = ({ verdict }: Diff): 0 | 1 | 3 => exitCodes[verdict]

const exitCodes = { same: 0, different: 1, inconclusive: 3 } as const
