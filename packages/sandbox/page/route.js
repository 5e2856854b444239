/**
 * What the page shows is in the hash of its address, so that it can be linked, reloaded and gone back from.
 */

/**
 * @typedef {(
 *   | { readonly view: "home" }
 *   | { readonly view: "traffic", readonly exchangeId?: string | undefined }
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
  const [view, first, kind, second] = hash
    .replace(/^#?\/?/, "")
    .split("/")
    .map(decode)
  if (view === "traffic") return { view, exchangeId: first }
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
    case "traffic":
      return route.exchangeId === undefined ? "#/traffic" : `#/traffic/${encodeURIComponent(route.exchangeId)}`
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
      return { view: "traffic" }
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
