/**
 * The same traffic to two implementations, and where their answers differ once ids and times are taken out.
 *
 * @since 0.1.0
 */

import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Body from "../judge/body.js"
import * as Judge from "../judge/judge.js"
import * as Budget from "../model/Budget.js"
import type * as Case from "../model/Case.js"
import * as Exchange from "../model/Exchange.js"
import * as Ledger from "../model/Ledger.js"
import * as Plan from "../plan/plan.js"
import * as Report from "../report/Report.js"
import * as Engine from "../run/engine.js"
import * as Session from "../send/session.js"
import type * as Conformance from "./Conformance.js"
import * as Answers from "./diff/answers.js"
import * as Names from "./diff/names.js"
import { type InvalidOptions, integer, resolve, seed as seedOf } from "./options.js"

/**
 * One of the two implementations.
 *
 * @since 0.1.0
 * @category models
 */
export type Side = Pick<Conformance.Options, "url" | "token" | "threadId" | "replyTo">

/**
 * What to compare, and how.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options
  extends Pick<
    Conformance.Options,
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
 * What differs.
 *
 * - `answer`: one answers, and the other does not
 * - `status`, `media type`, `header`: the head of the answer
 * - `body`: one body is JSON, and the other is not, or neither is
 * - `key`: one has a key that the other has not
 * - `type`: the values of a key have two types, `null` being one
 * - `value`: they have one type, and are not the same
 *
 * @since 0.1.0
 * @category models
 */
export const Kind = Schema.Literal("answer", "status", "media type", "header", "body", "key", "type", "value")

/**
 * @since 0.1.0
 * @category models
 */
export type Kind = Schema.Schema.Type<typeof Kind>

/**
 * What the two sides have at the place of a difference; ids and times have names there, in angle brackets.
 *
 * @since 0.1.0
 * @category models
 */
export const Pair = Schema.Struct({ a: Schema.String, b: Schema.String })

/**
 * One way in which the two implementations differ, with the smallest request that shows it.
 *
 * @since 0.1.0
 * @category models
 */
export const Difference = Schema.Struct({
  kind: Kind,
  /** `status`, `header allow`, `body`, `$.replyData.id`; the items of an array are all `[]`. */
  place: Schema.String,
  /** What was sent when it showed: valid messages, or what was wrong with the requests. */
  when: Schema.Array(Schema.String),
  /** What each side has there, as in the exchanges. */
  a: Schema.String,
  b: Schema.String,
  /** Other pairs of values that were seen at the same place, a few of them. */
  others: Schema.Array(Pair),
  /** How many requests show it. */
  requests: Schema.Int,
  /** The position in the run of the request of the exchanges, from 1. */
  request: Schema.Int,
  /** The requirements that the side breaks there: it is the one to mend. */
  breaks: Schema.Struct({ a: Schema.Array(Schema.String), b: Schema.Array(Schema.String) }),
  exchanges: Schema.Struct({ a: Report.ReportedExchange, b: Report.ReportedExchange })
}).annotations({ identifier: "Difference" })

/**
 * @since 0.1.0
 * @category models
 */
export interface Difference extends Schema.Schema.Type<typeof Difference> {}

const ComparedSide = Schema.Struct({
  target: Schema.String,
  threads: Schema.Array(Schema.String),
  requests: Schema.Int,
  accepted: Schema.Int
})

/**
 * The outcome of a comparison.
 *
 * @since 0.1.0
 * @category models
 */
export const Diff = Schema.Struct({
  version: Schema.Literal(1),
  verdict: Schema.Literal("same", "different", "inconclusive"),
  /** Why it is inconclusive, or why the run ended early. */
  reason: Schema.NullOr(Schema.String),
  a: ComparedSide,
  b: ComparedSide,
  seed: Schema.Int,
  budget: Budget.Budget,
  runs: Schema.Int,
  startedAt: Schema.String,
  durationMs: Schema.Int,
  /** How many requests both sides got and were compared by. */
  compared: Schema.Int,
  /** Where a side breaks the contract comes first, then what valid messages show, and then what shows most often. */
  differences: Schema.Array(Difference)
}).annotations({ identifier: "Diff" })

/**
 * @since 0.1.0
 * @category models
 */
export interface Diff extends Schema.Schema.Type<typeof Diff> {}

/**
 * 0 the same, 1 different, 3 inconclusive.
 *
 * @since 0.1.0
 * @category getters
 */
export const exitCode = ({ verdict }: Diff): 0 | 1 | 3 => exitCodes[verdict]

const exitCodes = { same: 0, different: 1, inconclusive: 3 } as const

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
    const side = ({ pace, target }: typeof a): Party => {
      const alike = {
        ...target,
        threads: twoThreads ? target.threads : ([target.threads[0]] as const),
        replyTo: inbound ? target.replyTo : undefined
      }
      return {
        session: Session.make(alike, pace, undefined),
        names: Names.make(
          alike.threads.filter((each) => each !== undefined),
          alike.replyTo,
          Redacted.value(target.token)
        ),
        ledger: Ledger.make()
      }
    }
    const sides = { a: side(a), b: side(b) }
    const plan = Plan.plan({
      seed,
      budget,
      runs,
      twoThreads,
      inbound,
      selected: Engine.selection(options.only ?? [], options.skip ?? [])
    })
    const startedAt = new Date()
    const comparison = makeComparison(sides)
    const until = a.pace.maxDuration / 2
    const stop = Option.getOrUndefined(
      yield* Effect.raceFirst(
        work(plan, Plan.preflight(twoThreads), comparison, { until, onProgress: options.onProgress }),
        Effect.zipRight(
          options.interrupt ?? Effect.never,
          new Session.Stop({ reason: "interrupted", message: "the comparison was interrupted" })
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

/** One for each side. */
interface Both<A> {
  readonly a: A
  readonly b: A
}

interface Party {
  readonly session: Session.Session
  readonly names: Names.Names
  /** What the judges have learnt. The session's own knows only messages that both sides took, to reply to. */
  readonly ledger: Ledger.Ledger
}

const counted = ({ session: { stats, target } }: Party) => ({
  target: target.url.href,
  threads: target.threads.filter((thread) => thread !== undefined),
  requests: stats.requests,
  accepted: stats.accepted
})

// ---------------------------------------------------------------------------------------------------------------------
// sending
// ---------------------------------------------------------------------------------------------------------------------

const work = (
  plan: ReadonlyArray<Plan.Phase>,
  first: ReadonlyArray<Case.Case>,
  comparison: Comparison,
  { onProgress, until }: { readonly until: number; readonly onProgress: Options["onProgress"] }
): Effect.Effect<void, Session.Stop> =>
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

/** Which message is replied to may not depend on how a server spells its ids. */
const comparable = (self: Case.Case): Case.Case => ({
  ...self,
  steps: self.steps.map((step) => ({ ...step, reply: step.reply === null ? null : replyOf(step.reply) }))
})

const replyOf = (selector: string): string => {
  const [kind = "", argument = "0"] = selector.split(":")
  return ["first", "last", "length"].includes(kind) ? `nth:${Number(argument) * 7 + kind.length}` : selector
}

// ---------------------------------------------------------------------------------------------------------------------
// comparing
// ---------------------------------------------------------------------------------------------------------------------

interface Comparison {
  /** Sends plain messages, which both sides have to take. */
  readonly welcome: (self: Case.Case) => Effect.Effect<void, Session.Stop>
  readonly send: (self: Case.Case) => Effect.Effect<void, Session.Stop>
  readonly compared: () => number
  /** How many differences there are. */
  readonly found: () => number
  readonly differences: () => ReadonlyArray<Difference>
}

/** Differences that count as one, and the smallest request that shows them. */
interface Group {
  readonly kind: Kind
  readonly place: string
  readonly pairs: Map<string, Both<string>>
  readonly when: Set<string>
  readonly breaks: Both<Set<string>>
  requests: number
  smallest: Shown
}

interface Shown {
  readonly request: number
  readonly size: number
  readonly a: string
  readonly b: string
  readonly sent: Both<Judge.Sent>
}

/** Of one kind of difference, so many pairs of values are kept. */
const keptPairs = 4

const makeComparison = (sides: Both<Party>): Comparison => {
  const groups = new Map<string, Group>()
  let compared = 0

  const both = (self: Case.Case) => {
    const on = (name: "first" | "second", { session }: Party) =>
      Effect.mapError(
        Session.abortable((signal) => session.run(self, signal)),
        ({ message, reason }) => new Session.Stop({ reason, message: `the ${name} server: ${message}` })
      )
    return Effect.all({ a: on("first", sides.a), b: on("second", sides.b) }, { concurrency: 2 })
  }

  const note = (
    found: Answers.Found,
    pair: Shown["sent"],
    request: number,
    violations: Both<ReadonlyArray<Judge.Violation>>
  ): void => {
    const broken = { a: at(found, violations.a), b: at(found, violations.b) }
    const key = groupKey(found, pair, broken)
    const shown = { request, size: sizeOf(pair.a), a: found.a, b: found.b, sent: pair }
    const group: Group = groups.get(key) ?? {
      kind: found.kind,
      place: found.place,
      pairs: new Map(),
      when: new Set(),
      breaks: { a: new Set(), b: new Set() },
      requests: 0,
      smallest: shown
    }
    groups.set(key, group)
    group.requests++
    group.when.add(circumstance(pair.a))
    for (const side of ["a", "b"] as const) {
      for (const each of broken[side]) group.breaks[side].add(requirementOf(each, pair[side]))
    }
    if (group.pairs.size < keptPairs) group.pairs.set(`${found.a} ${found.b}`, { a: found.a, b: found.b })
    if (shown.size < group.smallest.size) group.smallest = shown
  }

  const compare = (trials: Both<Judge.Trial>): void => {
    const violations = {
      a: Judge.judge(trials.a, sides.a.ledger),
      b: Judge.judge(trials.b, sides.b.ledger)
    }
    for (const [a, b] of pairsOf(trials)) {
      const request = ++compared
      remember(a, b, request, sides)
      const found = Answers.compare(
        { exchange: a.exchange, names: sides.a.names },
        { exchange: b.exchange, names: sides.b.names },
        request
      )
      const of = (sent: Judge.Sent, trial: Judge.Trial, all: ReadonlyArray<Judge.Violation>) =>
        all.filter(({ step }) => step === trial.sents.indexOf(sent))
      for (const each of found.filter(({ place }) => !isOfInbound(place, a, sides.a.session.target))) {
        note(each, { a, b }, request, { a: of(a, trials.a, violations.a), b: of(b, trials.b, violations.b) })
      }
    }
  }

  return {
    welcome: (self) =>
      Effect.flatMap(both(self), (trials) => {
        compare(trials)
        const unwelcome = (["a", "b"] as const).find(
          (side) => !trials[side].sents.some((sent) => Exchange.isSuccess(sent.exchange))
        )
        if (unwelcome === undefined) return Effect.void
        const sent = trials[unwelcome].sents[0]
        return new Session.Stop({
          reason: "refused",
          message: `the ${unwelcome === "a" ? "first" : "second"} server: ${
            sent === undefined ? "nothing could be sent" : Engine.unwelcome(sent)
          }`
        })
      }),
    send: (self) => Effect.map(both(comparable(self)), compare),
    compared: () => compared,
    found: () => groups.size,
    differences: () => [...groups.values()].map((group) => difference(group, sides)).sort(byWeight)
  }
}

/** An edit that does not apply on one side is sent on neither as far as comparing goes. */
const pairsOf = ({ a, b }: Both<Judge.Trial>) =>
  a.case.steps.flatMap((step) => {
    const [one, other] = [a, b].map(({ sents }) => sents.find((sent) => sent.step === step))
    return one === undefined || other === undefined ? [] : [[one, other] as const]
  })

/** A message that both took is the same message from now on. */
const remember = (a: Judge.Sent, b: Judge.Sent, request: number, sides: Both<Party>): void => {
  const [idA, idB] = [idOf(a), idOf(b)]
  const both = [
    [sides.a, a, idA],
    [sides.b, b, idB]
  ] as const
  for (const [{ names, session }, { replyId, step }, id] of both) {
    if (id === undefined) continue
    const isNew = session.ledger.get(id) === undefined
    if (isNew) names.set(id, `⟨message ${request}⟩`)
    if (idA === undefined || idB === undefined) continue
    session.ledger.add({ id, thread: step.thread, content: step.content, index: request })
    if (replyId !== undefined) session.ledger.replied(replyId)
  }
}

/** The messages that were there before say what they say. */
const isOfInbound = (place: string, { replyId }: Judge.Sent, target: Session.Target): boolean =>
  replyId !== undefined && replyId === target.replyTo && place.startsWith("$.replyData.")

const idOf = ({ edit, exchange }: Judge.Sent): string | undefined => {
  const response = Exchange.response(exchange)
  if (edit !== undefined || response === undefined || !Exchange.isSuccess(exchange)) return undefined
  const reading = Body.read(response.body)
  return reading.kind === "object" && typeof reading.value.id === "string" ? reading.value.id : undefined
}

/** What a side breaks at the place of a difference. */
const at = (
  { kind, place }: Answers.Found,
  violations: ReadonlyArray<Judge.Violation>
): ReadonlyArray<Judge.Violation> =>
  violations.filter((violation) => violation.place === place || (kind === "answer" && violation.place === "status"))

const requirementOf = ({ requirement }: Judge.Violation, { step }: Judge.Sent): string =>
  requirement === Judge.acceptance ? Judge.refusedRequirements(step)[0] : requirement

/** What is said about the requests of a group. */
const circumstance = (sent: Judge.Sent): string =>
  sent.edit === undefined ? validMessages : sent.edit.requirement === "" ? sent.edit.title : sent.edit.requirement

const validMessages = "valid messages"

/** Differences for one reason are one: values of a refusal's text differ with every request. */
const groupKey = (
  { a, b, kind, place }: Answers.Found,
  sent: Both<Judge.Sent>,
  broken: Both<ReadonlyArray<Judge.Violation>>
): string => {
  const facets = [broken.a, broken.b].map((each) => each.map(({ facet, requirement }) => `${requirement} ${facet}`))
  const what = kind === "value" ? "" : `${a} ${b}`
  const isHead = kind === "status" || kind === "answer"
  const aspect = isHead && sent.a.edit === undefined ? Judge.refusedRequirements(sent.a.step)[0] : ""
  const accepted = [sent.a, sent.b].every(({ exchange }) => Exchange.isSuccess(exchange))
  return JSON.stringify([kind, place, what, accepted, aspect, facets])
}

const sizeOf = ({ exchange: { request } }: Judge.Sent): number =>
  request.path.length + (request.body?.byteLength ?? 0) + request.headers.flat().join("").length

const difference = (
  { breaks, kind, pairs, place, requests, smallest, when }: Group,
  sides: Both<Party>
): Difference => {
  const exchange = (sent: Judge.Sent, { session }: Party) =>
    Report.exchanges(
      { case: { probe: "plain", mode: "sequence", fresh: false, steps: [sent.step] }, sents: [sent] },
      session.target
    )[0]
  const [a, b] = [exchange(smallest.sent.a, sides.a), exchange(smallest.sent.b, sides.b)]
  return {
    kind,
    place,
    when: [...when].sort((one, other) => Number(other === validMessages) - Number(one === validMessages)),
    a: smallest.a,
    b: smallest.b,
    others: [...pairs.values()].filter((pair) => pair.a !== smallest.a || pair.b !== smallest.b),
    requests,
    request: smallest.request,
    breaks: { a: [...breaks.a], b: [...breaks.b] },
    exchanges: { a: a as Report.ReportedExchange, b: b as Report.ReportedExchange }
  }
}

const isBroken = ({ breaks }: Difference): boolean => breaks.a.length + breaks.b.length > 0

const byWeight = (a: Difference, b: Difference): number =>
  Number(isBroken(b)) - Number(isBroken(a)) ||
  Number(b.when.includes(validMessages)) - Number(a.when.includes(validMessages)) ||
  b.requests - a.requests
