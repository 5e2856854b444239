import * as Effect from "effect/Effect"
import * as Acceptance from "../contract/acceptance.js"
import * as Requirement from "../contract/Requirement.js"
import * as Explain from "../judge/explain.js"
import * as Case from "../model/Case.js"
import * as Exchange from "../model/Exchange.js"
import type { Sent } from "../send/trial.js"
import { circumstances, hasSpelling } from "./circumstances.js"
import { roleOf } from "./connection.js"
import { type Context, type Finding, type Proof, type Role, sentOf } from "./finding.js"
import { fails, holds } from "./reproduce.js"

/** Names the requirements that a proof breaks. */
export const conclude = (shown: Proof, context: Context): Effect.Effect<Finding> =>
  Effect.gen(function* () {
    const proof = asRefusal(shown)
    const sent = sentOf(proof)
    const others = companions(proof)
    const role = yield* roleOf(proof, context)
    const [literal, ...besides] =
      proof.violation.requirement === Acceptance.acceptance
        ? yield* refusals(proof, sent, { broken: others, role }, context)
        : [proof.violation.requirement, ...(yield* betterSpelled(proof, sent, context))]
    const circumstance = yield* circumstances(proof, role, context)
    const named = circumstance.requirement ?? literal
    // What must not be comes before what should not be; and what failed on an invalid request has not accepted it.
    const [graver] = levelOf(named) === "SHOULD" || sent.edit !== undefined ? others : []
    const primary = graver ?? named
    const own = proof.violation.requirement === literal ? proof.violation.level : levelOf(literal)
    const level = primary === graver ? "MUST" : levelOf(primary) === "SHOULD" ? "SHOULD" : own
    // What is refused in company only tells nothing of how it was spelled.
    const isCrowded = proof.trial.case.mode === "together" && proof.violation.requirement === Acceptance.acceptance
    const also = [
      ...(isCrowded ? [] : [named, literal, ...besides]),
      ...spellings(proof, sent, role),
      ...(circumstance.also === undefined ? [] : [circumstance.also]),
      ...others
    ].filter((id) => id !== primary)
    return {
      requirement: primary,
      level,
      also: [...new Set(also)],
      when: circumstance.when,
      reproducible: proof.reproducible,
      repeated: proof.repeated,
      role,
      isGeneral: proof.soaked !== undefined,
      isScattered: proof.scattered === true,
      takesEarlier: proof.takesEarlier === true,
      trial: proof.trial,
      violation: Explain.explained(proof.violation, context.session.ledger, heldContents(proof, context)),
      failures: 1,
      alike: [],
      shrinkRequests: proof.requests,
      isUnfinished: proof.isUnfinished
    }
  })

/**
 * A server error as the refusal that it is of a message that has to be accepted: it was met with one that may be refused,
 * and shrank to this.
 */
const asRefusal = (proof: Proof): Proof => {
  const { requirement, step } = proof.violation
  const refusal = proof.violations.find((each) => each.step === step && each.requirement === Acceptance.acceptance)
  return requirement === serverError && refusal !== undefined ? { ...proof, violation: refusal } : proof
}

/**
 * The contents, no shorter and sent under the same circumstances, that came back as they were sent: what changes a content
 * each time has not changed those.
 */
const heldContents = ({ reproducible, trial, violation }: Proof, { history }: Context): ReadonlyArray<string> => {
  const step = trial.exchanges[violation.step]?.step
  if (step === undefined || reproducible !== "always" || trial.case.steps.length > 1) return []
  return history
    .filter(
      (past) =>
        past.broken.length === 0 &&
        !Acceptance.mayBeRefused(past.step) &&
        past.step.content.length >= step.content.length &&
        hasSpelling(past.step, step)
    )
    .map((past) => past.step.content)
}

/** Styles in which nothing is spelled as in the plain one, and a form that says what the plain one leaves out. */
const otherSpellings = { json: ["all-lower", "all-upper"], http: ["charset"] } as const

/**
 * The promises to treat spellings alike that a plain request shows broken, since the same content fares well in another
 * spelling: shrinking cannot tell, which makes every spelling plain.
 */
const betterSpelled = (
  { reproducible, trial, violation }: Proof,
  sent: Sent,
  context: Context
): Effect.Effect<ReadonlyArray<Requirement.Id>> =>
  Effect.gen(function* () {
    const isAboutContent =
      violation.requirement === Acceptance.acceptance || violation.requirement === "semantics.content"
    const isAlone = reproducible === "always" && trial.exchanges.length === 1 && Case.isPlain(sent.step)
    if (!isAboutContent || !isAlone || sent.step.content === Case.simplest) return []
    const found: Array<Requirement.Id> = []
    for (const kind of ["json", "http"] as const) {
      const held = yield* Effect.exists(otherSpellings[kind], (spelling) =>
        holds(Case.sequence("spellings", [{ ...sent.step, [kind]: spelling }]), context)
      )
      if (held) found.push(`accept.encoding.${kind}`)
    }
    return found
  })

/** Tells whether a content of white space is refused among letters too: then it is not about a content of nothing else. */
const isRefusedAmongLetters = (sent: Sent, { violation }: Proof, context: Context): Effect.Effect<boolean> =>
  fails(Case.sequence("contents", [{ ...sent.step, content: `a${sent.step.content}b` }]), violation, context)

/**
 * The requirements that a refused valid request breaks, the main one first. Only one that fails each time tells by
 * which of its features; one that got no answer once tells of the server.
 */
const refusals = (
  proof: Proof,
  sent: Sent,
  { broken, role }: { readonly broken: ReadonlyArray<Requirement.Id>; readonly role: Role | undefined },
  context: Context
): Effect.Effect<readonly [first: Requirement.Id, ...others: Array<Requirement.Id>]> =>
  Effect.gen(function* () {
    if (proof.reproducible !== "always") return [unproven(proof, sent, broken, context)]
    if (role !== undefined) return ["accept.encoding.http"]
    const found = Acceptance.refusedRequirements(sent.step)
    const [better, ...others] = yield* betterSpelled(proof, sent, context)
    if (better !== undefined) return [better, ...others, ...found]
    const otherwise = spellingRefused(sent.step, context)
    if (otherwise !== undefined) return [otherwise]
    return found[0] === "accept.content.whitespace" && (yield* isRefusedAmongLetters(sent, proof, context))
      ? ["accept.content", ...found]
      : found
  })

/**
 * The requirement that a refusal breaks which did not show again, or was not looked for. A spelling or a length of which
 * less is asked stays what it is; a server that failed is told as that; and what was accepted when it was sent again, or
 * had been accepted before, tells of a server that changes its mind.
 */
const unproven = (
  { repeated, scattered, soaked }: Proof,
  sent: Sent,
  broken: ReadonlyArray<Requirement.Id>,
  { history }: Context
): Requirement.Id => {
  if (scattered === true) return "accept.reply"
  const ids = Acceptance.acceptanceIds(sent.step)
  const lenient = ids.find((id) => levelOf(id) === "SHOULD")
  if (lenient !== undefined) return lenient
  if (broken[0] !== undefined) return broken[0]
  if (soaked !== undefined) return "semantics.stable"
  const accepted = history.filter((past) => !past.broken.includes(Acceptance.acceptance))
  const never = ids.findLast((id) => !accepted.some((past) => Acceptance.acceptanceIds(past.step).includes(id)))
  if (never !== undefined) return never
  const isLockedOut = Exchange.status(sent.exchange) === 401 && Case.isPlain(sent.step)
  return repeated.times > 0 || isLockedOut ? "semantics.stable" : Acceptance.refusedRequirements(sent.step)[0]
}

/** The plainest message is refused: is that because of how it is spelled, since none so spelled was ever accepted? */
const spellingRefused = (step: Case.Step, { history }: Context): Requirement.Id | undefined => {
  if (!Case.isPlain(step) || step.content !== Case.simplest) return undefined
  const accepted = history.filter(
    (past) => !past.broken.includes(Acceptance.acceptance) && !Acceptance.mayBeRefused(past.step)
  )
  const isSpelledOtherwise = (spelling: "http" | "json") =>
    accepted.length > 0 && accepted.every((past) => past.step[spelling] !== "plain")
  if (isSpelledOtherwise("http")) return "accept.encoding.http"
  return isSpelledOtherwise("json") ? "accept.encoding.json" : undefined
}

const levelOf = (id: Requirement.Id): Requirement.Level => Requirement.get(id).level

/** Other requirements that the same step breaks: a 5xx breaks two promises at once. */
const companions = (proof: Proof): ReadonlyArray<Requirement.Id> =>
  proof.violation.requirement !== serverError &&
  proof.violations.some((each) => each.step === proof.violation.step && each.requirement === serverError)
    ? [serverError]
    : []

const serverError: Requirement.Id = "protocol.no-server-error"

/** The promises to treat spellings alike that an answer breaks which is wrong in one spelling only. */
const spellings = (proof: Proof, sent: Sent, role: Role | undefined): ReadonlyArray<Requirement.Id> =>
  sent.edit !== undefined || proof.reproducible !== "always" || proof.trial.case.mode === "together"
    ? []
    : [
        ...Acceptance.acceptanceIds(sent.step).filter((id) => id.startsWith("accept.encoding.")),
        ...(role === undefined ? [] : (["accept.encoding.http"] as const))
      ]
