/**
 * A body as it travelled, or laid out. Nothing in it is hidden, and nothing in it reaches outside of it.
 */

import { size } from "../format.js"
/** @import * as Model from "../model.js" */
import { html, nothing } from "../lit-html/lit-html.js"
import { reveal } from "../text.js"

/** @param {string} text */
export const revealed = (text) =>
  reveal(text).map((piece) =>
    "text" in piece ? piece.text : html`<span class="mark" title=${piece.title}>${piece.mark}</span>`
  )

/** Strings, numbers, literals and whatever is between them. A string before a colon is a key. */
const token = /("(?:[^"\\]|\\.)*")(\s*:)?|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\b(?:true|false|null)\b/g

/**
 * Laid-out JSON, its parts told apart.
 *
 * @param {string} text
 */
const coloured = (text) => {
  const parts = []
  let from = 0
  for (const match of text.matchAll(token)) {
    const [all, string, colon] = match
    parts.push(text.slice(from, match.index))
    const kind = string === undefined ? "literal" : colon === undefined ? "string" : "key"
    parts.push(html`<span class=${`json-${kind}`}>${revealed(string ?? all)}</span>${colon ?? ""}`)
    from = match.index + all.length
  }
  return [...parts, text.slice(from)]
}

/**
 * @param {string} text
 * @returns {string | undefined}
 */
const laidOut = (text) => {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return undefined
  }
}

/**
 * JSON laid out, as a block.
 *
 * @param {unknown} value
 */
export const json = (value) => html`
  <pre class="raw" dir="ltr" tabindex="0"><code>${coloured(JSON.stringify(value, null, 2))}</code></pre>
`

/**
 * @param {Model.Body} body
 * @param {boolean} asSent whether to show it as it travelled rather than laid out
 */
export const body = ({ bytes, isCut, isUtf8, text }, asSent) => {
  if (bytes === 0) return html`<p class="note">No body</p>`
  const formatted = asSent ? undefined : laidOut(text)
  const notes = [
    size(bytes),
    ...(isCut ? ["only the beginning was kept"] : []),
    ...(isUtf8 ? [] : ["not UTF-8: what cannot be read shows as U+FFFD"]),
    ...(formatted === undefined && !asSent ? ["not JSON"] : [])
  ]
  return html`
    <pre class="raw" dir="ltr" tabindex="0"><code>${formatted === undefined ? revealed(text) : coloured(formatted)}</code></pre>
    <p class="note">${notes.join(" · ")}</p>
  `
}

/** @param {ReadonlyArray<readonly [name: string, value: string]>} list */
export const headers = (list) =>
  list.length === 0
    ? nothing
    : html`
        <table class="headers">
          <tbody>
            ${list.map(
              ([name, value]) => html`<tr><th scope="row">${revealed(name)}</th><td>${revealed(value)}</td></tr>`
            )}
          </tbody>
        </table>
      `
