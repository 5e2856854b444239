/**
 * The messages of one thread: those that are stored, those that come in, and what the other side writes.
 */

/** @import * as Model from "../model.js" */
import { announce } from "../announce.js"
import * as Inspector from "../inspector.js"
import { attempt, enough, few, isMissing, makeLoading, quietly, reading, showAnswer, state, update } from "../state.js"

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

/**
 * The newest messages of a thread.
 *
 * @param {string} threadId
 * @returns {Promise<Model.Conversation>}
 */
const readConversation = async (threadId) => {
  try {
    const { messages, nextBefore } = await Inspector.messages(threadId)
    const oldest = nextBefore === null ? undefined : messages.at(-1)?.message.createdAt
    const exchanges = await loadExchangesOf(threadId, oldest, new Map())
    return { threadId, messages: messages.toReversed(), exchanges, nextBefore, isLoading: false, isMissing: false }
  } catch (error) {
    if (!isMissing(error)) throw error
    return { threadId, messages: [], exchanges: new Map(), nextBefore: null, isLoading: false, isMissing: true }
  }
}

const loading = makeLoading()

/** @param {string} threadId */
export const loadConversation = (threadId) =>
  quietly(() =>
    loading(
      () => readConversation(threadId),
      (conversation) => {
        if (state.route.view === "thread" && state.route.threadId === threadId) update({ unseen: 0, conversation })
      }
    )
  )

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
      // The list may have been cut meanwhile, and would get a gap.
      const follows = current.nextBefore === conversation.nextBefore
      const older = { messages: [...page.messages.toReversed(), ...current.messages], nextBefore: page.nextBefore }
      update({ conversation: { ...current, ...(follows ? older : {}), isLoading: false } })
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
    await showAnswer(() => Inspector.receive(threadId, payload), onMessage)
    update({ replyTo: null })
  })
