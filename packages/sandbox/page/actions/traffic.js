/**
 * All traffic: a page of it after the other, what comes in, and what is searched for.
 */

/** @import * as Model from "../model.js" */
import * as Inspector from "../inspector.js"
import * as Routes from "../route.js"
import { enough, few, makeLoading, put, quietly, reading, state, update } from "../state.js"

const loading = makeLoading()

export const loadTraffic = () =>
  quietly(() =>
    loading(
      () => Inspector.exchanges({ search: state.search }),
      ({ exchanges, nextBefore }) => update({ traffic: { exchanges, nextBefore, isLoading: false } })
    )
  )

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
      // The list may have been cut meanwhile, and would get a gap.
      const follows = current.nextBefore === traffic.nextBefore
      const older = { exchanges: [...current.exchanges, ...page.exchanges], nextBefore: page.nextBefore }
      update({ traffic: { ...current, ...(follows ? older : {}), isLoading: false } })
    } catch (error) {
      if (state.traffic !== null) update({ traffic: { ...state.traffic, isLoading: false } })
      throw error
    }
  })

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
export const onExchange = (exchange) => {
  const { search, traffic } = state
  if (traffic === null) return
  if (search !== "") return searchAgain()
  const exchanges = put(traffic.exchanges, exchange)
  const isCut = reading.isAtNewest && exchanges.length > enough
  const kept = isCut ? exchanges.slice(0, few) : exchanges
  update({
    traffic: { ...traffic, exchanges: kept, nextBefore: isCut ? (kept.at(-1)?.id ?? null) : traffic.nextBefore }
  })
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
