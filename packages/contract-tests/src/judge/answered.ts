/** Checks whether there is a proper HTTP answer, and whether a valid message is accepted. */
import { mayBeRefused } from "../contract/acceptance.js"
import * as Exchange from "../model/Exchange.js"
import type { Sent } from "../send/trial.js"
import { breach, type Check, holds, statusOf } from "./violation.js"

/** Tells whether a server only says, as HTTP has it, that it does not know a method. */
const isUnknownMethod = ({ exchange }: Sent, status: number): boolean =>
  status === 501 && exchange.request.method !== "POST"

export const isAnswered: Check = ({ sent }) => {
  const bad = (facet: string, actual: string, place = "connection") =>
    breach(facet, place, "an answer below 500", actual)
  const { outcome } = sent.exchange
  switch (outcome.kind) {
    case "silent":
      return bad("silent", `no answer within ${outcome.timeout} ms`)
    case "broken":
      return bad("broken", `no HTTP answer: ${outcome.reason}`)
    case "incomplete":
      return outcome.cause === "cut" ? bad("cut", `an answer that was cut off: ${outcome.reason}`) : holds
    case "answered":
      return outcome.response.status >= 500 && !isUnknownMethod(sent, outcome.response.status)
        ? bad(`status-${outcome.response.status}`, `status ${outcome.response.status}`, "status")
        : holds
    case "unreachable":
      return holds
  }
}

/** Tells whether a request is refused for no other reason than that it does not say its length. */
export const asksForLength = ({ exchange }: Sent): boolean =>
  exchange.request.framing.kind === "chunked" && Exchange.status(exchange) === 411

export const isAcceptedWithoutLength: Check = ({ sent }) =>
  asksForLength(sent) ? breach("length", "status", "status 200", "status 411") : holds

/**
 * Checks that a message is accepted which has to be. Which requirement of `accept` a refusal breaks, only the smallest
 * request can tell. What may be refused breaks none of them: a 5xx is told as that.
 */
export const isAccepted: Check = ({ sent }) => {
  const status = Exchange.response(sent.exchange)?.status
  const isMissing = status === undefined || status >= 400
  return !isMissing || asksForLength(sent) || mayBeRefused(sent.step)
    ? holds
    : breach("refused", "status", "status 200", statusOf(sent.exchange))
}
