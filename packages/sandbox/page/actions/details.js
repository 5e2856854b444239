/**
 * The details of a request or a message, and what can be done with them.
 */

/** @import * as Model from "../model.js" */
/** @import { Route } from "../route.js" */
import { announce } from "../announce.js"
import * as Inspector from "../inspector.js"
import * as Routes from "../route.js"
import { attempt, isMissing, makeLoading, quietly, state, update } from "../state.js"

/** @param {Route} route */
export const keyOf = (route) => {
  if (!Routes.hasDetails(route)) return null
  return Routes.toHash(route.view === "traffic" ? { view: "traffic", exchangeId: route.exchangeId } : route)
}

/**
 * @param {string | undefined} exchangeId
 * @returns {Promise<Model.Exchange | null>}
 */
const findExchange = async (exchangeId) => {
  if (exchangeId === undefined) return null
  try {
    return await Inspector.exchange(exchangeId)
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

/**
 * A message that may be older than those that are loaded.
 *
 * @param {string} threadId
 * @param {string | undefined} messageId
 * @returns {Promise<Model.StoredMessage | null>}
 */
const findMessage = async (threadId, messageId) => {
  if (messageId === undefined) return null
  const loaded = state.conversation?.messages.find(({ message }) => message.id === messageId)
  if (loaded !== undefined) return loaded
  try {
    return await Inspector.message(threadId, messageId)
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

/**
 * @param {Route} route
 * @returns {string | undefined}
 */
const shownExchange = (route) => (route.view === "traffic" || route.view === "thread" ? route.exchangeId : undefined)

/** @param {Route} route */
const readDetails = async (route) => {
  const messageId = route.view === "thread" ? route.messageId : undefined
  const message = route.view === "thread" ? await findMessage(route.threadId, messageId) : null
  const exchangeId =
    message?.exchangeId ??
    (route.view === "thread" ? (route.exchangeId ?? exchangeOf(messageId)) : undefined) ??
    (route.view === "traffic" ? route.exchangeId : undefined)
  const exchange = await findExchange(exchangeId)
  return { message, exchange, isMissing: message === null && exchange === null }
}

const loading = makeLoading()

/** @param {Route} route */
export const loadDetails = (route) =>
  quietly(async () => {
    const key = keyOf(route)
    if (key === null) return
    await loading(
      () => readDetails(route),
      (found) => {
        if (keyOf(state.route) !== key) return
        // What was just sent is recorded when it has ended.
        if (found.isMissing && state.awaited === shownExchange(route)) return
        update({ details: { key, ...found }, awaited: found.isMissing ? state.awaited : null })
      }
    )
  })

/** @param {string | undefined} messageId */
const exchangeOf = (messageId) =>
  messageId === undefined
    ? undefined
    : [...(state.conversation?.exchanges.values() ?? [])].find((exchange) => exchange.messageId === messageId)?.id

/** @param {Model.ExchangeSummary} exchange */
export const onExchange = (exchange) => {
  const { details, route } = state
  const isOfMessage = route.view === "thread" && route.messageId !== undefined && route.messageId === exchange.messageId
  if (shownExchange(route) === exchange.id || (isOfMessage && details?.exchange === null)) void loadDetails(route)
}

/** @param {boolean} asSent */
export const showAsSent = (asSent) => update({ asSent })

/**
 * Sends a request again, and goes to what becomes of it.
 *
 * @param {Model.Exchange} exchange
 */
export const resend = ({ id }) =>
  attempt(async () => {
    const { exchangeId } = await Inspector.resend(id)
    announce("The request is sent again")
    if (exchangeId === null) return
    update({ awaited: exchangeId })
    const { route } = state
    Routes.go(
      route.view === "thread"
        ? { view: "thread", threadId: route.threadId, exchangeId }
        : { view: "traffic", ...(route.view === "traffic" ? route : {}), exchangeId }
    )
  })
