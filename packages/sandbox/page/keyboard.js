/**
 * Keys: `/` goes to the search, Escape closes the details, the arrows walk through a list.
 */

import { state } from "./actions.js"
import * as Routes from "./route.js"

/** @param {EventTarget | null} target */
const isField = (target) => target instanceof Element && target.matches("input, textarea, select")

/** The links that arrows walk through. */
const steps = "a.exchange, a.thread, .entry .meta a"

/**
 * @param {Element} from
 * @param {1 | -1} by
 */
const step = (from, by) => {
  const list = from.closest("ol, ul")
  if (list === null) return
  const links = /** @type {Array<HTMLElement>} */ ([...list.querySelectorAll(steps)])
  links[links.indexOf(/** @type {HTMLElement} */ (from)) + by]?.focus()
}

/** @param {KeyboardEvent} event */
export const onKey = (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]") !== null) return
  const { key, target } = event
  if (key === "Escape" && Routes.hasDetails(state.route)) {
    Routes.go(Routes.withoutDetails(state.route))
  } else if (key === "/" && !isField(target)) {
    event.preventDefault()
    if (state.route.view !== "traffic" && state.route.view !== "home") Routes.go({ view: "traffic" })
    // The field is there with the next frame.
    requestAnimationFrame(() => requestAnimationFrame(() => document.getElementById("search")?.focus()))
  } else if ((key === "ArrowDown" || key === "ArrowUp") && target instanceof Element && target.matches(steps)) {
    event.preventDefault()
    step(target, key === "ArrowDown" ? 1 : -1)
  }
}
