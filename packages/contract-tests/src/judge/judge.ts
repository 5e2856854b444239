/**
 * From exchanges to violations: each judge looks at what was sent and what came back, and at nothing else but what the
 * run has learnt before.
 *
 * @since 0.1.0
 */

import * as Message from "@inbox-effect/client/Message"
import * as Rfc3339 from "@inbox-effect/client/Rfc3339"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import { documentedType } from "../contract/documentedType.js"
import * as Requirement from "../contract/Requirement.js"
import type { EditSpec } from "../generate/edits/all.js"
import * as Shrink from "../investigate/shrink/shrink.js"
import type { Case, Step } from "../model/Case.js"
import * as Exchange from "../model/Exchange.js"
import type { Ledger } from "../model/Ledger.js"
import * as Body from "./body.js"
import * as Diagnosis from "./Diagnosis.js"

/**
 * A step with what was sent for it and what came back.
 *
 * @since 0.1.0
 * @category models
 */
export interface Sent {
  readonly step: Step
  readonly edit: EditSpec | undefined
  readonly threadId: string
  readonly replyId: string | undefined
  readonly exchange: Exchange.Exchange
}

/**
 * A case with everything that was sent for it, in the order of its steps.
 *
 * @since 0.1.0
 * @category models
 */
export interface Trial {
  readonly case: Case
  readonly sents: ReadonlyArray<Sent>
}

/**
 * One broken promise.
 *
 * @since 0.1.0
 * @category models
 */
export interface Violation {
  /** The id of the requirement; {@link acceptance} where only the smallest request can tell which one of `accept`. */
  readonly requirement: string
  readonly level: Requirement.Level
  /** The position of the offending step in its case. */
  readonly step: number
  /** What tells one way of breaking the requirement from another. */
  readonly facet: string
  readonly expected: string
  readonly actual: string
  /** Where in the answer it shows: `status`, `header content-type`, `body`, `$.createdAt`. */
  readonly place: string
}

/**
 * Stands for the requirement of `accept` that a refusal breaks, until shrinking has told which.
 *
 * @since 0.1.0
 * @category constants
 */
export const acceptance = "accept"

/**
 * The longest content, in code points, that has to be accepted; and that should be.
 *
 * @since 0.1.0
 * @category constants
 */
export const lengths = { must: 1_000, should: 10_000 } as const

/**
 * The ids of the requirements that a trial puts to the test, a list for each exchange. Lists that are equal are one and
 * the same, so that they can be counted instead of their ids.
 *
 * @since 0.1.0
 * @category getters
 */
export const covered = (trial: Trial): ReadonlyArray<ReadonlyArray<string>> =>
  trial.sents.map((_, position) => coveredAt(trial, position))

/**
 * The ids of the requirements that one exchange of a trial puts to the test.
 *
 * @since 0.1.0
 * @category getters
 */
export const coveredAt = (trial: Trial, position: number): ReadonlyArray<string> => {
  const sent = trial.sents[position]
  if (sent === undefined) return []
  if (sent.edit === undefined) return coveredBySend(trial, sent)
  return isBracketed(trial, position) ? coveredByEdit(sent, sent.edit) : onlyAnswering
}

/** What every request puts to the test. */
const answering = "protocol.no-server-error"

const onlyAnswering: ReadonlyArray<string> = [answering]

const lists = new Map<string, ReadonlyArray<string>>()

/** The list that has this key, made where there is none yet. */
const listOf = (key: string, make: () => ReadonlyArray<string>): ReadonlyArray<string> => {
  const known = lists.get(key)
  if (known !== undefined) return known
  const made = make()
  lists.set(key, made)
  return made
}

const coveredByEdit = (sent: Sent, { expects, requirement }: EditSpec): ReadonlyArray<string> => {
  if (expects === "survived" || expects === "ignored") return onlyAnswering
  const isBodyJudged = hasJudgedBody(sent)
  return listOf(`${requirement} ${expects} ${isBodyJudged}`, () => [
    answering,
    requirement,
    ...(expects === "unauthorised" ? ["auth.status"] : []),
    ...(isBodyJudged ? ["protocol.error-body"] : [])
  ])
}

const judgedOnSuccess: ReadonlyArray<string> = Requirement.all
  .filter(({ group, id }) => group === "response" || (group === "semantics" && id !== "semantics.concurrent"))
  .map(({ id }) => id)

const coveredBySend = (trial: Trial, sent: Sent): ReadonlyArray<string> => {
  const accepting = acceptanceIds(sent.step)
  const isAccepted = Exchange.isSuccess(sent.exchange)
  const isCrowd = trial.case.mode === "together" && trial.sents.length > 1
  return listOf(`${accepting.join(" ")} ${isAccepted} ${isCrowd}`, () => [
    answering,
    ...accepting,
    ...(isAccepted ? judgedOnSuccess : []),
    ...(isCrowd ? ["semantics.concurrent"] : [])
  ])
}

/**
 * The requirements of `accept` that a valid step is a case of.
 *
 * @since 0.1.0
 * @category getters
 */
export const acceptanceIds = (step: Step): ReadonlyArray<string> => {
  const ids = [contentRequirement(step.content)]
  if (step.reply !== null) ids.push("accept.reply")
  if (step.json !== "plain") ids.push("accept.encoding.json")
  if (step.http !== "plain") ids.push("accept.encoding.http")
  if (step.scheme !== "Bearer") ids.push("accept.scheme-case")
  return ids
}

/**
 * The requirements that the smallest refused step breaks, the one that it is about first: what is special about it and
 * could not be taken away. Where the length is, or the spelling of the scheme, no more can be asked than holds for that.
 *
 * @since 0.1.0
 * @category getters
 */
export const refusedRequirements = (step: Step): readonly [first: string, ...others: Array<string>] => {
  const [content = "accept.content", ...others] = acceptanceIds(step)
  const last = others.at(-1)
  if (content === "accept.content.long" || last === undefined) return [content]
  if (last === "accept.scheme-case") return [last]
  const isSpecial = content !== "accept.content.nul" && step.content !== Shrink.simplest
  return [last, ...others.slice(0, -1), ...(isSpecial ? [content] : [])]
}

const contentRequirement = (content: string): string => {
  if (isUnfaithful(content)) return "accept.content.nul"
  if (/^[\p{White_Space}\u180e\u200b\u2060\ufeff]+$/u.test(content)) return "accept.content.whitespace"
  return isLongerThan(content, lengths.must) ? "accept.content.long" : "accept.content"
}

const isUnfaithful = (content: string): boolean =>
  // Most contents have no such unit, which is quickly seen.
  /[\0\ud800-\udfff]/.test(content) && /[\0\p{Surrogate}]/u.test(content)

const isLongerThan = (content: string, limit: number): boolean =>
  content.length > limit && (content.length > limit * 2 || [...content].length > limit)

/**
 * Whether a valid step may be refused with a 4xx all the same.
 *
 * @since 0.1.0
 * @category predicates
 */
export const mayBeRefused = (step: Step): boolean =>
  isUnfaithful(step.content) || isLongerThan(step.content, lengths.should)

/**
 * Judges a trial, and notes in the ledger what it shows.
 *
 * @since 0.1.0
 * @category judging
 */
export const judge = (trial: Trial, ledger: Ledger): ReadonlyArray<Violation> => [
  ...trial.sents.flatMap((sent, position) =>
    sent.edit === undefined ? judgeSend(sent, position, ledger) : judgeEdit(trial, sent, sent.edit, position, ledger)
  ),
  ...judgeConstancy(trial, ledger)
]

const violation = (
  requirement: string,
  step: number,
  facet: string,
  place: string,
  expected: string,
  actual: string,
  level?: Requirement.Level
): Violation => ({
  requirement,
  level: level ?? Requirement.byId.get(requirement)?.level ?? "MUST",
  step,
  facet,
  expected,
  actual,
  place
})

// ---------------------------------------------------------------------------------------------------------------------
// no proper answer
// ---------------------------------------------------------------------------------------------------------------------

const judgeAnswered = (sent: Sent, step: number): ReadonlyArray<Violation> => {
  const bad = (facet: string, actual: string, place = "connection") => [
    violation("protocol.no-server-error", step, facet, place, "an answer below 500", actual)
  ]
  const outcome = sent.exchange.outcome
  switch (outcome.kind) {
    case "silent":
      return bad("silent", `no answer within ${outcome.timeout} ms`)
    case "broken":
      return bad("broken", `no HTTP answer: ${outcome.reason}`)
    case "incomplete":
      return outcome.cause === "cut" ? bad("cut", `an answer that was cut off: ${outcome.reason}`) : []
    case "answered":
      return outcome.response.status >= 500
        ? bad(`status-${outcome.response.status}`, `status ${outcome.response.status}`, "status")
        : []
    case "unreachable":
      return []
  }
}

/** What came instead of the answer that was asked for. */
const statusOf = (exchange: Exchange.Exchange): string => {
  const outcome = exchange.outcome
  switch (outcome.kind) {
    case "answered":
    case "incomplete":
      return `status ${outcome.response.status}`
    case "silent":
      return `no answer within ${outcome.timeout} ms`
    case "broken":
    case "unreachable":
      return `no answer: ${outcome.reason}`
  }
}

// ---------------------------------------------------------------------------------------------------------------------
// valid requests
// ---------------------------------------------------------------------------------------------------------------------

const judgeSend = (sent: Sent, step: number, ledger: Ledger): ReadonlyArray<Violation> => {
  const answered = judgeAnswered(sent, step)
  const response = Exchange.response(sent.exchange)
  const status = response?.status ?? 0
  if (response === undefined || status >= 400) {
    const allowed = status >= 400 && status < 500 && mayBeRefused(sent.step)
    return [
      ...answered,
      ...(allowed
        ? judgeRefusalBody(sent, step)
        : [violation(acceptance, step, "refused", "status", "status 200", statusOf(sent.exchange))])
    ]
  }
  if (status < 200 || status >= 300) {
    return [...answered, violation("response.status", step, "status", "status", "status 200", `status ${status}`)]
  }
  return [...answered, ...judgeSuccess(sent, response, step, ledger)]
}

const judgeSuccess = (
  sent: Sent,
  response: Exchange.RawResponse,
  step: number,
  ledger: Ledger
): ReadonlyArray<Violation> => {
  const found: Array<Violation> = []
  if (response.status !== 200) {
    found.push(violation("response.status", step, "status", "status", "status 200", `status ${response.status}`))
    if (response.body.byteLength === 0) return found
  }
  found.push(...judgeMediaType(response, step))
  const outcome = sent.exchange.outcome
  const reading: Body.Reading =
    outcome.kind === "incomplete"
      ? { kind: "unreadable", facet: outcome.cause, problem: outcome.reason }
      : Body.read(response.body)
  const wanted = "one JSON object in UTF-8, a bare Message"
  if (reading.kind === "unreadable") {
    found.push(violation("response.json", step, reading.facet, "body", wanted, reading.problem))
    return found
  }
  const { value } = reading
  if (!keyValidators.some(([key]) => Object.hasOwn(value, key))) {
    const actual = "an object with none of the keys of a Message"
    found.push(violation("response.json", step, "other", "body", wanted, actual))
    return found
  }
  const shape = judgeKeys(value, step)
  const broken = new Set(shape.map((each) => each.requirement))
  const sound = (key: string) => broken.size === 0 || !broken.has(`response.key.${key}`)
  found.push(...shape, ...judgeSemantics({ sent, step, value, sound, ledger }))
  return found
}

const judgeMediaType = (response: Exchange.RawResponse, step: number): ReadonlyArray<Violation> => {
  const type = Body.mediaType(response)
  return type === "application/json"
    ? []
    : [
        violation(
          "response.content-type",
          step,
          type ?? "missing",
          "header content-type",
          "application/json",
          Exchange.header(response.headers, "content-type") ?? "no Content-Type"
        )
      ]
}

const keyValidators: ReadonlyArray<readonly [key: string, valid: (value: unknown) => boolean]> =
  SchemaAST.getPropertySignatures(Message.Message.ast).map(({ name, type }) => {
    const decode = Schema.decodeUnknownOption(Schema.make<unknown, unknown>(type))
    // Most keys say the same in every answer.
    let lastValid: unknown
    const valid = (value: unknown): boolean => {
      if (value === lastValid && value !== undefined) return true
      const isValid = Option.isSome(decode(value))
      if (isValid && (value === null || typeof value !== "object")) lastValid = value
      return isValid
    }
    return [String(name), valid]
  })

const judgeKeys = (value: Readonly<Record<string, unknown>>, step: number): ReadonlyArray<Violation> => {
  const found: Array<Violation> = []
  for (const [key, valid] of keyValidators) {
    if (!Object.hasOwn(value, key)) {
      found.push(
        violation(`response.key.${key}`, step, "missing", `$.${key}`, documentedType(key), `the key is missing`)
      )
    } else if (!valid(value[key])) {
      found.push(
        violation(`response.key.${key}`, step, "type", `$.${key}`, documentedType(key), Body.brief(value[key]))
      )
    }
  }
  return found
}

/** A message that came back for a valid request, and what its meaning is compared with. */
interface Delivered {
  readonly sent: Sent
  /** The position of the request in its case. */
  readonly step: number
  readonly value: Readonly<Record<string, unknown>>
  /** Whether a key is there and of its documented type: what is not says nothing about its meaning. */
  readonly sound: (key: string) => boolean
  readonly ledger: Ledger
}

const judgeSemantics = (delivered: Delivered): ReadonlyArray<Violation> => {
  const { ledger, sent, sound, step, value } = delivered
  const found: Array<Violation> = []
  const expect = (
    requirement: string,
    key: string,
    holds: boolean,
    facet: string,
    expected: () => string,
    actual: () => string = () => Body.brief(value[key])
  ) => {
    if (sound(key) && !holds) found.push(violation(requirement, step, facet, `$.${key}`, expected(), actual()))
  }
  const is = (requirement: string, key: string, wanted: unknown) =>
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

/** What happened to the content is told when it is reported: see {@link explained}. */
const changedContent = (sent: Sent, received: string, step: number): Violation => ({
  ...violation("semantics.content", step, "changed", "$.content", sent.step.content, received)
})

/**
 * The violation with its texts made readable, and a changed content named by what changed it. Costs too much to be done
 * for every violation.
 *
 * @since 0.1.0
 * @category judging
 */
export const explained = (self: Violation, ledger: Ledger): Violation => {
  const known = explanations.get(self)
  if (known !== undefined) return known
  const explanation = explain(self, ledger)
  explanations.set(self, explanation)
  return explanation
}

const explanations = new WeakMap<Violation, Violation>()

const explain = (self: Violation, ledger: Ledger): Violation => {
  if (self.requirement !== "semantics.content" || self.facet !== "changed") return self
  const diagnosis = Diagnosis.diagnose(self.expected, self.actual, ledger.sent)
  return {
    ...self,
    facet: diagnosis.id,
    expected: Diagnosis.show(self.expected),
    actual: `${Diagnosis.show(self.actual)}: ${diagnosis.title}${diagnosis.detail === "" ? "" : ` (${diagnosis.detail})`}`
  }
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

/**
 * The message that reply data is about, where that is one of ours but not the one replied to: its id or its content is
 * there, and neither the id nor the content of the right one.
 */
const otherMessage = (data: unknown, replyId: string, ledger: Ledger): string | undefined => {
  const texts = new Set(leaves(data, 4))
  const target = ledger.get(replyId)
  if (texts.has(replyId) || (target !== undefined && texts.has(target.content))) return undefined
  for (const text of texts) {
    if (text.length >= distinctiveId && ledger.get(text) !== undefined) return text
  }
  return undefined
}

/** A shorter text may equal an id by chance: a server may number its messages, and count other things as well. */
const distinctiveId = 8

const leaves = (value: unknown, depth: number): ReadonlyArray<string> => {
  if (typeof value === "string") return [value]
  if (typeof value !== "object" || value === null || depth === 0) return []
  return Object.values(value).flatMap((each) => leaves(each, depth - 1))
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
  const bad = (requirement: string, facet: string, key: string, expected: string) =>
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
const judgeConstancy = (trial: Trial, ledger: Ledger): ReadonlyArray<Violation> =>
  trial.sents.flatMap((sent, step) => {
    if (sent.edit !== undefined || !isUnfaithful(sent.step.content)) return []
    const answer = Exchange.isSuccess(sent.exchange) ? "accepted" : "refused"
    const first = ledger.first(`answer ${sent.step.content}`, answer)
    if (first === answer) return []
    const expected = `the message ${first}, as the first time`
    return [violation("accept.content.nul", step, "varies", "status", expected, statusOf(sent.exchange))]
  })

// ---------------------------------------------------------------------------------------------------------------------
// edited requests
// ---------------------------------------------------------------------------------------------------------------------

/** Whether the request that a step edits was accepted a moment before. */
const isBracketed = (trial: Trial, position: number): boolean => {
  const base = trial.sents
    .slice(0, position)
    .reverse()
    .find((sent) => sent.edit === undefined)
  return base !== undefined && Exchange.isSuccess(base.exchange)
}

const judgeEdit = (
  trial: Trial,
  sent: Sent,
  edit: EditSpec,
  step: number,
  ledger: Ledger
): ReadonlyArray<Violation> => {
  const answered = judgeAnswered(sent, step)
  if (edit.expects === "survived") return [...answered, ...judgeRefusalBody(sent, step)]
  if (!isBracketed(trial, step)) return answered
  if (edit.expects === "ignored") {
    const response = Exchange.isSuccess(sent.exchange) ? Exchange.response(sent.exchange) : undefined
    return response === undefined ? answered : [...answered, ...judgeSuccess(sent, response, step, ledger)]
  }
  return [
    ...answered,
    ...(edit.expects === "unauthorised" ? judgeUnauthorised(sent, edit, step) : judgeRefused(sent, edit, step)),
    ...judgeRefusalBody(sent, step)
  ]
}

const judgeRefused = (sent: Sent, edit: EditSpec, step: number): ReadonlyArray<Violation> => {
  const status = Exchange.response(sent.exchange)?.status ?? 0
  if (status >= 300 && status < 400 && edit.expects === "turned away") return []
  if (status < 400 || status >= 500) {
    const actual = statusOf(sent.exchange)
    return [violation(edit.requirement, step, edit.id, "status", `a 4xx for ${edit.title}`, actual, edit.level)]
  }
  if (edit.requirement !== "reject.thread.unknown" || status === 404 || status === 414) return []
  // The message that is replied to is not in that thread either.
  if (sent.replyId !== undefined) return []
  const expected = `404 for ${edit.title}`
  return [violation(edit.requirement, step, "status", "status", expected, `status ${status}`, "SHOULD")]
}

const judgeUnauthorised = (sent: Sent, edit: EditSpec, step: number): ReadonlyArray<Violation> => {
  const status = Exchange.response(sent.exchange)?.status ?? 0
  if (status === 401 || status === 403) return []
  const actual = statusOf(sent.exchange)
  if (status >= 300 && status < 500) {
    return [violation("auth.status", step, edit.id, "status", `401 or 403 for ${edit.title}`, actual)]
  }
  return [violation(edit.requirement, step, edit.id, "status", `401 or 403 for ${edit.title}`, actual)]
}

/** Refusals by what stands before the application, since the request is too large, as a rule have bodies of their own. */
const infrastructure = new Set([413, 414, 431])

const isRefusal = (sent: Sent): boolean => {
  const status = Exchange.status(sent.exchange) ?? 0
  return status >= 400 && status < 500
}

/** Whether the application itself refused, and no hostile request: that an error is JSON is asked of nothing else. */
const hasJudgedBody = (sent: Sent): boolean =>
  isRefusal(sent) && !infrastructure.has(Exchange.status(sent.exchange) ?? 0) && sent.edit?.expects !== "survived"

const judgeRefusalBody = (sent: Sent, step: number): ReadonlyArray<Violation> => {
  const response = Exchange.response(sent.exchange)
  if (response === undefined || !isRefusal(sent)) return []
  const echoes = { content: sent.step.content, path: sent.exchange.request.path }
  const problem = hasJudgedBody(sent) ? Body.refusalProblem(response, echoes) : Body.leakOf(response, echoes)
  return problem === undefined
    ? []
    : [
        violation(
          "protocol.error-body",
          step,
          problem.facet,
          "body",
          "a JSON error body that tells nothing of the server's inside",
          problem.problem
        )
      ]
}
