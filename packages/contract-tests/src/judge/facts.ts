/** Facts about the answers of a trial: what they say, and what had been seen before them. */
import * as Rfc3339 from "@inbox-effect/client/Rfc3339"
import * as Option from "effect/Option"
import { isUnfaithful } from "../contract/acceptance.js"
import * as Exchange from "../model/Exchange.js"
import type { Known, Ledger } from "../model/Ledger.js"
import type { Sent, Trial } from "../send/trial.js"
import * as Body from "./body.js"
import { type Flaw, flaws } from "./keys.js"
import { otherMessage } from "./replyData.js"

/**
 * Facts that a run has noted about one answer. A judge needs nothing else of the run, so that it says the same of the same
 * trial whenever it is asked.
 */
export interface Facts {
  /** The body of an answer that accepts the request; `undefined` where there is no such answer. */
  readonly reading: Body.Reading | undefined
  /** The keys of the message that are missing or not of their documented type: they say nothing about its meaning. */
  readonly flaws: ReadonlyMap<string, Flaw>
  /** The earlier message of the same id. */
  readonly earlier: Known | undefined
  /** The message other than the one replied to that the reply data shows. */
  readonly quoted: string | undefined
  /** Milliseconds since the Unix epoch: the creation, and the latest one of the sends that had ended before this one. */
  readonly created: number | undefined
  readonly createdBefore: number | undefined
  /** The first `teamId` of the run, and the first `authorId` of the thread. */
  readonly team: string
  readonly author: string
  /** The first kind of answer to this content, where it may be refused. */
  readonly firstAnswer: "accepted" | "refused" | undefined
}

const nothing: Facts = {
  reading: undefined,
  flaws: new Map(),
  earlier: undefined,
  quoted: undefined,
  created: undefined,
  createdBefore: undefined,
  team: "",
  author: "",
  firstAnswer: undefined
}

/**
 * Notes in the ledger what a trial shows, and answers the facts about each of its exchanges. To be called once for a
 * trial.
 */
export const observe = (trial: Trial, ledger: Ledger): ReadonlyArray<Facts> =>
  trial.exchanges.map((sent) => {
    const isSend = sent.edit === undefined
    const facts = isSend || sent.edit.expects === "ignored" ? ofAnswer(sent, ledger) : nothing
    if (!isSend || !isUnfaithful(sent.step.content)) return facts
    const answer = kindOfAnswer(sent)
    return {
      ...facts,
      firstAnswer: ledger.first(`answer ${sent.step.content}`, answer) === "accepted" ? "accepted" : "refused"
    }
  })

export const kindOfAnswer = ({ exchange }: Sent): "accepted" | "refused" =>
  Exchange.isSuccess(exchange) ? "accepted" : "refused"

const ofAnswer = (sent: Sent, ledger: Ledger): Facts => {
  const response = Exchange.isSuccess(sent.exchange) ? Exchange.response(sent.exchange) : undefined
  if (response === undefined) return nothing
  const { outcome } = sent.exchange
  const reading: Body.Reading =
    outcome.kind === "incomplete"
      ? { kind: "unreadable", facet: outcome.cause, problem: outcome.reason }
      : Body.message(response.body)
  return reading.kind === "object" ? ofMessage(sent, reading, ledger) : { ...nothing, reading }
}

const ofMessage = (sent: Sent, reading: Extract<Body.Reading, { readonly kind: "object" }>, ledger: Ledger): Facts => {
  const { value } = reading
  const found = flaws(value)
  const text = (key: string): string | undefined => (found.has(key) ? undefined : String(value[key]))
  const first = (name: string, key: string): string => {
    const seen = text(key)
    return seen === undefined ? "" : ledger.first(name, seen)
  }
  const { content, thread } = sent.step
  const id = text("id")
  const quoted =
    sent.replyId === undefined || found.has("replyData")
      ? undefined
      : otherMessage(value.replyData, sent.replyId, { id, content }, ledger)
  const kept = text("content")
  const answered = kept === content ? undefined : kept
  const message = { thread, content, answered, replyId: sent.replyId, index: sent.exchange.index }
  const earlier = id === undefined ? undefined : ledger.add({ id, ...message })
  if (id !== undefined && sent.replyId !== undefined) ledger.replied(sent.replyId)
  // The times of a message that was made before are those of then.
  const created = earlier === undefined && !found.has("createdAt") ? millis(value.createdAt) : undefined
  return {
    reading,
    flaws: found,
    earlier,
    quoted,
    created,
    createdBefore: created === undefined ? undefined : ledger.created(created, sent.exchange),
    team: first("team", "teamId"),
    author: first(`author ${sent.step.thread}`, "authorId"),
    firstAnswer: undefined
  }
}

/** Milliseconds since the Unix epoch of a time as RFC 3339 has it; `undefined` where it is none. */
export const millis = (value: unknown): number | undefined =>
  typeof value === "string" ? Option.getOrUndefined(Rfc3339.toEpochMillis(value)) : undefined
