import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Acceptance from "../contract/acceptance.js"
import * as Case from "../model/Case.js"
import * as Exchange from "../model/Exchange.js"
import {
  type Context,
  type Executed,
  type Failure,
  type Finding,
  type Proof,
  refusedBefore,
  sentOf
} from "./finding.js"
import { conclude } from "./naming.js"
import { withTarget } from "./repliedTo.js"
import { again, noTries, pinned, prove, recorded } from "./reproduce.js"
import type { Repeats } from "./soak.js"

/**
 * Tries explanations in the order of what they cost: the case alone; a server that fails now and then, whatever is sent;
 * a connection that wears out; several requests in flight together.
 */
export const resolve = (failures: ReadonlyArray<Failure>, repeats: Repeats, context: Context): Effect.Effect<Finding> =>
  Effect.gen(function* () {
    const failure = failures[0] as Failure
    const tries = noTries()
    const asRecorded = () =>
      conclude({ ...recorded(failure, tries), failures: failures.length, crowded: onlyInCrowds(failures) }, context)
    if (!context.possible) return yield* asRecorded()
    const twice = isOfRepeated(failure, context) ? yield* failsTwice(failure, context) : undefined
    if (twice !== undefined) return yield* conclude(twice, context)
    const scattered = yield* repliesOnConnections(failures, repeats, context)
    if (scattered !== undefined) return yield* conclude(scattered, context)
    for (const alone of smallest(failures)) {
      const original = alone.trial.case
      const exact = yield* prove(alone, pinned(alone.trial), context, tries)
      // Which message is replied to may matter less than that it is the latest, or the oldest.
      const isReply = original.steps.some(({ reply }) => reply !== null)
      const proof =
        exact ?? (isReply ? yield* prove(alone, original, context, tries, (trial) => trial.case) : undefined)
      if (proof !== undefined) return yield* conclude(yield* withTarget(proof, context), context)
    }
    const isSend = sentOf(failure).edit === undefined
    const soaked = (yield* repeats.soaked).get(failure.violation.requirement)
    if (soaked !== undefined && isSend) {
      const repeated = { times: soaked.of, failed: soaked.positions.length }
      return yield* conclude({ ...recorded(soaked.first, repeated), soaked }, context)
    }
    const last = isSend ? (yield* repeats.onOneConnection).get(failure.violation.requirement) : undefined
    const worn = last === undefined ? undefined : yield* again(last, context)
    if (worn !== undefined) return yield* conclude(worn, context)
    for (const other of crowds(failures, context)) {
      const together = yield* prove(other.failure, other.case, context, tries)
      if (together !== undefined) return yield* conclude(together, context)
    }
    return yield* asRecorded()
  })

/** Connections on which a reply to one and the same message is tried. */
const connections = 8

/**
 * Sends a reply that was refused again, each time on a new connection: is it accepted on some of them? Then several
 * instances stand behind one address, and do not know of one another's messages.
 */
const repliesOnConnections = (
  failures: ReadonlyArray<Failure>,
  repeats: Repeats,
  context: Context
): Effect.Effect<Proof | undefined> =>
  Effect.gen(function* () {
    const failure = failures.find((each) => isRefusedReply(each, context))
    if (failure === undefined) return undefined
    const { replyId, step } = sentOf(failure)
    const self = Case.sequence("plain", [Case.step("A reply", { thread: step.thread, reply: `id:${replyId}` })], {
      fresh: true
    })
    let shown: Executed | undefined
    let [times, failed] = [0, 0]
    for (; times < connections; times++) {
      const executed = yield* Effect.option(context.execute(self))
      if (Option.isNone(executed)) return undefined
      const isRefused = executed.value.violations.some(({ requirement }) => requirement === Acceptance.acceptance)
      if (isRefused) shown = executed.value
      if (isRefused) failed++
      // A message that no instance knows, or each, tells nothing of several.
      if (times === 3 && (failed === 0 || failed === 4)) return undefined
    }
    const violation = shown?.violations.find(({ requirement }) => requirement === Acceptance.acceptance)
    const isPlainRefused = (yield* repeats.soaked).has(Acceptance.acceptance)
    if (shown === undefined || violation === undefined || failed === times || isPlainRefused) return undefined
    return {
      ...shown,
      violation,
      reproducible: "sometimes",
      repeated: { times, failed },
      requests: times,
      scattered: true
    }
  })

/** Tells whether a reply to a message that the server has made was refused. */
export const isRefusedReply = (failure: Failure, { session }: Context): boolean => {
  const { exchange, replyId } = sentOf(failure)
  const status = Exchange.status(exchange) ?? 0
  const isRefused = failure.violation.requirement === Acceptance.acceptance && status >= 400 && status < 500
  return isRefused && replyId !== undefined && session.ledger.get(replyId) !== undefined
}

/** Tells whether a content fared ill that had been accepted before: it was refused, or got the id of the other message. */
const isOfRepeated = (failure: Failure, { session }: Context): boolean => {
  const { facet, requirement } = failure.violation
  const { edit, step } = sentOf(failure)
  if (edit !== undefined) return false
  return requirement === "semantics.unique"
    ? facet === "same content"
    : requirement === Acceptance.acceptance && session.ledger.sent(step.content)
}

/** Sends a new content twice, and that twice: does it fare ill for no other reason than that it was sent before? */
const failsTwice = (failure: Failure, context: Context): Effect.Effect<Proof | undefined> =>
  Effect.gen(function* () {
    let proof: Proof | undefined
    for (const turn of ["first", "second"]) {
      const step = Case.step(`Said twice, the ${turn} time after request ${context.session.stats.requests}`)
      const executed = yield* Effect.option(context.execute(Case.sequence("plain", [step, step])))
      if (Option.isNone(executed)) return undefined
      const { trial, violations } = executed.value
      const violation = violations.find(({ requirement }) => requirement === failure.violation.requirement)
      if (violation?.step !== 1) return undefined
      const repeated = { times: 2, failed: 2 }
      proof = { trial, violation, violations, reproducible: "always", repeated, requests: 2 * trial.exchanges.length }
    }
    return proof
  })

/** Number of cases that are repeated in which a refused request came before. */
const chancesAfterRefusal = 4

/**
 * The smallest case; and of those in which a refused request came right before, the smallest for each requirement of the
 * latter: what that leaves behind may have met any request of another connection.
 */
const smallest = (failures: ReadonlyArray<Failure>): ReadonlyArray<Failure> => {
  const sequences = failures.filter(({ trial }) => trial.case.mode === "sequence")
  const byRefusal = new Map<string, Failure>()
  for (const failure of sequences) {
    const before = refusedBefore(failure)
    if (before !== undefined && !byRefusal.has(before)) byRefusal.set(before, failure)
  }
  return [...new Set([...sequences.slice(0, 1), ...[...byRefusal.values()].slice(0, chancesAfterRefusal)])]
}

/** Tells whether each failure had others in flight; a single one may have had company by chance. */
const onlyInCrowds = (failures: ReadonlyArray<Failure>): boolean =>
  failures.length > 1 && failures.every(({ trial }) => trial.case.mode === "together")

/**
 * Cases with several requests in flight in which a failure that does not show alone may show again: those that were
 * recorded, one of valid requests alone and one of others among them, and one made up of a request that had company.
 */
const crowds = (
  failures: ReadonlyArray<Failure>,
  { session }: Context
): ReadonlyArray<{ readonly failure: Failure; readonly case: Case.Case }> => {
  const isValid = ({ trial }: Failure) => trial.case.steps.every(({ edit }) => edit === null)
  const together = failures.filter(({ trial }) => trial.case.mode === "together")
  const recorded = [together.find(isValid), together.find((failure) => !isValid(failure))]
    .filter((failure) => failure !== undefined)
    .map((failure) => ({ failure, case: pinned(failure.trial) }))
  const failure = failures.find((each) => {
    const { edit, exchange } = sentOf(each)
    return edit === undefined && exchange.inFlight > 1
  })
  if (failure === undefined) return recorded
  const { step } = sentOf(failure)
  const mayBeElsewhere = step.reply === null && session.target.threads[1] !== undefined
  const crowd = Array.from({ length: crowdSize }, (_, index) => ({
    ...step,
    content: `${step.content}${index}`,
    thread: mayBeElsewhere && index % 2 === 1 ? (step.thread === 0 ? (1 as const) : (0 as const)) : step.thread
  }))
  return [...recorded, { failure, case: Case.together("bursts", crowd) }]
}

const crowdSize = 16
