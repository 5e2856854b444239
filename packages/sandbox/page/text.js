/**
 * Text that may hold anything, made visible. What a reader cannot see, or what would reorder what is around it, is
 * shown as a mark that names it.
 */

/** Controls, formats (zero width, bidi), separators, what no font has, fillers and selectors, odd spaces. */
const invisible = /(?!\n)[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/gu

/**
 * Short names of what is met most.
 *
 * @type {Readonly<Record<string, string>>}
 */
const names = {
  "U+0000": "NUL",
  "U+0007": "BEL",
  "U+0008": "BS",
  "U+0009": "TAB",
  "U+000A": "LF",
  "U+000B": "VT",
  "U+000C": "FF",
  "U+000D": "CR",
  "U+001B": "ESC",
  "U+0020": "SP",
  "U+007F": "DEL",
  "U+0085": "NEL",
  "U+00A0": "NBSP",
  "U+00AD": "SHY",
  "U+061C": "ALM",
  "U+200B": "ZWSP",
  "U+200C": "ZWNJ",
  "U+200D": "ZWJ",
  "U+200E": "LRM",
  "U+200F": "RLM",
  "U+2028": "LSEP",
  "U+2029": "PSEP",
  "U+202A": "LRE",
  "U+202B": "RLE",
  "U+202C": "PDF",
  "U+202D": "LRO",
  "U+202E": "RLO",
  "U+2060": "WJ",
  "U+2066": "LRI",
  "U+2067": "RLI",
  "U+2068": "FSI",
  "U+2069": "PDI",
  "U+3000": "IDSP",
  "U+FEFF": "BOM"
}

/**
 * A stretch of text, or one code point that cannot be seen.
 *
 * @typedef {{ readonly text: string } | { readonly mark: string, readonly title: string }} Piece
 */

/** @param {string} character */
const toMark = (character) => {
  const title = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`
  return { mark: names[title] ?? title, title }
}

/** Number of marks in a text at most: a browser takes long to lay out more. */
const maxMarks = 2_000

/**
 * @param {string} text
 * @param {RegExp} hidden
 */
const split = (text, hidden) => {
  /** @type {Array<Piece>} */
  const pieces = []
  let from = 0
  let marks = 0
  for (const match of text.matchAll(hidden)) {
    if (++marks > maxMarks) {
      pieces.push({ text: text.slice(from).replace(hidden, "\uFFFD") })
      return pieces
    }
    if (match.index > from) pieces.push({ text: text.slice(from, match.index) })
    pieces.push(toMark(match[0]))
    from = match.index + match[0].length
  }
  if (from < text.length) pieces.push({ text: text.slice(from) })
  return pieces
}

/**
 * Spaces and line breaks stay what they are; everything else that cannot be seen becomes a mark. In a text of nothing
 * else, they become marks too.
 *
 * @param {string} text
 * @returns {ReadonlyArray<Piece>}
 */
export const reveal = (text) => split(text, isBlank(text) ? /./gsu : invisible)

/** Controls that change the direction of what stands around them. */
const bidi = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu

/**
 * Turns characters that would reorder a text into marks; everything else stays as it is.
 *
 * @param {string} text
 * @returns {ReadonlyArray<Piece>}
 */
export const straighten = (text) => split(text, bidi)

/**
 * Tells a message of which nothing can be seen, as one of white space alone.
 *
 * @param {string} text
 */
export const isBlank = (text) => text.replace(invisible, "").trim() === ""

/**
 * Counts the code points of a text that cannot be seen, line breaks aside.
 *
 * @param {string} text
 */
export const countInvisible = (text) => text.match(invisible)?.length ?? 0

/**
 * The beginning of a text, cut between characters.
 *
 * @param {string} text
 * @param {number} units how many UTF-16 units are left at most
 * @param {number} [lines] how many lines are left at most
 */
export const cutTo = (text, units, lines = 1) => {
  const beginning = text
    .slice(0, units)
    .split("\n", lines)
    .join("\n")
    .replace(/[\ud800-\udbff]$/, "")
  return beginning.length < text.length ? `${beginning} …` : text
}
