/**
 * The outcome of a request, and the part of it that its client can know. The difference between the two is what a client has
 * to be written for.
 */

/** @import * as Model from "./model.js" */
/** @import { Decision } from "@inbox-effect/client/Delivery" */

/** @param {Model.ExchangeSummary} exchange */
const isSend = ({ method, threadId }) => method === "POST" && threadId !== null

/** @param {Model.ExchangeSummary} exchange */
export const isRefused = ({ status }) => status !== null && status >= 400

/** @param {Model.ExchangeSummary} exchange */
export const isFaulty = ({ faults }) => faults.length > 0

/**
 * @param {Model.ExchangeSummary} exchange
 * @param {Model.Outcome} outcome
 */
export const meets = (exchange, outcome) => {
  switch (outcome) {
    case "all":
      return true
    case "stored":
      return exchange.messageId !== null
    case "refused":
      return isRefused(exchange)
    case "faulty":
      return isFaulty(exchange)
  }
}

/** Faults that keep the body of a 200 from being read as a message. */
const spoiling = new Set(["Truncated", "MissingKeys", "MalformedJson"])

/**
 * The condition of the client's decision table that the exchange meets; `Message` where all is well, `null` for a
 * request that sends nothing.
 *
 * @param {Model.ExchangeSummary} exchange
 * @param {ReadonlyArray<Decision>} decisions
 * @returns {Decision | "Message" | null}
 */
export const judge = (exchange, decisions) => {
  if (!isSend(exchange)) return null
  /** @param {string} condition */
  const row = (condition) => decisions.find((decision) => decision.condition === condition) ?? null
  const { delivered, faults, status } = exchange
  if (delivered === "Nothing" || status === null) {
    return row(faults.some((fault) => fault._tag === "Stall") ? "TimedOut" : "ConnectionLost")
  }
  if (status === 200 && delivered === "Complete" && !faults.some((fault) => spoiling.has(fault._tag))) return "Message"
  return (
    decisions.find(({ statuses }) => statuses !== undefined && statuses[0] <= status && status <= statuses[1]) ?? null
  )
}

/**
 * Tells a message that is stored without its client's knowledge: to send it again is to deliver it twice.
 *
 * @param {Model.ExchangeSummary} exchange
 * @param {ReadonlyArray<Decision>} decisions
 */
export const isUnknowable = (exchange, decisions) => {
  const verdict = judge(exchange, decisions)
  return exchange.messageId !== null && verdict !== null && verdict !== "Message" && verdict.delivery === "Unknown"
}
