/**
 * One run: sends what the plan says, judges every answer, and makes each failure as small as it gets.
 *
 * @since 0.1.0
 */

import * as Timers from "node:timers/promises"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Requirement from "../contract/Requirement.js"
import * as Content from "../generate/Content.js"
import { spelling } from "../investigate/circumstances.js"
import * as Investigate from "../investigate/investigate.js"
import { refusedBefore } from "../investigate/strategy.js"
import * as Judge from "../judge/judge.js"
import type { Budget } from "../model/Budget.js"
import * as Case from "../model/Case.js"
import * as Exchange from "../model/Exchange.js"
import * as Plan from "../plan/plan.js"
import * as Session from "../send/session.js"
import * as ClosedTarget from "./closedTarget.js"
import * as DroppedConnections from "./droppedConnections.js"
import { makeSolitude } from "./exclusion.js"

/**
 * What to test, how much and how fast. Times in milliseconds.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  readonly target: Session.Target
  readonly seed: number
  readonly budget: Budget
  /** The number of generated cases; the volume of everything else follows. */
  readonly runs: number
  /** Cases side by side; `undefined`: four, and more where the target is slow. */
  readonly concurrency: number | undefined
  readonly pace: Session.Pace
  readonly selected: (id: string) => boolean
  readonly onProgress?: ((progress: Progress) => void) | undefined
  /** Called with each request and what became of it, as raw as it was sent: the token is in it. */
  readonly onExchange?: ((exchange: Exchange.Exchange) => void) | undefined
  /** Ends the run early when it succeeds; what was found until then is reported. */
  readonly interrupt?: Effect.Effect<void> | undefined
}

/**
 * How far a run has come.
 *
 * @since 0.1.0
 * @category models
 */
export interface Progress {
  readonly phase: string
  readonly done: number
  readonly total: number
  readonly requests: number
  /** Requirements that were seen broken, those of level SHOULD included. */
  readonly broken: number
}

/**
 * What a run has found.
 *
 * @since 0.1.0
 * @category models
 */
export interface Result {
  readonly findings: ReadonlyArray<Investigate.Finding>
  /** How many cases put each requirement to the test. */
  readonly cases: ReadonlyMap<string, number>
  /** How many contents of each class were sent. */
  readonly coverage: ReadonlyMap<string, number>
  /** Why the run could not go on, if it could not. */
  readonly stop: Session.Stop | undefined
  /** Cases that were left out because time was short. */
  readonly leftOut: number
  /** Whether every case that is not deep was run. */
  readonly essential: boolean
  /** Code points: the longest content that was accepted, the shortest that was refused for its length. */
  readonly contentLength: { readonly accepted: number; readonly refused: number | undefined }
  readonly stats: Session.Stats
  readonly durationMs: number
}

/**
 * Runs the whole plan. Never fails: what stops a run is part of its result.
 *
 * @since 0.1.0
 * @category running
 */
export const run = (options: Options): Effect.Effect<Result> =>
  Effect.suspend(() => {
    const session = Session.make(options.target, options.pace, options.onExchange)
    const recorder = makeRecorder(session)
    const work = Session.abortable(async (signal) => {
      await preflight(options, recorder, signal)
      await phases(options, recorder, signal)
      await recorder.lookAtHangups(signal)
    })
    const interrupted = Effect.zipRight(options.interrupt ?? Effect.never, Effect.suspend(Session.interrupted))
    const investigation = (stop: Session.Stop | undefined, possible: boolean) =>
      Investigate.investigate(recorder.failures(stop), {
        session,
        execute: (self) =>
          Effect.tap(
            Session.abortable((signal) => recorder.execute(self, signal)),
            () => report("looking closer", 1, 1)
          ),
        woreOff: recorder.woreOff,
        history: recorder.history(),
        seed: options.seed,
        possible
      })
    const report = (phase: string, done: number, total: number) =>
      options.onProgress?.({ phase, done, total, requests: session.stats.requests, broken: recorder.broken() })
    return Effect.gen(function* () {
      const stop = Option.getOrUndefined(yield* Effect.flip(Effect.raceFirst(work, interrupted)).pipe(Effect.option))
      const possible = stop === undefined || stop.reason === "time"
      // Whoever interrupts the search for smaller cases gets those that were recorded.
      const findings = yield* Effect.raceFirst(investigation(stop, possible), interrupted).pipe(
        Effect.catchAll(() => investigation(stop, false))
      )
      return result(recorder, session, findings, stop)
    }).pipe(Effect.ensuring(Effect.sync(() => session.close())))
  })

/**
 * Runs one case again, and nothing else.
 *
 * @since 0.1.0
 * @category running
 */
export const replay = (
  options: Pick<Options, "target" | "pace" | "onExchange">,
  self: Case.Case
): Effect.Effect<{ readonly trial: Judge.Trial; readonly violations: ReadonlyArray<Judge.Violation> }, Session.Stop> =>
  Effect.suspend(() => {
    const session = Session.make(options.target, options.pace, options.onExchange)
    const recorder = makeRecorder(session)
    return Session.abortable(async (signal) => {
      await furnish(self, recorder, signal)
      return recorder.execute(self, signal)
    }).pipe(Effect.ensuring(Effect.sync(() => session.close())))
  })

/** Messages that are sent in search of one whose id begins like one that a case replied to. */
const searchedIds = 80

/** A case may need a message of a certain kind to reply to, which the target may not have any more. */
const furnish = async (self: Case.Case, recorder: Recorder, signal: AbortSignal): Promise<void> => {
  for (const step of self.steps.filter((each) => each.reply?.startsWith("id:"))) {
    const wanted = step.reply?.charAt("id:".length)
    const isThere = () =>
      recorder.session.ledger.messages(step.thread).some((message) => message.id.charAt(0) === wanted)
    for (let sent = 0; sent < searchedIds && !isThere(); sent++) {
      await recorder.execute(Case.sequence("plain", [Case.step("Hello", { thread: step.thread })]), signal)
    }
  }
}

const result = (
  recorder: Recorder,
  session: Session.Session,
  findings: ReadonlyArray<Investigate.Finding>,
  stop: Session.Stop | undefined
): Result => ({
  findings,
  cases: recorder.cases(),
  coverage: recorder.coverage,
  stop,
  leftOut: recorder.leftOut,
  essential: recorder.essentialLeft === 0,
  contentLength: recorder.contentLength,
  stats: session.stats,
  durationMs: Math.round(session.elapsed())
})

// ---------------------------------------------------------------------------------------------------------------------
// recording
// ---------------------------------------------------------------------------------------------------------------------

interface Recorder {
  readonly session: Session.Session
  readonly cases: () => ReadonlyMap<string, number>
  readonly coverage: Map<string, number>
  readonly contentLength: { accepted: number; refused: number | undefined }
  leftOut: number
  essentialLeft: number
  /** Runs a case and notes what it shows. */
  readonly execute: (self: Case.Case, signal: AbortSignal) => Promise<Investigate.Executed>
  /** Looks whether connections that were closed on requests are a fault. */
  readonly lookAtHangups: (signal: AbortSignal) => Promise<void>
  readonly failures: (stop: Session.Stop | undefined) => ReadonlyArray<Investigate.Failure>
  readonly history: () => ReadonlyArray<Investigate.Past>
  readonly broken: () => number
  /** Whether an edit, made on a request of a spelling, was answered as it has to be until it no longer was. */
  readonly woreOff: (spelling: string) => boolean
}

/** So many valid requests are remembered: a run may go on for much longer. */
const longestHistory = 5_000

/** Of one kind of failure, no more than this many are kept. */
const keptFailures = 16

const makeRecorder = (session: Session.Session): Recorder => {
  const failures = new Map<string, Array<Investigate.Failure>>()
  const broken = new Set<string>()
  const covered = new Map<ReadonlyArray<string>, number>()
  const history: Array<Investigate.Past> = []
  const lastPass = new Map<string, number>()
  const firstFailure = new Map<string, number>()
  const solitude = makeSolitude()
  const hangups = DroppedConnections.make()
  let lastAnswer = 0

  const noteSend = (sent: Judge.Sent, step: number, violations: ReadonlyArray<Judge.Violation>) => {
    noteContent(sent, recorder)
    if (history.length >= longestHistory) return
    const broken = violations.filter((violation) => violation.step === step).map(({ requirement }) => requirement)
    history.push({ step: sent.step, index: sent.exchange.index, broken })
  }

  const noteEdit = (spelling: string, failed: boolean, index: number) => {
    if (!failed) lastPass.set(spelling, Math.max(index, lastPass.get(spelling) ?? 0))
    else firstFailure.set(spelling, Math.min(index, firstFailure.get(spelling) ?? index))
  }

  const note = (trial: Judge.Trial, violations: ReadonlyArray<Judge.Violation>) => {
    for (const violation of violations) {
      const before = refusedBefore({ trial, violation }) ?? ""
      const kind = `${trial.case.mode} ${violation.requirement} ${violation.facet} ${before}`
      const kept = failures.get(kind) ?? []
      if (kept.length < keptFailures) kept.push({ trial, violation, violations })
      failures.set(kind, kept)
      broken.add(violation.requirement)
    }
    hangups.note(trial)
    const failed = new Set(violations.map((violation) => violation.step))
    trial.sents.forEach((sent, step) => {
      if ("response" in sent.exchange.outcome) lastAnswer = Math.max(lastAnswer, sent.exchange.ended)
      if (sent.edit !== undefined) noteEdit(spelling(sent.step), failed.has(step), sent.exchange.index)
      if (sent.edit === undefined) noteSend(sent, step, violations)
    })
    for (const ids of Judge.covered(trial)) covered.set(ids, (covered.get(ids) ?? 0) + 1)
  }

  const attempt = async (self: Case.Case, signal: AbortSignal): Promise<Investigate.Executed> => {
    const trial = await solitude.within(() => session.run(self, signal))
    return { trial, violations: Judge.judge(trial, session.ledger) }
  }

  const executeOnly = async (self: Case.Case, signal: AbortSignal): Promise<Investigate.Executed> => {
    const { trial, violations } = await attempt(self, signal)
    const farewell =
      violations.length === 0
        ? undefined
        : await ClosedTarget.after(trial, violations, session, {
            alone: solitude.alone,
            run: (control) => session.run(control, signal),
            pause: (milliseconds) => Timers.setTimeout(milliseconds, undefined, { signal })
          })
    if (farewell?.proof !== undefined) note(farewell.proof, [ClosedTarget.violation(farewell.proof)])
    if (farewell !== undefined) throw farewell.stop
    note(trial, violations)
    return { trial, violations }
  }

  const recorder: Recorder = {
    session,
    cases: () => tally(covered),
    coverage: new Map(),
    contentLength: { accepted: 0, refused: undefined },
    leftOut: 0,
    essentialLeft: 0,
    execute: async (self, signal) => {
      // There has to be a message to reply to.
      for (const thread of threadsWithoutMessages(self, session)) {
        await executeOnly(Case.sequence("plain", [Case.step("Hello", { thread })]), signal)
      }
      return executeOnly(self, signal)
    },
    lookAtHangups: async (signal) => {
      for (const suspect of hangups.suspects()) {
        const proof = await DroppedConnections.proof(suspect, (self) => attempt(self, signal))
        if (proof !== undefined) note(proof.trial, proof.violations)
      }
    },
    failures: (stop) => {
      const all = [...failures.values()].flat().filter((failure) => stop?.reason !== "refused" || !isUnwelcome(failure))
      // Connections that break as the target goes away say nothing about it.
      return stop?.reason === "gone"
        ? all.filter(({ trial, violation }) => (trial.sents[violation.step]?.exchange.ended ?? 0) <= lastAnswer)
        : all
    },
    history: () => [...history].sort((a, b) => a.index - b.index),
    broken: () => broken.size,
    woreOff: (spelling) => (lastPass.get(spelling) ?? Number.POSITIVE_INFINITY) < (firstFailure.get(spelling) ?? 0)
  }
  return recorder
}

/** How often each id is in lists that were met so often. */
const tally = (lists: ReadonlyMap<ReadonlyArray<string>, number>): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>()
  for (const [ids, count] of lists) for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + count)
  return counts
}

/** A plain message that is refused: where that stops a run, it is no fault. */
const isUnwelcome = ({ trial, violation }: Investigate.Failure): boolean => {
  const exchange = trial.sents[violation.step]?.exchange
  const status = exchange === undefined ? 0 : (Exchange.status(exchange) ?? 0)
  return trial.case.probe === "plain" && violation.requirement === Judge.acceptance && status >= 400 && status < 500
}

const threadsWithoutMessages = (self: Case.Case, session: Session.Session): ReadonlyArray<0 | 1> =>
  ([0, 1] as const).filter(
    (thread) =>
      session.ledger.messages(thread).length === 0 &&
      self.steps.some((step) => step.thread === thread && step.reply !== null)
  )

const noteContent = (sent: Judge.Sent, recorder: Recorder): void => {
  for (const id of Content.classify(sent.step.content)) {
    recorder.coverage.set(id, (recorder.coverage.get(id) ?? 0) + 1)
  }
  const { contentLength } = recorder
  const isAccepted = Exchange.isSuccess(sent.exchange)
  // There are no more code points than UTF-16 units.
  if (sent.step.content.length <= (isAccepted ? contentLength.accepted : Judge.lengths.must)) return
  const length = [...sent.step.content].length
  if (isAccepted) contentLength.accepted = Math.max(contentLength.accepted, length)
  else if (length > Judge.lengths.must) contentLength.refused = Math.min(contentLength.refused ?? length, length)
}

// ---------------------------------------------------------------------------------------------------------------------
// running the plan
// ---------------------------------------------------------------------------------------------------------------------

/** Sends a few plain messages, and says in one sentence why a target that refuses them cannot be tested. */
const preflight = async (options: Options, recorder: Recorder, signal: AbortSignal): Promise<void> => {
  recorder.essentialLeft = 1
  for (const self of Plan.preflight(options.target.threads[1] !== undefined)) {
    const { trial, violations } = await recorder.execute(self, signal)
    for (const violation of violations) recorder.session.brokenAtFirst.add(violation.requirement)
    options.onProgress?.({
      phase: "first messages",
      done: 0,
      total: 1,
      requests: recorder.session.stats.requests,
      broken: recorder.broken()
    })
    const first = trial.sents[0]
    if (first === undefined || trial.sents.some((sent) => Exchange.isSuccess(sent.exchange))) continue
    if (await isTakenOtherwise(first, recorder, signal)) break
    throw new Session.Stop({ reason: "refused", message: unwelcome(first) })
  }
  recorder.essentialLeft = 0
}

/** Whether a target that refuses a plain message takes the same one in another spelling. */
const isTakenOtherwise = async (refused: Judge.Sent, recorder: Recorder, signal: AbortSignal): Promise<boolean> => {
  const status = Exchange.status(refused.exchange) ?? 0
  // The others tell of the token or the thread; a 403 may come from a firewall that misses a header.
  if (status < 400 || status >= 500 || (ClosedTarget.statuses.has(status) && status !== 403)) return false
  for (const self of Plan.otherwise(refused.step)) {
    const { trial } = await recorder.execute(self, signal)
    if (trial.sents.some((sent) => Exchange.isSuccess(sent.exchange))) return true
  }
  return false
}

/**
 * Why a target that refuses a plain message cannot be tested, in one sentence with what to do.
 *
 * @since 0.1.0
 * @category getters
 */
export const unwelcome = (sent: Judge.Sent): string => {
  const status = Exchange.response(sent.exchange)?.status
  switch (status) {
    case undefined:
      return "a plain message got no HTTP answer; check --url, and whether it is http or https"
    case 401:
      return "the token was refused (401); check --token or INBOX_API_TOKEN"
    case 403:
      return `sending to the thread ${sent.threadId} was refused (403); check --token and --thread, and that the plan allows it`
    case 404:
      return `the thread ${sent.threadId} was not found (404); check --thread, and that --url ends with /api/v1`
    default:
      return `a plain message was refused (${status}); without one accepted message nothing can be tested`
  }
}

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

/** Milliseconds after which a run of the default size leaves out what is deep. */
const patience = 60_000

const phases = async (options: Options, recorder: Recorder, signal: AbortSignal): Promise<void> => {
  // What has been sent is let go, so that a long run does not hold all of it. The next job is the last of its phase's list.
  const left = Plan.plan({
    seed: options.seed,
    budget: options.budget,
    runs: options.runs,
    twoThreads: options.target.threads[1] !== undefined,
    inbound: options.target.replyTo !== undefined,
    selected: options.selected
  }).map((phase) => ({ ...phase, jobs: phase.jobs.toReversed() }))
  const total = left.reduce((sum, phase) => sum + phase.jobs.length, 0)
  const width = lanes(options, recorder.session)
  const deepUntil = Math.min(options.pace.maxDuration / 2, patience * Math.max(1, options.runs / 100))
  let done = 0
  recorder.essentialLeft = left.flatMap(({ jobs }) => jobs).filter((job) => !job.deep).length

  const runJob = async (job: Plan.Job, title: string): Promise<void> => {
    if (job.deep && recorder.session.elapsed() > deepUntil) recorder.leftOut++
    else await recorder.execute(job.case, signal)
    done++
    if (!job.deep) recorder.essentialLeft--
    options.onProgress?.({
      phase: title,
      done,
      total,
      requests: recorder.session.stats.requests,
      broken: recorder.broken()
    })
  }
  for (let phase = left.shift(); phase !== undefined; phase = left.shift()) {
    const { jobs, title } = phase
    const lane = async (): Promise<void> => {
      // All lanes take from the same jobs.
      for (let job = jobs.pop(); job !== undefined; job = jobs.pop()) await runJob(job, title)
    }
    await Promise.all(Array.from({ length: phase.lanes ? width : 1 }, lane))
  }
}

/**
 * Whether a requirement is asked for, from the patterns of `--only` and `--skip`.
 *
 * @since 0.1.0
 * @category options
 */
export const selection =
  (only: ReadonlyArray<string>, skip: ReadonlyArray<string>) =>
  (id: string): boolean => {
    const means = (pattern: string) =>
      Requirement.matches(pattern, id) ||
      // A group stands for what is in it.
      Requirement.all.some(
        (requirement) => requirement.id.startsWith(`${id}.`) && Requirement.matches(pattern, requirement.id)
      )
    return (only.length === 0 || only.some(means)) && !skip.some((pattern) => Requirement.matches(pattern, id))
  }
