/** Investigates failures: reproduces, shrinks, names and merges them. */
import * as Effect from "effect/Effect"
import { medianLatency } from "../send/stats.js"
import { withByHand } from "./byHand.js"
import type { Context, Failure, Finding, Outcome } from "./finding.js"
import { withoutLapses } from "./lapses.js"
import { merged, unexplained, withCompany, withoutBystanders, withoutEchoes } from "./merge.js"
import { lastingConnection, type Repeats, soak } from "./soak.js"
import { isRefusedReply, resolve } from "./strategy.js"
import { isOfWrongId, suspicions } from "./suspicions.js"

/**
 * Spent on all findings together: milliseconds, or so many times as long as half of the answers take where that is longer.
 * The rest is reported as it was recorded.
 */
const patience = { milliseconds: 90_000, answers: 2_000 } as const

/** Of one requirement, no more findings than this. */
const findingsPerRequirement = 4

/** Turns failures into findings, one for each distinct fault. */
export const investigate = (failures: ReadonlyArray<Failure>, context: Context): Effect.Effect<Outcome> =>
  Effect.gen(function* () {
    const { ledger } = context.session
    const until =
      context.session.elapsed() +
      Math.max(patience.milliseconds, patience.answers * medianLatency(context.session.stats))
    const trials: Repeats = {
      soaked: yield* Effect.cached(soak(context)),
      onOneConnection: yield* Effect.cached(lastingConnection(context))
    }
    const findings: Array<Finding> = []
    ledger.seal()
    const { lapses, others } = yield* withoutLapses(failures, context)
    // Instances that do not share their messages refuse replies of every spelling.
    let isScattered = false
    for (const suspects of suspicions(others.filter((failure) => !isOfWrongId(failure, ledger)))) {
      let left: ReadonlyArray<Failure> = isScattered
        ? suspects.filter((failure) => !isRefusedReply(failure, context))
        : suspects
      for (let round = 0; round < findingsPerRequirement; round++) {
        const failure = left[0]
        if (failure === undefined) break
        const hurried = context.session.elapsed() > until
        const finding = yield* resolve(left, trials, hurried ? { ...context, possible: false } : context)
        findings.push(withCompany(finding, left))
        isScattered ||= finding.isScattered
        // What has been told is not asked again, even where the finding would not explain it.
        left = unexplained(left, finding, context).filter((each) => each !== failure)
      }
    }
    const distinct = merged(withoutBystanders(withoutEchoes(findings)))
    const proved = yield* Effect.forEach(distinct, (finding) =>
      context.session.elapsed() > until ? Effect.succeed(finding) : withByHand(finding, context)
    )
    return { findings: proved, lapses }
  })
