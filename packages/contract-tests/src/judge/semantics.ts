/** Checks of what the message in an answer says. */
import type * as Message from "@inbox-effect/client/Message"
import { hasLoneSurrogate } from "../contract/acceptance.js"
import * as Exchange from "../model/Exchange.js"
import * as Body from "./body.js"
import { type Facts, kindOfAnswer, millis } from "./facts.js"
import { type Breach, breach, type Check, holds, type Subject, statusOf } from "./violation.js"

/** The value of a key; `undefined` where it is missing or not of its documented type. */
const soundValue = ({ flaws, reading }: Facts, key: keyof Message.Message): unknown =>
  reading?.kind !== "object" || flaws.has(key) ? undefined : reading.value[key]

/** Holds a key against the value that it has to have. */
const is =
  (key: keyof Message.Message, wanted: (subject: Subject) => unknown): Check =>
  (subject) => {
    const value = soundValue(subject.facts, key)
    const expected = wanted(subject)
    return value === undefined || value === expected
      ? holds
      : breach(key, `$.${key}`, Body.brief(expected), Body.brief(value))
  }

const each =
  (...checks: ReadonlyArray<Check>): Check =>
  (subject) =>
    checks.flatMap((check) => check(subject))

export const isInThread = is("threadId", ({ sent }) => sent.threadId)

export const isFromApi = is("origin", () => "api")

export const isFresh = each(
  is("isEdited", () => false),
  is("deletedAt", () => null),
  is("platformDeletedAt", () => null)
)

export const isPlain = each(
  ({ facts }) => {
    const reactions = soundValue(facts, "reactions")
    return Array.isArray(reactions) && reactions.length > 0
      ? breach("reactions", "$.reactions", "[]", Body.brief(reactions))
      : holds
  },
  is("forwardData", () => null),
  is("campaignId", () => null)
)

/** A changed content; its change is named when it is reported: see {@link explained}. */
const changed = ({ facts, sent }: Subject): ReadonlyArray<Breach> => {
  const value = soundValue(facts, "content")
  return value === undefined || value === sent.step.content
    ? holds
    : breach("changed", "$.content", sent.step.content, String(value))
}

/** Halves of pairs that stand alone, in their order. */
const halves = (content: string): string => (content.match(/\p{Surrogate}/gu) ?? []).join(" ")

/** Tells whether halves of pairs have changed: what else has is told of contents without them. */
const isAboutHalves = ({ actual, expected }: Breach): boolean => halves(actual) !== halves(expected)

/** Compares the content, unless it has half of a pair: RFC 8259 calls the result unpredictable. */
export const isSameContent: Check = (subject) =>
  hasLoneSurrogate(subject.sent.step.content) ? holds : changed(subject)

/** The same content that may be refused has to get the same kind of answer each time. */
export const isSameEachTime: Check = (subject) => {
  const { facts, sent } = subject
  const isChanged = hasLoneSurrogate(sent.step.content) ? changed(subject).filter(isAboutHalves) : holds
  if (facts.firstAnswer === undefined || facts.firstAnswer === kindOfAnswer(sent)) return isChanged
  return [
    ...isChanged,
    ...breach("varies", "status", `the message ${facts.firstAnswer}, as the first time`, statusOf(sent.exchange))
  ]
}

export const isReply: Check = ({ facts, sent }) => {
  const data = soundValue(facts, "replyData")
  // The reply data of a message that was made before are those of then.
  if (data === undefined || facts.earlier !== undefined) return holds
  const bad = (facet: string, expected: string) => breach(facet, "$.replyData", expected, Body.brief(data))
  if (sent.replyId === undefined) return data === null ? holds : bad("uninvited", "null, since nothing was replied to")
  if (data === null) return bad("absent", `the reply data of the message ${sent.replyId}`)
  return facts.quoted === undefined
    ? holds
    : bad("other", `the reply data of the message ${sent.replyId}, not of ${facts.quoted}`)
}

export const isUnique: Check = ({ facts: { earlier }, sent }) => {
  if (earlier === undefined) return holds
  const facet = earlier.content === sent.step.content ? "same content" : "other content"
  const expected = `an id that no message had before; ${earlier.id} was given to request ${earlier.index} of this run`
  return breach(facet, "$.id", expected, Body.brief(earlier.id))
}

const fiveMinutes = 300_000

const iso = (at: number): string => new Date(at).toISOString()

export const isCreatedNow: Check = (subject) => {
  const { facts, sent } = subject
  const { created, createdBefore } = facts
  if (created === undefined) return holds
  const { started, ended } = sent.exchange
  const bad = (facet: string, expected: string) =>
    breach(facet, "$.createdAt", expected, Body.brief(soundValue(facts, "createdAt")))
  return [
    ...(created < started - fiveMinutes || created > ended + fiveMinutes
      ? bad("clock", `within five minutes of ${iso(ended)}`)
      : holds),
    ...(createdBefore !== undefined && created < createdBefore
      ? bad("order", `not before ${iso(createdBefore)}, the createdAt of a message sent before`)
      : holds),
    ...hasGoneOn(subject)
  ]
}

/** Of two messages with a pause between them, the later one was made so much later. */
const hasGoneOn = ({ facts: { created: later }, position, sent, trial }: Subject): ReadonlyArray<Breach> => {
  const before = trial.exchanges[position - 1]
  if (trial.case.pause === undefined || position !== trial.exchanges.length - 1) return holds
  const earlier = before === undefined ? undefined : createdOf(before)
  if (before === undefined || earlier === undefined || later === undefined) return holds
  const passed = sent.exchange.started - before.exchange.ended
  if (later - earlier >= passed - resolutionOf(earlier, later)) return holds
  const expected = `about ${Math.round(passed)} ms after ${iso(earlier)}, since so much time had passed`
  return breach("stands", "$.createdAt", expected, JSON.stringify(iso(later)))
}

const createdOf = ({ edit, exchange }: Subject["sent"]): number | undefined => {
  const response = edit === undefined && Exchange.status(exchange) === 200 ? Exchange.response(exchange) : undefined
  const reading = response === undefined ? undefined : Body.read(response.body)
  return reading?.kind === "object" ? millis(reading.value.createdAt) : undefined
}

/** Milliseconds by which times may be off that are written in whole minutes, in whole seconds, or more finely. */
const resolutionOf = (...times: ReadonlyArray<number>): number => {
  const coarsest = [60_000, 1_000].find((unit) => times.every((time) => time % unit === 0)) ?? 0
  return coarsest + 250
}

export const isUpdatedLater: Check = ({ facts }) => {
  const updated = millis(soundValue(facts, "updatedAt"))
  if (facts.created === undefined || updated === undefined || updated >= facts.created) return holds
  const expected = `null, or not before createdAt ${Body.brief(soundValue(facts, "createdAt"))}`
  return breach("before", "$.updatedAt", expected, Body.brief(soundValue(facts, "updatedAt")))
}

export const isSameSender = each(
  sameAsFirst("teamId", ({ team }) => team, "the first answer"),
  sameAsFirst("authorId", ({ author }) => author, "the first answer of this thread")
)

function sameAsFirst(key: keyof Message.Message, first: (facts: Facts) => string, where: string): Check {
  return ({ facts }) => {
    const value = soundValue(facts, key)
    return value === undefined || value === first(facts)
      ? holds
      : breach(key, `$.${key}`, `${first(facts)}, as in ${where}`, Body.brief(value))
  }
}
