/**
 * Styles of JSON: other spellings of the same value.
 *
 * @since 0.1.0
 */
import * as Option from "effect/Option"
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
 * A style of the list, with what is special about it in a few words.
 *
 * @since 0.1.0
 * @category models
 */
export interface NamedStyle extends Style {
  readonly id: string
  readonly title: string
}

/**
 * A list of styles in which every choice occurs, alone and together with others.
 *
 * @since 0.1.0
 * @category styles
 */
export const styles: ReadonlyArray<NamedStyle> = [
  { id: "plain", title: "as most clients write it", ...plain },
  { id: "final-newline", title: "a line feed after the JSON", ...plain, final: "\n" },
  { id: "reversed", title: "JSON with its keys in reverse order", ...plain, order: "reversed" },
  { id: "pretty", title: "indented JSON", ...plain, space: "pretty", final: "\n" },
  { id: "wide", title: "JSON with white space of every kind between tokens", ...plain, space: "wide", final: "\r\n" },
  { id: "ample", title: "JSON with hundreds of spaces between tokens", ...plain, space: "ample" },
  { id: "tabs", title: "JSON with tabs between tokens", ...plain, space: "tabs" },
  { id: "lines", title: "JSON with line feeds between tokens", ...plain, space: "lines" },
  { id: "returns", title: "JSON with carriage returns between tokens", ...plain, space: "returns" },
  { id: "ascii-lower", title: "JSON escapes for all but ASCII", ...plain, escape: "ascii" },
  { id: "ascii-upper", title: "JSON escapes in upper case for all but ASCII", ...plain, escape: "ascii", hex: "upper" },
  { id: "ascii-mixed", title: "JSON escapes in both cases for all but ASCII", ...plain, escape: "ascii", hex: "mixed" },
  { id: "long-escapes", title: "JSON with long escapes in place of short ones", ...plain, short: false },
  { id: "solidus", title: "JSON with slashes escaped", ...plain, solidus: true },
  { id: "all-lower", title: "JSON with every character escaped", ...plain, escape: "all" },
  {
    id: "all-upper",
    title: "JSON with every character escaped in upper case, its keys in reverse order, and white space",
    ...plain,
    escape: "all",
    hex: "upper",
    space: "wide",
    order: "reversed"
  },
  { id: "strings", title: "JSON with every character of its strings escaped", ...plain, escape: "strings" },
  { id: "keys", title: "JSON with every character of its keys escaped", ...plain, escape: "keys" },
  {
    id: "ascii-long-upper",
    title: "indented JSON with long escapes in upper case, and slashes escaped",
    ...plain,
    escape: "ascii",
    hex: "upper",
    short: false,
    solidus: true,
    space: "pretty"
  },
  {
    id: "wide-reversed",
    title: "JSON with white space, its keys in reverse order, and slashes escaped",
    ...plain,
    solidus: true,
    space: "wide",
    order: "reversed",
    final: " "
  }
]

const index: ReadonlyMap<string, NamedStyle> = new Map(styles.map((style) => [style.id, style]))

/**
 * The style of an id.
 *
 * @since 0.1.0
 * @category styles
 */
export const byId = (id: string): Option.Option<NamedStyle> => Option.fromNullable(index.get(id))

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
