/**
 * The same traffic to two implementations, and where their answers differ once ids and times are taken out.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { selection } from "../contract/selection.js"
import * as Budget from "../model/Budget.js"
import type * as Case from "../model/Case.js"
import * as Ledger from "../model/Ledger.js"
import { Stop } from "../model/Target.js"
import type { Phase } from "../plan/job.js"
import * as Plan from "../plan/plan.js"
import * as Session from "../send/session.js"
import { type Comparison, makeComparison, type Party } from "./diff/comparison.js"
import * as Names from "./diff/names.js"
import type { Diff } from "./diff/schema.js"
import type * as KitOptions from "./options.js"
import { type InvalidOptions, integer, resolve, seed as seedOf } from "./options.js"

export { Diff, Difference, exitCode, Kind, Pair } from "./diff/schema.js"

/**
 * One of the two implementations.
 *
 * @since 0.1.0
 * @category models
 */
export type Side = Pick<KitOptions.Options, "url" | "token" | "threadId" | "replyTo">

/**
 * Options of a comparison.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options
  extends Pick<
    KitOptions.Options,
    | "budget"
    | "runs"
    | "seed"
    | "interval"
    | "timeout"
    | "maxDuration"
    | "only"
    | "skip"
    | "allowHosted"
    | "onProgress"
    | "interrupt"
  > {
  readonly a: Side
  readonly b: Side
}

/**
 * Compares two implementations. Fails only for options that make no sense: what goes wrong on the way is part of the
 * outcome.
 *
 * @since 0.1.0
 * @category running
 */
export const run = (options: Options): Effect.Effect<Diff, InvalidOptions> =>
  Effect.gen(function* () {
    const budget = options.budget ?? "default"
    const [a, b] = yield* Effect.all([resolve({ ...options, ...options.a }), resolve({ ...options, ...options.b })])
    const runs = yield* integer("runs", options.runs ?? Budget.sizes[budget].runs, 1)
    const seed = yield* seedOf(options.seed)
    const twoThreads = a.target.threads.length === 2 && b.target.threads.length === 2
    const inbound = a.target.replyTo !== undefined && b.target.replyTo !== undefined
    const side = ({ pace, target }: typeof a): Effect.Effect<Party> => {
      const alike = {
        ...target,
        threads: twoThreads ? target.threads : ([target.threads[0]] as const),
        replyTo: inbound ? target.replyTo : undefined
      }
      return Effect.map(Session.make(alike, pace, undefined), (session) => ({
        session,
        names: Names.make(
          alike.threads.filter((each) => each !== undefined),
          alike.replyTo,
          Redacted.value(target.token)
        ),
        ledger: Ledger.make()
      }))
    }
    const sides = yield* Effect.all({ a: side(a), b: side(b) })
    const plan = Plan.plan({
      seed,
      budget,
      runs,
      twoThreads,
      inbound,
      selected: selection(options.only ?? [], options.skip ?? [])
    })
    const startedAt = new Date()
    const comparison = makeComparison(sides)
    const until = a.pace.maxDuration / 2
    const stop = Option.getOrUndefined(
      yield* Effect.raceFirst(
        work(plan, Plan.preflight(twoThreads), comparison, { until, onProgress: options.onProgress }),
        Effect.zipRight(
          options.interrupt ?? Effect.never,
          new Stop({ reason: "interrupted", message: "the comparison was interrupted" })
        )
      ).pipe(
        Effect.flip,
        Effect.option,
        Effect.ensuring(
          Effect.sync(() => {
            sides.a.session.close()
            sides.b.session.close()
          })
        )
      )
    )
    const differences = comparison.differences()
    const compared = comparison.compared()
    const ended = stop !== undefined || compared === 0
    return {
      version: 1,
      verdict: differences.length > 0 ? "different" : ended ? "inconclusive" : "same",
      reason: stop?.message ?? null,
      a: counted(sides.a),
      b: counted(sides.b),
      seed,
      budget,
      runs,
      startedAt: startedAt.toISOString(),
      durationMs: Math.round(sides.a.session.elapsed()),
      compared,
      differences
    }
  })

const counted = ({ session: { stats, target } }: Party) => ({
  target: target.url.href,
  threads: target.threads.filter((thread) => thread !== undefined),
  requests: stats.requests,
  accepted: stats.accepted
})

const work = (
  plan: ReadonlyArray<Phase>,
  first: ReadonlyArray<Case.Case>,
  comparison: Comparison,
  { onProgress, until }: { readonly until: number; readonly onProgress: Options["onProgress"] }
): Effect.Effect<void, Stop> =>
  Effect.gen(function* () {
    const began = Date.now()
    for (const self of first) yield* comparison.welcome(self)
    const total = plan.reduce((sum, { jobs }) => sum + jobs.length, 0)
    let done = 0
    // One at a time: both sides have to see the same in the same order.
    for (const phase of plan) {
      for (const job of phase.jobs) {
        if (!job.deep || Date.now() - began < until) yield* comparison.send(job.case)
        done++
        onProgress?.({
          phase: phase.title,
          done,
          total,
          requests: comparison.compared(),
          broken: comparison.found()
        })
      }
    }
  })
