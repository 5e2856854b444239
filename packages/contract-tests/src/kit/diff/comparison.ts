/**
 * Compares what two targets answer to the same requests.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Acceptance from "../../contract/acceptance.js"
import * as Body from "../../judge/body.js"
import { observe } from "../../judge/facts.js"
import * as Judge from "../../judge/judge.js"
import type { Violation } from "../../judge/violation.js"
import type * as Case from "../../model/Case.js"
import * as Exchange from "../../model/Exchange.js"
import type * as Ledger from "../../model/Ledger.js"
import { Stop, type Target } from "../../model/Target.js"
import * as Counterexample from "../../report/counterexample.js"
import type * as Report from "../../report/Report.js"
import * as Refused from "../../run/refused.js"
import type * as Session from "../../send/session.js"
import type { Sent, Trial } from "../../send/trial.js"
import * as Answers from "./answers.js"
import type * as Names from "./names.js"
import type { Difference, Kind } from "./schema.js"

/** One for each side. */
interface Both<A> {
  readonly a: A
  readonly b: A
}

export interface Party {
  readonly session: Session.Session
  readonly names: Names.Names
  /** Ledger of the judges. The session's own knows only messages that both sides took, to reply to. */
  readonly ledger: Ledger.Ledger
}

/** Which message is replied to may not depend on how a server spells its ids. */
const comparable = (self: Case.Case): Case.Case => ({
  ...self,
  steps: self.steps.map((step) => ({ ...step, reply: step.reply === null ? null : replyOf(step.reply) }))
})

const replyOf = (selector: string): string => {
  const [kind = "", argument = "0"] = selector.split(":")
  return ["first", "last", "length"].includes(kind) ? `nth:${Number(argument) * 7 + kind.length}` : selector
}

export interface Comparison {
  /** Sends plain messages, which both sides have to take. */
  readonly welcome: (self: Case.Case) => Effect.Effect<void, Stop>
  readonly send: (self: Case.Case) => Effect.Effect<void, Stop>
  readonly compared: () => number
  /** Number of differences. */
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
  readonly sent: Both<Sent>
}

/** Of one kind of difference, so many pairs of values are kept. */
const keptPairs = 4

export const makeComparison = (sides: Both<Party>): Comparison => {
  const groups = new Map<string, Group>()
  let compared = 0

  const both = (self: Case.Case) => {
    const on = (name: "first" | "second", { session }: Party) =>
      Effect.mapError(
        session.run(self),
        ({ message, reason }) => new Stop({ reason, message: `the ${name} server: ${message}` })
      )
    return Effect.all({ a: on("first", sides.a), b: on("second", sides.b) }, { concurrency: 2 })
  }

  const note = (
    found: Answers.Found,
    pair: Shown["sent"],
    request: number,
    violations: Both<ReadonlyArray<Violation>>
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

  const compare = (trials: Both<Trial>): void => {
    const violations = {
      a: Judge.judge(trials.a, observe(trials.a, sides.a.ledger)),
      b: Judge.judge(trials.b, observe(trials.b, sides.b.ledger))
    }
    for (const [a, b] of pairsOf(trials)) {
      const request = ++compared
      remember(a, b, request, sides)
      const found = Answers.compare(
        { exchange: a.exchange, names: sides.a.names },
        { exchange: b.exchange, names: sides.b.names },
        request
      )
      const of = (sent: Sent, trial: Trial, all: ReadonlyArray<Violation>) =>
        all.filter(({ step }) => step === trial.exchanges.indexOf(sent))
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
          (side) => !trials[side].exchanges.some((sent) => Exchange.isSuccess(sent.exchange))
        )
        if (unwelcome === undefined) return Effect.void
        const sent = trials[unwelcome].exchanges[0]
        return new Stop({
          reason: "refused",
          message: `the ${unwelcome === "a" ? "first" : "second"} server: ${
            sent === undefined ? "nothing could be sent" : Refused.message(sent, sides[unwelcome].session.target)
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
const pairsOf = ({ a, b }: Both<Trial>) =>
  a.case.steps.flatMap((step) => {
    const [one, other] = [a, b].map(({ exchanges }) => exchanges.find((sent) => sent.step === step))
    return one === undefined || other === undefined ? [] : [[one, other] as const]
  })

/** A message that both took is the same message from now on. */
const remember = (a: Sent, b: Sent, request: number, sides: Both<Party>): void => {
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
const isOfInbound = (place: string, { replyId }: Sent, target: Target): boolean =>
  replyId !== undefined && replyId === target.replyTo && place.startsWith("$.replyData.")

const idOf = ({ edit, exchange }: Sent): string | undefined => {
  const response = Exchange.response(exchange)
  if (edit !== undefined || response === undefined || !Exchange.isSuccess(exchange)) return undefined
  const reading = Body.read(response.body)
  return reading.kind === "object" && typeof reading.value.id === "string" ? reading.value.id : undefined
}

/** Requirements that a side breaks at the place of a difference. */
const at = ({ kind, place }: Answers.Found, violations: ReadonlyArray<Violation>): ReadonlyArray<Violation> =>
  violations.filter((violation) => violation.place === place || (kind === "answer" && violation.place === "status"))

const requirementOf = ({ requirement }: Violation, { step }: Sent): string =>
  requirement === Acceptance.acceptance ? Acceptance.refusedRequirements(step)[0] : requirement

/** Title of the requests of a group. */
const circumstance = (sent: Sent): string => (sent.edit === undefined ? validMessages : sent.edit.requirement)

const validMessages = "valid messages"

/** Differences for one reason are one: values of a refusal's text differ with every request. */
const groupKey = (
  { a, b, kind, place }: Answers.Found,
  sent: Both<Sent>,
  broken: Both<ReadonlyArray<Violation>>
): string => {
  const facets = [broken.a, broken.b].map((each) => each.map(({ facet, requirement }) => `${requirement} ${facet}`))
  const what = kind === "value" ? "" : `${a} ${b}`
  const isHead = kind === "status" || kind === "answer"
  const aspect = isHead && sent.a.edit === undefined ? Acceptance.refusedRequirements(sent.a.step)[0] : ""
  const accepted = [sent.a, sent.b].every(({ exchange }) => Exchange.isSuccess(exchange))
  return JSON.stringify([kind, place, what, accepted, aspect, facets])
}

const sizeOf = ({ exchange: { request } }: Sent): number =>
  request.path.length + (request.body?.byteLength ?? 0) + request.headers.flat().join("").length

const difference = (
  { breaks, kind, pairs, place, requests, smallest, when }: Group,
  sides: Both<Party>
): Difference => {
  const exchange = (sent: Sent, { session }: Party) =>
    Counterexample.exchanges(
      { case: { probe: "plain", mode: "sequence", fresh: false, steps: [sent.step] }, exchanges: [sent] },
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
