/**
 * Classes of contents, and how an example is made one of a class.
 *
 * @since 0.1.0
 */
import * as fc from "fast-check"

/** A class together with the cheap question whether a content belongs to it. */
export interface Definition extends ContentClass {
  readonly matches: (content: string) => boolean
}

/** Makes a class: membership is a regular expression or a function. */
export const define = (options: {
  readonly id: string
  readonly title: string
  readonly matches: RegExp | ((content: string) => boolean)
  readonly examples: ReadonlyArray<string>
  readonly arbitrary: fc.Arbitrary<string>
}): Definition => {
  const { matches } = options
  return { ...options, matches: typeof matches === "function" ? matches : (content) => matches.test(content) }
}

export const cp = String.fromCodePoint

/** Every code point from `first` to `last`, both included. */
export const range = (first: number, last: number): Array<string> =>
  Array.from({ length: last - first + 1 }, (_, index) => cp(first + index))

/** Any code point of these inclusive ranges, each range as likely as the next. */
export const within = (...ranges: ReadonlyArray<readonly [first: number, last: number]>): fc.Arbitrary<string> =>
  fc.oneof(...ranges.map(([min, max]) => fc.integer({ min, max }))).map((code) => cp(code))

export const oneOf = (values: Iterable<string>): fc.Arbitrary<string> => fc.constantFrom(...values)

/** A run of `unit`s. */
export const run = (unit: fc.Arbitrary<string>, maxLength: number, minLength = 1): fc.Arbitrary<string> =>
  fc.string({ unit, minLength, maxLength })

const letter = within([0x61, 0x7a])

const sentences = [
  "On my way",
  "See you at 5, ok?",
  "Thanks for the follow! Quick question.",
  "Sounds good to me",
  "Hey, I'm reaching out about your post"
]

/** Harmless text that begins and ends with something visible, and holds no edge of its own. */
export const text: fc.Arbitrary<string> = fc.oneof(
  run(letter, 1),
  run(letter, 12),
  fc.array(run(letter, 9), { minLength: 2, maxLength: 12 }).map((words) => words.join(" ")),
  oneOf(sentences)
)

/** Puts a part alone, first, last, inside, twice over, and at both ends of a text. */
export const placed = (part: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.oneof(
    part,
    fc.tuple(part, text).map(([a, t]) => a + t),
    fc.tuple(text, part).map(([t, a]) => t + a),
    fc.tuple(text, part, text).map(([t, a, u]) => t + a + u),
    fc.tuple(text, part, text).map(([t, a, u]) => `${t} ${a} ${u}`),
    fc.tuple(part, text, part).map(([a, t, b]) => a + t + b),
    fc.tuple(part, part).map(([a, b]) => a + b),
    fc.tuple(text, part, text, part, text).map((parts) => parts.join(" "))
  )

/** As `placed`, set off by spaces: for words that mean something only as words. */
export const spaced = (part: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.oneof(
    part,
    fc.tuple(part, text).map((parts) => parts.join(" ")),
    fc.tuple(text, part).map((parts) => parts.join(" ")),
    fc.tuple(text, part, text).map((parts) => parts.join(" ")),
    fc.tuple(part, part).map((parts) => parts.join(" ")),
    fc.tuple(part, text, part).map((parts) => parts.join("\n"))
  )

/** A regular expression that finds any of these characters. */
export const anyOf = (characters: Iterable<string>): RegExp =>
  new RegExp(`[${[...characters].map((c) => `\\u{${(c.codePointAt(0) ?? 0).toString(16)}}`).join("")}]`, "u")

/** Code points, counted without an array. */
export const codePoints = (content: string): number => {
  let count = 0
  for (const _ of content) count++
  return count
}

/** Bytes of the UTF-8 form. */
export const utf8Length = (content: string): number => {
  let bytes = 0
  for (const c of content) bytes += utf8Of(c.codePointAt(0) ?? 0)
  return bytes
}

const utf8Of = (code: number): number => (code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4)

/**
 * A family of contents that tend to break the same servers. Every member is valid: 1 to 1,000 code points, no NUL, no
 * lone surrogate.
 *
 * @since 0.1.0
 * @category models
 */
export interface ContentClass {
  /** Kebab-case and stable: reports label their input coverage by it. */
  readonly id: string
  /** A few words for people. */
  readonly title: string
  /** The shortest strings by which real servers break; a default run sends all of them. */
  readonly examples: ReadonlyArray<string>
  /** Members of the class, far beyond the examples. */
  readonly arbitrary: fc.Arbitrary<string>
}
