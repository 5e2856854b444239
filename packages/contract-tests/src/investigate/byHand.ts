/** Requests that show a fault to somebody who sends them by hand, to a server that has forgotten the run. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { observe } from "../judge/facts.js"
import * as Judge from "../judge/judge.js"
import type { Violation } from "../judge/violation.js"
import * as Case from "../model/Case.js"
import * as Exchange from "../model/Exchange.js"
import * as Ledger from "../model/Ledger.js"
import type { Stop } from "../model/Target.js"
import type { Sent, Trial } from "../send/trial.js"
import { type ByHand, type Context, type Finding, sentOf } from "./finding.js"
import { repliesTo } from "./repliedTo.js"
import { idOfAnswer } from "./suspicions.js"

/** Requests to try, and the content of the messages that they reply to; `undefined` for that of the original ones. */
interface Candidate {
  readonly exchanges: ReadonlyArray<Sent>
  readonly before: ReadonlyArray<Case.Step>
  readonly repliesTo: string | undefined
  /** True if the message before is one of the run, which the server has not forgotten. */
  readonly isRemembered?: true
}

/**
 * Looks for the fewest requests that show a fault on a connection of their own, judged as if nothing had been sent before:
 * the finding's alone, or after a message that makes what is wrong visible. Each try is sent. Answers the finding with
 * what was found; as it is, where a line for curl cannot send it or the fault does not show each time.
 */
export const withByHand = (finding: Finding, context: Context): Effect.Effect<Finding> => {
  const { mode, pause, rest } = finding.trial.case
  const isSimple = mode === "sequence" && pause === undefined && rest === undefined
  if (!context.possible || !isSimple || finding.reproducible !== "always") return Effect.succeed(finding)
  // It took what was sent before, and other requests than these would not do.
  const isOfTheRun = finding.requirement === "semantics.stable" || finding.violation.facet === "order"
  if (isOfTheRun) return Effect.succeed({ ...finding, byHand: "unshown" })
  if (finding.trial.exchanges.some(isElsewhere)) return Effect.succeed(finding)
  return Effect.gen(function* () {
    for (const candidate of candidates(finding, context)) {
      const found = yield* Effect.option(shown(candidate, finding, context))
      if (Option.isNone(found)) return finding
      if (found.value !== undefined)
        return { ...finding, byHand: found.value, when: finding.when || whenRefused(found.value.trial, finding) }
    }
    return { ...finding, byHand: "unshown" as const }
  })
}

/** The circumstances that an invalid request takes which is refused alone, as the requests that show it tell. */
const whenRefused = ({ exchanges }: Trial, finding: Finding): string => {
  if (sentOf(finding).edit === undefined || exchanges.length === 1) return ""
  const isAfterRefusal = exchanges.slice(0, -1).some(({ exchange }) => !Exchange.isSuccess(exchange))
  return `after ${isAfterRefusal ? "a refused request" : "an accepted message"} on the same connection`
}

/** Tells whether the message that is replied to is one of the other thread. */
export const isElsewhere = ({ edit }: Pick<Sent, "edit">): boolean => edit?.requirement === "reject.reply.other-thread"

const candidates = (finding: Finding, { session }: Context): ReadonlyArray<Candidate> => {
  const { exchanges } = finding.trial
  const alone = finding.when === "" ? telling(finding.trial) : exchanges
  const refusal = finding.when === "" ? refusalOf(finding.trial) : undefined
  const last = exchanges.at(-1)?.step
  const hasReply = exchanges.some(({ replyId }) => replyId !== undefined)
  const after = (...before: ReadonlyArray<Case.Step>): Candidate => ({ exchanges, before, repliesTo })
  const known = earlier(finding, session.ledger)
  if (known !== undefined) {
    return [{ ...after(Case.step(known.content, { thread: known.thread === 0 ? 0 : 1 })), isRemembered: true }]
  }
  return [
    ...(refusal === undefined ? [] : [{ exchanges: [refusal], before: [], repliesTo }]),
    after(),
    ...(hasReply ? [{ exchanges: alone, before: [], repliesTo: undefined }] : []),
    after(Case.step("Hello")),
    ...(last === undefined ? [] : [after(last)]),
    after(Case.step("Hello", { edit: { id: "auth.wrong/random" } })),
    ...(session.target.threads[1] === undefined ? [] : [after(Case.step("Hello", { thread: 1 }))])
  ]
}

/** The message of the run whose id the server gave to the offending one, though it had another content. */
const earlier = (finding: Finding, ledger: Ledger.Ledger): Ledger.Known | undefined => {
  const sent = sentOf(finding)
  const known = knownOf(sent, ledger)
  const isEarlier = known !== undefined && known.index < (finding.trial.exchanges[0]?.exchange.index ?? 0)
  return isEarlier && known.content !== sent.step.content ? known : undefined
}

/** The message of the ledger whose id an accepted request got. */
const knownOf = (sent: Sent, ledger: Ledger.Ledger): Ledger.Known | undefined =>
  Exchange.isSuccess(sent.exchange) ? ledger.get(idOfAnswer(sent)) : undefined

/** The invalid request of a trial that sends nothing else but the plain message before it. */
const refusalOf = ({ case: { mode }, exchanges }: Trial): Sent | undefined => {
  const [base, edited] = exchanges
  const isPair = mode === "sequence" && exchanges.length === 2 && base?.edit === undefined
  return isPair && edited?.edit !== undefined ? edited : undefined
}

/**
 * The requests that are needed to see a fault: a plain message that is accepted before an invalid one shows that the latter
 * is all that is wrong, and nothing else. Credentials may be looked at once a connection.
 */
export const telling = (trial: Trial): ReadonlyArray<Sent> => {
  const refusal = refusalOf(trial)
  return refusal === undefined || refusal.edit?.requirement.startsWith("auth.") ? trial.exchanges : [refusal]
}

/**
 * Number of times that a candidate has to show the fault, and of one with replies: each is to another message, and what is
 * wrong about a reply may be wrong for the ids of some.
 */
const times = { alone: 2, reply: 4 } as const

/** Sends a candidate again and again: what it shows but now and then, or only beside earlier messages, it does not show. */
const shown = (candidate: Candidate, finding: Finding, context: Context): Effect.Effect<ByHand | undefined, Stop> =>
  Effect.gen(function* () {
    let last: ByHand | undefined
    const isReply = candidate.exchanges.some(({ replyId }) => replyId !== undefined)
    for (let time = 0; time < (isReply ? times.reply : times.alone); time++) {
      last = yield* shownOnce(candidate, finding, context)
      if (last === undefined) break
    }
    return last
  })

const shownOnce = (candidate: Candidate, finding: Finding, context: Context): Effect.Effect<ByHand | undefined, Stop> =>
  Effect.gen(function* () {
    const { execute, session } = context
    const ledger = Ledger.make()
    const targets = new Map<string, Sent>()
    const made = new Map<string, string>()
    const own = new Set(candidate.exchanges.map(idOfAnswer))
    for (const { replyId, step } of candidate.exchanges) {
      if (replyId === undefined || replyId === session.target.replyTo || made.has(replyId) || own.has(replyId)) continue
      const content = candidate.repliesTo ?? session.ledger.get(replyId)?.content ?? repliesTo
      const { trial } = yield* execute(
        Case.sequence("plain", [Case.step(content, { thread: step.thread })], { fresh: true })
      )
      const id = session.ledger.messages(step.thread).at(-1)?.id
      const [sent] = trial.exchanges
      if (id === undefined || sent === undefined) return undefined
      observe(trial, ledger)
      targets.set(id, sent)
      made.set(replyId, id)
    }
    const steps = candidate.exchanges.map(({ replyId = "", step }) =>
      made.has(replyId) ? { ...step, reply: `id:${made.get(replyId)}` } : step
    )
    const { before } = candidate
    const all = [...before, ...steps]
    const { trial, violations } = yield* execute(Case.sequence(finding.trial.case.probe, all, { fresh: true }))
    // What else is wrong with the messages around it is not what the lines are for.
    const offending = before.length + candidate.exchanges.indexOf(sentOf(finding))
    const broken = (found: ReadonlyArray<Violation>) =>
      new Set(found.filter(({ step }) => step === offending).map(({ requirement }) => requirement))
    const alone = broken(Judge.judge(trial, observe(trial, ledger)))
    const isWhole = [...broken(violations)].every((requirement) => alone.has(requirement))
    const names = [finding.violation.requirement, finding.requirement, ...finding.also]
    const byHand = madeFirst({ trial, before, targets })
    if (candidate.isRemembered) return names.some((name) => broken(violations).has(name)) ? byHand : undefined
    // Who got the id of a message of the run would get a message of its own from a server that has forgotten it.
    const isAboutMessage = sentOf(finding).edit === undefined && finding.violation.requirement !== "semantics.unique"
    const start = trial.exchanges[0]?.exchange.index ?? 0
    const answered = trial.exchanges[offending]
    const known = answered === undefined ? undefined : knownOf(answered, session.ledger)
    if (isAboutMessage && (known?.index ?? start) < start) return undefined
    return isWhole && names.some((name) => alone.has(name)) ? byHand : undefined
  })

/** The requests without those that make a message which another one replies to: they are targets. */
const madeFirst = ({ before, targets, trial }: ByHand): ByHand => {
  const replied = new Set(trial.exchanges.map(({ replyId }) => replyId))
  const isTarget = (sent: Sent) => replied.has(idOfAnswer(sent))
  const exchanges = trial.exchanges.filter((sent) => !isTarget(sent))
  return {
    trial: { case: { ...trial.case, steps: exchanges.map(({ step }) => step) }, exchanges },
    before,
    targets: new Map([...targets, ...trial.exchanges.filter(isTarget).map((sent) => [idOfAnswer(sent), sent] as const)])
  }
}
