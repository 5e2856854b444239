/**
 * The sandbox's own API, as the page uses it. A refusal is an `Error` with the sandbox's sentence; where nothing
 * answers, the sentence says that.
 */

/** @import * as Model from "./model.js" */

export class Refused extends Error {
  /**
   * @param {number} status
   * @param {string} message
   */
  constructor(status, message) {
    super(message)
    this.status = status
  }
}

/** @param {Response} response */
const refusal = async (response) => {
  const body = await response.json().catch(() => undefined)
  const message = body?.error?.message
  return new Refused(
    response.status,
    typeof message === "string" ? message : `The sandbox answered with status ${response.status}`
  )
}

/** An answer that is cut off is none. */
const unanswered = () => {
  throw new Refused(0, "The sandbox does not answer")
}

/**
 * @param {string} path
 * @param {RequestInit} [init]
 */
const load = async (path, init) => {
  const response = await fetch(path, init).catch(unanswered)
  if (!response.ok) throw await refusal(response)
  return response.json().catch(unanswered)
}

/**
 * @param {string} method
 * @param {string} path
 * @param {unknown} [payload]
 */
const ask = (method, path, payload) =>
  load(`sandbox/${path}`, {
    method,
    ...(payload === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(payload) })
  })

/** @param {Readonly<Record<string, string | number | null | undefined>>} values */
const query = (values) => {
  const given = Object.entries(values).flatMap(([name, value]) =>
    value === undefined || value === null || value === "" ? [] : [[name, String(value)]]
  )
  return given.length === 0 ? "" : `?${new URLSearchParams(given)}`
}

const pageSize = 100

/** @returns {Promise<{ readonly threads: ReadonlyArray<Model.Thread> }>} */
export const threads = () => ask("GET", "threads")

/** @returns {Promise<{ readonly teams: ReadonlyArray<Model.Team> }>} */
export const teams = () => ask("GET", "teams")

/**
 * @param {Model.NewThread} thread
 * @returns {Promise<Model.Thread>}
 */
export const openThread = (thread) => ask("POST", "threads", thread)

/**
 * A message of the other side.
 *
 * @param {string} threadId
 * @param {{ readonly content: string, readonly replyToMessageId?: string }} payload
 * @returns {Promise<Model.StoredMessage>}
 */
export const receive = (threadId, payload) => ask("POST", `threads/${encodeURIComponent(threadId)}/inbound`, payload)

/**
 * @param {string} threadId
 * @param {string | null} [before]
 * @returns {Promise<{ readonly messages: ReadonlyArray<Model.StoredMessage>, readonly nextBefore: string | null }>}
 */
export const messages = (threadId, before) =>
  ask("GET", `threads/${encodeURIComponent(threadId)}/messages${query({ before, limit: pageSize })}`)

/**
 * @param {string} threadId
 * @param {string} messageId
 * @returns {Promise<Model.StoredMessage>}
 */
export const message = (threadId, messageId) =>
  ask("GET", `threads/${encodeURIComponent(threadId)}/messages/${encodeURIComponent(messageId)}`)

/** @returns {Promise<{ readonly deleted: number }>} */
export const clear = () => ask("DELETE", "messages")

/**
 * @param {{ readonly thread?: string, readonly search?: string, readonly before?: string | null }} wanted
 * @returns {Promise<{ readonly exchanges: ReadonlyArray<Model.ExchangeSummary>, readonly nextBefore: string | null }>}
 */
export const exchanges = (wanted) => ask("GET", `exchanges${query({ ...wanted, limit: pageSize })}`)

/**
 * @param {string} id
 * @returns {Promise<Model.Exchange>}
 */
export const exchange = (id) => ask("GET", `exchanges/${encodeURIComponent(id)}`)

/**
 * Sends a request again.
 *
 * @param {string} id
 * @returns {Promise<{ readonly exchangeId: string | null }>}
 */
export const resend = (id) => ask("POST", `exchanges/${encodeURIComponent(id)}/resend`)

/** @returns {Promise<{ readonly tokens: ReadonlyArray<Model.Token> }>} */
export const tokens = () => ask("GET", "tokens")

/**
 * @param {string} id
 * @returns {Promise<{ readonly tokens: ReadonlyArray<Model.Token> }>}
 */
export const revokeToken = (id) => ask("DELETE", `tokens/${encodeURIComponent(id)}`)

/** @returns {Promise<{ readonly faults: ReadonlyArray<Model.FaultRule> }>} */
export const faults = () => ask("GET", "faults")

/**
 * @param {Model.FaultOrder} order
 * @returns {Promise<Model.FaultRule>}
 */
export const addFault = (order) => ask("POST", "faults", order)

/**
 * @param {string} id
 * @returns {Promise<{ readonly faults: ReadonlyArray<Model.FaultRule> }>}
 */
export const removeFault = (id) => ask("DELETE", `faults/${encodeURIComponent(id)}`)

/** @returns {Promise<{ readonly faults: ReadonlyArray<Model.FaultRule> }>} */
export const clearFaults = () => ask("DELETE", "faults")

/** @returns {Promise<Model.Settings>} */
export const settings = () => ask("GET", "settings")

/**
 * @param {Model.Settings} changed
 * @returns {Promise<Model.Settings>}
 */
export const changeSettings = (changed) => ask("PUT", "settings", changed)

/**
 * The table by which the client decides what it can conclude from what it gets.
 *
 * @returns {Promise<Model.State["decisions"]>}
 */
export const decisions = () => load("page/delivery.json")
