import * as Redacted from "effect/Redacted"
import * as Exchange from "../model/Exchange.js"
import type { Target } from "../model/Target.js"
import type { Sent } from "../send/trial.js"
import * as Redaction from "../text/redaction.js"
import { spelled } from "../text/visible.js"

/** Tells in one sentence why a target that refuses a plain message cannot be tested, what it answered, and what to do. */
export const message = (sent: Sent, target: Pick<Target, "token">): string => {
  const status = Exchange.response(sent.exchange)?.status
  const answer = answerOf(sent, target)
  switch (status) {
    case undefined:
      return `a plain message got no HTTP/1.1 answer (${answer}); check --url, and whether it is http or https`
    case 401:
      return `the token was refused (${answer}); check --token or INBOX_API_TOKEN`
    case 403:
      return `sending to the thread ${sent.threadId} was refused (${answer}); check --token and --thread, and that the plan allows it`
    case 404:
      return `the thread ${sent.threadId} was not found (${answer}); check --thread, and that --url ends with /api/v1`
    default:
      return `a plain message was refused (${answer}); without one accepted message nothing can be tested`
  }
}

/** Tells in one sentence that the message given to reply to was refused, and what to do. */
export const replyMessage = (sent: Sent, target: Pick<Target, "token">): string =>
  `a reply to the message ${sent.replyId ?? ""}, given with --reply-to, was refused (${answerOf(sent, target)}), and one to another message was not; check --reply-to, which takes the id of a message of the first thread`

/** Longest part of a body that is quoted, in bytes. */
const longestQuote = 160

/** The answer in a few words: the status with the beginning of the body, on one line and without the token. */
export const answerOf = ({ exchange }: Sent, target: Pick<Target, "token">): string => {
  const { outcome } = exchange
  if (!("response" in outcome)) return outcome.kind === "silent" ? `none within ${outcome.timeout} ms` : outcome.reason
  const { body, status } = outcome.response
  if (body.byteLength === 0) return String(status)
  const redaction = Redaction.make(Redacted.value(exchange.token ?? target.token))
  const text = new TextDecoder().decode(redaction.bytes(body).subarray(0, longestQuote)).replace(/\s+/g, " ").trim()
  return `${status} ${spelled(text)}${body.byteLength > longestQuote ? "..." : ""}`
}
