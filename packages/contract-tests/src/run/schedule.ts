/**
 * The order of the phases of a run, and how many cases are side by side.
 *
 * @since 0.1.0
 */
import type { Job } from "../plan/job.js"
import * as Plan from "../plan/plan.js"
import * as Pace from "../send/pace.js"
import type * as Session from "../send/session.js"
import type { Options } from "./options.js"
import type { Recorder } from "./recorder.js"

const defaultLanes = 4
const mostLanes = 16

/** A target that takes longer than this, in milliseconds, is given more to do at once. */
const quickAnswer = 25

const lanes = (options: Options, session: Session.Session): number => {
  if (options.concurrency !== undefined) return options.concurrency
  const latencies = [...session.stats.latencies].sort((a, b) => a - b)
  const median = latencies[Math.floor(latencies.length / 2)] ?? 0
  return Math.min(mostLanes, Math.max(defaultLanes, Math.ceil((defaultLanes * median) / quickAnswer)))
}

/** The part of the time that is kept for looking closer, where something is broken. */
const keptForFindings = 0.2

export const phases = async (options: Options, recorder: Recorder, signal: AbortSignal): Promise<void> => {
  // What has been sent is let go, so that a long run does not hold all of it. The next job is the last of its phase's list.
  const left = Plan.plan({
    seed: options.seed,
    budget: options.budget,
    runs: options.runs,
    twoThreads: options.target.threads[1] !== undefined,
    inbound: options.target.replyTo !== undefined,
    selected: options.selected
  }).map((phase) => ({ ...phase, jobs: phase.jobs.toReversed() }))
  const { progress, session } = recorder
  for (const { jobs } of left) for (const job of jobs) progress.plan(job.case)
  const width = lanes(options, session)
  const { maxDuration } = options.pace

  const runJob = async (job: Job, title: string): Promise<void> => {
    if (recorder.broken() > 0 && session.elapsed() > maxDuration * (1 - keptForFindings)) {
      throw Pace.timeUp(options.pace)
    }
    await recorder.execute(job.case, signal)
    progress.done(job.case)
    const { done, total } = progress.all()
    options.onProgress?.({
      phase: title,
      done,
      total,
      requests: session.stats.requests,
      broken: recorder.broken()
    })
  }
  const runPhase = async ({ jobs, lanes, title }: (typeof left)[number]): Promise<void> => {
    const lane = async (): Promise<void> => {
      // All lanes take from the same jobs.
      for (let job = jobs.pop(); job !== undefined; job = jobs.pop()) await runJob(job, title)
    }
    await Promise.all(Array.from({ length: lanes ? width : 1 }, lane))
  }
  const aside = left.filter((phase) => phase.aside)
  const inTurn = async (): Promise<void> => {
    for (let phase = left.shift(); phase !== undefined; phase = left.shift()) if (!phase.aside) await runPhase(phase)
  }
  await Promise.all([inTurn(), ...aside.map(runPhase)])
}
