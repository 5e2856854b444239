/**
 * JSON as text rather than as a value: one value in every spelling that RFC 8259 allows, and a valid text with a single
 * mistake in it.
 *
 * @since 0.1.0
 */
import * as fc from "fast-check"

/**
 * A way to spell JSON. All styles of one value mean the same to a parser.
 *
 * @since 0.1.0
 * @category models
 */
export interface Style {
  /**
   * Which characters of strings and keys are escaped: those that must be, all outside ASCII too, or every one; or every
   * one of the strings but not of the keys, and the reverse.
   */
  readonly escape: "minimal" | "ascii" | "all" | "strings" | "keys"
  /** The case of the hexadecimal digits in `\u` escapes; `mixed` changes it within a surrogate pair, too. */
  readonly hex: "lower" | "upper" | "mixed"
  /** Whether `/` is written `\/`. */
  readonly solidus: boolean
  /** Whether the two-character escapes (`\n`, `\"`) are preferred to `\u000a` and `\u0022`. */
  readonly short: boolean
  /**
   * White space between tokens: none, two-space indentation, and at every legal place all four legal kinds, hundreds of
   * spaces, or one tab, line feed or carriage return.
   */
  readonly space: "none" | "pretty" | "wide" | "ample" | "tabs" | "lines" | "returns"
  /** The order of object keys. */
  readonly order: "given" | "reversed"
  /** What follows the text. */
  readonly final: "" | "\n" | "\r\n" | " "
}

/**
 * The style of `JSON.stringify`.
 *
 * @since 0.1.0
 * @category styles
 */
export const plain: Style = {
  escape: "minimal",
  hex: "lower",
  solidus: false,
  short: true,
  space: "none",
  order: "given",
  final: ""
}

/**
 * A list of styles in which every choice occurs, alone and together with others.
 *
 * @since 0.1.0
 * @category styles
 */
export const styles: ReadonlyArray<Style & { readonly id: string }> = [
  { id: "plain", ...plain },
  { id: "final-newline", ...plain, final: "\n" },
  { id: "reversed", ...plain, order: "reversed" },
  { id: "pretty", ...plain, space: "pretty", final: "\n" },
  { id: "wide", ...plain, space: "wide", final: "\r\n" },
  { id: "ample", ...plain, space: "ample" },
  { id: "tabs", ...plain, space: "tabs" },
  { id: "lines", ...plain, space: "lines" },
  { id: "returns", ...plain, space: "returns" },
  { id: "ascii-lower", ...plain, escape: "ascii" },
  { id: "ascii-upper", ...plain, escape: "ascii", hex: "upper" },
  { id: "ascii-mixed", ...plain, escape: "ascii", hex: "mixed" },
  { id: "long-escapes", ...plain, short: false },
  { id: "solidus", ...plain, solidus: true },
  { id: "all-lower", ...plain, escape: "all" },
  { id: "all-upper", ...plain, escape: "all", hex: "upper", space: "wide", order: "reversed" },
  { id: "strings", ...plain, escape: "strings" },
  { id: "keys", ...plain, escape: "keys" },
  { id: "ascii-long-upper", ...plain, escape: "ascii", hex: "upper", short: false, solidus: true, space: "pretty" },
  { id: "wide-reversed", ...plain, solidus: true, space: "wide", order: "reversed", final: " " }
]

/**
 * Any style.
 *
 * @since 0.1.0
 * @category styles
 */
export const arbitrary: fc.Arbitrary<Style> = fc.record({
  escape: fc.constantFrom("minimal", "ascii", "all", "strings", "keys"),
  hex: fc.constantFrom("lower", "upper", "mixed"),
  solidus: fc.boolean(),
  short: fc.boolean(),
  space: fc.constantFrom("none", "pretty", "wide", "ample", "tabs", "lines", "returns"),
  order: fc.constantFrom("given", "reversed"),
  final: fc.constantFrom("", "\n", "\r\n", " ")
})

const shortEscapes: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ["\\", "\\\\"],
  ["\b", "\\b"],
  ["\f", "\\f"],
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"]
])

const gaps: Record<Style["space"], string> = {
  none: "",
  pretty: "",
  wide: " \t\r\n",
  ample: " ".repeat(300),
  tabs: "\t",
  lines: "\n",
  returns: "\r"
}

const hexOf = (unit: string, index: number, style: Style): string => {
  const digits = unit.charCodeAt(0).toString(16).padStart(4, "0")
  const isUpper = style.hex === "upper" || (style.hex === "mixed" && index % 2 === 1)
  return `\\u${isUpper ? digits.toUpperCase() : digits}`
}

const mustEscape = (character: string): boolean =>
  character < " " || character === '"' || character === "\\" || isLoneSurrogate(character)

const isLoneSurrogate = (character: string): boolean =>
  character.length === 1 && character >= "\ud800" && character <= "\udfff"

const spell = (character: string, style: Style): string => {
  const escaped = (): string =>
    character
      .split("")
      .map((unit, index) => hexOf(unit, index, style))
      .join("")
  if (style.escape === "all") return escaped()
  if (character === "/" && style.solidus) return "\\/"
  if (mustEscape(character)) return (style.short ? shortEscapes.get(character) : undefined) ?? escaped()
  return style.escape === "ascii" && character > "~" ? escaped() : character
}

/**
 * Whether `JSON.stringify` spells strings this way.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isStandard = ({ escape, hex, short, solidus }: Style): boolean =>
  escape === "minimal" && hex === "lower" && short && !solidus

const writeString = (value: string, style: Style): string =>
  // Many times faster.
  isStandard(style)
    ? JSON.stringify(value)
    : `"${value.replace(maySpellOtherwise[style.escape === "all" ? "all" : "some"], (character) => spell(character, style))}"`

/** What {@link spell} leaves alone, whatever the style, is not asked about: it is most of a text. */
const maySpellOtherwise = { all: /./gsu, some: /[^ -~]|["\\/]/gu }

const writeScalar = (value: unknown, style: Style): string => {
  if (typeof value === "string") return writeString(value, style)
  if (Object.is(value, -0)) return "-0"
  return JSON.stringify(value) ?? "null"
}

const enclose = (open: string, items: ReadonlyArray<string>, close: string, style: Style, depth: number): string => {
  const gap = gaps[style.space]
  if (gap !== "") {
    return open + gap + items.join(`${gap},${gap}`) + (items.length === 0 ? "" : gap) + close
  }
  if (style.space === "none" || items.length === 0) return open + items.join(",") + close
  const indent = `\n${"  ".repeat(depth)}`
  return `${open}${indent}  ${items.join(`,${indent}  `)}${indent}${close}`
}

const colon = (style: Style): string => (style.space === "pretty" ? ": " : `${gaps[style.space]}:${gaps[style.space]}`)

const stringStyle = (style: Style): Style => {
  if (style.escape === "strings") return { ...style, escape: "all" }
  return style.escape === "keys" ? { ...style, escape: "minimal" } : style
}

const keyStyle = (style: Style): Style => {
  if (style.escape === "keys") return { ...style, escape: "all" }
  return style.escape === "strings" ? { ...style, escape: "minimal" } : style
}

const writeValue = (value: unknown, style: Style, depth: number): string => {
  if (Array.isArray(value)) {
    return enclose(
      "[",
      value.map((item) => writeValue(item, style, depth + 1)),
      "]",
      style,
      depth
    )
  }
  if (typeof value !== "object" || value === null) return writeScalar(value, stringStyle(style))
  const entries = Object.entries(value).filter(([, member]) => member !== undefined)
  if (style.order === "reversed") entries.reverse()
  const members = entries.map(
    ([key, member]) => writeString(key, keyStyle(style)) + colon(style) + writeValue(member, style, depth + 1)
  )
  return enclose("{", members, "}", style, depth)
}

/**
 * Writes a JSON value in a style. Lone surrogates are always escaped, so that the text can be sent as UTF-8; members
 * that are `undefined` are left out, and what JSON has no word for becomes `null`, as with `JSON.stringify`.
 *
 * @since 0.1.0
 * @category writing
 */
export const write = (value: unknown, style: Style): string => {
  const edge = gaps[style.space]
  return edge + writeValue(value, style, 0) + edge + style.final
}

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
