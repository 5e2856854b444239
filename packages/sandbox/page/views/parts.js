/**
 * Small things that several views show.
 */

import { copies } from "../copy.js"
/** @import * as Model from "../model.js" */
import { html, nothing } from "../lit-html/lit-html.js"
import { isBlank } from "../text.js"
import { revealed, straightened } from "./body.js"

/**
 * @param {string} label
 * @param {() => string} text
 * @param {string} [hint] shown beside the label when there is room
 */
export const copyButton = (label, text, hint) => html`
  <button type="button" class="button copy" @click=${copies(text)} title=${hint ?? nothing}>
    <span class="copy-label">${label}</span><span class="copy-done" aria-hidden="true">Copied</span>
  </button>
`

/** @param {Model.ExchangeSummary} exchange */
const toneOf = ({ delivered, status }) => {
  if (status === null || delivered !== "Complete") return "fault"
  return status < 300 ? "good" : status === 429 ? "warn" : "bad"
}

/**
 * The status of an answer, or that there was none.
 *
 * @param {Model.ExchangeSummary} exchange
 */
export const statusPill = (exchange) => html`
  <span class="pill" data-tone=${toneOf(exchange)}>
    ${exchange.status === null || exchange.delivered === "Nothing" ? "no answer" : exchange.status}
  </span>
`

/**
 * Text that may hold anything, on its own: what it does to the direction of writing ends where it ends. What would not
 * be seen at all is shown as marks.
 *
 * @param {string} text
 */
export const foreign = (text) => html`<bdi>${isBlank(text) ? revealed(text) : straightened(text)}</bdi>`

/**
 * @param {unknown} heading
 * @param {unknown} content
 */
export const empty = (heading, content = nothing) => html`
  <div class="empty">
    <h3>${heading}</h3>
    ${content}
  </div>
`

/**
 * Opens what a click on a row is about, as its link would, unless text is being selected.
 *
 * @param {string} hash
 */
export const opens = (hash) => (/** @type {MouseEvent} */ event) => {
  const target = /** @type {Element} */ (event.target)
  if (target.closest("a, button") !== null || String(getSelection()) !== "") return
  location.hash = hash
}
