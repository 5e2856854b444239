/** One run: the plan is sent and judged, and what fails is investigated. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { Finding, Lapse, Outcome } from "../investigate/finding.js"
import * as Investigate from "../investigate/investigate.js"
import type { Case } from "../model/Case.js"
import type { Stop } from "../model/Target.js"
import * as Target from "../model/Target.js"
import * as Session from "../send/session.js"
import type * as Stats from "../send/stats.js"
import type { Options } from "./options.js"
import { makeOwnChecks, type OwnResult } from "./ownChecks.js"
import { phases } from "./phases.js"
import type { Amounts } from "./planProgress.js"
import { preflight } from "./preflight.js"
import { makeRecorder, type Recorder } from "./recorder.js"

/** Findings and figures of a run. */
export interface Result {
  readonly findings: ReadonlyArray<Finding>
  /** Results of the user's own checks. */
  readonly own: ReadonlyArray<OwnResult>
  /** Number of exchanges that put each requirement to the test. */
  readonly cases: ReadonlyMap<string, number>
  /** Number of contents of each class that were sent. */
  readonly coverage: ReadonlyMap<string, number>
  /** Why the run could not go on, if it could not. */
  readonly stop: Stop | undefined
  /** Cases of the plan, and those of them that were run. */
  readonly planned: Amounts
  /** The same for each requirement. */
  readonly plannedFor: ReadonlyMap<string, Amounts>
  /** Requests that were not answered, which says nothing of the target. */
  readonly lapses: ReadonlyArray<Lapse>
  /** Code points: the longest content that was accepted, the shortest that was refused for its length. */
  readonly contentLength: { readonly accepted: number; readonly refused: number | undefined }
  readonly stats: Stats.Stats
  readonly durationMs: number
}

/** Runs the whole plan. Never fails: what stops a run is part of its result. */
export const run = (options: Options): Effect.Effect<Result> =>
  Effect.gen(function* () {
    const session = yield* Session.make(options.target, options.pace, options.onExchange)
    const own = makeOwnChecks(options.checks ?? [])
    const recorder = makeRecorder(session, own.note)
    const work = Effect.all([preflight(options, recorder), phases(options, recorder), recorder.lookAtHangups], {
      discard: true
    })
    const interrupted = Effect.zipRight(options.interrupt ?? Effect.never, Effect.suspend(Target.interrupted))
    const execute = (self: Case) => Effect.tap(recorder.execute(self), () => report("looking closer", 1, 1))
    const investigation = (stop: Stop | undefined, possible: boolean) =>
      Investigate.investigate(recorder.failures(stop), {
        session,
        execute,
        woreOff: recorder.woreOff,
        history: recorder.history(),
        seed: options.seed,
        possible
      })
    const report = (phase: string, done: number, total: number) =>
      options.onProgress?.({ phase, done, total, requests: session.stats.requests, broken: recorder.broken() })
    return yield* Effect.gen(function* () {
      const stop = Option.getOrUndefined(yield* Effect.flip(Effect.raceFirst(work, interrupted)).pipe(Effect.option))
      const possible = stop === undefined || stop.reason === "time"
      // Whoever interrupts the search for smaller cases gets those that were recorded.
      const { findings, lapses } = yield* Effect.raceFirst(investigation(stop, possible), interrupted).pipe(
        Effect.catchAll(() => investigation(stop, false))
      )
      const ownResults = possible
        ? yield* Effect.raceFirst(own.investigated(execute, options.seed), interrupted).pipe(
            Effect.orElseSucceed(own.recorded)
          )
        : own.recorded()
      const fatal = stop?.reason === "gone" ? recorder.fatal() : undefined
      const all = fatal === undefined ? findings : [...findings, fatal]
      return result(recorder, session, { findings: all, lapses, own: ownResults }, stop)
    }).pipe(Effect.ensuring(Effect.sync(session.close)))
  })

const result = (
  recorder: Recorder,
  session: Session.Session,
  { findings, lapses, own }: Outcome & Pick<Result, "own">,
  stop: Stop | undefined
): Result => ({
  findings,
  own,
  lapses,
  cases: recorder.cases,
  coverage: recorder.coverage,
  stop,
  planned: recorder.progress.all(),
  plannedFor: recorder.progress.byRequirement(),
  contentLength: {
    accepted: recorder.contentLength.accepted,
    // Where longer ones were accepted, it was refused for something else.
    refused: Option.fromNullable(recorder.contentLength.refused).pipe(
      Option.filter((refused) => refused > recorder.contentLength.accepted),
      Option.getOrUndefined
    )
  },
  stats: session.stats,
  durationMs: Math.round(session.elapsed())
})
