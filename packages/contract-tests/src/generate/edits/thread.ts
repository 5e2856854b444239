/** Edits of the thread: other paths, and threads that are nobody's. */
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
  sameNumber,
  unlikelyLengths,
  wildcards,
  withKey
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
  ["json", "with an ending", ".json"],
  ["upper", "with an upper-case letter at the end", "A"],
  ["encoded-space", "with an encoded space at the end", "%20"],
  ["encoded-newline", "with an encoded newline at the end", "%0A"],
  ["encoded-crlf", "with an encoded CRLF at the end", "%0D%0A"],
  ["encoded-tab", "with an encoded tab at the end", "%09"],
  ["encoded-nul", "with an encoded NUL at the end", "%00"],
  ["encoded-nul-text", "with an encoded NUL and more at the end", "%00abc"],
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

const respelled = (name: string, title: string, segment: (id: string) => string, after = ""): EditSpec =>
  edit(
    "reject.thread.path",
    name,
    title,
    (draft, known) => ({ ...draft, segment: segment(known.thread), query: after + draft.query }),
    { expects: "turned away" }
  )

/** Spellings of the path that many routers change before they look at it. */
export const threadPaths: ReadonlyArray<EditSpec> = [
  respelled("final-slash", "a slash after the path", (id) => id, "/"),
  respelled("encoded-slash", "a thread with an encoded slash at the end", (id) => `${id}%2F`),
  respelled("slash-before", "an empty segment before the thread", (id) => `/${id}`),
  respelled("matrix", "a thread with a matrix parameter", (id) => `${id};x=1`),
  respelled("dot-before", "a segment of a dot before the thread", (id) => `./${id}`),
  respelled("encoded-slash-text", "a thread with an encoded slash and more at the end", (id) => `${id}%2Fabc`),
  respelled("slash-after", "an empty segment after the thread", (id) => `${id}/`),
  respelled("dot-after", "a segment of a dot after the thread", (id) => `${id}/.`),
  respelled("dots-before", "a segment that two dots take back", (id) => `x/../${id}`),
  respelled("encoded-dot-before", "a segment of an encoded dot before the thread", (id) => `%2E/${id}`),
  respelled("encoded-dots-before", "a segment that two encoded dots take back", (id) => `x/%2E%2E/${id}`),
  respelled("leading-slash", "a thread with an encoded slash before it", (id) => `%2F${id}`),
  respelled("leading-dots", "a thread with encoded dots before it", (id) => `%2E%2E%2F${id}`),
  respelled("backslash", "a backslash after the thread", (id) => `${id}\\`),
  respelled("encoded-backslash", "a thread with an encoded backslash at the end", (id) => `${id}%5C`),
  respelled("nothing", "an empty thread", () => ""),
  respelled("dot", "a thread that is a dot", () => "."),
  respelled("dots", "a thread that is two dots", () => ".."),
  respelled("session", "a session in a matrix parameter", (id) => `${id};jsessionid=1`)
]

/** The id with something in it that stands for other characters where it is read as a pattern. */
const patterns: ReadonlyArray<EditSpec> = [
  ...wildcards.map(([name, pattern]) => thread(`wildcard-${name}`, `that is ${pattern}`, () => percent(pattern))),
  thread("wildcard-raw-star", "that is a star, not encoded", () => "*"),
  thread("like", "with an underscore for its last character", (id) => `${id.slice(0, -1)}_`),
  thread("like-all", "of as many underscores as it has characters", (id) => "_".repeat(id.length)),
  thread("like-rest", "with a percent sign for its second half", (id) => `${id.slice(0, id.length / 2)}%25`),
  thread("glob-rest", "with a star for its second half", (id) => `${id.slice(0, id.length / 2)}*`),
  thread("glob", "with a question mark for its last character", (id) => `${id.slice(0, -1)}%3F`),
  thread("pattern", "with a dot for its last character", (id) => `${id.slice(0, -1)}.`),
  thread("pattern-some", "with a dot and a plus sign for its second half", (id) => `${id.slice(0, id.length / 2)}.+`)
]

export const threads: ReadonlyArray<EditSpec> = [
  edit(
    "reject.thread",
    "two-segments",
    "a thread of two segments",
    (draft, known) => ({ ...draft, segment: `${known.thread}/x` }),
    { expects: "turned away" }
  ),
  thread("upper-case", "in upper case", (id) => id.toUpperCase()),
  thread("capital", "with its first letter in upper case", capitalise),
  thread("capital-last", "with its last letter in upper case", (id) =>
    id.replace(/[a-z](?=[^a-z]*$)/, (letter) => letter.toUpperCase())
  ),
  thread("leading-dash", "with a dash before it", (id) => `-${id}`),
  thread("leading-at", "with an @ before it", (id) => `@${id}`),
  thread("leading-colon", "with a colon before it", (id) => `:${id}`),
  thread("leading-space", "with an encoded space before it", (id) => `%20${id}`),
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
  ...patterns,
  edit(
    "reject.thread",
    "both-content",
    "a thread in upper case, and content that is a number",
    (draft, known) => {
      const segment = known.thread.toUpperCase()
      return segment === known.thread ? undefined : { ...withKey(draft, "content", 1), segment }
    },
    { reply: "never" }
  ),
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

/** Tells whether ids like this one are likely to be given one after another, so that what differs a little may exist. */
const hasNeighbours = (id: string): boolean => id.length < 6 || (id.length < distinctive && !/[a-z]/.test(id))

export const threadUnknown: ReadonlyArray<EditSpec> = [
  unknownThread("random", "that does not exist", () => nobody),
  unknownThread("random-reply", "that does not exist, and a reply", () => nobody, "needed"),
  unknownThread("letter-first", "that does not exist and begins with another letter", () => `a${nobody}`),
  unknownThread("property", "that does not exist, named as what every object has", () => "constructor"),
  unknownThread("digits", "of digits that does not exist", () => "7204915836204915"),
  unknownThread("one-character", "of one character that does not exist", ({ thread: id }) =>
    hasNeighbours(id) ? undefined : "q"
  ),
  unknownThread("digit-first", "that does not exist and begins with a digit", () => `9${nobody}`),
  ...unlikelyLengths.map((length) =>
    unknownThread(`length-${length}`, `of ${length} characters that does not exist`, () => ofLength(length))
  ),
  ...sameNumber.map(([name, title, same]) => unknownThread(name, `that is ${title}`, ({ thread: id }) => same(id))),
  unknownThread(
    "leading-zero-reply",
    "that is the same number, with a zero before it, and a reply",
    ({ thread: id }) => `0${id}`,
    "needed"
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
