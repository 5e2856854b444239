/**
 * Edits of the thread: other paths, and threads that are nobody's.
 *
 * @since 0.1.0
 */
import {
  arabicDigit,
  capitalise,
  distinctive,
  type EditSpec,
  edit,
  foldings,
  fullWidth,
  type Known,
  nobody,
  ofLength,
  otherCharacter,
  percent,
  unlikelyLengths
} from "./edit.js"

const thread = (name: string, title: string, segment: (id: string) => string): EditSpec =>
  edit("reject.thread", name, `a thread ${title}`, (draft, known) => {
    const changed = segment(known.thread)
    return changed === known.thread ? undefined : { ...draft, segment: changed }
  })

const threadSuffixes: ReadonlyArray<readonly [name: string, title: string, suffix: string]> = [
  ["dash", "with a dash at the end", "-"],
  ["underscore", "with an underscore at the end", "_"],
  ["dot", "with a dot at the end", "."],
  ["dots", "with two dots at the end", ".."],
  ["tilde", "with a tilde at the end", "~"],
  ["star", "with a star at the end", "*"],
  ["plus", "with a plus sign at the end", "+"],
  ["comma", "with a comma at the end", ","],
  ["colon", "with a colon at the end", ":"],
  ["at", "with an @ at the end", "@"],
  ["exclamation", "with an exclamation mark at the end", "!"],
  ["quote", "with a quote at the end", "'"],
  ["dollar", "with a dollar sign at the end", "$"],
  ["matrix", "with a matrix parameter", ";x=1"],
  ["json", "with an ending", ".json"],
  ["upper", "with an upper-case letter at the end", "A"],
  ["encoded-space", "with an encoded space at the end", "%20"],
  ["encoded-newline", "with an encoded newline at the end", "%0A"],
  ["encoded-crlf", "with an encoded CRLF at the end", "%0D%0A"],
  ["encoded-tab", "with an encoded tab at the end", "%09"],
  ["encoded-nul", "with an encoded NUL at the end", "%00"],
  ["encoded-nul-text", "with an encoded NUL and more at the end", "%00abc"],
  ["encoded-slash", "with an encoded slash at the end", "%2F"],
  ["encoded-slash-text", "with an encoded slash and more at the end", "%2Fabc"],
  ["encoded-backslash", "with an encoded backslash at the end", "%5C"],
  ["encoded-percent", "with an encoded percent sign at the end", "%25"],
  ["encoded-question", "with an encoded question mark at the end", "%3Fx=1"],
  ["encoded-hash", "with an encoded hash at the end", "%23x"],
  ["encoded-dots", "with encoded dots at the end", "%2E%2E"],
  ["encoded-no-break", "with an encoded no-break space at the end", "%C2%A0"],
  ["encoded-zero-width", "with an encoded zero-width space at the end", "%E2%80%8B"],
  ["arabic-digit", "with an Arabic-Indic digit at the end", percent("\u0663")],
  ["full-width-digit", "with a full-width digit at the end", percent("\uff13")],
  ["accent", "with an accented letter at the end", percent("\u00e9")],
  ["cyrillic", "with a Cyrillic letter at the end", percent("\u0430")],
  ["emoji", "with an emoji at the end", percent("\u{1f600}")]
]

const segments = (name: string, title: string, segment: (id: string) => string): EditSpec =>
  edit("reject.thread", name, title, (draft, known) => ({ ...draft, segment: segment(known.thread) }), {
    expects: "turned away"
  })

export const threads: ReadonlyArray<EditSpec> = [
  segments("nothing", "an empty thread", () => ""),
  segments("dot", "a thread that is a dot", () => "."),
  segments("dots", "a thread that is two dots", () => ".."),
  segments("two-segments", "a thread of two segments", (id) => `${id}/x`),
  segments("slash-before", "an empty segment before the thread", (id) => `/${id}`),
  thread("upper-case", "in upper case", (id) => id.toUpperCase()),
  thread("capital", "with its first letter in upper case", capitalise),
  thread("capital-last", "with its last letter in upper case", (id) =>
    id.replace(/[a-z](?=[^a-z]*$)/, (letter) => letter.toUpperCase())
  ),
  thread("leading-dash", "with a dash before it", (id) => `-${id}`),
  thread("leading-at", "with an @ before it", (id) => `@${id}`),
  thread("leading-colon", "with a colon before it", (id) => `:${id}`),
  thread("leading-space", "with an encoded space before it", (id) => `%20${id}`),
  thread("leading-slash", "with an encoded slash before it", (id) => `%2F${id}`),
  thread("leading-dots", "with encoded dots before it", (id) => `%2E%2E%2F${id}`),
  thread("leading-newline", "with an encoded newline before it", (id) => `%0A${id}`),
  thread("inner-dash", "with a dash inside", (id) => `${id.slice(0, 1)}-${id.slice(1)}`),
  thread("full-width", "with a full-width first character", (id) => percent(fullWidth(id.slice(0, 1))) + id.slice(1)),
  thread("arabic", "with its first digit in Arabic-Indic script", (id) =>
    arabicDigit(id).replace(/[\u0660-\u0669]/, percent)
  ),
  thread(
    "combining",
    "with an accent over its first character",
    (id) => id.slice(0, 1) + percent("\u0301") + id.slice(1)
  ),
  ...foldings.map(([name, title, letter, folded]) => thread(name, title, (id) => id.replace(letter, percent(folded)))),
  thread("double-encoded", "encoded twice", (id) => `%25${percent(id.slice(0, 1)).slice(1)}${id.slice(1)}`),
  thread("braces", "in braces", (id) => `%7B${id}%7D`),
  thread("quoted", "in quotes", (id) => `%22${id}%22`),
  thread("two", "twice with a comma between", (id) => `${id},${id}`),
  thread("two-words", "twice with an encoded space between", (id) => `${id}%20${id}`),
  thread("two-lines", "twice on two lines", (id) => `${id}%0A${id}`),
  ...threadSuffixes.map(([name, title, suffix]) => thread(`suffix-${name}`, title, (id) => id + suffix)),
  edit(
    "reject.thread",
    "text",
    "a thread outside its pattern",
    (draft, _, value) => ({ ...draft, segment: percent(String(value)) }),
    { takes: "thread text" }
  )
]

/** No replies, but where one is asked for: such a message is not found in that thread, and would be refused for that. */
const unknownThread = (
  name: string,
  title: string,
  id: (known: Known) => string | undefined,
  reply: EditSpec["reply"] = "never"
): EditSpec =>
  edit(
    "reject.thread.unknown",
    name,
    `a thread ${title}`,
    (draft, known) => {
      const segment = id(known)
      return segment === undefined || known.threads.includes(segment) ? undefined : { ...draft, segment }
    },
    { reply }
  )

/** Whether ids like this one are likely to be given one after another, so that what differs a little may exist. */
const hasNeighbours = (id: string): boolean => id.length < 6 || (id.length < distinctive && !/[a-z]/.test(id))

export const threadUnknown: ReadonlyArray<EditSpec> = [
  unknownThread("random", "that does not exist", () => nobody),
  unknownThread("random-reply", "that does not exist, and a reply", () => nobody, "needed"),
  unknownThread("letter-first", "that does not exist and begins with another letter", () => `a${nobody}`),
  unknownThread("digits", "of digits that does not exist", () => "7204915836204915"),
  unknownThread("one-character", "of one character that does not exist", ({ thread: id }) =>
    hasNeighbours(id) ? undefined : "q"
  ),
  unknownThread("digit-first", "that does not exist and begins with a digit", () => `9${nobody}`),
  ...unlikelyLengths.map((length) =>
    unknownThread(`length-${length}`, `of ${length} characters that does not exist`, () => ofLength(length))
  ),
  unknownThread("extended", "whose id is extended by a few characters", ({ thread: id }) => id + nobody),
  unknownThread("extended-by-one", "whose id is extended by one character", ({ thread: id }) =>
    hasNeighbours(id) ? undefined : `${id}q`
  ),
  unknownThread("prefixed", "whose id has something before it", ({ thread: id }) => nobody + id),
  unknownThread("twice", "whose id is written twice", ({ thread: id }) => id + id),
  unknownThread("cut", "whose id is cut by its last character", ({ thread: id }) =>
    id.length < 2 || (id.length < distinctive && /\d\d$/.test(id)) ? undefined : id.slice(0, -1)
  ),
  unknownThread("cut-first", "whose id is cut by its first character", ({ thread: id }) =>
    hasNeighbours(id) ? undefined : id.slice(1)
  ),
  unknownThread("half", "whose id is cut in half", ({ thread: id }) =>
    hasNeighbours(id) ? undefined : id.slice(0, id.length / 2)
  ),
  unknownThread("last-changed", "whose id differs in its last character", ({ thread: id }) =>
    hasNeighbours(id) ? undefined : id.slice(0, -1) + otherCharacter(id.slice(-1))
  ),
  unknownThread("first-changed", "whose id differs in its first character", ({ thread: id }) =>
    hasNeighbours(id) ? undefined : otherCharacter(id.slice(0, 1)) + id.slice(1)
  ),
  unknownThread("reversed", "whose id is reversed", ({ thread: id }) =>
    hasNeighbours(id) ? undefined : [...id].reverse().join("")
  ),
  unknownThread("message", "whose id is a message's", ({ messageId }) =>
    messageId === undefined || hasNeighbours(messageId) ? undefined : messageId
  ),
  unknownThread("null", "called null", () => "null"),
  unknownThread("undefined", "called undefined", () => "undefined"),
  unknownThread("long", "of 1,000 characters", () => ofLength(1_000))
]
