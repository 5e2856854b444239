/**
 * Routes: the hash of the address says what the page shows, so that it can be linked, reloaded and gone back from.
 */

/** @typedef {"all" | "stored" | "refused" | "faulty"} Outcome */

/** @type {ReadonlyArray<Outcome>} */
const outcomes = ["all", "stored", "refused", "faulty"]

/**
 * @typedef {(
 *   | { readonly view: "home" }
 *   | {
 *       readonly view: "traffic"
 *       readonly exchangeId?: string | undefined
 *       readonly search?: string | undefined
 *       readonly outcome?: Outcome | undefined
 *     }
 *   | {
 *       readonly view: "thread"
 *       readonly threadId: string
 *       readonly messageId?: string | undefined
 *       readonly exchangeId?: string | undefined
 *     }
 *   | { readonly view: "faults" }
 *   | { readonly view: "settings" }
 * )} Route
 */

/**
 * @param {string} part
 * @returns {string}
 */
const decode = (part) => {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

/**
 * @param {string} hash
 * @returns {Route}
 */
export const parse = (hash) => {
  const [path = "", query] = hash.replace(/^#?\/?/, "").split("?", 2)
  const [view, first, kind, second] = path.split("/").map(decode)
  if (view === "traffic") {
    const chosen = new URLSearchParams(query)
    return {
      view,
      exchangeId: first,
      search: chosen.get("search") ?? undefined,
      outcome: outcomes.find((outcome) => outcome === chosen.get("show"))
    }
  }
  if (view === "faults" || view === "settings") return { view }
  if (view === "threads" && first !== undefined && first !== "") {
    if (kind === "messages") return { view: "thread", threadId: first, messageId: second }
    if (kind === "exchanges") return { view: "thread", threadId: first, exchangeId: second }
    return { view: "thread", threadId: first }
  }
  return { view: "home" }
}

/**
 * @param {Route} route
 * @returns {string}
 */
export const toHash = (route) => {
  switch (route.view) {
    case "home":
      return "#/"
    case "traffic": {
      const chosen = new URLSearchParams([
        ...(route.search === undefined || route.search === "" ? [] : [["search", route.search]]),
        ...(route.outcome === undefined || route.outcome === "all" ? [] : [["show", route.outcome]])
      ])
      const path = route.exchangeId === undefined ? "#/traffic" : `#/traffic/${encodeURIComponent(route.exchangeId)}`
      return chosen.size === 0 ? path : `${path}?${chosen}`
    }
    case "thread": {
      const thread = `#/threads/${encodeURIComponent(route.threadId)}`
      if (route.messageId !== undefined) return `${thread}/messages/${encodeURIComponent(route.messageId)}`
      if (route.exchangeId !== undefined) return `${thread}/exchanges/${encodeURIComponent(route.exchangeId)}`
      return thread
    }
    default:
      return `#/${route.view}`
  }
}

/**
 * The place to go back to from the details that a route shows.
 *
 * @param {Route} route
 * @returns {Route}
 */
export const withoutDetails = (route) => {
  switch (route.view) {
    case "traffic":
      return { ...route, exchangeId: undefined }
    case "thread":
      return { view: "thread", threadId: route.threadId }
    default:
      return route
  }
}

/**
 * @param {Route} route
 * @returns {boolean}
 */
export const hasDetails = (route) =>
  (route.view === "traffic" && route.exchangeId !== undefined) ||
  (route.view === "thread" && (route.messageId !== undefined || route.exchangeId !== undefined))

/** @returns {Route} */
export const current = () => parse(location.hash)

/** @param {Route} route */
export const go = (route) => {
  location.hash = toHash(route)
}

/**
 * Goes to another place without a step to go back from.
 *
 * @param {string} hash
 */
export const replace = (hash) => {
  history.replaceState(null, "", hash)
  dispatchEvent(new HashChangeEvent("hashchange"))
}
