/**
 * What an answer says besides the message, without what repeats the request.
 */
import * as Option from "effect/Option"
import type { Metadata } from "../Metadata.js"
import type { Drift } from "../ReceivedMessage.js"
import * as Sunset from "../Sunset.js"
import * as answer from "./answer.js"
import { type Sent, toAttempt } from "./send.js"

/** Headers that are secrets of their own. */
const unspoken = new Set(["set-cookie", "set-cookie2"])

const driftOf = ({ drift, isSecret }: Sent): Drift => {
  const safe = (text: string) => (isSecret(text) ? answer.withheld : text)
  return {
    unknownKeys: drift.unknownKeys.map(safe),
    unknownMembers: drift.unknownMembers.map(({ key, value }) => ({ key, value: safe(value) })),
    missingKeys: drift.missingKeys,
    ...(drift.mediaType === undefined ? {} : { mediaType: safe(drift.mediaType) })
  }
}

/** The metadata of a send. */
export const of = (sent: Sent): Metadata => {
  const { headers, isSecret, ledger, status } = sent
  const sunset = Sunset.fromHeaders(headers, sent.now)
  return {
    status,
    headers: Object.fromEntries(
      Object.entries(headers).filter(([name, value]) => !unspoken.has(name) && !isSecret(name) && !isSecret(value))
    ),
    ...answer.fromHeaders(answer.safeHeaders(headers, isSecret), isSecret),
    attempts: ledger.map(toAttempt),
    ...(Option.isSome(sunset) ? { sunset: sunset.value } : {}),
    drift: driftOf(sent)
  }
}
