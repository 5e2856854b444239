/**
 * A body as it travelled, or laid out. Nothing in it is hidden, and nothing in it reaches outside of it.
 */

import { size } from "../format.js"
/** @import * as Model from "../model.js" */
import { html, nothing } from "../lit-html/lit-html.js"
import { reveal, straighten } from "../text.js"

/** @param {ReturnType<typeof reveal>} pieces */
const marked = (pieces) =>
  pieces.map((piece) =>
    "text" in piece ? piece.text : html`<span class="mark" title=${piece.title}>${piece.mark}</span>`
  )

/**
 * Text in which everything that cannot be seen is a mark.
 *
 * @param {string} text
 */
export const revealed = (text) => marked(reveal(text))

/**
 * Text as people read it, in which nothing reorders what stands around it.
 *
 * @param {string} text
 */
export const straightened = (text) => marked(straighten(text))

/** Strings, numbers, literals and whatever is between them. A string before a colon is a key. */
const token = /("(?:[^"\\]|\\.)*")(\s*:)?|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\b(?:true|false|null)\b/g

/** Number of parts that are told apart at most: a browser takes long to lay out more. */
const maxTokens = 5_000

/**
 * Laid-out JSON, its parts told apart.
 *
 * @param {string} text
 */
const coloured = (text) => {
  const parts = []
  let from = 0
  let tokens = 0
  for (const match of text.matchAll(token)) {
    if (++tokens > maxTokens) break
    const [all, string, colon] = match
    parts.push(text.slice(from, match.index))
    const kind = string === undefined ? "literal" : colon === undefined ? "string" : "key"
    parts.push(html`<span class=${`json-${kind}`}>${revealed(string ?? all)}</span>${colon ?? ""}`)
    from = match.index + all.length
  }
  return [...parts, revealed(text.slice(from))]
}

/** Number of characters that a laid-out body may grow by. */
const maxIndent = 500_000

/**
 * Says, without laying it out, how many spaces a layout would add: those of a body that is nested deeply grow with the
 * square of its length.
 *
 * @param {string} text
 */
const indentOf = (text) => {
  let depth = 0
  let spaces = 0
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{},]/g)) {
    if (token === "[" || token === "{") depth++
    if (token === "]" || token === "}") depth--
    if (!token.startsWith('"')) spaces += 2 * depth
  }
  return spaces
}

/**
 * @param {string} text
 * @returns {string | undefined}
 */
const laidOut = (text) => {
  if (indentOf(text) > maxIndent) return undefined
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
    ...(formatted === undefined && !asSent
      ? [indentOf(text) > maxIndent ? "nested too deeply to lay out" : "not JSON"]
      : [])
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
