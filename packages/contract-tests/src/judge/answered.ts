/**
 * Judges whether there is a proper HTTP answer.
 *
 * @since 0.1.0
 */
import type { Sent } from "../send/trial.js"
import { type Violation, violation } from "./violation.js"

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
      return outcome.response.status >= 500
        ? bad(`status-${outcome.response.status}`, `status ${outcome.response.status}`, "status")
        : []
    case "unreachable":
      return []
  }
}
