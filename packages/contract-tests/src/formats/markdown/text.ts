/**
 * Markdown in which whatever is put into it stays text.
 *
 * @since 0.1.0
 */
import { spelled } from "../../text/visible.js"
import { numbers } from "../../text/words.js"
import { html, type Markup, type Value } from "../html/markup.js"

/**
 * Longest texts that GitHub takes, in bytes: a comment, and the summary of a step.
 *
 * @since 0.1.0
 * @category constants
 */
export const limits = { comment: 65_536, summary: 1_048_576 } as const

export interface Part {
  readonly text: string
  /** Name in the note about parts that did not fit; `undefined` for headings. */
  readonly name: string | undefined
}

/** Bytes that are kept for the note of what was left out. */
const noteSize = 2_000

export const fitted = (start: string, parts: ReadonlyArray<Part>, limit: number): string => {
  const out = [start]
  const missing: Array<string> = []
  let room = limit - noteSize - Buffer.byteLength(start)
  for (const { name, text } of parts) {
    const size = Buffer.byteLength(text) + 1
    if (size <= room) {
      out.push(text)
      room -= size
    } else if (name !== undefined) missing.push(name)
  }
  const shown = missing.slice(0, 20).join(", ")
  const more = missing.length > 20 ? ` and ${missing.length - 20} more` : ""
  if (missing.length > 0) {
    const note = `Left out, since GitHub shows no more than ${numbers.format(limit)} bytes here: ${shown}${more}. A report as html or json has everything.`
    out.push(block(html`<p><b>${prose(note)}</b></p>`))
  }
  return out.join("\n")
}

/** Markup on lines without an empty one among them, as which it would end. */
export const block = (markup: Markup): string => `${markup.source.replace(/\n\s*\n/g, "\n")}\n`

/** A sentence of the kit. What would name a person or an issue is cut apart. */
export const prose = (text: string): Markup =>
  html`${oneLine(text)
    .split(/([@#])/)
    .map((part, position) => (position % 2 === 1 ? html`${part}<!-- -->` : part))}`

/** Text of a request or an answer. */
export const code = (text: string): Markup => html`<code>${oneLine(text)}</code>`

const oneLine = (text: string): string => text.replaceAll("\n", "⟨U+000A⟩")

/** A fence that is longer than any in the text. */
export const fenced = (language: string, text: string): string => {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = "`".repeat(longest + 1)
  return `${fence}${language}\n${spelled(text, true)}\n${fence}\n`
}

export const table = (rows: ReadonlyArray<readonly [string, Value]>): Markup => html`<table>
${rows.map(([term, value]) => html`<tr><th align="left" valign="top">${term}</th><td>${value}</td></tr>\n`)}</table>`
