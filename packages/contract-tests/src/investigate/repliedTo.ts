/** Tells what a reply that fails owes to the message that it replies to. */
import * as Effect from "effect/Effect"
import * as Case from "../model/Case.js"
import type * as Ledger from "../model/Ledger.js"
import { type Context, type Proof, sentOf } from "./finding.js"
import { fails, noTries, prove } from "./reproduce.js"
import { idOfAnswer } from "./suspicions.js"

/** The content of a message that is made so that there is one to reply to. */
export const repliesTo = "A message to reply to"

/** The position of the message that the failing request replies to among the requests of its proof; -1 for none of them. */
export const positionOfTarget = (proof: Pick<Proof, "trial" | "violation">): number => {
  const { replyId } = sentOf(proof)
  return replyId === undefined ? -1 : proof.trial.exchanges.findIndex((each) => idOfAnswer(each) === replyId)
}

/**
 * The proof with the message that is replied to in it, as small as it gets, where a reply to a plain message does not
 * fail. Where neither a reply to a new message like that one fails, nor one behind another message, nor a second one to the
 * same message, the proof says that it takes an earlier one.
 */
export const withTarget = (proof: Proof, context: Context): Effect.Effect<Proof> =>
  Effect.gen(function* () {
    const { edit, replyId, step } = sentOf(proof)
    const { ledger } = context.session
    const known = replyId === undefined ? undefined : ledger.get(replyId)
    const isAlone = proof.trial.exchanges.length === 1 && edit === undefined
    if (!isAlone || known === undefined) return proof
    const replyingTo = (before: ReadonlyArray<Case.Step>, reply = "previous") =>
      Case.sequence(proof.trial.case.probe, [...before, { ...step, reply }])
    const parent = Case.step(repliesTo, { thread: step.thread })
    const plain = replyingTo([parent])
    if (yield* fails(plain, proof.violation, context)) return proof
    const alike = replyingTo(remade(known, step.thread, ledger))
    const proveBy = (self: Case.Case) => prove(proof, self, context, noTries(), (trial) => trial.case)
    const between = (reply: string | null) =>
      replyingTo([parent, Case.step(Case.simplest, { thread: step.thread, reply })], "made:0")
    const found = (yield* proveBy(alike)) ?? (yield* proveBy(between(null))) ?? (yield* proveBy(between("made:0")))
    if (found === undefined) return { ...proof, takesEarlier: true }
    return found.trial.exchanges.length > 1 ? { ...found, requests: proof.requests + found.requests } : proof
  })

/** Replies to replies are made anew up to so many. */
const longestChain = 3

/**
 * Requests that make a message anew, with the one that it replies to before it: a plain one where that is not of the run, or
 * too far up.
 */
export const remade = (
  { content, replyId }: Pick<Ledger.Known, "content" | "replyId">,
  thread: Case.Step["thread"],
  ledger: Ledger.Ledger,
  chain = longestChain
): ReadonlyArray<Case.Step> => {
  if (replyId === undefined) return [Case.step(content, { thread })]
  const parent = chain > 1 ? ledger.get(replyId) : undefined
  return [
    ...remade(parent ?? { content: repliesTo }, thread, ledger, chain - 1),
    Case.step(content, { thread, reply: "previous" })
  ]
}
