import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Acceptance from "../contract/acceptance.js"
import type * as Requirement from "../contract/Requirement.js"
import * as Explain from "../judge/explain.js"
import type { Violation } from "../judge/violation.js"
import * as Case from "../model/Case.js"
import { spelling } from "../model/Case.js"
import * as Exchange from "../model/Exchange.js"
import type { Sent } from "../send/trial.js"
import { show } from "../text/visible.js"
import { type Context, type Past, type Proof, type Role, sentOf } from "./finding.js"
import { positionOfTarget } from "./repliedTo.js"
import { fails } from "./reproduce.js"
import { periodOf } from "./soak.js"

export interface Circumstance {
  /** The requirement about circumstances that is broken first of all, if it is one of those. */
  readonly requirement?: Requirement.Id
  /** One that is broken besides. */
  readonly also?: Requirement.Id
  readonly when: string
}

/** Tells whether two requests send the same content to the same thread. */
const isSame = (one: Sent, other: Sent): boolean =>
  one.step.content === other.step.content && one.threadId === other.threadId

/** Requirements that a server breaks which takes equal messages for one. */
const isOfRepetition = new Set<Acceptance.Broken>([Acceptance.acceptance, "semantics.unique"])

const always: Circumstance = { when: "" }

/** Tells under which circumstances a fault shows, out of its proof and of what the run has seen before. */
export const circumstances = (proof: Proof, role: Role | undefined, context: Context): Effect.Effect<Circumstance> =>
  Effect.suspend(() => {
    const known = proof.reproducible === "always" ? ofProof(proof, role, context) : intermittent(proof)
    if (known !== undefined) return Effect.succeed(known)
    const { step } = sentOf(proof)
    return Case.isPlain(step) && step.content === Case.simplest && mayWearOut(proof.violation)
      ? worn(proof.violation, context)
      : Effect.succeed(always)
  }).pipe(
    // What should be is still what should be.
    Effect.map(({ requirement, ...circumstance }) =>
      requirement === undefined || (requirement === "semantics.stable" && proof.violation.level === "SHOULD")
        ? circumstance
        : { ...circumstance, requirement }
    )
  )

/** Tells whether it says something of the server that a promise held at first: the first of all times has none before it. */
const mayWearOut = ({ requirement }: Violation): boolean => requirement !== "semantics.created"

const ofProof = (proof: Proof, role: Role | undefined, context: Context): Circumstance | undefined => {
  const { trial, violation } = proof
  const sent = sentOf(proof)
  const before = trial.exchanges.slice(0, violation.step)
  if (trial.case.mode === "together" && trial.exchanges.length > 1) {
    const when = `with ${trial.exchanges.length} requests in flight together`
    return sent.edit === undefined ? { requirement: "semantics.concurrent", when } : { when }
  }
  if (sent.edit?.expects === "ignored" && violation.requirement !== sent.edit.requirement) {
    return { when: `with ${sent.edit.title}` }
  }
  if (sent.edit !== undefined) {
    return before.some((each) => each.edit !== undefined) && proof.isUnfinished !== true
      ? { when: "after another refused request on the same connection" }
      : afterPassing(sent.step, context)
  }
  if (role === undefined && before.some((each) => each.edit !== undefined || !Exchange.isSuccess(each.exchange))) {
    return { requirement: "semantics.stable", when: afterRefusal(before, sent) }
  }
  switch (role) {
    case "worn":
      return { also: "semantics.stable", when: `as message ${trial.exchanges.length} on one connection` }
    case "new":
      return { when: "as the first message on a connection" }
    case "used":
      return {
        when:
          before.length === 1
            ? "after another message on the same connection"
            : `as request ${before.length + 1} on one connection`
      }
  }
  const target = trial.exchanges[positionOfTarget(proof)]
  if (target !== undefined) return { when: `replying to ${placeOf(target, sent, before)}` }
  if (isOfRepetition.has(violation.requirement) && before.some((each) => isSame(each, sent))) {
    return { requirement: "semantics.unique", when: "when the same content is sent again" }
  }
  if (before.length > 0) return { when: "after another message" }
  if (mayWearOut(violation) && heldUntil(proof, sent.step, context)) return exhausted(context)
  return proof.takesEarlier === true ? { when: earlierTarget } : undefined
}

/** Says what is special about a message that is replied to: its place among the requests before, or what is in it. */
const placeOf = (target: Sent, { replyId }: Sent, before: ReadonlyArray<Sent>): string => {
  if (before.some((each) => each.replyId === replyId)) return "the same message a second time"
  return before.at(-1) === target ? titleOf(target) : "a message that is not the latest one"
}

/** Says what is special about the content of a message that is replied to. */
const titleOf = ({ step: { content, reply } }: Sent): string => {
  const kind = reply === null ? "a message" : "a reply"
  return reply !== null && content === Case.simplest ? kind : `${kind} with the content ${show(content, 40, true)}`
}

const earlierTarget = "replying to an earlier message of the run; a new one with the same content takes replies"

/** A request that is never answered behind a refused one tells of a connection that is stuck. */
const afterRefusal = (before: ReadonlyArray<Sent>, { exchange }: Sent): string => {
  const refused = before.findLast((each) => each.edit !== undefined || !Exchange.isSuccess(each.exchange))
  const status = refused === undefined ? undefined : Exchange.status(refused.exchange)
  const isStuck = exchange.outcome.kind === "silent" && status !== undefined
  return `after a refused request on the same connection${isStuck ? `, which is stuck since its ${status}` : ""}`
}

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

/** Tells whether requests with the same feature went well at first, and none did after one of them had not. */
const heldUntil = ({ violation }: Proof, step: Case.Step, { history, session }: Context): boolean => {
  const alike = history.filter((past) => !Acceptance.mayBeRefused(past.step) && hasSpelling(past.step, step))
  const isChanged =
    violation.requirement === "semantics.content" ? Explain.changedBy(violation, session.ledger) : undefined
  return (isChanged === undefined ? contentFeatures(step.content) : [isChanged]).some((hasContent) =>
    heldUntilThen(
      alike.filter((past) => hasContent(past.step.content)),
      violation.requirement
    )
  )
}

/** The beginning and the end have to be told by as many requests each: a few prove nothing. */
const heldUntilThen = (alike: ReadonlyArray<Past>, requirement: Acceptance.Broken): boolean => {
  const [held, broke] = Arr.partition(alike, (past) => past.broken.includes(requirement))
  const failed = broke[0]?.index ?? 0
  const passed = held.map((past) => past.index)
  return (
    broke.length >= convincing &&
    passed.filter((index) => index < failed).length >= convincing &&
    passed.every((index) => index < failed + overtaking)
  )
}

const edges = [/^\s+\S/, /\S\s+$/]

/** Features of the smallest content that may matter: what is in it, its length, its beginning, its end. */
const contentFeatures = (smallest: string): ReadonlyArray<(content: string) => boolean> => {
  if (smallest === Case.simplest) return [() => true]
  if (isRun(smallest)) return [(content) => content.length >= smallest.length]
  const points = [...smallest]
  const [first = "", last = ""] = [points[0], points.at(-1)]
  return [
    (content) => content.includes(smallest),
    ...(first === Case.simplest ? [] : [(content: string) => content.startsWith(first)]),
    ...(last === Case.simplest ? [] : [(content: string) => content.endsWith(last)]),
    // Who trims, trims white space of every kind.
    ...edges.filter((edge) => edge.test(smallest)).map((edge) => (content: string) => edge.test(content))
  ]
}

/** Tells whether a request is spelled, addressed and threaded as the smallest one has to be. */
export const hasSpelling = (step: Case.Step, smallest: Case.Step): boolean =>
  (smallest.json === "plain" || step.json === smallest.json) &&
  (smallest.http === "plain" || step.http === smallest.http) &&
  (smallest.reply === null || step.reply !== null) &&
  (smallest.thread === 0 || step.thread === smallest.thread)

const isRun = (content: string): boolean => content.length > 3 && content === Case.simplest.repeat(content.length)

/**
 * The plainest message fails. Did it always, or has the server worn out? The messages at the beginning of the run tell.
 */
const worn = (violation: Violation, context: Context): Effect.Effect<Circumstance> => {
  const heldAtFirst =
    context.session.ledger.messages(0).length > 0 && !context.session.brokenAtFirst.has(violation.requirement)
  if (!heldAtFirst) return Effect.succeed(always)
  // A content that was never sent: a server that takes equal messages for one is not worn out.
  const control = Case.step(`Control ${context.session.stats.requests}`)
  return fails(Case.sequence("plain", [control]), violation, context).pipe(
    Effect.map((failed) => (failed ? exhausted(context) : always))
  )
}

const intermittent = (proof: Proof): Circumstance => {
  if (proof.violation.facet === "full") return { when: "from some message on" }
  const here = `request ${sentOf(proof).exchange.index} of the run`
  if (proof.soaked !== undefined) {
    const period = periodOf(proof.soaked)
    const often = period === undefined ? "now and then" : `at each ${ordinal(period)} request`
    const message = `plain message ${proof.soaked.positions[0] ?? 0} of ${proof.soaked.of}`
    return { also: "semantics.stable", when: `${often}, whatever is sent: here at ${message}` }
  }
  if (proof.scattered === true) {
    const when = "on some connections only, as if several instances behind one address did not share their messages"
    return { when }
  }
  if (proof.crowded === true) {
    return {
      also: "semantics.concurrent",
      when: `with other requests in flight: here at ${here}`
    }
  }
  return { when: `at ${here}` }
}

const ordinal = (number: number): string => {
  const rules = new Intl.PluralRules("en", { type: "ordinal" })
  const endings: Partial<Record<Intl.LDMLPluralRule, string>> = { one: "st", two: "nd", few: "rd" }
  return `${number}${endings[rules.select(number)] ?? "th"}`
}
