/**
 * Runs in a row, each with the seed after that of the run before, and one report of all of them.
 *
 * @since 0.1.0
 */
import * as Deferred from "effect/Deferred"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Budget from "../model/Budget.js"
import type { Report } from "../report/Report.js"
import { begun, joined } from "../report/series.js"
import * as Conformance from "./Conformance.js"
import { type InvalidOptions, milliseconds, seed as seedOf } from "./options.js"

/**
 * Options of a series. It ends after a time, after the first run that fails, or whichever comes first. With neither, one
 * run is made.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options extends Conformance.Options {
  /** The time after which no further run begins, and a run that is under way ends; no limit unless given. */
  readonly duration?: Duration.DurationInput | undefined
  /** Ends with the first run that violates the contract; false unless given. */
  readonly untilFailure?: boolean | undefined
  /** Called with the report of each run when it has ended. */
  readonly onRun?: ((report: Report) => void) | undefined
}

/**
 * Runs the kit again and again. A run that is inconclusive is the last one: its target is gone, or refuses to be tested.
 * `interrupt` ends the run under way and the series; what was found until then is reported.
 *
 * @since 0.1.0
 * @category running
 */
export const run = ({
  duration,
  interrupt = Effect.never,
  onRun,
  rerun,
  untilFailure = false,
  ...options
}: Options): Effect.Effect<Report, InvalidOptions> =>
  Effect.scoped(
    Effect.gen(function* () {
      const first = yield* seedOf(options.seed)
      const longest = yield* milliseconds(
        "maxDuration",
        options.maxDuration ?? Budget.sizes[options.budget ?? "default"].maxDuration
      )
      const lasts = duration === undefined ? undefined : yield* milliseconds("duration", duration)
      const isSeries = untilFailure || lasts !== undefined
      const deadline = performance.now() + (lasts ?? Number.POSITIVE_INFINITY)
      const stop = yield* Deferred.make<void>()
      yield* Effect.forkScoped(Effect.zipRight(interrupt, Deferred.succeed(stop, undefined)))
      let all: Report | undefined
      for (let index = 0; ; index++) {
        const report = yield* Conformance.run({
          ...options,
          seed: first + index,
          rerun: index === 0 ? rerun : undefined,
          maxDuration: Math.max(1, Math.min(longest, deadline - performance.now())),
          interrupt: Deferred.await(stop)
        })
        const isCut = (yield* Deferred.isDone(stop)) || performance.now() >= deadline
        all = all === undefined ? (isSeries ? begun(report) : report) : joined(all, report, isCut)
        onRun?.(report)
        const isLast = isCut || report.verdict === "inconclusive" || (untilFailure && report.verdict === "violates")
        if (!isSeries || isLast) return all
      }
    })
  )
