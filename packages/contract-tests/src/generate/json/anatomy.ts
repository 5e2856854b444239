/** A part of a text, with its position in UTF-16 units. */
export interface Token {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** Positions of the parts of one member in the text of an object. */
export interface Anatomy {
  readonly text: string
  readonly open: Token
  readonly close: Token
  readonly key: Token
  readonly colon: Token
  readonly value: { readonly start: number; readonly end: number }
  /** The value when it is a string, else the key. */
  readonly string: Token
}

const tokens = (text: string): ReadonlyArray<Token> =>
  Array.from(text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/gsu), (match) => ({
    start: match.index,
    end: match.index + match[0].length,
    text: match[0]
  }))

/** The index of the last token of the value that begins at `start`. */
const valueEnd = (all: ReadonlyArray<Token>, start: number): number => {
  let depth = 0
  for (let index = start; index < all.length; index++) {
    const text = all[index]?.text
    if (text === "{" || text === "[") depth++
    if (text === "}" || text === "]") depth--
    if (depth === 0) return index
  }
  return all.length - 1
}

const nameOf = (key: Token): unknown => {
  try {
    return JSON.parse(key.text)
  } catch {
    return undefined
  }
}

/** Finds the member called `content`, or else the first one; `undefined` where the text is no object with a member. */
export const dissect = (text: string): Anatomy | undefined => {
  const all = tokens(text)
  const open = all[0]
  const close = all.at(-1)
  let found: Anatomy | undefined
  if (open?.text !== "{" || close?.text !== "}") return undefined
  for (let index = 1; index + 2 < all.length; ) {
    const [key, colon, first] = [all[index], all[index + 1], all[index + 2]]
    if (key === undefined || colon === undefined || first === undefined || !key.text.startsWith('"')) break
    const end = valueEnd(all, index + 2)
    const value = { start: first.start, end: all[end]?.end ?? first.end }
    const anatomy = { text, open, close, key, colon, value, string: first.text.startsWith('"') ? first : key }
    if (nameOf(key) === "content") return anatomy
    found ??= anatomy
    index = end + 2
  }
  return found
}

/** The text with a part replaced. */
export const splice = (text: string, start: number, end: number, replacement: string): string =>
  text.slice(0, start) + replacement + text.slice(end)

/**
 * One line of a table of mistakes. Of the lines with the same last entry, which are the same mistake in other places, a
 * run of the default size makes one.
 */
export type Line = readonly [id: string, title: string, make: (anatomy: Anatomy) => string, sameAs?: string]

type Make = Line[2]

/** Puts a raw text in place of the value. */
export const instead =
  (value: string): Make =>
  ({ text, value: { end, start } }) =>
    splice(text, start, end, value)

/** Inserts before the closing quotation mark, where nothing that follows can complete an escape. */
export const insideString =
  (inserted: string): Make =>
  ({ string, text }) =>
    splice(text, string.end - 1, string.end - 1, inserted)

export const beforeClose =
  (inserted: string): Make =>
  ({ close, text }) =>
    splice(text, close.start, close.start, inserted)

export const afterOpen =
  (inserted: string): Make =>
  ({ open, text }) =>
    splice(text, open.end, open.end, inserted)

export const afterKey =
  (inserted: string): Make =>
  ({ key, text }) =>
    splice(text, key.end, key.end, inserted)

export const afterColon =
  (inserted: string): Make =>
  ({ colon, text }) =>
    splice(text, colon.end, colon.end, inserted)

export const afterValue =
  (inserted: string): Make =>
  ({ text, value }) =>
    splice(text, value.end, value.end, inserted)

export const after =
  (added: string): Make =>
  ({ text }) =>
    text + added

export const before =
  (added: string): Make =>
  ({ text }) =>
    added + text

/** Adds a member as a raw text: what is wrong in it is wrong in a place that the server need not look at. */
export const member = (raw: string): Make => beforeClose(`,${raw}`)

/** Number of mistakes of a kind that are made in an array in turn: every seed makes one of them. */
const inTurn = 3

/** Each raw text as the value of another member, and as an item of an array. */
export const valuesAndItems = (
  kind: string,
  texts: ReadonlyArray<readonly [id: string, raw: string]>,
  titled: (raw: string) => string
): ReadonlyArray<Line> =>
  texts.flatMap(
    ([id, raw], index): ReadonlyArray<Line> => [
      [`${kind}-${id}-value`, `${titled(raw)} as the value of another key`, member(`"extra":${raw}`)],
      [
        `${kind}-${id}-item`,
        `${titled(raw)} in an array`,
        member(`"extra":[1,${raw}]`),
        `${kind} ${Math.floor(index / inTurn)}`
      ]
    ]
  )

/** The same mistake in the content, and in the string of another member, in one of an array, or in a key. */
export const inEveryString = (id: string, title: string, inserted: string): ReadonlyArray<Line> => [
  [id, `${title} inside the content`, insideString(inserted)],
  [`${id}-value`, `${title} inside the string of another key`, member(`"extra":"a${inserted}z"`), id],
  [`${id}-item`, `${title} inside a string of an array`, member(`"extra":["a${inserted}z"]`), id],
  [`${id}-key`, `${title} inside a key`, member(`"a${inserted}z":1`), id]
]
