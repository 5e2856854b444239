/**
 * Scores what the kit says about a server.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import type * as Requirement from "../../contract/Requirement.js"
import type * as Budget from "../../model/Budget.js"
import type { Report } from "../../report/Report.js"
import { counterexamplesOf } from "../../report/summary.js"

/**
 * Result for one server.
 *
 * - `killed`: it found the fault, at its level, and blamed nothing else
 * - `survived`: it did not find the fault
 * - `passed`: it found nothing wrong with a correct server
 * - `false alarm`: it found fault with what is right, be it a correct server or the neighbour of a fault
 *
 * @since 0.1.0
 * @category models
 */
export const Outcome = Schema.Struct({
  id: Schema.String,
  title: Schema.String,
  /** The requirement that the server breaks; `null` for a correct one. */
  requirement: Schema.NullOr(Schema.String),
  outcome: Schema.Literal("killed", "survived", "passed", "false alarm"),
  /** Fault of the outcome in one sentence; `null` for none. */
  problem: Schema.NullOr(Schema.String),
  requests: Schema.Int,
  durationMs: Schema.Int
}).annotations({ identifier: "Outcome" })

/**
 * @since 0.1.0
 * @category models
 */
export interface Outcome extends Schema.Schema.Type<typeof Outcome> {}

/**
 * Facts on which the score of a server depends.
 *
 * @since 0.1.0
 * @category models
 */
export interface Scored {
  readonly id: string
  /** The requirement that it breaks; undefined for a correct but unusual server. */
  readonly requirement: string | undefined
  /** Other requirements that the same fault breaks: a report of them is no false alarm. */
  readonly also?: ReadonlyArray<string> | undefined
  readonly level: Requirement.Level
  /** One sentence: what the server does. */
  readonly title: string
}

/**
 * Options for the examination of a server.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  readonly seed: number
  /** `default` unless given. */
  readonly budget?: Budget.Budget | undefined
}

/**
 * Scores a report on a server.
 *
 * @since 0.1.0
 * @category scoring
 */
export const score = (specimen: Scored, report: Report): Outcome => {
  const { id, requirement, title } = specimen
  const [outcome, problem] = requirement === undefined ? ofCorrect(report) : ofBroken(specimen, requirement, report)
  return {
    id,
    title,
    requirement: requirement ?? null,
    outcome,
    problem,
    requests: report.requests,
    durationMs: report.durationMs
  }
}

type Score = readonly [Outcome["outcome"], problem: string | null]

const ofCorrect = (report: Report): Score => {
  const broken = brokenIds(report)
  if (broken.length > 0) return ["false alarm", `it was said to break ${broken.join(", ")}`]
  return report.verdict === "conforms"
    ? ["passed", null]
    : ["false alarm", `the verdict was ${report.verdict}: ${report.reason ?? "for no reason"}`]
}

const ofBroken = (specimen: Scored, requirement: string, report: Report): Score => {
  if (!brokenIds(report).includes(requirement)) {
    return ["survived", `${requirement} was not found broken; the verdict was ${report.verdict}`]
  }
  const excused = new Set([requirement, ...(specimen.also ?? []), ...circumstances])
  const neighbours = blamed(report).filter((id) => !excused.has(id) && !isKin(requirement, id))
  if (neighbours.length > 0) return ["false alarm", `${neighbours.join(", ")} was blamed for it`]
  const verdict = specimen.level === "MUST" ? "violates" : "conforms"
  return report.verdict === verdict
    ? ["killed", null]
    : ["survived", `the verdict was ${report.verdict}, where it has to be ${verdict}`]
}

/**
 * The requirements that a report shows as broken.
 *
 * @since 0.1.0
 * @category getters
 */
export const brokenIds = (report: Report): ReadonlyArray<string> =>
  report.requirements.filter(({ status }) => status === "failed" || status === "warned").map(({ id }) => id)

/** The requirements that findings are about first of all. */
const blamed = (report: Report): ReadonlyArray<string> => [
  ...new Set(report.requirements.flatMap(counterexamplesOf).map(({ requirement }) => requirement))
]

/**
 * Tells whether a fault that breaks the one breaks the other as well, whatever it is: one way of letting strangers in lets in
 * others, what cannot be said at all cannot be said at length, and what crashes on an invalid request does not refuse it.
 */
const isKin = (requirement: string, other: string): boolean =>
  (requirement.startsWith("auth.") && other.startsWith("auth.")) ||
  (requirement === "accept.content" && other.startsWith("accept.content.")) ||
  (requirement === "protocol.no-server-error" && other.startsWith("reject."))

/** Requirements about the circumstances under which any other breaks. */
const circumstances = ["semantics.stable", "semantics.concurrent", "protocol.no-server-error"]
