/**
 * Checks before a run that the target answers and knows the token and the threads.
 *
 * @since 0.1.0
 */
import * as Exchange from "../model/Exchange.js"
import { Stop } from "../model/Target.js"
import * as Plan from "../plan/plan.js"
import * as Spellings from "../plan/spellings.js"
import type { Sent } from "../send/trial.js"
import * as ClosedTarget from "./closedTarget.js"
import type { Options } from "./options.js"
import type { Recorder } from "./recorder.js"

/** Sends a few plain messages, and says in one sentence why a target that refuses them cannot be tested. */
export const preflight = async (options: Options, recorder: Recorder, signal: AbortSignal): Promise<void> => {
  recorder.essentialLeft = 1
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
    throw new Stop({ reason: "refused", message: unwelcome(first) })
  }
  recorder.essentialLeft = 0
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

/**
 * Why a target that refuses a plain message cannot be tested, in one sentence with what to do.
 *
 * @since 0.1.0
 * @category getters
 */
export const unwelcome = (sent: Sent): string => {
  const status = Exchange.response(sent.exchange)?.status
  switch (status) {
    case undefined:
      return "a plain message got no HTTP answer; check --url, and whether it is http or https"
    case 401:
      return "the token was refused (401); check --token or INBOX_API_TOKEN"
    case 403:
      return `sending to the thread ${sent.threadId} was refused (403); check --token and --thread, and that the plan allows it`
    case 404:
      return `the thread ${sent.threadId} was not found (404); check --thread, and that --url ends with /api/v1`
    default:
      return `a plain message was refused (${status}); without one accepted message nothing can be tested`
  }
}
