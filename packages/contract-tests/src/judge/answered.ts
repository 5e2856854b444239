/**
 * Judges whether there is a proper HTTP answer.
 *
 * @since 0.1.0
 */
import type { Sent } from "../send/trial.js"
import { type Violation, violation } from "./violation.js"

/** Whether a server only says, as HTTP has it, that it does not know a method. */
const isUnknownMethod = ({ exchange }: Sent, status: number): boolean =>
  status === 501 && exchange.request.method !== "POST"

export const judgeAnswered = (sent: Sent, step: number): ReadonlyArray<Violation> => {
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
      return outcome.response.status >= 500 && !isUnknownMethod(sent, outcome.response.status)
        ? bad(`status-${outcome.response.status}`, `status ${outcome.response.status}`, "status")
        : []
    case "unreachable":
      return []
  }
}
