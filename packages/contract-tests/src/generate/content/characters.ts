import * as fc from "fast-check"
import { plan } from "./lengths.js"
import { anyOf, cp, define, oneOf, placed, range, run, text, within } from "./model.js"

const lineSpaces = ["\t", "\n", "\v", "\f", "\r", "\u0085"]

/** Everything that some library calls white space. */
export const spaces: ReadonlyArray<string> = [
  " ",
  ...lineSpaces,
  "\u00a0",
  "\u1680",
  "\u180e",
  ...range(0x2000, 0x200b),
  "\u2028",
  "\u2029",
  "\u202f",
  "\u205f",
  "\u2060",
  "\u3000",
  "\ufeff"
]

const controls = [...range(0x01, 0x1f), ...range(0x7f, 0x9f)].filter((c) => !lineSpaces.includes(c))

const asciiControls = controls.filter((c) => c < "\u0080")

const graphic = range(0x21, 0x7e)

const signs = graphic.filter((c) => !/[A-Za-z2-8]/.test(c))

const digitsAndPunctuation = within([0x21, 0x40], [0x5b, 0x60], [0x7b, 0x7e])

/** Lengths are dealt out with a stride, so that short and long ones fall on every kind of character. */
const edges = (characters: ReadonlyArray<string>, offset: number): ReadonlyArray<string> =>
  characters.map((lead, index) => {
    const trail = characters[(index + 7) % characters.length] ?? "x"
    const make = plan[((offset + index) * 71) % plan.length]
    return make === undefined ? `${lead}a${trail}` : make(lead, trail)
  })

/** As `edges`, each character at one of the two ends only: enough for those that stand alone elsewhere. */
const eitherEdge = (characters: ReadonlyArray<string>, offset: number): ReadonlyArray<string> => {
  const middle = Math.ceil(characters.length / 2)
  return characters.slice(0, middle).map((lead, index) => {
    const trail = characters[middle + index] ?? lead
    return plan[((offset + index) * 71) % plan.length]?.(lead, trail) ?? lead + trail
  })
}

const edged = (character: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.oneof(
    fc.tuple(character, text).map(([c, t]) => c + t),
    fc.tuple(text, character).map(([t, c]) => t + c),
    fc.tuple(character, text, character).map(([c, t, d]) => c + t + d)
  )

const anyCharacter = fc.oneof(
  within([0x21, 0x7e]),
  within([0x01, 0x20], [0x7f, 0xa0]),
  within([0xa1, 0x7ff]),
  within([0x800, 0xd7ff], [0xe000, 0xffff]),
  within([0x10000, 0x1ffff], [0x20000, 0x3ffff], [0xe0000, 0xe01ef], [0xf0000, 0x10ffff])
)

export const oneCharacter = define({
  id: "one-character",
  title: "a single character",
  matches: /^.$/su,
  examples: [...graphic, "é", "я", "漢", "😀", "𠮷"],
  arbitrary: anyCharacter
})

export const asciiEdge = define({
  id: "ascii-edge",
  title: "ASCII punctuation or digits first or last",
  matches: /^[!-@[-`{-~]|[!-@[-`{-~]$/,
  examples: edges(signs, 0),
  arbitrary: edged(run(digitsAndPunctuation, 3))
})

export const control = define({
  id: "control",
  title: "control characters other than NUL",
  matches: /[\u0001-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f]/,
  examples: [
    ...controls,
    ...edges(asciiControls, signs.length),
    ...eitherEdge(controls.slice(asciiControls.length), signs.length + asciiControls.length),
    `all${controls.join(".")}end`
  ],
  arbitrary: placed(run(oneOf(controls), 4))
})

export const whitespace = define({
  id: "whitespace",
  title: "white space only",
  matches: (content) => [...content].every((c) => spaces.includes(c)),
  examples: [
    ...spaces,
    "  ",
    " ".repeat(40),
    "\n".repeat(12),
    "\t \r\n".repeat(250),
    "\u200b\u200b\u200b",
    spaces.join("")
  ],
  arbitrary: fc.oneof(run(oneOf(spaces), 6), run(oneOf([" ", "\t", "\n", "\r\n"]), 60), run(oneOf(spaces), 300))
})

export const edgeSpace = define({
  id: "edge-space",
  title: "white space first or last",
  matches: (content) => {
    const points = [...content]
    return spaces.includes(points[0] ?? "") || spaces.includes(points.at(-1) ?? "")
  },
  examples: [
    ...edges(spaces, signs.length + asciiControls.length + Math.ceil((controls.length - asciiControls.length) / 2)),
    "\u00a0hi\u3000",
    "\u200b\u200bhi\u200b\u200b"
  ],
  arbitrary: edged(run(oneOf(spaces), 3))
})

export const innerSpace = define({
  id: "inner-space",
  title: "unusual or repeated white space inside",
  matches: new RegExp(
    `\\S(?:${anyOf(spaces.slice(1)).source}|[ ]{2,})+\\S|[ ]{2,}|${anyOf(spaces.slice(1)).source}`,
    "u"
  ),
  examples: [
    "a  b",
    "a\tb",
    "a\u00a0b",
    "prix : 5\u00a0€\u202f!",
    `a${spaces.join("b")}c`,
    `a${spaces.map((c) => c + c).join("b")}c`,
    `a${spaces.join("")}c`
  ],
  arbitrary: fc
    .tuple(text, fc.array(fc.tuple(run(oneOf(spaces.slice(1)), 3), text), { minLength: 1, maxLength: 6 }))
    .map(([first, rest]) => first + rest.flat().join(""))
})

const breaks = ["\n", "\r", "\r\n", "\n\r", "\v", "\f", "\u0085", "\u2028", "\u2029"]

export const lineEnd = define({
  id: "line-end",
  title: "line ends of every kind",
  matches: anyOf(breaks.filter((b) => b.length === 1)),
  examples: [
    "a\nb",
    "a\rb",
    "a\r\nb",
    "a\n\n\n\n\nb",
    "a\n",
    "a\r\n",
    "a\u2028b\u2029c",
    "a\vb\fc\u0085d",
    "one\ntwo\r\nthree\rfour",
    "- one\n- two\n\n> quoted\n  indented\n",
    "two spaces  \nand three   \n\tand a tab\t\nend",
    `${"line\n".repeat(60)}end`
  ],
  arbitrary: fc
    .array(fc.oneof(oneOf(breaks), text, oneOf([" ", "\t", "  "])), { minLength: 1, maxLength: 12 })
    .chain((parts) => oneOf(breaks).map((b) => parts.join("") + b))
    .chain((content) =>
      fc.oneof(
        fc.constant(content),
        text.map((t) => content + t)
      )
    )
})

const invisibles: ReadonlyArray<string> = [
  "\u200b",
  "\u200c",
  "\u200d",
  "\u2060",
  "\u2061",
  "\u2064",
  "\u00ad",
  "\u034f",
  "\u115f",
  "\u1160",
  "\u3164",
  "\uffa0",
  "\u2800",
  "\u180b",
  "\u180e",
  "\u17b4",
  "\ufff9",
  "\ufffa",
  "\ufffb",
  "\ufffc",
  "\ufffd",
  "\ufeff",
  "\u206a",
  "\u206f",
  cp(0x1d173),
  cp(0x1bca0)
]

/** The edges of the others are tried among the white space. */
const unspaced = invisibles.filter((c) => !spaces.includes(c))

const half = Math.ceil(unspaced.length / 2)

export const invisible = define({
  id: "invisible",
  title: "invisible and zero-width characters",
  matches: anyOf([...invisibles, ...range(0x2060, 0x206f)]),
  examples: [
    "\u00ad",
    "\u200d",
    "\u3164",
    "\ufffd",
    ...unspaced.slice(0, half).map((c, i) => `${c}word${unspaced[half + i] ?? c}`),
    `a${invisibles.join("b")}c`,
    "\u0646\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
    "co\u00adop\u200ber\u2060ate"
  ],
  arbitrary: placed(run(oneOf(invisibles), 4))
})

const bidis = ["\u200e", "\u200f", "\u061c", ...range(0x202a, 0x202e), ...range(0x2066, 0x2069)]

export const bidi = define({
  id: "bidi",
  title: "bidirectional marks, embeddings, isolates, overrides",
  matches: anyOf(bidis),
  examples: [
    "\u200f",
    "\u200eabc\u200f",
    "\u202eabc\u202c",
    "\u2066a\u2069\u2067b\u2069\u2068c\u2069",
    "unclosed \u202b\u2067",
    "(\u200f\u05e9\u05dc\u05d5\u05dd\u200e) file\u202egpj.exe"
  ],
  arbitrary: placed(run(oneOf(bidis), 4))
})
