/**
 * The page as a whole: what its address shows, and what the sandbox tells.
 */

/** @import * as Model from "../model.js" */
/** @import { Route } from "../route.js" */
import { announce } from "../announce.js"
import * as Inspector from "../inspector.js"
import * as Routes from "../route.js"
import { makeLoading, quietly, showEvent, state, update } from "../state.js"
import * as Conversation from "./conversation.js"
import * as Details from "./details.js"
import { onFaults } from "./faults.js"
import { loadSettings } from "./limits.js"
import { newestFirst, onThread } from "./threads.js"
import * as Traffic from "./traffic.js"

const loadingOverview = makeLoading()

const loadOverview = () =>
  quietly(() =>
    loadingOverview(
      () =>
        Promise.all([Inspector.threads(), Inspector.teams(), Inspector.tokens(), Inspector.faults(), loadSettings()]),
      ([threads, teams, tokens, faults]) =>
        update({
          threads: newestFirst(threads.threads),
          teams: teams.teams,
          tokens: tokens.tokens,
          faults: faults.faults
        })
    )
  )

/** @param {Route} route */
const loadRoute = async (route) => {
  if (route.view === "thread" && state.conversation?.threadId !== route.threadId)
    await Conversation.loadConversation(route.threadId)
  if ((route.view === "traffic" || route.view === "home") && state.traffic === null) await Traffic.loadTraffic()
  await Details.loadDetails(route)
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
      void Traffic.loadTraffic()
    }
    update({ outcome })
  }
  update({
    route,
    problem: null,
    details: Details.keyOf(route) === state.details?.key ? state.details : null,
    ...(isSameThread ? {} : { conversation: null, replyTo: null, unseen: 0 })
  })
  void loadRoute(route)
}

/** Asks for everything again that is on the page. */
export const reload = async () => {
  const { route } = state
  await Promise.all([
    loadOverview(),
    route.view === "thread" ? Conversation.loadConversation(route.threadId) : Traffic.loadTraffic(),
    quietly(async () => update({ decisions: await Inspector.decisions() }))
  ])
  if (route.view === "thread") update({ traffic: null })
  await Details.loadDetails(route)
}

const showExchange = showEvent((/** @type {Model.ExchangeSummary} */ exchange) => {
  Traffic.onExchange(exchange)
  Conversation.onExchange(exchange)
  Details.onExchange(exchange)
})

/** The listener of the events. */
export const listener = {
  onLive: () => {
    const wasLost = state.connection === "lost"
    // What was not answered meanwhile is asked for again now, or by who asked for it.
    update({ connection: "live", lostAt: null, problem: wasLost ? null : state.problem })
    if (wasLost) announce("The sandbox answers again")
    void reload()
  },
  onLost: () => {
    if (state.connection === "lost") return
    update({ connection: "lost", lostAt: new Date().toISOString() })
    announce("The sandbox does not answer")
  },
  onReload: () => void reload(),
  onMessage: showEvent(Conversation.onMessage),
  /** @param {Model.ExchangeSummary} exchange */
  onExchange: (exchange) => {
    showExchange(exchange)
    if (exchange.status !== null && exchange.status >= 400) announce(`A request was refused with ${exchange.status}`)
  },
  onThread: showEvent(onThread),
  onFaults: showEvent(onFaults),
  onSettings: () => void quietly(loadSettings)
}
