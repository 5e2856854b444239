/**
 * Judges the answers to valid requests.
 *
 * @since 0.1.0
 */
import { acceptance, mayBeRefused } from "../contract/acceptance.js"
import * as Exchange from "../model/Exchange.js"
import type { Ledger } from "../model/Ledger.js"
import type { Sent } from "../send/trial.js"
import { judgeAnswered } from "./answered.js"
import { judgeSuccess } from "./message.js"
import { judgeRefusalBody } from "./refusal.js"
import { statusOf, type Violation, violation } from "./violation.js"

export const judgeSend = (sent: Sent, step: number, ledger: Ledger): ReadonlyArray<Violation> => {
  const answered = judgeAnswered(sent, step)
  const response = Exchange.response(sent.exchange)
  const status = response?.status ?? 0
  if (status === 411 && sent.exchange.request.framing.kind === "chunked") {
    return [violation("accept.encoding.length", step, "length", "status", "status 200", "status 411")]
  }
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
