/** Requirements that a valid request puts to the test. */
import type { Step } from "../model/Case.js"
import * as Case from "../model/Case.js"
import type * as Requirement from "./Requirement.js"

/** Stands for the requirement of `accept` that a refusal breaks, until shrinking has told which. */
export const acceptance = "accept"

/** The subject of a violation: a requirement, or {@link acceptance} until shrinking has told which one of `accept`. */
export type Broken = Requirement.Id | typeof acceptance

/** The longest content, in code points, that has to be accepted; and that should be. */
export const lengths = { must: 1_000, should: 10_000 } as const

/** The requirements of `accept` that a valid step is a case of. */
export const acceptanceIds = (step: Step): ReadonlyArray<Requirement.Id> => {
  const ids: Array<Requirement.Id> = [contentRequirement(step.content)]
  if (step.reply !== null) ids.push("accept.reply")
  if (step.json !== "plain") ids.push("accept.encoding.json")
  if (step.http !== "plain") ids.push("accept.encoding.http")
  if (step.scheme !== "Bearer") ids.push("accept.scheme-case")
  return ids
}

/**
 * The requirements that the smallest refused step breaks, the one that it is about first: what is special about it and
 * could not be taken away. Where the length is, or the spelling of the scheme, no more can be asked than holds for that.
 */
export const refusedRequirements = (step: Step): readonly [first: Requirement.Id, ...others: Array<Requirement.Id>] => {
  const [content = "accept.content", ...others] = acceptanceIds(step)
  const last = others.at(-1)
  if (content === "accept.content.long" || last === undefined) return [content]
  if (last === "accept.scheme-case") return [last]
  const isSpecial = content !== "accept.content.nul" && step.content !== Case.simplest
  return [last, ...others.slice(0, -1), ...(isSpecial ? [content] : [])]
}

const contentRequirement = (content: string): Requirement.Id => {
  if (isUnfaithful(content)) return "accept.content.nul"
  if (/^[\p{White_Space}\u180e\u200b\u2060\ufeff]+$/u.test(content)) return "accept.content.whitespace"
  return isLongerThan(content, lengths.must) ? "accept.content.long" : "accept.content"
}

export const isUnfaithful = (content: string): boolean =>
  // Most contents have no such unit, which is quickly seen.
  /[\0\ud800-\udfff]/.test(content) && /[\0\p{Surrogate}]/u.test(content)

/** Tells whether a content has half of a surrogate pair, which RFC 8259 section 8.2 calls unpredictable. */
export const hasLoneSurrogate = (content: string): boolean =>
  /[\ud800-\udfff]/.test(content) && /\p{Surrogate}/u.test(content)

const isLongerThan = (content: string, limit: number): boolean =>
  content.length > limit && (content.length > limit * 2 || [...content].length > limit)

/** Tells whether a valid step may be refused with a 4xx all the same. */
export const mayBeRefused = (step: Step): boolean =>
  step.extra !== undefined || isUnfaithful(step.content) || isLongerThan(step.content, lengths.should)
