/**
 * After a run: what each failure comes down to. A failing case is repeated alone, made as small as it gets, and told
 * apart from faults of state and of concurrency.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Runtime from "effect/Runtime"
import * as fc from "fast-check"
import * as Case from "./Case.js"
import * as Exchange from "./Exchange.js"
import * as Judge from "./Judge.js"
import * as Requirement from "./Requirement.js"
import type { Session, Stop } from "./Session.js"
import * as Shrink from "./Shrink.js"

/**
 * A violation with the trial that showed it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Failure {
  readonly trial: Judge.Trial
  readonly violation: Judge.Violation
  /** Everything that is wrong about the trial. */
  readonly violations: ReadonlyArray<Judge.Violation>
}

/**
 * A case that was run, with what is wrong about it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Executed {
  readonly trial: Judge.Trial
  readonly violations: ReadonlyArray<Judge.Violation>
}

/**
 * How a fault shows again.
 *
 * - `always`: the smallest case fails each time it is sent
 * - `sometimes`: it failed as recorded, and passed when repeated
 * - `unknown`: it was not repeated
 *
 * @since 0.1.0
 * @category models
 */
export type Reproducible = "always" | "sometimes" | "unknown"

/**
 * One distinct fault, with its proof.
 *
 * @since 0.1.0
 * @category models
 */
export interface Finding {
  /** The id of the requirement that it breaks first of all. */
  readonly requirement: string
  readonly level: Requirement.Level
  /** Ids of other requirements that the same exchange breaks. */
  readonly also: ReadonlyArray<string>
  /** Under which circumstances it shows, in a few words; empty for always. */
  readonly when: string
  readonly reproducible: Reproducible
  readonly trial: Judge.Trial
  readonly violation: Judge.Violation
  /** How many recorded cases failed in the same way. */
  readonly failures: number
  /** Other edits that were answered wrongly as well, by title. */
  readonly alike: ReadonlyArray<string>
  /** Requests that were spent on making the case smaller. */
  readonly shrinkRequests: number
}

/**
 * What an investigation needs of the run that it follows.
 *
 * @since 0.1.0
 * @category models
 */
export interface Context {
  readonly session: Session
  readonly execute: (self: Case.Case) => Effect.Effect<Executed, Stop>
  /** Whether an edit, made on a request of a spelling, was answered as it has to be until it no longer was. */
  readonly woreOff: (spelling: string) => boolean
  /** The valid requests of the run, in the order in which they were sent. */
  readonly history: ReadonlyArray<Past>
  readonly seed: number
  /** Whether requests can still be sent. */
  readonly possible: boolean
}

/**
 * A valid request of the run, and what was wrong about its answer.
 *
 * @since 0.1.0
 * @category models
 */
export interface Past {
  readonly step: Case.Step
  readonly index: number
  readonly broken: ReadonlyArray<string>
}

/**
 * Spent on one finding at the most: cases, milliseconds, and requests, which are so many for each request of the case where
 * that is more.
 */
const effort = { cases: 150, milliseconds: 20_000, requests: 100, times: 10 } as const

/** Milliseconds spent on all findings together; the rest is reported as it was recorded. */
const patience = 90_000

/** Of one requirement, no more findings than this. */
const findingsPerRequirement = 4

/**
 * Turns failures into findings, one for each distinct fault.
 *
 * @since 0.1.0
 * @category investigating
 */
export const investigate = (
  failures: ReadonlyArray<Failure>,
  context: Context
): Effect.Effect<ReadonlyArray<Finding>> =>
  Effect.gen(function* () {
    const began = context.session.elapsed()
    const trials: Repeats = {
      soaked: yield* Effect.cached(soak(context)),
      onOneConnection: yield* Effect.cached(lastingConnection(context))
    }
    const findings: Array<Finding> = []
    context.session.ledger.seal()
    for (const suspects of suspicions(failures)) {
      let left = suspects
      for (let round = 0; round < findingsPerRequirement; round++) {
        const failure = left[0]
        if (failure === undefined) break
        const hurried = context.session.elapsed() - began > patience
        const finding = yield* resolve(left, trials, hurried ? { ...context, possible: false } : context)
        findings.push(withCompany(finding, left))
        left = unexplained(left, finding, context)
      }
    }
    return merged(findings)
  })

// ---------------------------------------------------------------------------------------------------------------------
// which failures belong together
// ---------------------------------------------------------------------------------------------------------------------

const sentOf = (failure: Failure): Judge.Sent | undefined => failure.trial.sents[failure.violation.step]

/**
 * Failures by what they are suspected to have in common: the requirement, and what tells its faults apart.
 */
const suspicions = (failures: ReadonlyArray<Failure>): ReadonlyArray<ReadonlyArray<Failure>> => {
  const groups = new Map<string, Array<Failure>>()
  const leading = failures.filter((failure) => !isShadow(failure, failures))
  for (const failure of [...leading].sort(bySize)) {
    const name = suspicion(failure)
    groups.set(name, [...(groups.get(name) ?? []), failure])
  }
  return [...groups.values()]
}

const suspicion = ({ trial, violation }: Failure): string => {
  const sent = trial.sents[violation.step]
  if (violation.requirement === Judge.acceptance && sent !== undefined) {
    return `${violation.requirement} ${Judge.refusedRequirements(sent.step)[0]}`
  }
  if (sent?.edit !== undefined && violation.facet === sent.edit.id) {
    return `${violation.requirement} ${violation.level} edits`
  }
  return violation.requirement === "semantics.content"
    ? violation.requirement
    : `${violation.requirement} ${violation.facet}`
}

/**
 * A 5xx or a cut connection that also breaks another requirement in the same step is told with that one. Where contents
 * that have to be accepted are refused under some circumstance, so are those that need not be: that is no change of mind.
 */
const isShadow = (failure: Failure, failures: ReadonlyArray<Failure>): boolean =>
  failure.violation.requirement === "accept.content.nul"
    ? failures.some(({ violation }) => violation.requirement === Judge.acceptance)
    : isServerErrorOfAnother(failure, failures)

const isServerErrorOfAnother = (failure: Failure, failures: ReadonlyArray<Failure>): boolean =>
  failure.violation.requirement === "protocol.no-server-error" &&
  failures.some(
    (other) =>
      other.trial === failure.trial &&
      other.violation.step === failure.violation.step &&
      other.violation.requirement !== failure.violation.requirement &&
      (other.violation.requirement === Judge.acceptance ||
        other.violation.requirement === "response.json" ||
        other.violation.requirement === sentOf(other)?.edit?.requirement)
  )

const bySize = (left: Failure, right: Failure): number => size(left.trial.case) - size(right.trial.case)

const size = (self: Case.Case): number =>
  self.steps.reduce((sum, step) => sum + 10 * complexity(step) + Math.min(step.content.length, 2_000), 0) +
  (self.mode === "together" ? 100_000 : 0) +
  200 * self.steps.length

const complexity = (step: Case.Step): number =>
  [
    step.reply !== null,
    step.json !== "plain",
    step.http !== "plain",
    step.scheme !== "Bearer",
    step.thread !== 0,
    step.edit !== null
  ].filter((special) => special).length

/** The failures that a finding does not explain, because what it comes down to does not occur in them. */
const unexplained = (failures: ReadonlyArray<Failure>, finding: Finding, context: Context): ReadonlyArray<Failure> => {
  const sent = finding.trial.sents[finding.violation.step]
  if (sent === undefined || sent.edit !== undefined || finding.reproducible !== "always") return []
  const needle = sent.step.content
  if (finding.trial.sents.length > 1 || needle === Shrink.simplest || [...needle].length > 20) return []
  if (finding.violation.requirement === "semantics.content") {
    return failures.filter(
      ({ violation }) => Judge.explained(violation, context.session.ledger).facet !== finding.violation.facet
    )
  }
  if (finding.violation.requirement !== Judge.acceptance || !Case.isPlain(sent.step)) return []
  return failures.filter((failure) => !(sentOf(failure)?.step.content ?? "").includes(needle))
}

/** What else failed in the same way. */
const withCompany = (finding: Finding, failures: ReadonlyArray<Failure>): Finding => ({
  ...finding,
  failures: failures.length,
  alike: [
    ...new Set(
      failures.flatMap((failure) => {
        const edit = sentOf(failure)?.edit
        return edit === undefined || edit.id === finding.trial.sents[finding.violation.step]?.edit?.id
          ? []
          : [edit.title]
      })
    )
  ]
})

/** Findings with the same proof are one. */
const merged = (findings: ReadonlyArray<Finding>): ReadonlyArray<Finding> => {
  const byProof = new Map<string, Finding>()
  for (const finding of findings) {
    const proof = Case.key(finding.trial.case).replace(/"id:[^"]*"/g, '"id"')
    // What does not show again cannot be told apart by what it was seen with.
    const key = `${finding.requirement} ${finding.reproducible === "always" ? proof : finding.reproducible}`
    const before = byProof.get(key)
    byProof.set(
      key,
      before === undefined
        ? finding
        : {
            ...before,
            also: [...new Set([...before.also, ...finding.also])].filter((id) => id !== before.requirement),
            failures: before.failures + finding.failures
          }
    )
  }
  return [...byProof.values()]
}

// ---------------------------------------------------------------------------------------------------------------------
// what a failure comes down to
// ---------------------------------------------------------------------------------------------------------------------

interface Proof {
  readonly trial: Judge.Trial
  readonly violation: Judge.Violation
  readonly violations: ReadonlyArray<Judge.Violation>
  readonly reproducible: Reproducible
  readonly requests: number
  /** How many failures were recorded, where each of them had others in flight with it. */
  readonly crowded?: number | undefined
}

/** The first failure of each requirement among plain messages that are sent again and again. */
interface Repeats {
  readonly soaked: Effect.Effect<ReadonlyMap<string, Failure>>
  readonly onOneConnection: Effect.Effect<ReadonlyMap<string, Failure>>
}

/**
 * Tries explanations in the order of what they cost: the case alone; a server that fails now and then, whatever is sent;
 * several requests in flight together; a connection that wears out.
 */
const resolve = (failures: ReadonlyArray<Failure>, repeats: Repeats, context: Context): Effect.Effect<Finding> =>
  Effect.gen(function* () {
    const failure = failures[0] as Failure
    const asRecorded = (reproducible: Reproducible) =>
      conclude({ ...recorded(failure, reproducible), crowded: onlyInCrowds(failures) }, context)
    if (!context.possible) return yield* asRecorded("unknown")
    for (const alone of smallest(failures)) {
      const proof = yield* prove(alone, pinned(alone.trial), context)
      if (proof !== undefined) return yield* conclude(proof, context)
    }
    const isSend = sentOf(failure)?.edit === undefined
    const plain = (yield* repeats.soaked).get(failure.violation.requirement)
    if (plain !== undefined && isSend) return yield* conclude(recorded(plain, "sometimes"), context)
    for (const other of crowds(failures, context)) {
      const together = yield* prove(other.failure, other.case, context)
      if (together !== undefined) return yield* conclude(together, context)
    }
    const last = isSend ? (yield* repeats.onOneConnection).get(failure.violation.requirement) : undefined
    const worn = last === undefined ? undefined : yield* again(last, context)
    if (worn !== undefined) return yield* conclude(worn, context)
    return yield* asRecorded("sometimes")
  })

/** So many cases are repeated in which a refused request came before. */
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

/**
 * The requirement about the refused request right before a valid one that failed.
 *
 * @since 0.1.0
 * @category getters
 */
export const refusedBefore = ({ trial, violation }: Pick<Failure, "trial" | "violation">): string | undefined =>
  trial.case.mode === "sequence" && trial.sents[violation.step]?.edit === undefined
    ? trial.sents[violation.step - 1]?.edit?.requirement
    : undefined

/** What was seen once may have had company by chance. */
const onlyInCrowds = (failures: ReadonlyArray<Failure>): number | undefined =>
  failures.length > 1 && failures.every(({ trial }) => trial.case.mode === "together") ? failures.length : undefined

/** Only the offending request, and the accepted one that it is an edit of. */
const recorded = ({ trial, violation, violations }: Failure, reproducible: Reproducible): Proof => {
  const from = trial.sents[violation.step]?.edit === undefined ? violation.step : violation.step - 1
  const sents = trial.sents.slice(Math.max(0, from), violation.step + 1)
  const steps = sents.map((sent) => sent.step)
  return {
    trial: { case: { ...trial.case, mode: "sequence", steps }, sents },
    violation: { ...violation, step: sents.length - 1 },
    violations: violations
      .filter((each) => each.step === violation.step)
      .map((each) => ({ ...each, step: sents.length - 1 })),
    reproducible,
    requests: 0
  }
}

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
    const sent = sentOf(each)
    return sent !== undefined && sent.edit === undefined && sent.exchange.inFlight > 1
  })
  const step = failure === undefined ? undefined : sentOf(failure)?.step
  if (failure === undefined || step === undefined) return recorded
  const mayBeElsewhere = step.reply === null && session.target.threads[1] !== undefined
  const crowd = Array.from({ length: crowdSize }, (_, index) => ({
    ...step,
    content: `${step.content}${index}`,
    thread: mayBeElsewhere && index % 2 === 1 ? (step.thread === 0 ? (1 as const) : (0 as const)) : step.thread
  }))
  return [...recorded, { failure, case: Case.together("bursts", crowd) }]
}

const crowdSize = 16

/** So often is a recorded case repeated. Whether requests meet in the server is a matter of luck. */
const chances = (mode: Case.Case["mode"]): number => (mode === "together" ? 4 : 2)

/** Repeats a case alone, and shrinks it if it fails again. */
const prove = (failure: Failure, original: Case.Case, context: Context): Effect.Effect<Proof | undefined> =>
  Effect.gen(function* () {
    const runtime = yield* Effect.runtime<never>()
    const before = context.session.stats.requests
    const spent = () => context.session.stats.requests - before
    const allowed = Math.max(effort.requests, effort.times * original.steps.length)
    const deadline = context.session.elapsed() + effort.milliseconds
    const passes = new Set<string>()
    const failing = new Map<string, Executed & { readonly violation: Judge.Violation }>()
    let tried = 0

    const settle = Effect.option(context.execute(settling))
    let isSettled = true
    const failsOnce = (self: Case.Case): Effect.Effect<boolean> => {
      const isEnough = tried >= effort.cases || spent() >= allowed || context.session.elapsed() > deadline
      if (isEnough) return Effect.succeed(false)
      tried++
      // What is refused may harm whatever comes next, and be it another case.
      const isHarmed = !isSettled && self.steps.length === 1 && failure.violation.requirement !== Judge.acceptance
      return Effect.when(settle, () => isHarmed).pipe(
        Effect.zipRight(context.execute(self)),
        Effect.map((executed) => {
          isSettled = executed.trial.sents.every(({ exchange }) => Exchange.isSuccess(exchange))
          const violation = executed.violations.find((each) => isAlike(each, failure, executed.trial))
          if (violation !== undefined) failing.set(Case.key(self), { ...executed, violation })
          return violation !== undefined
        }),
        Effect.catchAll(() => Effect.succeed(false))
      )
    }
    const failsWithin = (self: Case.Case, chances: number) =>
      Effect.map(
        Effect.exists(Array.from({ length: chances }), () => failsOnce(self)),
        (failed) => {
          if (!failed) passes.add(Case.key(self))
          return failed
        }
      )

    yield* settle
    const beginnings = Shrink.beginnings(original, failure.violation.step)
    const beginning = yield* Effect.findFirst(beginnings, (self, index) =>
      failsWithin(self, index < beginnings.length - 1 ? 1 : chances(original.mode))
    )
    if (Option.isNone(beginning)) return undefined
    const predicate = async (self: Case.Case) => {
      const key = Case.key(self)
      if (failing.has(key)) return false
      if (passes.has(key)) return true
      // Of requests in flight, those that are few cost little and meet seldom.
      const isLucky = self.mode === "together" && self.steps.length <= 4
      return !(await Runtime.runPromise(runtime)(failsWithin(self, isLucky ? 2 : 1)))
    }
    const details = yield* Effect.promise(() =>
      fc.check(fc.asyncProperty(Shrink.shrinkable(fc.constant(beginning.value)), predicate), {
        examples: [[beginning.value]],
        numRuns: 1,
        seed: context.seed
      })
    )
    const smallest = details.counterexample?.[0] ?? beginning.value
    const candidate = failing.get(Case.key(smallest))
    // What one candidate left behind may have failed the next: the smallest has to fail after a plain message, too.
    const isProven =
      candidate !== undefined && (yield* Effect.zipRight(settle, failsAgain(pinned(candidate.trial), context, failure)))
    const executed = isProven ? candidate : failing.get(Case.key(beginning.value))
    return executed === undefined
      ? undefined
      : {
          trial: executed.trial,
          violation: executed.violation,
          violations: executed.violations,
          reproducible: "always" as const,
          requests: spent()
        }
  })

const settling = Case.sequence("plain", [Case.step("Back to normal")])

const failsAgain = (self: Case.Case, context: Context, failure: Failure): Effect.Effect<boolean> =>
  Effect.exists(Array.from({ length: chances(self.mode) }), () =>
    context.execute(self).pipe(
      Effect.map(({ trial, violations }) => violations.some((each) => isAlike(each, failure, trial))),
      Effect.orElseSucceed(() => false)
    )
  )

/** Repeats a case up to its failing step. */
const again = ({ trial, violation }: Failure, context: Context): Effect.Effect<Proof | undefined> =>
  context.execute({ ...trial.case, steps: trial.case.steps.slice(0, violation.step + 1) }).pipe(
    Effect.map((executed) => {
      const same = executed.violations.find(
        (each) => each.requirement === violation.requirement && each.step === violation.step
      )
      return same === undefined
        ? undefined
        : { ...executed, violation: same, reproducible: "always" as const, requests: violation.step + 1 }
    }),
    Effect.orElseSucceed(() => undefined)
  )

/** The case with every reply to the very message that it was a reply to. */
const pinned = (trial: Judge.Trial): Case.Case => ({
  ...trial.case,
  steps: trial.case.steps.map((step, index) => {
    const replyId = trial.sents.length === trial.case.steps.length ? trial.sents[index]?.replyId : undefined
    return replyId === undefined ? step : { ...step, reply: `id:${replyId}` }
  })
})

/** Whether a violation is of the same kind as the recorded one. */
const isAlike = (violation: Judge.Violation, failure: Failure, trial: Judge.Trial): boolean =>
  violation.requirement === failure.violation.requirement &&
  violation.level === failure.violation.level &&
  trial.sents[violation.step]?.edit?.id === sentOf(failure)?.edit?.id &&
  (violation.requirement === Judge.acceptance ||
    violation.requirement === "semantics.content" ||
    violation.facet === failure.violation.facet)

// ---------------------------------------------------------------------------------------------------------------------
// whose fault it is
// ---------------------------------------------------------------------------------------------------------------------

const conclude = (proof: Proof, context: Context): Effect.Effect<Finding> =>
  Effect.gen(function* () {
    const sent = proof.trial.sents[proof.violation.step]
    const others = companions(proof)
    const [literal, ...besides] =
      proof.violation.requirement === Judge.acceptance && sent !== undefined
        ? yield* refusals(proof, sent, others, context)
        : [proof.violation.requirement]
    const circumstance = yield* circumstances(proof, context)
    const named = circumstance.requirement ?? literal
    // What must not be comes before what should not be.
    const graver = levelOf(named) === "SHOULD" ? others.find((id) => levelOf(id) === "MUST") : undefined
    const primary = graver ?? named
    const level =
      primary === graver ? "MUST" : proof.violation.requirement === literal ? proof.violation.level : levelOf(literal)
    const also = [
      named,
      literal,
      ...besides,
      ...spellings(proof, sent),
      ...(circumstance.also === undefined ? [] : [circumstance.also]),
      ...others
    ].filter((id) => id !== primary)
    return {
      requirement: primary,
      level,
      also: [...new Set(also)],
      when: circumstance.when,
      reproducible: proof.reproducible,
      trial: proof.trial,
      violation: Judge.explained(proof.violation, context.session.ledger),
      failures: 1,
      alike: [],
      shrinkRequests: proof.requests
    }
  })

/** Styles in which nothing is spelled as in the plain one. */
const otherSpellings = ["all-lower", "all-upper"]

/**
 * Whether a content is refused as it is spelled, and accepted when it is spelled otherwise. Control characters have to
 * be escaped in the plain style too, so that shrinking cannot take the escape away.
 */
const isOnlySpelling = (proof: Proof, sent: Judge.Sent, context: Context): Effect.Effect<boolean> => {
  const isAboutContent = proof.reproducible === "always" && proof.trial.sents.length === 1 && Case.isPlain(sent.step)
  if (!isAboutContent || !/[\u0001-\u001f"\\]/.test(sent.step.content)) return Effect.succeed(false)
  return Effect.map(
    Effect.forEach(otherSpellings, (json) =>
      fails(Case.sequence("JSON", [{ ...sent.step, json }]), proof.violation, context)
    ),
    (failed) => failed.includes(false)
  )
}

/** Whether a content of white space is refused among letters too: then it is not about a content of nothing else. */
const isRefusedAmongLetters = (sent: Judge.Sent, { violation }: Proof, context: Context): Effect.Effect<boolean> =>
  fails(Case.sequence("contents", [{ ...sent.step, content: `a${sent.step.content}b` }]), violation, context)

/**
 * What a valid request that was not accepted breaks, what it is about first. Only one that fails each time tells by
 * which of its features; one that got no answer once tells of the server.
 */
const refusals = (
  proof: Proof,
  sent: Judge.Sent,
  others: ReadonlyArray<string>,
  context: Context
): Effect.Effect<readonly [first: string, ...others: Array<string>]> =>
  Effect.gen(function* () {
    if (proof.reproducible !== "always") return [others[0] ?? "accept.content"]
    if (isWorn(proof.trial)) return ["accept.encoding.http"]
    if (yield* isOnlySpelling(proof, sent, context)) return ["accept.encoding.json"]
    const otherwise = spellingRefused(sent.step, context)
    if (otherwise !== undefined) return [otherwise]
    const found = Judge.refusedRequirements(sent.step)
    return found[0] === "accept.content.whitespace" && (yield* isRefusedAmongLetters(sent, proof, context))
      ? ["accept.content", ...found]
      : found
  })

/** The plainest message is refused: is that because of how it is spelled, since none so spelled was ever accepted? */
const spellingRefused = (step: Case.Step, { history }: Context): string | undefined => {
  if (!Case.isPlain(step) || step.content !== Shrink.simplest) return undefined
  const accepted = history.filter((past) => !past.broken.includes(Judge.acceptance) && !Judge.mayBeRefused(past.step))
  const isSpelledOtherwise = (spelling: "http" | "json") =>
    accepted.length > 0 && accepted.every((past) => past.step[spelling] !== "plain")
  if (isSpelledOtherwise("http")) return "accept.encoding.http"
  return isSpelledOtherwise("json") ? "accept.encoding.json" : undefined
}

const levelOf = (id: string): Requirement.Level => Requirement.byId.get(id)?.level ?? "MUST"

/** What the same step breaks besides: a 5xx breaks two promises at once. */
const companions = (proof: Proof): ReadonlyArray<string> =>
  proof.violations
    .filter(
      (each) =>
        each.step === proof.violation.step &&
        each.requirement === "protocol.no-server-error" &&
        proof.violation.requirement !== each.requirement
    )
    .map((each) => each.requirement)

/** The promises to treat spellings alike that an answer breaks which is wrong in one spelling only. */
const spellings = (proof: Proof, sent: Judge.Sent | undefined): ReadonlyArray<string> =>
  sent === undefined ||
  sent.edit !== undefined ||
  proof.reproducible !== "always" ||
  proof.trial.case.mode === "together"
    ? []
    : [
        ...Judge.acceptanceIds(sent.step).filter((id) => id.startsWith("accept.encoding.")),
        ...(isWorn(proof.trial) ? ["accept.encoding.http"] : [])
      ]

/** Whether nothing but the number of messages on one connection makes the last of them fail. */
const isWorn = (trial: Judge.Trial): boolean =>
  trial.case.fresh && trial.sents.length > 2 && trial.sents.every(({ step }) => Case.isPlain(step))

interface Circumstance {
  /** The requirement about circumstances that is broken first of all, if it is one of those. */
  readonly requirement: string | undefined
  /** One that is broken besides. */
  readonly also?: string
  readonly when: string
}

const always: Circumstance = { requirement: undefined, when: "" }

const circumstances = (proof: Proof, context: Context): Effect.Effect<Circumstance> =>
  Effect.suspend(() => {
    const { trial, violation } = proof
    const sent = trial.sents[violation.step]
    if (sent === undefined) return Effect.succeed(always)
    if (proof.reproducible !== "always") return Effect.succeed(intermittent(proof))
    if (trial.case.mode === "together" && trial.sents.length > 1) {
      return Effect.succeed({
        requirement: sent.edit === undefined ? "semantics.concurrent" : undefined,
        when: `with ${trial.sents.length} requests in flight together`
      })
    }
    const before = trial.sents.slice(0, violation.step)
    if (sent.edit?.expects === "ignored" && violation.requirement !== sent.edit.requirement) {
      return Effect.succeed({ requirement: undefined, when: `with ${sent.edit.title}` })
    }
    if (sent.edit !== undefined) {
      return Effect.succeed(
        before.some((each) => each.edit !== undefined)
          ? { requirement: undefined, when: "after another refused request on the same connection" }
          : afterPassing(sent.step, context)
      )
    }
    if (before.some((each) => each.edit !== undefined || !Exchange.isSuccess(each.exchange))) {
      return Effect.succeed({ requirement: "semantics.stable", when: "after a refused request on the same connection" })
    }
    if (isWorn(trial)) {
      const when = `as message ${trial.sents.length} on one connection`
      return Effect.succeed({ requirement: undefined, also: "semantics.stable", when })
    }
    if (before.length > 0) return Effect.succeed({ requirement: undefined, when: "after another message" })
    if (heldUntil(sent.step, violation.requirement, context)) return Effect.succeed(exhausted(context))
    return Case.isPlain(sent.step) && sent.step.content === Shrink.simplest
      ? worn(violation, context)
      : Effect.succeed(always)
  })

/**
 * What tells edits apart that may well be answered differently.
 *
 * @since 0.1.0
 * @category getters
 */
export const spelling = ({ edit, http, json, reply, thread }: Case.Step): string =>
  JSON.stringify([edit, http, json, reply !== null, thread])

const afterPassing = (step: Case.Step, context: Context): Circumstance =>
  context.woreOff(spelling(step))
    ? {
        requirement: "semantics.stable",
        when: `no longer after ${context.session.stats.accepted} messages; it held before`
      }
    : always

const exhausted = (context: Context): Circumstance => ({
  requirement: "semantics.stable",
  when: `from some message on: it held at first, and no longer after ${context.session.stats.accepted} messages`
})

/** Requests that are sent side by side reach a server in any order: so many may have overtaken one another. */
const overtaking = 64

/** Fewer requests than this that went well prove nothing. */
const convincing = 3

/** Whether requests with the same feature went well at first, and none did after one of them had not. */
const heldUntil = (step: Case.Step, requirement: string, context: Context): boolean =>
  contentFeatures(step.content).some((hasContent) =>
    heldUntilThen(
      context.history.filter(
        (past) => !Judge.mayBeRefused(past.step) && hasContent(past.step.content) && hasSpelling(past.step, step)
      ),
      requirement
    )
  )

const heldUntilThen = (alike: ReadonlyArray<Past>, requirement: string): boolean => {
  const failed = alike.find((past) => past.broken.includes(requirement))?.index ?? 0
  const passed = alike.filter((past) => !past.broken.includes(requirement)).map((past) => past.index)
  return (
    passed.filter((index) => index < failed).length >= convincing &&
    passed.every((index) => index < failed + overtaking)
  )
}

const edges = [/^\s+\S/, /\S\s+$/]

/** What may be the matter with the smallest content: what is in it, its length, how it begins, how it ends. */
const contentFeatures = (smallest: string): ReadonlyArray<(content: string) => boolean> => {
  if (smallest === Shrink.simplest) return [() => true]
  if (isRun(smallest)) return [(content) => content.length >= smallest.length]
  const points = [...smallest]
  const [first = "", last = ""] = [points[0], points.at(-1)]
  return [
    (content) => content.includes(smallest),
    ...(first === Shrink.simplest ? [] : [(content: string) => content.startsWith(first)]),
    ...(last === Shrink.simplest ? [] : [(content: string) => content.endsWith(last)]),
    // Who trims, trims white space of every kind.
    ...edges.filter((edge) => edge.test(smallest)).map((edge) => (content: string) => edge.test(content))
  ]
}

/** Whether a request is spelled, addressed and threaded as the smallest one has to be. */
const hasSpelling = (step: Case.Step, smallest: Case.Step): boolean =>
  (smallest.json === "plain" || step.json === smallest.json) &&
  (smallest.http === "plain" || step.http === smallest.http) &&
  (smallest.reply === null || step.reply !== null) &&
  (smallest.thread === 0 || step.thread === smallest.thread)

const isRun = (content: string): boolean => content.length > 3 && content === Shrink.simplest.repeat(content.length)

/**
 * The plainest message fails. Did it always, or has the server worn out? The messages at the beginning of the run tell.
 */
const worn = (violation: Judge.Violation, context: Context): Effect.Effect<Circumstance> => {
  const heldAtFirst =
    context.session.ledger.messages(0).length > 0 && !context.session.brokenAtFirst.has(violation.requirement)
  if (!heldAtFirst) return Effect.succeed(always)
  // A content that was never sent: a server that takes equal messages for one is not worn out.
  const control = Case.step(`Control ${context.session.stats.requests}`)
  return fails(Case.sequence("plain", [control]), violation, context).pipe(
    Effect.map((failed) => (failed ? exhausted(context) : always))
  )
}

const fails = (self: Case.Case, violation: Judge.Violation, context: Context): Effect.Effect<boolean> =>
  context.execute(self).pipe(
    Effect.map(({ violations }) => violations.some((each) => each.requirement === violation.requirement)),
    Effect.catchAll(() => Effect.succeed(false))
  )

const intermittent = (proof: Proof): Circumstance => {
  if (proof.violation.facet === "full") return { requirement: undefined, when: "from some message on" }
  const sent = proof.trial.sents[proof.violation.step]
  if (proof.crowded !== undefined) {
    return {
      requirement: undefined,
      also: "semantics.concurrent",
      when: `${proof.crowded} times, always with other requests in flight: here at request ${sent?.exchange.index ?? 0} of the run`
    }
  }
  return sent?.step.content.startsWith(soakContent) === true
    ? {
        requirement: undefined,
        also: "semantics.stable",
        when: `now and then, whatever is sent: here at plain message ${sent.step.content.slice(soakContent.length)} of ${soakSize}`
      }
    : { requirement: undefined, when: `once, at request ${sent?.exchange.index ?? 0} of the run` }
}

/** Plain messages sent one after another to see whether a fault comes back whatever is sent. */
const soakSize = 110

const soakContent = "Plain message "

/** Plain messages, none of them in flight with another. */
const soak = (context: Context): Effect.Effect<ReadonlyMap<string, Failure>> =>
  Effect.gen(function* () {
    const seen = new Map<string, Failure>()
    yield* Effect.option(context.execute(settling))
    for (let count = 1; count <= soakSize; count++) {
      const executed = yield* Effect.option(
        context.execute(Case.sequence("plain", [Case.step(`${soakContent}${count}`)]))
      )
      if (executed._tag === "None") break
      for (const [requirement, failure] of firstFailures(executed.value)) {
        if (!seen.has(requirement)) seen.set(requirement, failure)
      }
    }
    return seen
  })

/** Plain messages sent one after another on a connection of their own. */
const lastingSize = 64

const lastingConnection = (context: Context): Effect.Effect<ReadonlyMap<string, Failure>> => {
  const steps = Array.from({ length: lastingSize }, (_, index) => Case.step(`Message ${index + 1} on one connection`))
  return context.execute(Case.sequence("plain", steps, { fresh: true })).pipe(
    Effect.map(firstFailures),
    Effect.orElseSucceed(() => new Map())
  )
}

const firstFailures = ({ trial, violations }: Executed): ReadonlyMap<string, Failure> => {
  const first = new Map<string, Failure>()
  for (const violation of violations) {
    if (!first.has(violation.requirement)) first.set(violation.requirement, { trial, violation, violations })
  }
  return first
}
