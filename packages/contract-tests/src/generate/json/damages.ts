import {
  type Anatomy,
  after,
  afterKey,
  afterOpen,
  before,
  beforeClose,
  instead,
  type Line,
  member,
  splice
} from "./anatomy.js"

const middleOf = ({ string }: Anatomy): number => {
  const inner = Array.from(string.text.slice(1, -1))
  return string.start + 1 + inner.slice(0, Math.ceil(inner.length / 2)).join("").length
}

/** Ends the text inside the content, after some text of its own. */
const endingIn =
  (end: string) =>
  ({ string, text }: Anatomy): string =>
    text.slice(0, string.end - 1) + end

/** Ends the text inside another member. */
const endingInMember =
  (end: string) =>
  ({ close, text }: Anatomy): string =>
    `${text.slice(0, close.start)},${end}`

const cuts: ReadonlyArray<Line> = [
  ["cut-last-brace", "the last brace is missing", ({ close, text }) => text.slice(0, close.start)],
  ["cut-last-quote", "cut off before the end of a string", ({ string, text }) => text.slice(0, string.end - 1)],
  ["cut-in-string", "cut off in the middle of a string", (anatomy) => anatomy.text.slice(0, middleOf(anatomy))],
  ["cut-before-value", "cut off at the beginning of a string", ({ text, value }) => text.slice(0, value.start + 1)],
  ["cut-after-colon", "cut off after the colon", ({ colon, text }) => text.slice(0, colon.end)],
  ["cut-after-key", "cut off after a key", ({ key, text }) => text.slice(0, key.end)],
  ["cut-in-key", "cut off inside a key", ({ key, text }) => text.slice(0, key.end - 1)],
  ["cut-after-brace", "cut off after the first brace", ({ open, text }) => text.slice(0, open.end)],
  ["cut-after-comma", "cut off after a comma", ({ close, text }) => `${text.slice(0, close.start)},`],
  ["cut-after-backslash", "cut off after a backslash", endingIn("\\")],
  ["cut-after-escape", "cut off after an escape", endingIn("\\n")],
  ["cut-in-escape", "cut off inside an escape", endingIn("\\u00")],
  ["cut-after-u", "cut off after \\u", endingIn("\\u")],
  ["cut-after-high", "cut off after the first half of a pair", endingIn("\\ud83d")],
  ["cut-after-high-backslash", "cut off after the first half of a pair and a backslash", endingIn("\\ud83d\\")],
  [
    "cut-escaped-quote",
    "a string whose last quotation mark is escaped",
    ({ string, text }) => splice(text, string.end - 1, string.end - 1, "\\")
  ],
  ["cut-in-number", "cut off after a number", endingInMember('"extra":12')],
  ["cut-in-exponent", "cut off in a number", endingInMember('"extra":1e')],
  ["cut-in-literal", "cut off in a literal", endingInMember('"extra":tru')],
  ["cut-after-literal", "cut off after a literal", endingInMember('"extra":null')],
  ["cut-in-array", "cut off after an item of an array", endingInMember('"extra":[1')],
  ["cut-in-array-comma", "cut off after a comma in an array", endingInMember('"extra":[1,')],
  ["cut-in-array-string", "cut off in a string of an array", endingInMember('"extra":["a')],
  ["cut-after-bracket", "cut off after an opening bracket", endingInMember('"extra":[')],
  ["cut-after-array", "cut off after an array", endingInMember('"extra":[1]')],
  ["cut-in-object", "cut off after a member of an inner object", endingInMember('"extra":{"a":1')],
  ["cut-after-inner", "cut off after an inner object", endingInMember('"extra":{"a":1}')]
]

const open: ReadonlyArray<Line> = [
  ["open-array", "an array that is never closed", ({ text, value }) => splice(text, value.start, value.start, "[")],
  ["open-extra-array", "an array of another key that is never closed", member('"extra":[1,2')],
  ["array-closed-by-brace", "an array that is closed by a brace", member('"extra":[1,2}')],
  ["object-closed-by-bracket", "an inner object that is closed by a bracket", member('"extra":{"a":1]')],
  [
    "wrong-bracket",
    "a bracket where the brace should close",
    ({ close, text }) => splice(text, close.start, close.end, "]")
  ],
  [
    "unterminated-string",
    "a string without its closing quotes",
    ({ string, text }) => splice(text, string.end - 1, string.end, "")
  ],
  ["stray-bracket", "a stray closing bracket", beforeClose("]")],
  ["stray-bracket-item", "an array that is closed twice", member('"extra":[1]]')],
  ["stray-brace", "an inner object that is closed twice", member('"extra":{"a":1}},"b":1')],
  ["no-first-brace", "the first brace is missing", ({ open, text }) => splice(text, open.start, open.end, "")]
]

const missing: ReadonlyArray<Line> = [
  ["missing-colon", "no colon between key and value", ({ colon, text }) => splice(text, colon.start, colon.end, " ")],
  ["double-colon", "two colons between key and value", ({ colon, text }) => splice(text, colon.start, colon.end, "::")],
  ["comma-for-colon", "a comma for the colon", ({ colon, text }) => splice(text, colon.start, colon.end, ",")],
  ["missing-value", "no value", instead("")],
  ["missing-value-last", "another key without a value", member('"extra":')],
  ["missing-value-inner", "another key without a value between two members", member('"extra":,"b":1')],
  ["missing-value-nested", "a key without a value in an inner object", member('"extra":{"a":}')],
  ["key-alone", "another key without a colon", member('"extra"')],
  ["value-alone", "a value without a key", member("1")],
  ["key-array", "an array for a key", member("[1]:1")],
  ["key-object", "an object for a key", member("{}:1")],
  ["key-bracket", "a bracket for a key", afterOpen('[:"x",')],
  ["colon-in-array", "a colon between items of an array", member('"extra":[1:2]')],
  ["key-in-array", "a member in an array", member('"extra":["a":1]')],
  ["item-in-object", "items in an inner object", member('"extra":{1,2}')],
  ["two-values", "two values for a key", member('"extra":1 2')],
  ["value-and-object", "a number and an object for a key", member('"extra":1{}')],
  ["number-and-array", "a number and an array in an array", member('"extra":[1[2]]')],
  ["text-after-key", "text between key and colon", afterKey("x")]
]

const around: ReadonlyArray<Line> = [
  ["extra-brace", "one closing brace too many", after("}")],
  ["extra-bracket", "a closing bracket after the end", after("]")],
  ["open-brace-after", "an opening brace after the end", after("{")],
  ["garbage-after", "text after the end", after("x")],
  ["words-after", "words after the end", after(" and more")],
  ["line-after", "a line of text after the end", after("\nx")],
  ["comma-after", "a comma after the end", after(",")],
  ["colon-after", "a colon after the end", after(":")],
  ["semicolon-after", "a semicolon after the end", after(";")],
  ["slash-after", "a slash after the end", after("/")],
  ["backslash-after", "a backslash after the end", after("\\")],
  ["quote-after", "a quotation mark after the end", after('"')],
  ["number-after", "a number after the end", after("0")],
  ["string-after", "a string after the end", after(' "x"')],
  ["null-after", "a second value after the end", after(" null")],
  ["array-after", "an array after the end", after("[]")],
  ["empty-object-after", "an empty object after the end", after("{}")],
  ["second-text", "a second object after the end", ({ text }) => text + text],
  ["second-line", "a second object on the next line", ({ text }) => `${text}\n${text}`],
  ["nul-after", "U+0000 after the end", after("\u0000")],
  ["nul-text-after", "U+0000 and text after the end", after("\u0000x")],
  ["garbage-before", "text before the start", before("x")],
  ["comma-before", "a comma before the start", before(",")],
  ["colon-before", "a colon before the start", before(":")],
  ["brace-before", "an opening brace before the start", before("{")],
  ["close-before", "a closing brace before the start", before("}")],
  ["bracket-before", "an opening bracket before the start", before("[")],
  ["number-before", "a number before the start", before("1")],
  ["null-before", "null before the start", before("null ")],
  ["string-before", "a string before the start", before('"x" ')],
  ["object-before", "an empty object before the start", before("{}")]
]

/** Texts of which a part is missing, or in which something is left over. */
export const damages: ReadonlyArray<Line> = [...cuts, ...open, ...missing, ...around]
