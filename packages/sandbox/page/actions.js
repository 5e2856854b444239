/**
 * Everything that changes what the page shows: what is asked of the sandbox, and what the sandbox tells.
 */

/** @import * as Model from "./model.js" */
/** @import { Route } from "./route.js" */
import { announce } from "./announce.js"
import * as Inspector from "./inspector.js"
import { initial } from "./model.js"
import * as Routes from "./route.js"
import { makeStore } from "./store.js"

/** How many rows a list may grow to by itself, while its reader is at the newest end of it. */
const enough = 400

/** What such a list is cut to. */
const few = 300

const store = makeStore(initial())

export const { onChange, state, update } = store

/** @param {unknown} error */
const say = (error) => {
  const problem = error instanceof Error ? error.message : String(error)
  update({ problem })
}

export const dismiss = () => update({ problem: null })

/**
 * Runs what a person asked for; a refusal is shown, and answered with `false`.
 *
 * @param {() => Promise<unknown>} action
 * @returns {Promise<boolean>}
 */
const attempt = async (action) => {
  try {
    await action()
    update({ problem: null })
    return true
  } catch (error) {
    say(error)
    return false
  }
}

/** @param {unknown} error */
const isMissing = (error) => error instanceof Inspector.Refused && (error.status === 404 || error.status === 400)

/**
 * Loads in the background. When nobody answers, that is the end of it: the connection says so already.
 *
 * @param {() => Promise<unknown>} load
 */
const quietly = async (load) => {
  try {
    await load()
  } catch (error) {
    if (!(error instanceof Inspector.Refused && error.status === 0)) say(error)
  }
}

/** @param {ReadonlyArray<Model.Thread>} threads */
const newestFirst = (threads) => [...threads].sort((a, b) => (a.lastActivityAt < b.lastActivityAt ? 1 : -1))

/**
 * @template {{ readonly id: string }} A
 * @param {ReadonlyArray<A>} items
 * @param {A} item
 */
const put = (items, item) => {
  const index = items.findIndex(({ id }) => id === item.id)
  return index === -1 ? [item, ...items] : items.with(index, item)
}

const loadOverview = () =>
  quietly(async () => {
    const [threads, teams, faults, settings] = await Promise.all([
      Inspector.threads(),
      Inspector.teams(),
      Inspector.faults(),
      Inspector.settings()
    ])
    update({ threads: newestFirst(threads.threads), teams: teams.teams, faults: faults.faults, settings })
  })

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
const loadConversation = (threadId) =>
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

const loadTraffic = () =>
  quietly(async () => {
    const { search } = state
    const page = await Inspector.exchanges({ search })
    if (state.search !== search) return
    update({ traffic: { exchanges: page.exchanges, nextBefore: page.nextBefore, isLoading: false } })
  })

/** Loads the page of exchanges before those that are shown. */
export const loadMoreTraffic = () =>
  quietly(async () => {
    const { search, traffic } = state
    if (traffic === null || traffic.isLoading || traffic.nextBefore === null) return
    update({ traffic: { ...traffic, isLoading: true } })
    try {
      const page = await Inspector.exchanges({ search, before: traffic.nextBefore })
      const current = state.traffic
      if (current === null || state.search !== search) return
      update({
        traffic: {
          exchanges: [...current.exchanges, ...page.exchanges],
          nextBefore: page.nextBefore,
          isLoading: false
        }
      })
    } catch (error) {
      if (state.traffic !== null) update({ traffic: { ...state.traffic, isLoading: false } })
      throw error
    }
  })

/** @param {Route} route */
const keyOf = (route) => {
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

/** @param {Route} route */
const loadDetails = (route) =>
  quietly(async () => {
    const key = keyOf(route)
    if (key === null) return
    const messageId = route.view === "thread" ? route.messageId : undefined
    const message = route.view === "thread" ? await findMessage(route.threadId, messageId) : null
    const exchangeId =
      message?.exchangeId ??
      (route.view === "thread" ? (route.exchangeId ?? exchangeOf(messageId)) : undefined) ??
      (route.view === "traffic" ? route.exchangeId : undefined)
    const exchange = await findExchange(exchangeId)
    if (keyOf(state.route) !== key) return
    update({ details: { key, message, exchange, isMissing: message === null && exchange === null } })
  })

/** @param {string | undefined} messageId */
const exchangeOf = (messageId) =>
  messageId === undefined
    ? undefined
    : [...(state.conversation?.exchanges.values() ?? [])].find((exchange) => exchange.messageId === messageId)?.id

/** @param {Route} route */
const loadRoute = async (route) => {
  if (route.view === "thread" && state.conversation?.threadId !== route.threadId) await loadConversation(route.threadId)
  if ((route.view === "traffic" || route.view === "home") && state.traffic === null) await loadTraffic()
  await loadDetails(route)
}

/** Shows what the address says. */
export const follow = () => {
  const route = Routes.current()
  const before = state.route
  const isSameThread = route.view === "thread" && before.view === "thread" && route.threadId === before.threadId
  if (route.view === "traffic" || route.view === "home") {
    const search = (route.view === "traffic" ? route.search : undefined) ?? ""
    const outcome = (route.view === "traffic" ? route.outcome : undefined) ?? "all"
    if (search !== state.search) {
      update({ search })
      void loadTraffic()
    }
    update({ outcome })
  }
  update({
    route,
    problem: null,
    details: keyOf(route) === state.details?.key ? state.details : null,
    ...(isSameThread ? {} : { conversation: null, replyTo: null, unseen: 0 })
  })
  void loadRoute(route)
}

/** Asks for everything again that is on the page. */
const reload = async () => {
  const { route } = state
  await Promise.all([
    loadOverview(),
    route.view === "thread" ? loadConversation(route.threadId) : loadTraffic(),
    quietly(async () => update({ decisions: await Inspector.decisions() }))
  ])
  if (route.view === "thread") update({ traffic: null })
  await loadDetails(route)
}

/** What the list of messages says about its reader: whether the newest ones are in sight. */
export const reading = { isAtNewest: true }

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
const onMessage = (stored) => {
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

let isSearching = false

/** A search is the sandbox's: what is new is looked for there too, not more often than a reader could follow. */
const searchAgain = () => {
  if (isSearching) return
  isSearching = true
  setTimeout(() => {
    isSearching = false
    void loadTraffic()
  }, 300)
}

/** @param {Model.ExchangeSummary} exchange */
const onExchange = (exchange) => {
  const { conversation, details, route, traffic } = state
  if (traffic !== null && state.search !== "") searchAgain()
  if (traffic !== null && state.search === "") {
    const exchanges = put(traffic.exchanges, exchange)
    const isCut = reading.isAtNewest && exchanges.length > enough
    const kept = isCut ? exchanges.slice(0, few) : exchanges
    update({
      traffic: { ...traffic, exchanges: kept, nextBefore: isCut ? (kept.at(-1)?.id ?? null) : traffic.nextBefore }
    })
  }
  if (conversation !== null && conversation.threadId === exchange.threadId) {
    conversation.exchanges.set(exchange.id, exchange)
    update({ conversation: { ...conversation } })
  }
  if (exchange.status !== null && exchange.status >= 400) announce(`A request was refused with ${exchange.status}`)
  const isShown = route.view === "thread" && route.messageId !== undefined && route.messageId === exchange.messageId
  if (isShown && details?.exchange === null) void loadDetails(route)
}

/** The listener of the events. */
export const listener = {
  onLive: () => {
    const wasLost = state.connection === "lost"
    update({ connection: "live", lostAt: null })
    if (wasLost) announce("The sandbox answers again")
    void reload()
  },
  onLost: () => {
    if (state.connection === "lost") return
    update({ connection: "lost", lostAt: new Date().toISOString() })
    announce("The sandbox does not answer")
  },
  onReload: () => void reload(),
  onMessage,
  onExchange,
  /** @param {Model.Thread} thread */
  onThread: (thread) => {
    if (state.threads !== null) update({ threads: newestFirst(put(state.threads, thread)) })
  },
  /** @param {{ readonly faults: ReadonlyArray<Model.FaultRule> }} told */
  onFaults: ({ faults }) => update({ faults }),
  /** @param {Model.Settings} settings */
  onSettings: (settings) => update({ settings })
}

/**
 * Changes what the list of requests shows: it stands in the address.
 *
 * @param {{ readonly search?: string, readonly outcome?: Model.Outcome }} chosen
 */
const choose = (chosen) => {
  const { outcome, route, search } = state
  const exchangeId = route.view === "traffic" ? route.exchangeId : undefined
  Routes.replace(Routes.toHash({ view: "traffic", exchangeId, search, outcome, ...chosen }))
}

/** @param {string} search */
export const searchFor = (search) => choose({ search })

/** @param {Model.Outcome} outcome */
export const showOnly = (outcome) => choose({ outcome })

/** @param {string} id */
export const expand = (id) => update({ expanded: new Set(state.expanded).add(id) })

/** @param {string | null} messageId */
export const replyTo = (messageId) => update({ replyTo: messageId })

/** @param {boolean} asSent */
export const showAsSent = (asSent) => update({ asSent })

/** @param {Model.FaultKind["_tag"]} chosenFault */
export const chooseFault = (chosenFault) => update({ chosenFault })

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

/** @param {Model.NewThread} wanted */
export const openThread = (wanted) =>
  attempt(async () => {
    const thread = await Inspector.openThread(wanted)
    listener.onThread(thread)
    Routes.go({ view: "thread", threadId: thread.id })
  })

/** @param {Model.FaultOrder} order */
export const addFault = (order) =>
  attempt(async () => {
    const rule = await Inspector.addFault(order)
    update({ faults: put(state.faults.toReversed(), rule).toReversed() })
    announce("The fault is set")
  })

/** @param {string} id */
export const removeFault = (id) =>
  attempt(async () => {
    listener.onFaults(await Inspector.removeFault(id))
    announce("The fault is removed")
  })

export const clearFaults = () =>
  attempt(async () => {
    listener.onFaults(await Inspector.clearFaults())
    announce("All faults are removed")
  })

/** @param {Model.Settings} settings */
export const changeSettings = (settings) =>
  attempt(async () => {
    update({ settings: await Inspector.changeSettings(settings) })
  })

export const clearMessages = () =>
  attempt(async () => {
    await Inspector.clear()
    update({ conversation: null, traffic: null })
    await reload()
  })
