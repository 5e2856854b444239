/**
 * Judges what the message in a 200 says.
 *
 * @since 0.1.0
 */
import type * as Message from "@inbox-effect/client/Message"
import * as Rfc3339 from "@inbox-effect/client/Rfc3339"
import * as Option from "effect/Option"
import { hasLoneSurrogate, isUnfaithful } from "../contract/acceptance.js"
import type * as Requirement from "../contract/Requirement.js"
import * as Exchange from "../model/Exchange.js"
import type { Ledger } from "../model/Ledger.js"
import type { Sent, Trial } from "../send/trial.js"
import * as Body from "./body.js"
import { otherMessage } from "./replyData.js"
import { statusOf, type Violation, violation } from "./violation.js"

/** A message that came back for a valid request, and what its meaning is compared with. */
interface Delivered {
  readonly sent: Sent
  /** The position of the request in its case. */
  readonly step: number
  readonly value: Readonly<Record<string, unknown>>
  /** Whether a key is there and of its documented type: what is not says nothing about its meaning. */
  readonly sound: (key: keyof Message.Message) => boolean
  readonly ledger: Ledger
}

export const judgeSemantics = (delivered: Delivered): ReadonlyArray<Violation> => {
  const { ledger, sent, sound, step, value } = delivered
  const found: Array<Violation> = []
  const expect = (
    requirement: Requirement.Id,
    key: keyof Message.Message,
    holds: boolean,
    facet: string,
    expected: () => string,
    actual: () => string = () => Body.brief(value[key])
  ) => {
    if (sound(key) && !holds) found.push(violation(requirement, step, facet, `$.${key}`, expected(), actual()))
  }
  const is = (requirement: Requirement.Id, key: keyof Message.Message, wanted: unknown) =>
    expect(requirement, key, value[key] === wanted, key, () => Body.brief(wanted))

  is("semantics.thread", "threadId", sent.threadId)
  if (sound("content") && value.content !== sent.step.content) {
    found.push(changedContent(sent, String(value.content), step))
  }
  is("semantics.origin", "origin", "api")
  is("semantics.fresh", "isEdited", false)
  is("semantics.fresh", "deletedAt", null)
  is("semantics.fresh", "platformDeletedAt", null)
  found.push(...judgeReply(delivered))
  const repeated = sound("id") ? judgeIdentity(delivered, String(value.id)) : []
  found.push(...repeated)
  // The times of a message that was made before are those of then.
  if (repeated.length === 0) found.push(...judgeTimes(delivered))
  expect(
    "semantics.plain",
    "reactions",
    Array.isArray(value.reactions) && value.reactions.length === 0,
    "reactions",
    () => "[]"
  )
  is("semantics.plain", "forwardData", null)
  is("semantics.plain", "campaignId", null)
  const team = String(value.teamId)
  expect(
    "semantics.identity",
    "teamId",
    !sound("teamId") || ledger.first("team", team) === team,
    "teamId",
    () => `${ledger.first("team", team)}, as in the first answer`
  )
  const author = String(value.authorId)
  const seat = `author ${sent.step.thread}`
  expect(
    "semantics.identity",
    "authorId",
    !sound("authorId") || ledger.first(seat, author) === author,
    "authorId",
    () => `${ledger.first(seat, author)}, as in the first answer of this thread`
  )
  return found
}

/**
 * What happened to the content is told when it is reported: see {@link explained}. What comes of half of a pair, and of
 * what stands beside it, is nobody's to say.
 */
const changedContent = (sent: Sent, received: string, step: number): Violation => {
  const requirement = hasLoneSurrogate(sent.step.content) ? "accept.content.nul" : "semantics.content"
  return violation(requirement, step, "changed", "$.content", sent.step.content, received)
}

const judgeReply = ({ ledger, sent, sound, step, value }: Delivered): ReadonlyArray<Violation> => {
  if (!sound("replyData")) return []
  const data = value.replyData
  const bad = (facet: string, expected: string) => [
    violation("semantics.reply", step, facet, "$.replyData", expected, Body.brief(data))
  ]
  if (sent.replyId === undefined) return data === null ? [] : bad("uninvited", "null, since nothing was replied to")
  if (data === null) return bad("absent", `the reply data of the message ${sent.replyId}`)
  const other = otherMessage(data, sent.replyId, ledger)
  return other === undefined ? [] : bad("other", `the reply data of the message ${sent.replyId}, not of ${other}`)
}

const judgeIdentity = ({ ledger, sent, step }: Delivered, id: string): ReadonlyArray<Violation> => {
  const earlier = ledger.add({ id, thread: sent.step.thread, content: sent.step.content, index: sent.exchange.index })
  if (sent.replyId !== undefined) ledger.replied(sent.replyId)
  if (earlier === undefined) return []
  const facet = earlier.content === sent.step.content ? "same content" : "other content"
  const expected = `an id that no message had before; ${id} was given to request ${earlier.index} of this run`
  return [violation("semantics.unique", step, facet, "$.id", expected, Body.brief(id))]
}

const fiveMinutes = 300_000

const judgeTimes = ({ ledger, sent, sound, step, value }: Delivered): ReadonlyArray<Violation> => {
  if (!sound("createdAt")) return []
  const created = millis(value.createdAt)
  if (created === undefined) return []
  const found: Array<Violation> = []
  const bad = (requirement: Requirement.Id, facet: string, key: string, expected: string) =>
    found.push(violation(requirement, step, facet, `$.${key}`, expected, Body.brief(value[key])))
  const { started, ended } = sent.exchange
  if (created < started - fiveMinutes || created > ended + fiveMinutes) {
    bad("semantics.created", "clock", "createdAt", `within five minutes of ${new Date(ended).toISOString()}`)
  }
  const before = ledger.created(created, sent.exchange)
  if (before !== undefined && created < before) {
    const expected = `not before ${new Date(before).toISOString()}, the createdAt of a message sent before`
    bad("semantics.created", "order", "createdAt", expected)
  }
  const updated = sound("updatedAt") ? millis(value.updatedAt) : undefined
  if (updated !== undefined && updated < created) {
    bad("semantics.updated", "before", "updatedAt", `null, or not before createdAt ${Body.brief(value.createdAt)}`)
  }
  return found
}

const millis = (value: unknown): number | undefined =>
  typeof value === "string" ? Option.getOrUndefined(Rfc3339.toEpochMillis(value)) : undefined

/** The same content that may be refused has to get the same kind of answer each time. */
export const judgeConstancy = (trial: Trial, ledger: Ledger): ReadonlyArray<Violation> =>
  trial.exchanges.flatMap((sent, step) => {
    if (sent.edit !== undefined || !isUnfaithful(sent.step.content)) return []
    const answer = Exchange.isSuccess(sent.exchange) ? "accepted" : "refused"
    const first = ledger.first(`answer ${sent.step.content}`, answer)
    if (first === answer) return []
    const expected = `the message ${first}, as the first time`
    return [violation("accept.content.nul", step, "varies", "status", expected, statusOf(sent.exchange))]
  })

/** Of two messages with a pause between them, the later one was made so much later. */
export const judgePause = (trial: Trial): ReadonlyArray<Violation> => {
  const [before, last] = trial.exchanges.slice(-2)
  if (trial.case.pause === undefined || before === undefined || last === undefined) return []
  const [earlier, later] = [createdOf(before), createdOf(last)]
  if (earlier === undefined || later === undefined) return []
  const passed = last.exchange.started - before.exchange.ended
  if (later - earlier >= passed - resolutionOf(earlier, later)) return []
  const expected = `about ${Math.round(passed)} ms after ${new Date(earlier).toISOString()}, since so much time had passed`
  const actual = JSON.stringify(new Date(later).toISOString())
  return [violation("semantics.created", trial.exchanges.length - 1, "stands", "$.createdAt", expected, actual)]
}

const createdOf = ({ edit, exchange }: Sent): number | undefined => {
  const response = edit === undefined && Exchange.status(exchange) === 200 ? Exchange.response(exchange) : undefined
  const reading = response === undefined ? undefined : Body.read(response.body)
  return reading?.kind === "object" ? millis(reading.value.createdAt) : undefined
}

/** Milliseconds by which times may be off that are written in whole minutes, in whole seconds, or more finely. */
const resolutionOf = (...times: ReadonlyArray<number>): number => {
  const coarsest = [60_000, 1_000].find((unit) => times.every((time) => time % unit === 0)) ?? 0
  return coarsest + 250
}
