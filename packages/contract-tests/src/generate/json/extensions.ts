import {
  type Anatomy,
  after,
  afterColon,
  afterKey,
  afterOpen,
  afterValue,
  before,
  beforeClose,
  inEveryString,
  instead,
  type Line,
  member,
  splice,
  valuesAndItems
} from "./anatomy.js"

const memberOf = ({ key, text, value }: Anatomy): string => text.slice(key.start, value.end)

const requoted = (token: string, open: string, close = open): string =>
  open + token.slice(1, -1).replaceAll(open, "").replaceAll(close, "") + close

const separators: ReadonlyArray<Line> = [
  ["trailing-comma", "a comma after the last member", beforeClose(",")],
  ["trailing-comma-space", "a comma and a space after the last member", beforeClose(", ")],
  ["trailing-commas", "several commas after the last member", beforeClose(",,,")],
  ["trailing-comma-item", "a comma after the last item of an array", member('"extra":[1,]')],
  ["trailing-commas-item", "two commas after the last item of an array", member('"extra":[1,,]')],
  ["trailing-comma-inner", "a comma after the last member of an inner object", member('"extra":{"a":1,}')],
  ["leading-comma", "a comma before the first member", afterOpen(",")],
  ["leading-comma-item", "a comma before the first item of an array", member('"extra":[,1]')],
  ["leading-comma-inner", "a comma before the first member of an inner object", member('"extra":{,"a":1}')],
  ["lone-comma-item", "an array of a comma", member('"extra":[,]')],
  ["lone-comma-inner", "an inner object of a comma", member('"extra":{,}')],
  ["double-comma", "two commas in a row", (anatomy) => beforeClose(`,,${memberOf(anatomy)}`)(anatomy)],
  ["double-comma-item", "two commas in a row in an array", member('"extra":[1,,2]')],
  ["missing-comma", "no comma between two members", (anatomy) => beforeClose(` ${memberOf(anatomy)}`)(anatomy)],
  ["missing-comma-item", "no comma between items of an array", member('"extra":[1 2]')],
  ["missing-comma-strings", "no comma between strings of an array", member('"extra":["a" "b"]')],
  ["missing-comma-inner", "no comma between members of an inner object", member('"extra":{"a":1 "b":2}')],
  ["newline-for-comma", "a line feed for the comma", (anatomy) => beforeClose(`\n${memberOf(anatomy)}`)(anatomy)],
  ["semicolon", "a semicolon between two members", (anatomy) => beforeClose(`;${memberOf(anatomy)}`)(anatomy)],
  ["semicolon-item", "a semicolon between items of an array", member('"extra":[1;2]')],
  ["semicolon-at-end", "a semicolon after the last member", beforeClose(";")],
  ["equals", "an equals sign for the colon", ({ colon, text }) => splice(text, colon.start, colon.end, "=")],
  ["arrow", "an arrow for the colon", ({ colon, text }) => splice(text, colon.start, colon.end, "=>")]
]

const quotes: ReadonlyArray<Line> = [
  [
    "single-quotes",
    "a string in single quotes",
    ({ string, text }) => splice(text, string.start, string.end, requoted(string.text, "'"))
  ],
  ["single-quotes-value", "the string of another key in single quotes", member("\"extra\":'a'")],
  ["single-quotes-item", "a string of an array in single quotes", member("\"extra\":['a']")],
  [
    "single-quoted-key",
    "a key in single quotes",
    ({ key, text }) => splice(text, key.start, key.end, requoted(key.text, "'"))
  ],
  ["single-quoted-extra", "another key in single quotes", member("'extra':1")],
  ["mixed-quotes", "a string between a double and a single quote", member('"extra":"a\'')],
  [
    "backticks",
    "a string in backticks",
    ({ string, text }) => splice(text, string.start, string.end, requoted(string.text, "`"))
  ],
  [
    "curly-quotes",
    "a string in curly quotes",
    ({ string, text }) => splice(text, string.start, string.end, requoted(string.text, "\u201c", "\u201d"))
  ],
  [
    "triple-quotes",
    "a string in three double quotes",
    ({ string, text }) => splice(text, string.start, string.end, `""${string.text}""`)
  ],
  ["unquoted-key", "a key without quotes", ({ key, text }) => splice(text, key.start, key.end, "content")],
  ["unquoted-extra", "another key without quotes", member("extra:1")],
  ["unquoted-inner", "a key without quotes in an inner object", member('"extra":{a:1}')],
  ["missing-key", "no key", ({ key, text }) => splice(text, key.start, key.end, "")],
  ["missing-key-last", "another value without a key", member(":1")],
  ["key-null", "null for a key", member("null:1")],
  ["key-true", "true for a key", member("true:1")],
  ["number-key", "a number for a key", member("1:1")],
  ["unquoted-content", "a string without quotes", instead("hello")],
  ["unquoted-value", "the string of another key without quotes", member('"extra":hello')],
  ["unquoted-item", "a string of an array without quotes", member('"extra":[hello]')],
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
  ["adjacent-strings", "two strings in a row", ({ string, text }) => splice(text, string.end, string.end, ' "" ')]
]

const comments: ReadonlyArray<Line> = [
  ["line-comment", "a // comment before the end", beforeClose("// note\n")],
  ["line-comment-first", "a // comment after the first brace", afterOpen("// note\n")],
  ["line-comment-before", "a // comment before the start", before("// note\n")],
  ["line-comment-after", "a // comment after the end", after("// note")],
  ["line-comment-item", "a // comment in an array", member('"extra":[1// note\n]')],
  ["block-comment", "a /* */ comment after the first brace", afterOpen("/* note */")],
  ["block-comment-before", "a /* */ comment before the start", before("/* note */")],
  ["block-comment-after", "a /* */ comment after the end", after("/**/")],
  ["block-comment-key", "a /* */ comment after a key", afterKey("/**/")],
  ["block-comment-colon", "a /* */ comment after a colon", afterColon("/* note */")],
  ["block-comment-value", "a /* */ comment after a value", afterValue("/* note */")],
  ["block-comment-item", "a /* */ comment in an array", member('"extra":[/* note */1]')],
  ["open-comment-after", "a comment after the end that is never closed", after("/* note")],
  ["hash-comment", "a # comment before the end", beforeClose("# note\n")],
  ["hash-comment-before", "a # comment before the start", before("# note\n")],
  ["hash-comment-after", "a # comment after the end", after("# note")],
  ["hash-comment-item", "a # comment in an array", member('"extra":[1# note\n]')],
  ["markup-comment", "a <!-- --> comment", afterOpen("<!-- note -->")]
]

const words = valuesAndItems(
  "word",
  [
    ["nan", "NaN"],
    ["minus-nan", "-NaN"],
    ["nan-lower", "nan"],
    ["infinity", "Infinity"],
    ["minus-infinity", "-Infinity"],
    ["plus-infinity", "+Infinity"],
    ["inf", "Inf"],
    ["inf-lower", "inf"],
    ["infinity-lower", "infinity"],
    ["minus-inf", "-inf"],
    ["undefined", "undefined"],
    ["true-capital", "True"],
    ["true-upper", "TRUE"],
    ["false-capital", "False"],
    ["none", "None"],
    ["null-capital", "Null"],
    ["null-upper", "NULL"],
    ["nil", "nil"],
    ["nul", "nul"],
    ["tru", "tru"],
    ["fals", "fals"],
    ["nulls", "nulls"],
    ["truth", "truth"],
    ["yes", "yes"]
  ],
  (word) => word
)

const numbers = valuesAndItems(
  "number",
  [
    ["leading-zero", "012"],
    ["minus-leading-zero", "-012"],
    ["zeros", "00"],
    ["minus-zeros", "-00"],
    ["leading-zero-fraction", "00.5"],
    ["leading-zero-exponent", "00e1"],
    ["plus", "+1"],
    ["plus-plus", "++1"],
    ["minus-minus", "--1"],
    ["plus-minus", "+-1"],
    ["minus-space", "- 1"],
    ["minus", "-"],
    ["plus-alone", "+"],
    ["bare-point", ".5"],
    ["minus-bare-point", "-.5"],
    ["point", "."],
    ["final-point", "5."],
    ["minus-final-point", "-5."],
    ["point-exponent", "1.e1"],
    ["point-exponent-plus", "2.e+3"],
    ["bare-point-exponent", ".2e-3"],
    ["two-points", "1.2.3"],
    ["point-point", "1..2"],
    ["exponent-bare", "1e"],
    ["exponent-bare-upper", "1E"],
    ["exponent-plus", "1e+"],
    ["exponent-minus", "1.0e-"],
    ["exponent-twice", "1eE2"],
    ["exponent-signs", "1e+-1"],
    ["exponent-fraction", "1e1.5"],
    ["exponent-hex", "1ea"],
    ["exponent-first", "e1"],
    ["hex", "0x1F"],
    ["hex-upper", "0X1f"],
    ["hex-minus", "-0x1"],
    ["hex-bare", "0x"],
    ["hex-letters", "1F"],
    ["octal", "0o17"],
    ["binary", "0b101"],
    ["underscore", "1_000"],
    ["space", "1 000"],
    ["apostrophe", "1'000"],
    ["sum", "1+2"],
    ["letter-after", "1a"],
    ["minus-letter", "-foo"],
    ["letters-after", "1.2a-3"],
    ["minus-after", "1-"],
    ["long-suffix", "1L"],
    ["float-suffix", "1.0f"],
    ["big-suffix", "1n"],
    ["percent", "5%"],
    ["hash", "1#"],
    ["at", "2@"],
    ["full-width", "\uff11"],
    ["arabic", "\u0661\u0662"],
    ["digit-and-arabic", "1\u0662"],
    ["fraction-sign", "\u00bd"],
    ["infinity-sign", "\u221e"]
  ],
  (raw) => `the number ${raw}`
)

const controls: ReadonlyArray<Line> = (
  [
    ["newline", "a line feed", "\n"],
    ["return", "a carriage return", "\r"],
    ["tab", "a tab", "\t"],
    ["nul", "U+0000", "\u0000"],
    ["control", "U+0001", "\u0001"],
    ["backspace", "U+0008", "\b"],
    ["form-feed", "U+000C", "\f"],
    ["escape", "U+001B", "\u001b"],
    ["unit-separator", "U+001F", "\u001f"]
  ] as const
).flatMap(([id, title, raw]) => inEveryString(`raw-${id}`, title, raw))

const escapes: ReadonlyArray<Line> = (
  [
    ["x", "the escape \\x41", "\\x41"],
    ["quote", "the escape \\'", "\\'"],
    ["a", "the escape \\a", "\\a"],
    ["v", "the escape \\v", "\\v"],
    ["e", "the escape \\e", "\\e"],
    ["zero", "the escape \\0", "\\0"],
    ["octal", "the escape \\101", "\\101"],
    ["upper-n", "the escape \\N", "\\N"],
    ["upper-u", "the escape \\U0041", "\\U0041"],
    ["long-u", "the escape \\U00000041", "\\U00000041"],
    ["brace", "the escape \\u{41}", "\\u{41}"],
    ["bare", "the escape \\u without digits", "\\u"],
    ["one-digit", "an escape with one digit", "\\u1"],
    ["short", "an escape with two digits", "\\u12"],
    ["three-digits", "an escape with three digits", "\\u00A"],
    ["no-hex", "an escape with a letter that is no digit", "\\u00g1"],
    ["sign", "an escape with a sign", "\\u+041"],
    ["space-in", "an escape with a space", "\\u 041"],
    ["hex-prefix", "an escape with 0x", "\\u0x41"],
    ["full-width", "an escape with full-width digits", "\\u\uff10\uff10\uff14\uff11"],
    ["space", "a backslash before a space", "\\ "],
    ["line", "a backslash before a line feed", "\\\n"],
    ["tab", "a backslash before a tab", "\\\t"],
    ["nul", "a backslash before U+0000", "\\\u0000"],
    ["emoji", "a backslash before an emoji", "\\\u{1f300}"],
    ["letter", "a backslash before a letter beyond ASCII", "\\\u00e9"],
    ["dollar", "a backslash before a dollar sign", "\\$"],
    ["high-u", "the first half of a pair before \\u without digits", "\\ud83d\\u"],
    ["high-short", "the first half of a pair before an escape with one digit", "\\ud83d\\u1"],
    ["high-cut", "the first half of a pair before the second one cut short", "\\ud83d\\ude0"],
    ["high-no-hex", "the first half of a pair before the second one with a letter", "\\ud83d\\ude0g"],
    ["high-x", "the first half of a pair before \\x", "\\ud83d\\x41"],
    ["high-brace", "the first half of a pair before \\u{de00}", "\\ud83d\\u{de00}"]
  ] as const
).flatMap(([id, title, raw]) => inEveryString(`escape-${id}`, title, raw))

const spaces: ReadonlyArray<Line> = (
  [
    ["no-break", "a no-break space", "\u00a0"],
    ["form-feed", "a form feed", "\f"],
    ["vertical-tab", "a vertical tab", "\v"],
    ["next-line", "U+0085", "\u0085"],
    ["line-separator", "U+2028", "\u2028"],
    ["ideographic", "an ideographic space", "\u3000"],
    ["zero-width", "a zero-width space", "\u200b"],
    ["word-joiner", "a word joiner", "\u2060"],
    ["mark", "a byte-order mark", "\ufeff"],
    ["backspace", "U+0008", "\b"],
    ["control", "U+0001", "\u0001"],
    ["nul", "U+0000", "\u0000"]
  ] as const
).flatMap(
  ([id, title, raw]): ReadonlyArray<Line> => [
    [`space-${id}`, `${title} between tokens`, afterOpen(raw)],
    [`space-${id}-item`, `${title} in an array`, member(`"extra":[1${raw}]`), `space-${id}`],
    // A mark at the beginning may be ignored, and what follows U+0000 is after the end.
    ...(id === "mark"
      ? []
      : [[`space-${id}-before`, `${title} before the start`, before(raw), `space-${id}`] as const]),
    ...(id === "nul" ? [] : [[`space-${id}-after`, `${title} after the end`, after(raw), `space-${id}`] as const])
  ]
)

const wrappings: ReadonlyArray<Line> = [
  ["escape-outside", "an escaped space between tokens", afterOpen("\\u0020")],
  ["newline-outside", "an escaped line feed between tokens", afterOpen("\\n")],
  ["backslash-outside", "a backslash between tokens", afterOpen("\\\n")],
  ["star-item", "a star in an array", member('"extra":[*]')],
  ["angle-item", "angle brackets in an array", member('"extra":[<null>]')],
  ["parentheses", "the object in parentheses", ({ text }) => `(${text})`],
  ["parentheses-value", "a value in parentheses", member('"extra":(1)')],
  ["tuple", "parentheses for an array", member('"extra":(1,2)')],
  ["constructor", "a constructor as a value", member('"extra":new Date(1)')],
  ["function", "a function as a value", member('"extra":function(){}')],
  ["regexp", "a regular expression as a value", member('"extra":/a/')],
  ["callback", "wrapped in a function call", ({ text }) => `callback(${text})`],
  ["guard-before", "a guard against script inclusion before the start", before(")]}',\n")],
  ["assignment", "assigned to a variable", before("data = ")]
]

/** Texts that are JSON but for an extension that some parsers accept. */
export const extensions: ReadonlyArray<Line> = [
  ...separators,
  ...quotes,
  ...comments,
  ...words,
  ...numbers,
  ...controls,
  ...escapes,
  ...spaces,
  ...wrappings
]
