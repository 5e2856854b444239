/** The order of the phases of a run, and how many cases are side by side. */
import * as Effect from "effect/Effect"
import type { Stop } from "../model/Target.js"
import type { Job } from "../plan/job.js"
import * as Plan from "../plan/plan.js"
import * as Pace from "../send/pace.js"
import type * as Session from "../send/session.js"
import { medianLatency } from "../send/stats.js"
import type { Options } from "./options.js"
import type { Recorder } from "./recorder.js"

const defaultLanes = 4
const mostLanes = 16

/** A target that takes longer than this, in milliseconds, is given more to do at once. */
const quickAnswer = 25

const lanes = (options: Options, session: Session.Session): number => {
  if (options.concurrency !== undefined) return options.concurrency
  const median = medianLatency(session.stats)
  return Math.min(mostLanes, Math.max(defaultLanes, Math.ceil((defaultLanes * median) / quickAnswer)))
}

/** The part of the time that is kept for looking closer, where something is broken. */
const keptForFindings = 0.2

export const phases = (options: Options, recorder: Recorder): Effect.Effect<void, Stop> =>
  Effect.suspend(() => {
    // What has been sent is let go, so that a long run does not hold all of it. The next job is the last of its phase's list.
    const left = Plan.plan({
      seed: options.seed,
      budget: options.budget,
      runs: options.runs,
      twoThreads: options.target.threads[1] !== undefined,
      inbound: options.target.replyTo !== undefined,
      selected: options.selected,
      first: options.first,
      contents: options.contents
    }).map((phase) => ({ ...phase, jobs: phase.jobs.toReversed() }))
    const { progress, session } = recorder
    for (const { jobs } of left) for (const job of jobs) progress.plan(job.case)
    const width = lanes(options, session)
    const { maxDuration } = options.pace

    const runJob = (job: Job, title: string): Effect.Effect<void, Stop> => {
      if (recorder.broken() > 0 && session.elapsed() > maxDuration * (1 - keptForFindings)) {
        return Pace.timeUp(options.pace)
      }
      return Effect.map(recorder.execute(job.case), () => {
        progress.done(job.case)
        const { done, total } = progress.all()
        options.onProgress?.({ phase: title, done, total, requests: session.stats.requests, broken: recorder.broken() })
      })
    }
    const runPhase = ({ jobs, lanes, title }: (typeof left)[number]): Effect.Effect<void, Stop> => {
      // All lanes take from the same jobs.
      const lane: Effect.Effect<void, Stop> = Effect.suspend(() => {
        const job = jobs.pop()
        return job === undefined ? Effect.void : Effect.zipRight(runJob(job, title), lane)
      })
      return Effect.replicateEffect(lane, lanes ? width : 1, { concurrency: "unbounded", discard: true })
    }
    const runFrom = (index: number): Effect.Effect<void, Stop> => {
      const next = left[index]
      if (next === undefined) return Effect.void
      return next.aside === true
        ? Effect.all([runPhase(next), runFrom(index + 1)], { concurrency: "unbounded", discard: true })
        : Effect.zipRight(runPhase(next), runFrom(index + 1))
    }
    return runFrom(0)
  })
