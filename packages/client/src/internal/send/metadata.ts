/**
 * Metadata of an answer, without what repeats the request.
 */
import * as Option from "effect/Option"
import type { Metadata } from "../../Metadata.js"
import type { Drift } from "../../ReceivedMessage.js"
import * as Sunset from "../../Sunset.js"
import * as answer from "../answer/answer.js"
import { type Sent, toAttempt } from "./state.js"

/** Headers that are secrets of their own. */
const unspoken = new Set(["set-cookie", "set-cookie2"])

/** Names and values are told of up to this length: what is longer was not made to be read. */
const longest = 200

const driftOf = ({ drift, isSecret }: Sent): Drift => {
  const safe = (text: string) => {
    const shown = text.length > longest ? `${text.slice(0, longest)}…` : text
    return isSecret(shown) ? answer.withheld : shown
  }
  return {
    unknownKeys: drift.unknownKeys.map(safe),
    unknownMembers: drift.unknownMembers.map(({ key, value }) => ({ key, value: safe(value) })),
    missingKeys: drift.missingKeys,
    ...(drift.mediaType === undefined ? {} : { mediaType: safe(drift.mediaType) })
  }
}

/** A header with a value as long as this is left out. */
const longestHeader = 8192

const headersOf = ({ headers, isSecret }: Sent): Metadata["headers"] => {
  const entries = Object.entries(headers).filter(
    ([name, value]) => !unspoken.has(name) && value.length <= longestHeader
  )
  const secret = isSecret.each(entries.map(([name, value]) => `${name}: ${value}`))
  return Object.fromEntries(entries.filter((_, index) => secret[index] === false))
}

/** The metadata of a send. */
export const of = (sent: Sent): Metadata => {
  const { headers, isSecret, ledger, status } = sent
  const sunset = Sunset.fromHeaders(headers, sent.now)
  return {
    status,
    headers: headersOf(sent),
    ...answer.fromHeaders(answer.safeHeaders(headers, isSecret), isSecret),
    attempts: ledger.map(toAttempt),
    ...(Option.isSome(sunset) ? { sunset: sunset.value } : {}),
    drift: driftOf(sent)
  }
}
