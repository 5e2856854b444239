/** Records exchanges, coverage and failures of a run. */
import * as Effect from "effect/Effect"
import * as Acceptance from "../contract/acceptance.js"
import * as Content from "../generate/Content.js"
import { type Executed, type Failure, type Finding, type Past, sentOf } from "../investigate/finding.js"
import { covered } from "../judge/covered.js"
import { observe } from "../judge/facts.js"
import * as Judge from "../judge/judge.js"
import type { Violation } from "../judge/violation.js"
import * as Case from "../model/Case.js"
import { spelling } from "../model/Case.js"
import * as Exchange from "../model/Exchange.js"
import type { Stop } from "../model/Target.js"
import type * as Session from "../send/session.js"
import type { Sent, Trial } from "../send/trial.js"
import * as ClosedTarget from "./closedTarget.js"
import * as DroppedConnections from "./droppedConnections.js"
import { makeExclusion } from "./exclusion.js"
import { makeFailures } from "./failures.js"
import * as FatalRequests from "./fatalRequests.js"
import { makePlanProgress, type PlanProgress } from "./planProgress.js"

export interface Recorder {
  readonly session: Session.Session
  readonly cases: ReadonlyMap<string, number>
  readonly coverage: Map<string, number>
  readonly contentLength: { accepted: number; refused: number | undefined }
  readonly progress: PlanProgress
  /** Runs a case and notes what it shows. */
  readonly execute: (self: Case.Case) => Effect.Effect<Executed, Stop>
  /** Runs a case as it is, and notes what it shows. */
  readonly executeOnly: (self: Case.Case) => Effect.Effect<Executed, Stop>
  /** Looks whether connections that were closed on requests are a fault. */
  readonly lookAtHangups: Effect.Effect<void, Stop>
  readonly failures: (stop: Stop | undefined) => ReadonlyArray<Failure>
  readonly history: () => ReadonlyArray<Past>
  readonly broken: () => number
  /** True if an edit, made on a request of a spelling, was answered as it has to be until it no longer was. */
  readonly woreOff: (spelling: string) => boolean
  /** The requests after which the target took no more connections, as a finding, if they tell anything. */
  readonly fatal: () => Finding | undefined
}

/** Number of valid requests that are remembered: a run may go on for much longer. */
const longestHistory = 5_000

export const makeRecorder = (session: Session.Session, onTrial?: (trial: Trial) => void): Recorder => {
  const failures = makeFailures()
  const broken = new Set<string>()
  const cases = new Map<string, number>()
  const history: Array<Past> = []
  const lastPass = new Map<string, number>()
  const firstFailure = new Map<string, number>()
  const exclusion = makeExclusion()
  const droppedConnections = DroppedConnections.make()
  const answered = new Set<string>()
  let lastAnswer = 0

  const noteSend = (sent: Sent, step: number, violations: ReadonlyArray<Violation>) => {
    noteContent(sent, recorder)
    if (history.length >= longestHistory) return
    const broken = violations.filter((violation) => violation.step === step).map(({ requirement }) => requirement)
    history.push({ step: sent.step, index: sent.exchange.index, broken })
  }

  const noteEdit = (spelling: string, failed: boolean, index: number) => {
    if (!failed) lastPass.set(spelling, Math.max(index, lastPass.get(spelling) ?? 0))
    else firstFailure.set(spelling, Math.min(index, firstFailure.get(spelling) ?? index))
  }

  const note = (trial: Trial, violations: ReadonlyArray<Violation>) => {
    onTrial?.(trial)
    for (const violation of violations) {
      failures.add({ trial, violation, violations })
      broken.add(violation.requirement)
    }
    droppedConnections.note(trial)
    const failed = new Set(violations.map((violation) => violation.step))
    trial.exchanges.forEach((sent, step) => {
      for (const id of covered(trial, sent, step)) cases.set(id, (cases.get(id) ?? 0) + 1)
      if ("response" in sent.exchange.outcome) {
        lastAnswer = Math.max(lastAnswer, sent.exchange.ended)
        for (const kind of FatalRequests.kindsOf(sent)) answered.add(kind)
      }
      if (sent.edit !== undefined) noteEdit(spelling(sent.step), failed.has(step), sent.exchange.index)
      if (sent.edit === undefined) noteSend(sent, step, violations)
    })
  }

  // A burst is held together by its last bytes. A target that serves few connections may reset those that wait for them.
  let isHeld = true
  const send = (self: Case.Case): Effect.Effect<Trial, Stop> =>
    Effect.flatMap(exclusion.within(session.run(self, { isHeld })), (trial) =>
      self.mode === "together" && isHeld && trial.exchanges.some(hasBroken)
        ? Effect.map(exclusion.within(session.run(self, { isHeld: false })), (atOnce) => {
            if (!atOnce.exchanges.some(hasBroken)) isHeld = false
            return atOnce
          })
        : Effect.succeed(trial)
    )

  const attempt = (self: Case.Case): Effect.Effect<Executed, Stop> =>
    Effect.map(send(self), (trial) => ({ trial, violations: Judge.judge(trial, observe(trial, session.ledger)) }))

  const stopWhereClosed = ({ trial, violations }: Executed): Effect.Effect<void, Stop> =>
    Effect.flatMap(
      ClosedTarget.after(trial, violations, session, { alone: exclusion.alone, run: session.run }),
      (closed) => {
        if (closed?.proof !== undefined) note(closed.proof, [ClosedTarget.violation(closed.proof)])
        return closed === undefined ? Effect.void : closed.stop
      }
    )

  const executeOnly = (self: Case.Case): Effect.Effect<Executed, Stop> =>
    Effect.gen(function* () {
      const executed = yield* attempt(self)
      if (executed.violations.length > 0) yield* stopWhereClosed(executed)
      note(executed.trial, executed.violations)
      const strays = droppedConnections.strays()
      if (strays.length > 0) yield* lookAt(strays)
      return executed
    })

  const lookAt = (suspects: ReadonlyArray<Case.Case>): Effect.Effect<void, Stop> =>
    Effect.forEach(
      suspects,
      (suspect) =>
        Effect.map(DroppedConnections.proof(suspect, attempt), (proof) => {
          if (proof !== undefined) note(proof.trial, proof.violations)
        }),
      { discard: true }
    )

  const recorder: Recorder = {
    session,
    cases,
    coverage: new Map(),
    contentLength: { accepted: 0, refused: undefined },
    progress: makePlanProgress(),
    execute: (self) =>
      Effect.suspend(() => {
        // There has to be a message to reply to.
        const missing = threadsWithoutMessages(self, session)
        if (missing.length === 0) return executeOnly(self)
        const first = (thread: 0 | 1) => executeOnly(Case.sequence("plain", [Case.step("Hello", { thread })]))
        return Effect.zipRight(Effect.forEach(missing, first, { discard: true }), executeOnly(self))
      }),
    executeOnly,
    lookAtHangups: Effect.suspend(() => lookAt(droppedConnections.suspects())),
    failures: (stop) => {
      const isMute = stop?.reason === "refused" && lastAnswer === 0
      const all = failures.all().filter((failure) => !isMute && (stop?.reason !== "refused" || !isUnwelcome(failure)))
      // Connections that break as the target goes away say nothing about it.
      return stop?.reason === "gone" ? all.filter((failure) => sentOf(failure).exchange.ended <= lastAnswer) : all
    },
    history: () => [...history].sort((a, b) => a.index - b.index),
    broken: () => broken.size,
    woreOff: (spelling) => (lastPass.get(spelling) ?? Number.POSITIVE_INFINITY) < (firstFailure.get(spelling) ?? 0),
    // What has never answered may be no target at all, but a proxy whose target is gone.
    fatal: () => (lastAnswer === 0 ? undefined : FatalRequests.finding([...session.lost], (kind) => answered.has(kind)))
  }
  return recorder
}

/** Tells whether a connection was reset or closed instead of an answer. */
const hasBroken = ({ exchange }: Sent): boolean => exchange.outcome.kind === "broken"

/** A plain message that is refused: where that stops a run, it is no fault. */
const isUnwelcome = (failure: Failure): boolean => {
  const status = Exchange.status(sentOf(failure).exchange) ?? 0
  const isOfAcceptance = failure.violation.requirement === Acceptance.acceptance
  return failure.trial.case.probe === "plain" && isOfAcceptance && status >= 400 && status < 500
}

const threadsWithoutMessages = (self: Case.Case, session: Session.Session): ReadonlyArray<0 | 1> =>
  ([0, 1] as const).filter(
    (thread) =>
      session.ledger.messages(thread).length === 0 &&
      self.steps.some((step) => step.thread === thread && step.reply !== null)
  )

const noteContent = (sent: Sent, recorder: Recorder): void => {
  for (const id of Content.classify(sent.step.content)) {
    recorder.coverage.set(id, (recorder.coverage.get(id) ?? 0) + 1)
  }
  const { contentLength } = recorder
  const isAccepted = Exchange.isSuccess(sent.exchange)
  // There are no more code points than UTF-16 units.
  if (sent.step.content.length <= (isAccepted ? contentLength.accepted : Acceptance.lengths.must)) return
  const length = [...sent.step.content].length
  if (isAccepted) contentLength.accepted = Math.max(contentLength.accepted, length)
  else if (length > Acceptance.lengths.must) contentLength.refused = Math.min(contentLength.refused ?? length, length)
}
