/**
 * Checks before a run that the target answers and knows the token and the threads.
 *
 * @since 0.1.0
 */
import * as Case from "../model/Case.js"
import * as Exchange from "../model/Exchange.js"
import { Stop, type Target } from "../model/Target.js"
import * as Plan from "../plan/plan.js"
import * as Spellings from "../plan/spellings.js"
import type { Sent } from "../send/trial.js"
import * as ClosedTarget from "./closedTarget.js"
import type { Options } from "./options.js"
import type { Recorder } from "./recorder.js"
import * as Refused from "./refused.js"

/** Sends a few plain messages, and says in one sentence why a target that refuses them cannot be tested. */
export const preflight = async (options: Options, recorder: Recorder, signal: AbortSignal): Promise<void> => {
  for (const self of Plan.preflight(options.target.threads[1] !== undefined)) {
    const { trial, violations } = await recorder.execute(self, signal)
    for (const violation of violations) recorder.session.brokenAtFirst.add(violation.requirement)
    options.onProgress?.({
      phase: "first messages",
      done: 0,
      total: 1,
      requests: recorder.session.stats.requests,
      broken: recorder.broken()
    })
    const first = trial.exchanges[0]
    if (first === undefined || trial.exchanges.some((sent) => Exchange.isSuccess(sent.exchange))) continue
    if (await isTakenOtherwise(first, recorder, signal)) break
    await tryTheRest(options.target, recorder, signal)
    throw new Stop({ reason: "refused", message: Refused.message(first, options.target) })
  }
  await lookAtReplyTo(options.target, recorder, signal)
}

/** Whether a target that refuses a plain message takes the same one in another spelling. */
const isTakenOtherwise = async (refused: Sent, recorder: Recorder, signal: AbortSignal): Promise<boolean> => {
  const status = Exchange.status(refused.exchange) ?? 0
  // The others tell of the token or the thread; a 403 may come from a firewall that misses a header.
  if (status < 400 || status >= 500 || (ClosedTarget.statuses.has(status) && status !== 403)) return false
  for (const self of Spellings.otherwise(refused.step)) {
    const { trial } = await recorder.execute(self, signal)
    if (trial.exchanges.some((sent) => Exchange.isSuccess(sent.exchange))) return true
  }
  return false
}

/** Sends what may prove a fault of a target that refuses plain messages: their answers are judged as all others are. */
const tryTheRest = async (target: Target, recorder: Recorder, signal: AbortSignal): Promise<void> => {
  const last: ReadonlyArray<Case.Case> = [
    ...Plan.wrongTokens().map((edit) => Case.sequence("plain", [Case.step("Hello", { edit })])),
    ...(target.replyTo === undefined ? [] : [Case.sequence("plain", [Case.step("Hello", { reply: "inbound" })])]),
    ...(target.threads[1] === undefined ? [] : [Case.sequence("plain", [Case.step("Hello", { thread: 1 })])])
  ]
  for (const self of last) await recorder.executeOnly(self, signal)
}

/** Stops a run whose message to reply to is refused, where a reply to another message is not. */
const lookAtReplyTo = async (target: Target, recorder: Recorder, signal: AbortSignal): Promise<void> => {
  if (target.replyTo === undefined) return
  const reply = async (to: "inbound" | "latest") => {
    const self = Case.sequence("plain", [Case.step("A reply", { reply: to })])
    // It is not judged unless it tells of the target: a mistyped id is the user's.
    const trial = await recorder.session.run(self, signal)
    return { self, sent: trial.exchanges[0] }
  }
  const given = await reply("inbound")
  if (given.sent === undefined || !isClientError(given.sent)) return
  const own = await reply("latest")
  if (own.sent === undefined || !Exchange.isSuccess(own.sent.exchange)) return
  throw new Stop({ reason: "refused", message: Refused.replyMessage(given.sent, target) })
}

const isClientError = ({ exchange }: Sent): boolean => {
  const status = Exchange.status(exchange) ?? 0
  return status >= 400 && status < 500
}
