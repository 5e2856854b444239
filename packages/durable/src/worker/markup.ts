/** Markup of which every value is escaped, but for markup. */

/** A piece of markup. */
export interface Markup {
  readonly markup: string
}

type Value = string | number | Markup | ReadonlyArray<Markup>

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;"
}

/** Characters that change how the text around them reads are shown by their number. */
const escape = (text: string): string =>
  text
    .replace(/[\p{Cc}\p{Cs}\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu, (character) =>
      character === "\n" || character === "\t" ? character : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`
    )
    .replace(/[&<>"']/g, (character) => entities[character] ?? character)

const spell = (value: Value): string => {
  if (typeof value === "string" || typeof value === "number") return escape(String(value))
  return "markup" in value ? value.markup : value.map(({ markup }) => markup).join("")
}

/** Markup out of a template. */
export const html = (strings: TemplateStringsArray, ...values: ReadonlyArray<Value>): Markup => ({
  markup: strings.map((piece, index) => piece + (index < values.length ? spell(values[index] ?? "") : "")).join("")
})

/** No markup. */
export const nothing: Markup = { markup: "" }
