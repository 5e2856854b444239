/** Investigates failures: reproduces, shrinks, names and merges them. */
import * as Effect from "effect/Effect"
import type { Context, Failure, Finding, Outcome } from "./finding.js"
import { withoutSlow } from "./late.js"
import { merged, unexplained, withCompany, withoutBystanders, withoutEchoes } from "./merge.js"
import { lastingConnection, type Repeats, soak } from "./soak.js"
import { isRefusedReply, resolve } from "./strategy.js"
import { isOfSharedId, suspicions } from "./suspicions.js"

/** Milliseconds spent on all findings together; the rest is reported as it was recorded. */
const patience = 90_000

/** Of one requirement, no more findings than this. */
const findingsPerRequirement = 4

/** Turns failures into findings, one for each distinct fault. */
export const investigate = (failures: ReadonlyArray<Failure>, context: Context): Effect.Effect<Outcome> =>
  Effect.gen(function* () {
    const { ledger } = context.session
    const began = context.session.elapsed()
    const trials: Repeats = {
      soaked: yield* Effect.cached(soak(context)),
      onOneConnection: yield* Effect.cached(lastingConnection(context))
    }
    const findings: Array<Finding> = []
    ledger.seal()
    const { others, slow } = yield* withoutSlow(failures, context)
    // Instances that do not share their messages refuse replies of every spelling.
    let isScattered = false
    for (const suspects of suspicions(others.filter((failure) => !isOfSharedId(failure, ledger)))) {
      let left: ReadonlyArray<Failure> = isScattered
        ? suspects.filter((failure) => !isRefusedReply(failure, context))
        : suspects
      for (let round = 0; round < findingsPerRequirement; round++) {
        const failure = left[0]
        if (failure === undefined) break
        const hurried = context.session.elapsed() - began > patience
        const finding = yield* resolve(left, trials, hurried ? { ...context, possible: false } : context)
        findings.push(withCompany(finding, left))
        isScattered ||= finding.isScattered
        left = unexplained(left, finding, context)
      }
    }
    return { findings: merged(withoutBystanders(withoutEchoes(findings))), slow }
  })
