/**
 * Copies text, and says so where it was asked for.
 */

import { announce } from "./announce.js"

const shownMillis = 1_600

/**
 * Browsers have a clipboard for pages of this machine and for pages over TLS; elsewhere the old command does it.
 *
 * @param {string} text
 */
const write = async (text) => {
  if (navigator.clipboard !== undefined) return navigator.clipboard.writeText(text)
  const area = document.createElement("textarea")
  area.value = text
  area.className = "visually-hidden"
  document.body.append(area)
  area.select()
  document.execCommand("copy")
  area.remove()
}

/**
 * A listener for the button that was pressed.
 *
 * @param {() => string} text
 */
export const copies = (text) => async (/** @type {Event} */ event) => {
  const button = /** @type {HTMLElement} */ (event.currentTarget)
  await write(text())
  button.dataset.copied = ""
  announce("Copied")
  setTimeout(() => delete button.dataset.copied, shownMillis)
}
