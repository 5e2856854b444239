/**
 * Texts that are almost JSON.
 *
 * @since 0.1.0
 */

/**
 * A text that is not JSON because of one mistake.
 *
 * @since 0.1.0
 * @category models
 */
export interface Malformation {
  readonly id: string
  readonly title: string
  readonly text: string
}

interface Token {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** Where the parts of one member lie in a text. */
interface Anatomy {
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
    const { text } = all[index] as Token
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

/** Finds the member called `content`, or else the first one. */
const dissect = (text: string): Anatomy | undefined => {
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

type Mistake = readonly [id: string, title: string, make: (anatomy: Anatomy) => string]

const splice = (text: string, start: number, end: number, replacement: string): string =>
  text.slice(0, start) + replacement + text.slice(end)

const instead =
  (value: string) =>
  ({ text, value: { end, start } }: Anatomy) =>
    splice(text, start, end, value)

/** Inserts before the closing quotation mark, where nothing that follows can complete an escape. */
const insideString =
  (inserted: string) =>
  ({ string, text }: Anatomy) =>
    splice(text, string.end - 1, string.end - 1, inserted)

const beforeClose =
  (inserted: string) =>
  ({ close, text }: Anatomy) =>
    splice(text, close.start, close.start, inserted)

const afterOpen =
  (inserted: string) =>
  ({ open, text }: Anatomy) =>
    splice(text, open.end, open.end, inserted)

const after =
  (added: string) =>
  ({ text }: Anatomy) =>
    text + added

const before =
  (added: string) =>
  ({ text }: Anatomy) =>
    added + text

const member = ({ key, text, value }: Anatomy): string => text.slice(key.start, value.end)

const middleOf = ({ string }: Anatomy): number => {
  const inner = Array.from(string.text.slice(1, -1))
  return string.start + 1 + inner.slice(0, Math.ceil(inner.length / 2)).join("").length
}

const singleQuoted = (token: string): string => `'${token.slice(1, -1).replaceAll("'", "")}'`

const mistakes: ReadonlyArray<Mistake> = [
  ["cut-last-brace", "the last brace is missing", ({ close, text }) => text.slice(0, close.start)],
  ["cut-in-string", "cut off in the middle of a string", (anatomy) => anatomy.text.slice(0, middleOf(anatomy))],
  ["cut-after-colon", "cut off after the colon", ({ colon, text }) => text.slice(0, colon.end)],
  ["cut-after-key", "cut off after a key", ({ key, text }) => text.slice(0, key.end)],
  ["cut-after-brace", "cut off after the first brace", ({ open, text }) => text.slice(0, open.end)],
  ["cut-in-escape", "cut off inside an escape", ({ string, text }) => `${text.slice(0, string.end - 1)}\\u00`],
  ["no-first-brace", "the first brace is missing", ({ open, text }) => splice(text, open.start, open.end, "")],
  ["trailing-comma", "a comma after the last member", beforeClose(",")],
  ["leading-comma", "a comma before the first member", afterOpen(",")],
  ["double-comma", "two commas in a row", (anatomy) => beforeClose(`,,${member(anatomy)}`)(anatomy)],
  ["missing-comma", "no comma between two members", (anatomy) => beforeClose(` ${member(anatomy)}`)(anatomy)],
  ["semicolon", "a semicolon between two members", (anatomy) => beforeClose(`;${member(anatomy)}`)(anatomy)],
  ["missing-colon", "no colon between key and value", ({ colon, text }) => splice(text, colon.start, colon.end, " ")],
  ["double-colon", "two colons between key and value", ({ colon, text }) => splice(text, colon.start, colon.end, "::")],
  ["equals", "an equals sign for the colon", ({ colon, text }) => splice(text, colon.start, colon.end, "=")],
  ["missing-value", "no value", instead("")],
  ["missing-key", "no key", ({ key, text }) => splice(text, key.start, key.end, "")],
  [
    "single-quotes",
    "a string in single quotes",
    ({ string, text }) => splice(text, string.start, string.end, singleQuoted(string.text))
  ],
  [
    "single-quoted-key",
    "a key in single quotes",
    ({ key, text }) => splice(text, key.start, key.end, singleQuoted(key.text))
  ],
  ["unquoted-key", "a key without quotes", ({ key, text }) => splice(text, key.start, key.end, "content")],
  ["unquoted-value", "a string without quotes", instead("hello")],
  ["backticks", "a string in backticks", instead("`hello`")],
  ["line-comment", "a // comment", beforeClose("// note\n")],
  ["block-comment", "a /* */ comment", afterOpen("/* note */")],
  ["hash-comment", "a # comment", beforeClose("# note\n")],
  ...["NaN", "Infinity", "-Infinity", "undefined", "True", "None", "nul"].map((word): Mistake => {
    return [`literal-${word.toLowerCase().replace("-", "minus-")}`, `${word} as a value`, instead(word)]
  }),
  ["hex-number", "a hexadecimal number", instead("0x1F")],
  ["leading-zero", "a number with a leading zero", instead("012")],
  ["plus-sign", "a number with a plus sign", instead("+1")],
  ["bare-point", "a number without an integer part", instead(".5")],
  ["final-point", "a number that ends in a point", instead("5.")],
  ["bare-exponent", "a number without its exponent", instead("1e")],
  ["bare-minus", "a minus sign alone", instead("-")],
  ["raw-newline", "a line feed inside a string", insideString("\n")],
  ["raw-return", "a carriage return inside a string", insideString("\r")],
  ["raw-tab", "a tab inside a string", insideString("\t")],
  ["raw-control", "U+0001 inside a string", insideString("\u0001")],
  ["raw-nul", "U+0000 inside a string", insideString("\u0000")],
  ["raw-unit-separator", "U+001F inside a string", insideString("\u001f")],
  ["bad-escape", "the escape \\x41", insideString("\\x41")],
  ["quote-escape", "the escape \\'", insideString("\\'")],
  ["octal-escape", "the escape \\101", insideString("\\101")],
  ["brace-escape", "the escape \\u{41}", insideString("\\u{41}")],
  ["short-escape", "an escape with two digits", insideString("\\u12")],
  ["no-hex-escape", "an escape with a letter that is no digit", insideString("\\u00g1")],
  ["line-continuation", "a backslash before a line feed", insideString("\\\n")],
  [
    "unterminated-string",
    "a string without its closing quotes",
    ({ string, text }) => splice(text, string.end - 1, string.end, "")
  ],
  [
    "unopened-string",
    "a string without its opening quotes",
    ({ string, text }) => splice(text, string.start, string.start + 1, "")
  ],
  [
    "string-sum",
    "two strings joined by a plus sign",
    ({ string, text }) => splice(text, string.end, string.end, '+""')
  ],
  ["adjacent-strings", "two strings in a row", ({ string, text }) => splice(text, string.end, string.end, ' "" ')],
  [
    "wrong-bracket",
    "a bracket where the brace should close",
    ({ close, text }) => splice(text, close.start, close.end, "]")
  ],
  ["stray-bracket", "a stray closing bracket", beforeClose("]")],
  ["extra-brace", "one closing brace too many", after("}")],
  ["open-array", "an array that is never closed", ({ text, value }) => splice(text, value.start, value.start, "[")],
  ["garbage-after", "text after the end", after("x")],
  ["comma-after", "a comma after the end", after(",")],
  ["semicolon-after", "a semicolon after the end", after(";")],
  ["null-after", "a second value after the end", after(" null")],
  ["second-text", "a second object after the end", (anatomy) => anatomy.text + anatomy.text],
  ["nul-after", "U+0000 after the end", after("\u0000")],
  ["garbage-before", "text before the start", before("x")],
  ["guard-before", "a guard against script inclusion before the start", before(")]}',\n")],
  ["callback", "wrapped in a function call", ({ text }) => `callback(${text})`],
  ["no-break-space", "a no-break space between tokens", afterOpen("\u00a0")],
  ["form-feed", "a form feed between tokens", afterOpen("\f")],
  ["vertical-tab", "a vertical tab between tokens", beforeClose("\v")]
]

/**
 * The valid text of a JSON object with one mistake at a time: every answer is a text that `JSON.parse` refuses. Mistakes
 * in a value fall on the member called `content`, or else on the first. Anything but an object with a member has none.
 *
 * @since 0.1.0
 * @category mistakes
 */
export const malformations = (text: string): ReadonlyArray<Malformation> => {
  const anatomy = dissect(text)
  return anatomy === undefined ? [] : mistakes.map(([id, title, make]) => ({ id, title, text: make(anatomy) }))
}
