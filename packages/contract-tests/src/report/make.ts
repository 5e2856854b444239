/**
 * Makes the report of a run.
 *
 * @since 0.1.0
 */
import * as Requirement from "../contract/Requirement.js"
import type { Waiver } from "../contract/Waiver.js"
import * as Content from "../generate/Content.js"
import type * as Budget from "../model/Budget.js"
import { rowOf } from "../model/Check.js"
import type { Target } from "../model/Target.js"
import type * as Engine from "../run/engine.js"
import type { OwnResult } from "../run/ownChecks.js"
import { counterexample, ownCounterexample } from "./counterexample.js"
import { latency } from "./latency.js"
import { notes } from "./notes.js"
import { type Counterexample, type Report, type ReportedRequirement, unasked } from "./Report.js"
import { verdict } from "./verdict.js"

/**
 * Facts for a report besides the result of the run.
 *
 * @since 0.1.0
 * @category models
 */
export interface Context {
  readonly target: Target
  readonly seed: number
  readonly budget: Budget.Budget
  readonly runs: number
  readonly strict: boolean
  readonly selected: (id: string) => boolean
  readonly waivers: ReadonlyArray<Waiver>
  readonly startedAt: Date
}

/**
 * Writes the report of a result.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (result: Engine.Result, context: Context): Report => {
  const counterexamples = result.findings.map((finding) => counterexample(finding, context.target))
  const requirements = [
    ...Requirement.all.map((requirement) => reported(requirement, counterexamples, result, context)),
    ...result.own.map((own) => reportedOwn(own, context))
  ]
  const staleWaivers = context.waivers
    .filter(({ id }) => requirements.some((each) => each.id === id && each.status === "passed"))
    .map(({ id }) => id)
  return {
    version: 1,
    ...verdict(result, requirements, staleWaivers, context.strict),
    target: context.target.url.href,
    threads: context.target.threads.filter((thread) => thread !== undefined),
    seed: context.seed,
    budget: context.budget,
    runs: context.runs,
    strict: context.strict,
    startedAt: context.startedAt.toISOString(),
    durationMs: result.durationMs,
    requests: result.stats.requests,
    accepted: result.stats.accepted,
    rateLimited: result.stats.limited,
    waitedMs: Math.round(result.stats.waited),
    cases: result.planned,
    latency: latency(result.stats.latencies),
    requirements,
    coverage: Content.classes.map(({ id, title }) => ({ class: id, title, cases: result.coverage.get(id) ?? 0 })),
    staleWaivers,
    notes: notes(result, context.target)
  }
}

const reported = (
  requirement: Requirement.Requirement,
  counterexamples: ReadonlyArray<Counterexample>,
  result: Engine.Result,
  context: Context
): ReportedRequirement => {
  const { group, id, level, title } = requirement
  const cases = result.cases.get(id) ?? 0
  const base = { id, group, level, title, cases }
  if (!context.selected(id)) return { ...base, status: "skipped", because: unasked }
  const own = counterexamples.filter((each) => each.requirement === id || each.also.includes(id))
  const [first, ...further] = [...own].sort((a, b) => weight(a, id) - weight(b, id))
  const waiver = context.waivers.find((each) => each.id === id)
  if (first === undefined) return { ...base, ...without(requirement, cases, result) }
  return {
    ...base,
    status:
      waiver !== undefined ? "waived" : own.some((each) => weighs(each, requirement) === "MUST") ? "failed" : "warned",
    ...(waiver === undefined ? {} : { waived: waiver.reason }),
    counterexample: first,
    ...(further.length === 0 ? {} : { furtherCounterexamples: further })
  }
}

/** The row of a check of the user's own. */
const reportedOwn = (own: OwnResult, { target, waivers }: Context): ReportedRequirement => {
  const { cases, check, proof, trouble } = own
  const level = check.level ?? "MUST"
  const base = { id: rowOf(check), group: "own", level, title: check.title, cases } as const
  const waiver = waivers.find(({ id }) => id === base.id)
  if (proof !== undefined) {
    return {
      ...base,
      status: waiver !== undefined ? "waived" : level === "MUST" ? "failed" : "warned",
      ...(waiver === undefined ? {} : { waived: waiver.reason }),
      counterexample: ownCounterexample(own, proof, target)
    }
  }
  if (trouble !== undefined) return { ...base, status: "inconclusive", because: trouble }
  return cases > 0 ? { ...base, status: "passed" } : { ...base, status: "inconclusive", because: nothingCame }
}

/** Its own counterexamples come first. */
const weight = (self: Counterexample, id: string): number => (self.requirement === id ? 0 : 1)

/** A requirement that is broken besides weighs no more than the one that is broken first of all. */
const weighs = (self: Counterexample, requirement: Requirement.Requirement): Requirement.Level =>
  self.requirement === requirement.id || self.level === "SHOULD" ? self.level : requirement.level

const without = (
  { id, level }: Requirement.Requirement,
  cases: number,
  result: Engine.Result
): Pick<ReportedRequirement, "status" | "because" | "tried"> => {
  const { done, total } = result.plannedFor.get(id) ?? { done: 0, total: 0 }
  if (result.stop !== undefined && (done < total || cases === 0)) {
    return { status: "inconclusive", because: result.stop.message, ...(total === 0 ? {} : { tried: { done, total } }) }
  }
  if (cases > 0) return { status: "passed" }
  return { status: level === "MUST" ? "inconclusive" : "skipped", because: nothingCame }
}

const nothingCame = "no request of the run would have shown it"
