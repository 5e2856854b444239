/**
 * The messages of one thread: those that are stored, those that come in, and what the other side writes.
 */

/** @import * as Model from "../model.js" */
import { announce } from "../announce.js"
import * as Inspector from "../inspector.js"
import { attempt, enough, few, isMissing, quietly, reading, state, update } from "../state.js"

/**
 * The exchanges of a thread back to an instant, behind those that are known.
 *
 * @param {string} threadId
 * @param {string | undefined} oldest
 * @param {Map<string, Model.ExchangeSummary>} known
 */
const loadExchangesOf = async (threadId, oldest, known) => {
  /** @type {string | null} */
  let before = null
  do {
    const page = await Inspector.exchanges({ thread: threadId, before })
    for (const exchange of page.exchanges) known.set(exchange.id, exchange)
    const last = page.exchanges.at(-1)
    before = oldest !== undefined && last !== undefined && last.startedAt < oldest ? null : page.nextBefore
  } while (before !== null)
  return known
}

/** @param {string} threadId */
export const loadConversation = (threadId) =>
  quietly(async () => {
    try {
      const page = await Inspector.messages(threadId)
      const messages = page.messages.toReversed()
      const exchanges = await loadExchangesOf(
        threadId,
        page.nextBefore === null ? undefined : messages[0]?.message.createdAt,
        new Map()
      )
      if (state.route.view !== "thread" || state.route.threadId !== threadId) return
      update({
        unseen: 0,
        conversation: {
          threadId,
          messages,
          exchanges,
          nextBefore: page.nextBefore,
          isLoading: false,
          isMissing: false
        }
      })
    } catch (error) {
      if (!isMissing(error)) throw error
      update({
        conversation: {
          threadId,
          messages: [],
          exchanges: new Map(),
          nextBefore: null,
          isLoading: false,
          isMissing: true
        }
      })
    }
  })

/** Loads the page of messages before those that are shown. */
export const loadOlder = () =>
  quietly(async () => {
    const { conversation } = state
    if (conversation === null || conversation.isLoading || conversation.nextBefore === null) return
    update({ conversation: { ...conversation, isLoading: true } })
    try {
      const page = await Inspector.messages(conversation.threadId, conversation.nextBefore)
      const current = state.conversation
      if (current?.threadId !== conversation.threadId) return
      update({
        conversation: {
          ...current,
          messages: [...page.messages.toReversed(), ...current.messages],
          nextBefore: page.nextBefore,
          isLoading: false
        }
      })
    } catch (error) {
      const current = state.conversation
      if (current !== null) update({ conversation: { ...current, isLoading: false } })
      throw error
    }
  })

/**
 * The newest end of a conversation. What is left out is a page to load, as it is for one that has just been opened.
 *
 * @param {Model.Conversation} conversation
 * @returns {Model.Conversation}
 */
const cut = (conversation) => {
  const messages = conversation.messages.slice(-few)
  const oldest = messages[0]?.message
  const exchanges = [...conversation.exchanges].filter(([, { startedAt }]) => startedAt >= (oldest?.createdAt ?? ""))
  return { ...conversation, messages, exchanges: new Map(exchanges), nextBefore: oldest?.id ?? null }
}

/** @param {Model.StoredMessage} stored */
export const onMessage = (stored) => {
  const { conversation } = state
  if (conversation === null || conversation.threadId !== stored.message.threadId) return
  if (conversation.messages.some(({ message }) => message.id === stored.message.id)) return
  const messages = [...conversation.messages, stored]
  update({
    unseen: reading.isAtNewest ? 0 : state.unseen + 1,
    conversation:
      reading.isAtNewest && messages.length > enough
        ? cut({ ...conversation, messages })
        : { ...conversation, messages }
  })
  announce(stored.message.origin === "external" ? "A message came in" : "A message was sent")
}

/** @param {Model.ExchangeSummary} exchange */
export const onExchange = (exchange) => {
  const { conversation } = state
  if (conversation === null || conversation.threadId !== exchange.threadId) return
  conversation.exchanges.set(exchange.id, exchange)
  update({ conversation: { ...conversation } })
}

/** @param {string} id */
export const expand = (id) => update({ expanded: new Set(state.expanded).add(id) })

/** @param {string | null} messageId */
export const replyTo = (messageId) => update({ replyTo: messageId })

export const seen = () => update({ unseen: 0 })

/**
 * @param {string} threadId
 * @param {string} content
 */
export const receive = (threadId, content) =>
  attempt(async () => {
    const answered = state.replyTo
    const payload = answered === null ? { content } : { content, replyToMessageId: answered }
    onMessage(await Inspector.receive(threadId, payload))
    update({ replyTo: null })
  })
