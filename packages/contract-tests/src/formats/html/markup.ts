import { spelled } from "../../text/visible.js"

/** A piece of a page, whose markup was written here and not by what was tested. */
export class Markup {
  readonly source: string

  constructor(source: string) {
    this.source = source
  }
}

export type Value = Markup | string | number | undefined | ReadonlyArray<Value>

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  "`": "&#96;"
}

/**
 * A text that stays text, in an element or between the quotes of an attribute. Characters that cannot be seen, and
 * those that turn the direction of what follows, are spelled.
 */
export const escape = (text: string): string =>
  spelled(text, true).replace(/[&<>"'`]/g, (character) => entities[character] ?? character)

/** A template: its own parts are markup, and everything put into it is text unless it is markup already. */
export const html = (parts: TemplateStringsArray, ...values: ReadonlyArray<Value>): Markup =>
  new Markup(parts.map((part, position) => (position === 0 ? part : sourceOf(values[position - 1]) + part)).join(""))

const sourceOf = (value: Value): string => {
  if (value === undefined) return ""
  if (value instanceof Markup) return value.source
  return typeof value === "object" ? value.map(sourceOf).join("") : escape(String(value))
}

const spelling = /(⟨(?:U\+[0-9A-F]{4,6}|×\d+|… \d+ more …)⟩)/u

/** A text in which characters are spelled already, each of them set off. */
export const noted = (text: string): Markup =>
  html`${text.split(spelling).map((part, position) => (position % 2 === 1 ? html`<span class="chr">${part}</span>` : part))}`

/** A text that the kit did not write: set apart in its direction, with what cannot be seen in it spelled. */
export const foreign = (text: string): Markup => html`<bdi>${noted(spelled(text))}</bdi>`
