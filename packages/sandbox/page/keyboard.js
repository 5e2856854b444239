/**
 * Keys: `/` goes to the search, Escape closes the details, the arrows walk through a list, and what is open follows.
 */

import * as Routes from "./route.js"
import { state } from "./state.js"

/** @param {EventTarget | null} target */
const isField = (target) => target instanceof Element && target.matches("input, textarea, select")

/** The links that arrows walk through. */
const steps = "a.exchange, a.thread, .entry .meta a"

/** Those of them that open the details. */
const opening = "a.exchange, .entry .meta a"

/**
 * @param {Element} from
 * @param {1 | -1} by
 */
const step = (from, by) => {
  const list = from.closest("ol, ul")
  if (list === null) return
  const links = /** @type {Array<HTMLElement>} */ ([...list.querySelectorAll(steps)])
  const next = links[links.indexOf(/** @type {HTMLElement} */ (from)) + by]
  next?.focus()
  if (next?.matches(opening) && Routes.hasDetails(state.route)) Routes.replace(next.getAttribute("href") ?? "")
}

/** `true` while the search is wanted, and not on the page yet. */
let isSearchWanted = false

const focusSearch = () => {
  const field = document.getElementById("search")
  if (field?.checkVisibility() !== true) return false
  field.focus()
  return true
}

/** Goes to the field that the page has not had before. */
export const afterDraw = () => {
  if (isSearchWanted && focusSearch()) isSearchWanted = false
}

const toSearch = () => {
  if (focusSearch()) return
  isSearchWanted = true
  const { outcome, search } = state
  Routes.go({ view: "traffic", search, outcome })
}

/** @param {KeyboardEvent} event */
export const onKey = (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]") !== null) return
  const { key, target } = event
  if (key === "Escape" && Routes.hasDetails(state.route)) {
    Routes.go(Routes.withoutDetails(state.route))
  } else if (key === "/" && !isField(target)) {
    event.preventDefault()
    toSearch()
  } else if ((key === "ArrowDown" || key === "ArrowUp") && target instanceof Element && target.matches(steps)) {
    event.preventDefault()
    step(target, key === "ArrowDown" ? 1 : -1)
  }
}
