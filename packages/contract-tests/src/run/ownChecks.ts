/**
 * Runs checks of the user's own on each trial, and looks for the smallest request that fails one.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Runtime from "effect/Runtime"
import * as fc from "fast-check"
import type { Executed, Repeated } from "../investigate/finding.js"
import * as Shrink from "../investigate/shrink/shrink.js"
import * as Case from "../model/Case.js"
import type { Check, CheckedExchange, CheckFailure } from "../model/Check.js"
import type { RawRequest } from "../model/Exchange.js"
import type { Stop } from "../model/Target.js"
import type { Sent, Trial } from "../send/trial.js"

/** A trial in which a check fails. */
export interface OwnProof {
  readonly trial: Trial
  /** The position of the exchange that fails. */
  readonly step: number
  readonly failure: CheckFailure
  readonly repeated: Repeated
  readonly shrinkRequests: number
}

/** The outcome of a check in a run. */
export interface OwnResult {
  readonly check: Check
  /** The number of exchanges that it looked at. */
  readonly cases: number
  /** The number of trials in which it failed. */
  readonly failures: number
  /** Fault of the check itself: it threw, or returned something else than a list. */
  readonly trouble: string | undefined
  readonly proof: OwnProof | undefined
}

export interface OwnChecks {
  readonly note: (trial: Trial) => void
  /** The results as they were recorded. */
  readonly recorded: () => ReadonlyArray<OwnResult>
  /** The results, with failing cases sent again and made smaller. */
  readonly investigated: (execute: Execute, seed: number) => Effect.Effect<ReadonlyArray<OwnResult>>
}

type Execute = (self: Case.Case) => Effect.Effect<Executed, Stop>

interface State {
  readonly check: Check
  cases: number
  failures: number
  trouble: string | undefined
  smallest: Omit<OwnProof, "repeated" | "shrinkRequests"> | undefined
}

/** Candidates that are sent to make one case smaller. */
const mostCandidates = 60

/** The number of times that the smallest case is sent again. */
const repeats = 3

export const makeOwnChecks = (checks: ReadonlyArray<Check>): OwnChecks => {
  const states = checks.map(
    (check): State => ({ check, cases: 0, failures: 0, trouble: undefined, smallest: undefined })
  )
  let isOpen = true
  const recorded = () => states.map((state) => result(state, noRepeats, 0))
  return {
    recorded,
    note: (trial) => {
      if (isOpen) for (const state of states) note(state, trial)
    },
    investigated: (execute, seed) =>
      Effect.suspend(() => {
        isOpen = false
        return Effect.forEach(states, (state) => investigate(state, execute, seed))
      })
  }
}

const noRepeats: Repeated = { times: 0, failed: 0 }

const result = ({ smallest, ...state }: State, repeated: Repeated, shrinkRequests: number): OwnResult => ({
  ...state,
  proof: smallest === undefined ? undefined : { ...smallest, repeated, shrinkRequests }
})

const note = (state: State, trial: Trial): void => {
  state.cases += trial.exchanges.length
  const found = firstFailure(state, trial)
  if (found === undefined) return
  state.failures++
  const { smallest } = state
  if (smallest === undefined || trial.case.steps.length < smallest.trial.case.steps.length) {
    state.smallest = { trial, ...found }
  }
}

/** The first exchange of a trial that fails the check. A check that throws is noted, and fails nothing. */
const firstFailure = (state: State, trial: Trial): { step: number; failure: CheckFailure } | undefined => {
  for (const [step, sent] of trial.exchanges.entries()) {
    try {
      const failures: unknown = state.check.check(checked(sent))
      if (!Array.isArray(failures)) {
        state.trouble ??= "the check returned no list; it has to return one, which is empty where nothing is wrong"
        continue
      }
      const [first]: ReadonlyArray<Partial<CheckFailure> | undefined> = failures
      if (first === undefined) continue
      const { actual, expected, place = "body" } = first
      return { step, failure: { expected: String(expected), actual: String(actual), place: String(place) } }
    } catch (error) {
      state.trouble ??= `the check threw${error instanceof Error ? ` ${error.name}` : ""}`
    }
  }
  return undefined
}

const checked = ({ edit, exchange, replyId, step, threadId }: Sent): CheckedExchange => {
  const { request, started, ended } = exchange
  const response = exchange.outcome.kind === "answered" ? exchange.outcome.response : undefined
  const headers = (given: RawRequest["headers"]) => given.map(([name, value]) => [name, value] as const)
  return {
    threadId,
    content: step.content,
    replyToMessageId: replyId,
    edit: edit?.title,
    request: {
      ...request,
      headers: headers(request.headers),
      body: request.body === undefined ? undefined : Uint8Array.from(request.body)
    },
    response:
      response === undefined
        ? undefined
        : { ...response, headers: headers(response.headers), body: Uint8Array.from(response.body) },
    json: response === undefined ? undefined : jsonOf(response.body),
    durationMs: ended - started
  }
}

const jsonOf = (body: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body))
  } catch {
    return undefined
  }
}

/** Sends the smallest failing case again, makes it smaller, and repeats what is left. */
const investigate = (state: State, execute: Execute, seed: number): Effect.Effect<OwnResult> =>
  Effect.gen(function* () {
    const { smallest } = state
    if (smallest === undefined) return result(state, noRepeats, 0)
    const runtime = yield* Effect.runtime<never>()
    const failing = new Map<string, NonNullable<State["smallest"]>>()
    let requests = 0
    let left = mostCandidates
    const fails = (self: Case.Case): Effect.Effect<boolean> =>
      execute(self).pipe(
        Effect.map(({ trial }) => {
          requests += trial.exchanges.length
          const found = firstFailure(state, trial)
          if (found !== undefined) failing.set(Case.key(self), { trial, ...found })
          return found !== undefined
        }),
        Effect.orElseSucceed(() => false)
      )
    const { case: original } = smallest.trial
    if (!(yield* fails(original))) return result(state, { times: 1, failed: 0 }, 0)
    const isPassed = async (self: Case.Case) => {
      if (failing.has(Case.key(self))) return false
      return --left < 0 || !(await Runtime.runPromise(runtime)(fails(self)))
    }
    const { counterexample } = yield* Effect.promise(() =>
      fc.check(fc.asyncProperty(Shrink.shrinkable(fc.constant(original)), isPassed), {
        examples: [[original]],
        numRuns: 1,
        seed
      })
    )
    const smaller = counterexample?.[0] ?? original
    const found = failing.get(Case.key(smaller))
    const outcomes = yield* Effect.replicateEffect(fails(smaller), repeats)
    const repeated = { times: repeats, failed: outcomes.filter((failed) => failed).length }
    return result({ ...state, smallest: found ?? smallest }, repeated, requests)
  })
