/**
 * The edits that make an accepted request one that has to be refused, or that no server may stumble over.
 *
 * @since 0.1.0
 */

import * as Zlib from "node:zlib"
import type { Level } from "../../contract/Requirement.js"
import * as Malformed from "../json/malformed.js"

/**
 * A request before it is written as bytes: what edits work on.
 *
 * @since 0.1.0
 * @category models
 */
export interface Draft {
  readonly method: string
  /** The thread as a percent-encoded segment of the path. */
  readonly segment: string
  readonly query: string
  readonly authorization: string | undefined
  readonly contentType: string | undefined
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>
  readonly payload: Readonly<Record<string, unknown>>
  /** Replaces the JSON text of the payload. */
  readonly text: string | undefined
  /** Replaces the bytes of the text. */
  readonly bytes: Uint8Array | undefined
  readonly bodiless: boolean
}

/**
 * What an edit may know besides the request: the credentials and the ids that are real.
 *
 * @since 0.1.0
 * @category models
 */
export interface Known {
  readonly token: string
  readonly thread: string
  readonly replyId: string | undefined
  /** An id of a message that exists. */
  readonly messageId: string | undefined
  /** Every thread that is known to exist. */
  readonly threads: ReadonlyArray<string>
}

/**
 * What has to come of the edited request.
 *
 * - `refused`: a 4xx
 * - `turned away`: a 4xx, or a redirect to the path that a server makes of one with empty or dotted segments
 * - `unauthorised`: neither 2xx nor 5xx, and a 401 or 403 where `auth.status` is asked for
 * - `ignored`: a 4xx, or what the request gets without the edit
 * - `survived`: any answer but a 5xx
 *
 * @since 0.1.0
 * @category models
 */
export type Expectation = "refused" | "turned away" | "unauthorised" | "ignored" | "survived"

/**
 * One edit.
 *
 * @since 0.1.0
 * @category models
 */
export interface EditSpec {
  readonly id: string
  readonly requirement: string
  /** Where it differs from the requirement's own level. */
  readonly level: Level | undefined
  readonly title: string
  readonly expects: Expectation
  /** Whether the request that is edited has to be a reply. */
  readonly reply: "needed" | "never" | "either"
  /** Which message it replies to, where it does. */
  readonly replyTo: string
  /** What its value is drawn from, where it takes one. */
  readonly takes: "json" | "reply text" | "thread text" | undefined
  /** The edited request; `undefined` where the edit would change nothing, or could name something that exists. */
  readonly apply: (draft: Draft, known: Known, value: unknown) => Draft | undefined
}

type Apply = EditSpec["apply"]

interface Options {
  readonly level?: Level
  readonly expects?: Expectation
  readonly reply?: EditSpec["reply"]
  readonly replyTo?: string | undefined
  readonly takes?: EditSpec["takes"]
}

const edit = (requirement: string, name: string, title: string, apply: Apply, options: Options = {}): EditSpec => ({
  id: `${requirement}/${name}`,
  requirement,
  level: options.level,
  title,
  expects: options.expects ?? "refused",
  reply: options.reply ?? "either",
  replyTo: options.replyTo ?? "latest",
  takes: options.takes,
  apply
})

// ---------------------------------------------------------------------------------------------------------------------
// content
// ---------------------------------------------------------------------------------------------------------------------

const withKey = (draft: Draft, key: string, value: unknown): Draft => ({
  ...draft,
  payload: { ...draft.payload, [key]: value }
})

const withoutKey = (draft: Draft, key: string): Draft => {
  const { [key]: _, ...payload } = draft.payload
  return { ...draft, payload }
}

/** A JSON text with a value that JavaScript cannot hold, in place of a member's value. */
const withRaw = (draft: Draft, key: string, raw: string): Draft => {
  const members = Object.entries({ ...draft.payload, [key]: 0 }).map(
    ([name, value]) => `${JSON.stringify(name)}:${name === key ? raw : JSON.stringify(value)}`
  )
  return { ...draft, text: `{${members.join(",")}}` }
}

const contentOf = (draft: Draft): string => String(draft.payload.content)

const jsonOf = (draft: Draft): string => JSON.stringify(draft.payload)

const contentValue = (name: string, title: string, value: (content: string) => unknown, options?: Options): EditSpec =>
  edit("reject.content", name, title, (draft) => withKey(draft, "content", value(contentOf(draft))), options)

const contentElsewhere = (key: string): EditSpec =>
  edit("reject.content", `named-${key.trim()}`, `content under the name ${JSON.stringify(key)}`, (draft) =>
    withKey(withoutKey(draft, "content"), key, contentOf(draft))
  )

const contentWithin = (key: string): EditSpec =>
  edit("reject.content", `within-${key}`, `the payload wrapped in ${JSON.stringify(key)}`, (draft) => ({
    ...draft,
    payload: { [key]: draft.payload }
  }))

const content: ReadonlyArray<EditSpec> = [
  edit("reject.content", "missing", "no content", (draft) => withoutKey(draft, "content"), { reply: "never" }),
  edit("reject.content", "missing-reply", "a reply without content", (draft) => withoutKey(draft, "content"), {
    reply: "needed"
  }),
  ...["Content", "CONTENT", "text", "message", "body"].map(contentElsewhere),
  ...["data", "message"].map(contentWithin),
  edit("reject.content", "in-query", "content in the query of the path", (draft) => ({
    ...withoutKey(draft, "content"),
    query: "?content=hello"
  })),
  edit("reject.content", "in-proto", "content inside __proto__ only", (draft) => ({
    ...draft,
    text: `{"__proto__":${jsonOf(draft)}}`
  })),
  contentValue("empty", "empty content", () => "", { reply: "never" }),
  contentValue("empty-reply", "a reply with empty content", () => "", { reply: "needed" }),
  contentValue("null", "content null", () => null, { reply: "never" }),
  contentValue("null-reply", "a reply with content null", () => null, { reply: "needed" }),
  contentValue("zero", "content 0", () => 0),
  contentValue("one", "content 1", () => 1),
  contentValue("number", "content 42", () => 42),
  contentValue("negative", "content -1", () => -1),
  contentValue("fraction", "content 1.5", () => 1.5),
  contentValue("large", "content 1e21", () => 1e21),
  contentValue("true", "content true", () => true),
  contentValue("false", "content false", () => false),
  contentValue("empty-array", "content []", () => []),
  contentValue("array", "content as an array of itself", (value) => [value]),
  contentValue("array-two", "content as an array of two strings", (value) => [value, "b"]),
  contentValue("array-empty-string", 'content [""]', () => [""]),
  contentValue("array-number", "content [1]", () => [1]),
  contentValue("array-null", "content [null]", () => [null]),
  contentValue("array-nested", "content [[]]", () => [[]]),
  contentValue("object-empty", "content {}", () => ({})),
  contentValue("object", "content as an object", (value) => ({ content: value })),
  contentValue("object-text", "content as an object with a text", (value) => ({ text: value })),
  contentValue("object-length", "content as an object with a length", () => ({ length: 1 })),
  contentValue("object-indexed", "content as an object of characters", () => ({ "0": "a", length: 1 })),
  contentValue("object-coercible", "content as an object with toString and valueOf", () => ({
    toString: "a",
    valueOf: "a"
  })),
  edit(
    "reject.content",
    "value",
    "content that is not a string",
    (draft, _, value) => withKey(draft, "content", value),
    { takes: "json" }
  )
]

// ---------------------------------------------------------------------------------------------------------------------
// replyToMessageId
// ---------------------------------------------------------------------------------------------------------------------

const replyText = (name: string, title: string, change: (id: string) => string, replyTo?: string): EditSpec =>
  edit(
    "reject.reply",
    name,
    `a replyToMessageId ${title}`,
    (draft, known) => {
      if (known.replyId === undefined) return undefined
      const changed = change(known.replyId)
      return /^[0-9a-z]+$/.test(changed) && !/\n$/.test(changed)
        ? undefined
        : withKey(draft, "replyToMessageId", changed)
    },
    { reply: "needed", replyTo }
  )

const replyValue = (name: string, title: string, value: (id: string) => unknown, level?: Level): EditSpec =>
  edit(
    "reject.reply",
    name,
    `replyToMessageId ${title}`,
    (draft, known) =>
      known.replyId === undefined ? undefined : withKey(draft, "replyToMessageId", value(known.replyId)),
    { reply: "needed", ...(level === undefined ? {} : { level }) }
  )

const suffixes: ReadonlyArray<readonly [name: string, title: string, suffix: string]> = [
  ["dash", "with a dash", "-"],
  ["dot", "with a dot", "."],
  ["underscore", "with an underscore", "_"],
  ["space", "with a space at the end", " "],
  ["newline", "with a newline at the end", "\n"],
  ["crlf", "with a CRLF at the end", "\r\n"],
  ["tab", "with a tab at the end", "\t"],
  ["nul", "with a NUL at the end", "\u0000"],
  ["line-separator", "with U+2028 at the end", "\u2028"],
  ["no-break-space", "with a no-break space at the end", "\u00a0"],
  ["zero-width", "with a zero-width space at the end", "\u200b"],
  ["arabic-digit", "with an Arabic-Indic digit", "\u0663"],
  ["full-width-digit", "with a full-width digit", "\uff13"],
  ["devanagari-digit", "with a Devanagari digit", "\u0969"],
  ["accent", "with an accented letter", "\u00e9"],
  ["cyrillic", "with a Cyrillic letter", "\u0430"],
  ["superscript", "with a superscript digit", "\u00b2"],
  ["emoji", "with an emoji", "\u{1f600}"],
  ["slash", "with a slash", "/"],
  ["colon", "with a colon", ":"],
  ["semicolon", "with a semicolon", ";"],
  ["percent", "with %20", "%20"],
  ["quote", "with a quote", "'"],
  ["dollar", "with a dollar sign", "$"],
  ["star", "with a star", "*"],
  ["plus", "with a plus sign", "+"],
  ["comma", "with a comma", ","],
  ["upper", "with an upper-case letter", "A"],
  ["upper-z", "with an upper-case letter", "Z"]
]

const capitalise = (id: string): string => id.replace(/[a-z]/, (letter) => letter.toUpperCase())

const fullWidth = (character: string): string => String.fromCodePoint((character.codePointAt(0) ?? 0) - 0x20 + 0xff00)

/** The first digit in another script: what counts as a digit to some is equal to ours in some comparisons, too. */
const arabicDigit = (id: string): string => id.replace(/[0-9]/, (digit) => String.fromCodePoint(0x0660 + Number(digit)))

/** Letters that are equal to one of ours where case is ignored: the Kelvin sign, the long s. */
const foldings: ReadonlyArray<readonly [name: string, title: string, letter: string, folded: string]> = [
  ["kelvin", "with a Kelvin sign for a k", "k", "\u212a"],
  ["long-s", "with a long s for an s", "s", "\u017f"]
]

const reply: ReadonlyArray<EditSpec> = [
  replyText("upper-case", "in upper case", (id) => id.toUpperCase()),
  replyText("capital", "with its first letter in upper case", capitalise),
  replyText("empty", "that is empty", () => ""),
  replyText("blank", "that is one space", () => " "),
  replyText("leading-space", "with a space before it", (id) => ` ${id}`),
  replyText("leading-newline", "with a newline before it", (id) => `\n${id}`),
  replyText("leading-dash", "with a dash before it", (id) => `-${id}`),
  replyText("leading-at", "with an @ before it", (id) => `@${id}`),
  replyText("inner-dash", "with a dash inside", (id) => `${id.slice(0, 1)}-${id.slice(1)}`),
  replyText("inner-space", "with a space inside", (id) => `${id.slice(0, 1)} ${id.slice(1)}`),
  replyText("two", "twice with a space between", (id) => `${id} ${id}`),
  replyText("inner-newline", "on two lines", (id) => `${id}\n${id}`),
  replyText("full-width", "with a full-width first character", (id) => fullWidth(id.slice(0, 1)) + id.slice(1)),
  replyText("arabic", "with its first digit in Arabic-Indic script", arabicDigit),
  replyText("combining", "with an accent over its first character", (id) => `${id.slice(0, 1)}\u0301${id.slice(1)}`),
  ...foldings.map(([name, title, letter, folded]) =>
    replyText(name, title, (id) => id.replace(letter, folded), `with:${letter}`)
  ),
  replyText("uuid", "that is a UUID", () => "6fa459ea-ee8a-3ca4-894e-db77e160355e"),
  replyText("path", "that is a path", (id) => `../${id}`),
  ...suffixes.map(([name, title, suffix]) => replyText(`suffix-${name}`, title, (id) => id + suffix)),
  replyValue("zero", "0", () => 0),
  replyValue("number", "123", () => 123),
  replyValue("negative", "-1", () => -1),
  replyValue("fraction", "1.5", () => 1.5),
  replyValue("true", "true", () => true),
  replyValue("false", "false", () => false),
  replyValue("empty-array", "[]", () => []),
  replyValue("array", "as an array of itself", (id) => [id]),
  replyValue("array-two", "as an array of two", (id) => [id, id]),
  replyValue("object-empty", "{}", () => ({})),
  replyValue("object", "as an object with an id", (id) => ({ id })),
  replyValue("null", "null", () => null, "SHOULD"),
  edit(
    "reject.reply",
    "value",
    "a replyToMessageId that is not a string",
    (draft, _, value) => withKey(draft, "replyToMessageId", value),
    { takes: "json", reply: "needed" }
  ),
  edit(
    "reject.reply",
    "text",
    "a replyToMessageId outside its pattern",
    (draft, _, value) => withKey(draft, "replyToMessageId", value),
    { takes: "reply text", reply: "needed" }
  )
]

/** Well-formed, and long and odd enough that no server has a message or a thread of that id. */
const nobody = "zq7x0v9k3w5j1y8b6m2n4c0d"

/** Servers may have ids of any length, but hardly these. */
const unlikelyLengths = [7, 10, 16, 25, 64]

/** Ids shorter than this are likely to have neighbours that exist. */
const distinctive = 12

const ofLength = (length: number): string => nobody.repeat(Math.ceil(length / nobody.length)).slice(0, length)

const unknownReply = (name: string, title: string, id: (known: string) => string | undefined): EditSpec =>
  edit(
    "reject.reply.unknown",
    name,
    `a replyToMessageId ${title}`,
    (draft, known) => {
      const unknown = known.replyId === undefined ? undefined : id(known.replyId)
      return unknown === undefined ? undefined : withKey(draft, "replyToMessageId", unknown)
    },
    { reply: "needed" }
  )

const replyUnknown: ReadonlyArray<EditSpec> = [
  unknownReply("random", "that names nothing", () => nobody),
  unknownReply("letter-first", "that names nothing and begins with another letter", () => `a${nobody}`),
  unknownReply("digits", "of digits that names nothing", () => "7204915836204915"),
  unknownReply("digit-first", "that names nothing and begins with a digit", () => `9${nobody}`),
  ...unlikelyLengths.map((length) =>
    unknownReply(`length-${length}`, `of ${length} characters that names nothing`, () => ofLength(length))
  ),
  unknownReply("extended", "extended by a few characters", (id) => id + nobody),
  unknownReply("half", "cut in half", (id) => (id.length < distinctive ? undefined : id.slice(0, id.length / 2))),
  unknownReply("long", "of 500 characters that names nothing", () => ofLength(500))
]

// ---------------------------------------------------------------------------------------------------------------------
// body
// ---------------------------------------------------------------------------------------------------------------------

const bodyText = (name: string, title: string, text: (draft: Draft) => string | undefined, options?: Options) =>
  edit(
    "reject.body",
    name,
    title,
    (draft) => {
      const changed = text(draft)
      return changed === undefined ? undefined : { ...draft, text: changed }
    },
    options
  )

/** Any object with the member that every request has: which malformations there are does not depend on the rest. */
const malformations: ReadonlyArray<EditSpec> = Malformed.malformations('{"content":"hello there"}').map(
  ({ id, title }) =>
    bodyText(
      id,
      `malformed JSON: ${title}`,
      (draft) => Malformed.malformations(jsonOf(draft)).find((malformation) => malformation.id === id)?.text
    )
)

const body: ReadonlyArray<EditSpec> = [
  bodyText("array", "the object in an array", (draft) => `[${jsonOf(draft)}]`),
  bodyText("array-two", "two objects in an array", (draft) => `[${jsonOf(draft)},${jsonOf(draft)}]`),
  bodyText("empty-array", "an empty array", () => "[]"),
  bodyText("array-of-content", "an array of the content", (draft) => JSON.stringify([contentOf(draft)])),
  bodyText("string", "the content as a bare string", (draft) => JSON.stringify(contentOf(draft))),
  bodyText("string-of-json", "the JSON text in a string", (draft) => JSON.stringify(jsonOf(draft))),
  bodyText("number", "a number", () => "42"),
  bodyText("zero", "0", () => "0"),
  bodyText("true", "true", () => "true"),
  bodyText("false", "false", () => "false"),
  bodyText("null", "null", () => "null"),
  bodyText("blank", "nothing but white space", () => " \n"),
  bodyText("form", "a form instead of JSON", (draft) => `content=${encodeURIComponent(contentOf(draft))}`),
  bodyText("xml", "XML instead of JSON", () => "<content>hello</content>"),
  bodyText("text", "the bare content instead of JSON", () => "hello there"),
  ...(
    [
      ["nan", "NaN"],
      ["infinity", "Infinity"],
      ["leading-zero", "007"],
      ["hex", "0x1f"],
      ["plus", "+1"],
      ["bare-point", ".5"],
      ["point-at-end", "1."],
      ["capital-literal", "True"],
      ["undefined", "undefined"],
      ["none", "None"],
      ["single-quotes", "'x'"],
      ["bare-word", "word"],
      ["nothing", ""]
    ] as const
  ).map(([name, raw]) =>
    edit(
      "reject.body",
      `extra-${name}`,
      `malformed JSON: an extra key with the value ${raw === "" ? "missing" : raw}`,
      (draft) => withRaw(draft, "extra", raw)
    )
  ),
  edit("reject.body", "nothing", "no body", (draft) => ({ ...draft, bodiless: true })),
  edit("reject.body", "empty", "an empty body", (draft) => ({ ...draft, bytes: new Uint8Array(0) })),
  ...malformations
]

const mediaType = (name: string, type: string, text?: (draft: Draft) => string): EditSpec =>
  edit("reject.media-type", name, `Content-Type: ${type}`, (draft) => ({
    ...draft,
    contentType: type,
    text: text === undefined ? draft.text : text(draft)
  }))

const multipart = (draft: Draft): string =>
  `--edge\r\nContent-Disposition: form-data; name="content"\r\n\r\n${contentOf(draft)}\r\n--edge--\r\n`

const mediaTypes: ReadonlyArray<EditSpec> = [
  mediaType("text", "text/plain"),
  mediaType("text-charset", "text/plain; charset=utf-8"),
  mediaType("html", "text/html"),
  mediaType("xml", "application/xml"),
  mediaType("octets", "application/octet-stream"),
  mediaType("text-json", "text/json"),
  mediaType("json-patch", "application/json-patch+json"),
  mediaType("json-suffix", "application/vnd.api+json"),
  mediaType("form-json", "application/x-www-form-urlencoded"),
  mediaType("form", "application/x-www-form-urlencoded", (draft) => `content=${encodeURIComponent(contentOf(draft))}`),
  mediaType("multipart-json", "multipart/form-data; boundary=edge"),
  mediaType("multipart", "multipart/form-data; boundary=edge", multipart)
]

const encoder = new TextEncoder()

/** The JSON text with raw bytes in the value of a key, between what comes before and after them. */
const withBytes = (
  draft: Draft,
  key: string,
  [before, after]: readonly [before: string, after: string],
  bytes: ReadonlyArray<number>
): Draft => {
  const mark = "\u0001mark\u0001"
  const [head = "", tail = ""] = jsonOf(withKey(draft, key, before + mark + after)).split(
    JSON.stringify(mark).slice(1, -1)
  )
  return {
    ...draft,
    bytes: Uint8Array.from([...encoder.encode(head), ...bytes, ...encoder.encode(tail)])
  }
}

const insideContent: ReadonlyArray<EditSpec> = (
  [
    ["ff", "the byte FF", [0xff]],
    ["continuation", "a continuation byte alone", [0x80]],
    ["latin-1", "an é in Latin-1", [0xe9]],
    ["overlong", "an overlong slash", [0xc0, 0xaf]],
    ["overlong-nul", "an overlong NUL", [0xc0, 0x80]],
    ["surrogate", "an encoded surrogate", [0xed, 0xa0, 0x80]],
    ["surrogate-pair", "an encoded pair of surrogates", [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80]],
    ["truncated", "a character cut short", [0xf0, 0x9f, 0x98]],
    ["truncated-two", "a two-byte character cut short", [0xc3]],
    ["beyond", "a code point beyond U+10FFFF", [0xf4, 0x90, 0x80, 0x80]]
  ] as const
).map(([name, title, bytes]) =>
  edit("reject.utf8", name, `${title} inside the content`, (draft) => withBytes(draft, "content", ["a", "b"], bytes))
)

/** The request in the encoding of old Windows programs, which RFC 8259 no longer allows. */
const utf16 = (draft: Draft, mark: string): Draft => ({ ...draft, bytes: Buffer.from(mark + jsonOf(draft), "utf16le") })

const utf8: ReadonlyArray<EditSpec> = [
  ...insideContent,
  edit("reject.utf8", "extra", "the byte FF inside an extra key's value", (draft) =>
    withBytes(draft, "extra", ["nothing of ours", ""], [0xff])
  ),
  edit(
    "reject.utf8",
    "reply",
    "the byte FF inside the reply id",
    (draft, { replyId }) =>
      replyId === undefined ? undefined : withBytes(draft, "replyToMessageId", [replyId, ""], [0xff]),
    { reply: "needed" }
  ),
  edit("reject.utf8", "utf-16", "JSON in UTF-16", (draft) => utf16(draft, "")),
  edit("reject.utf8", "utf-16-mark", "JSON in UTF-16 with a byte-order mark", (draft) => utf16(draft, "\ufeff"))
]

// ---------------------------------------------------------------------------------------------------------------------
// threadId
// ---------------------------------------------------------------------------------------------------------------------

const percent = (text: string): string =>
  [...encoder.encode(text)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join("")

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

const threads: ReadonlyArray<EditSpec> = [
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

const otherCharacter = (character: string): string => (character === "q" ? "x" : "q")

/** Whether ids like this one are likely to be given one after another, so that what differs a little may exist. */
const hasNeighbours = (id: string): boolean => id.length < 6 || (id.length < distinctive && !/[a-z]/.test(id))

const threadUnknown: ReadonlyArray<EditSpec> = [
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

// ---------------------------------------------------------------------------------------------------------------------
// authentication
// ---------------------------------------------------------------------------------------------------------------------

const auth = (
  requirement: string,
  name: string,
  title: string,
  authorization: (token: string) => string | undefined
): EditSpec =>
  edit(
    requirement,
    name,
    title,
    (draft, known) => {
      const changed = authorization(known.token)
      return changed === draft.authorization ? undefined : { ...draft, authorization: changed }
    },
    { expects: "unauthorised" }
  )

const wrong = (name: string, title: string, token: (right: string) => string): EditSpec =>
  auth("auth.wrong", name, title, (right) => `Bearer ${token(right)}`)

const near = (name: string, title: string, token: (right: string) => string): EditSpec =>
  auth("auth.near", name, title, (right) => {
    const changed = token(right)
    return changed === "" ? `Bearer ${right}` : `Bearer ${changed}`
  })

const scheme = (name: string, title: string, authorization: (token: string) => string): EditSpec =>
  auth("auth.scheme", name, title, authorization)

const swapCase = (text: string): string =>
  text.replace(/[A-Za-z]/g, (letter) => (letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase()))

const base64 = (text: string): string => Buffer.from(text).toString("base64")

/** Names under which services take a token that is not in `Authorization`. */
const tokenNames = ["access_token", "api_token", "api_key", "token"]

const unheaded = (name: string, where: string, change: (draft: Draft, token: string) => Draft): EditSpec =>
  edit(
    "auth.missing",
    name,
    `no Authorization, and the token ${where}`,
    (draft, known) => change({ ...draft, authorization: undefined }, known.token),
    { expects: "unauthorised" }
  )

const authentication: ReadonlyArray<EditSpec> = [
  auth("auth.missing", "absent", "no Authorization", () => undefined),
  edit(
    "auth.missing",
    "absent-reply",
    "no Authorization on a reply",
    (draft) => ({ ...draft, authorization: undefined }),
    { expects: "unauthorised", reply: "needed" }
  ),
  unheaded("in-query", "in the query of the path", (draft, token) => ({
    ...draft,
    query: `?${tokenNames.map((name) => `${name}=${encodeURIComponent(token)}`).join("&")}`
  })),
  unheaded("in-headers", "in other headers", (draft, token) => ({
    ...draft,
    headers: [
      ...draft.headers,
      ...["X-API-Key", "X-Auth-Token", "Proxy-Authorization"].map((name) => [name, token] as const),
      ["Cookie", tokenNames.map((name) => `${name}=${token}`).join("; ")]
    ]
  })),
  wrong("random", "another token", () => "3f9c2b7a1d8e4056b9a7c6d5e4f30812"),
  wrong("same-length", "another token of the same length", (token) => "x".repeat(token.length)),
  wrong("reversed", "the token reversed", (token) => [...token].reverse().join("")),
  wrong("null", "the token null", () => "null"),
  wrong("undefined", "the token undefined", () => "undefined"),
  wrong("star", "the token *", () => "*"),
  wrong("true", "the token true", () => "true"),
  wrong("zero", "the token 0", () => "0"),
  wrong("test", "the token test", () => "test"),
  wrong("long", "another token, of 300 characters", () => "x".repeat(300)),
  wrong("sql", "a token with SQL in it", () => "'OR'1'='1"),
  near("cut-last", "the token without its last character", (token) => token.slice(0, -1)),
  near("cut-first", "the token without its first character", (token) => token.slice(1)),
  near("half", "the first half of the token", (token) => token.slice(0, token.length / 2)),
  near("second-half", "the second half of the token", (token) => token.slice(token.length / 2)),
  near("first", "the first character of the token", (token) => token.slice(0, 1)),
  near("first-eight", "the first eight characters of the token", (token) => token.slice(0, 8)),
  near("extended", "the token and one more character", (token) => `${token}x`),
  near("extended-digit", "the token and one more digit", (token) => `${token}0`),
  near("extended-far", "the token and many more characters", (token) => token + "x".repeat(40)),
  near("prefixed", "the token with a character before it", (token) => `x${token}`),
  near("twice", "the token twice", (token) => token + token),
  near("followed", "the token, a space and more", (token) => `${token} x`),
  near("listed", "the token, a comma and more", (token) => `${token},x`),
  near("quoted", "the token in quotes", (token) => `"${token}"`),
  near("padded", "the token with padding", (token) => `${token}=`),
  near("upper", "the token in upper case", (token) => token.toUpperCase()),
  near("lower", "the token in lower case", (token) => token.toLowerCase()),
  near("swapped", "the token in the other case", swapCase),
  near(
    "last-changed",
    "the token with its last character changed",
    (token) => token.slice(0, -1) + otherCharacter(token.slice(-1))
  ),
  near(
    "first-changed",
    "the token with its first character changed",
    (token) => otherCharacter(token.slice(0, 1)) + token.slice(1)
  ),
  near("neighbours-swapped", "the token with two neighbouring characters swapped", (token) =>
    token.replace(/(.)(?!\1)(.)/, "$2$1")
  ),
  near("middle-changed", "the token with a character changed in the middle", (token) => {
    const middle = Math.floor(token.length / 2)
    return token.slice(0, middle) + otherCharacter(token.slice(middle, middle + 1)) + token.slice(middle + 1)
  }),
  scheme("basic", "the token under Basic", (token) => `Basic ${token}`),
  scheme("basic-user", "the token as the user of Basic", (token) => `Basic ${base64(`${token}:`)}`),
  scheme("basic-password", "the token as the password of Basic", (token) => `Basic ${base64(`user:${token}`)}`),
  scheme("token", "the token under Token", (token) => `Token ${token}`),
  scheme("api-key", "the token under ApiKey", (token) => `ApiKey ${token}`),
  scheme("digest", "the token under Digest", (token) => `Digest ${token}`),
  scheme("seven", "the token behind seven other characters", (token) => `abcdef ${token}`),
  scheme("seven-joined", "the token joined to seven other characters", (token) => `abcdefg${token}`),
  scheme("bearer-dash", 'the token behind "Bearer-"', (token) => `Bearer-${token}`),
  scheme("bearer-colon", 'the token behind "Bearer:"', (token) => `Bearer: ${token}`),
  scheme("bearer-equals", 'the token behind "Bearer="', (token) => `Bearer=${token}`),
  scheme("bearer-joined", "the token joined to Bearer", (token) => `Bearer${token}`),
  scheme("bearer-prefixed", "the token under XBearer", (token) => `XBearer ${token}`),
  scheme("bearer-extended", "the token under BearerX", (token) => `BearerX ${token}`),
  scheme("bearer-twice", "Bearer twice", (token) => `Bearer Bearer ${token}`),
  scheme("bare", "the bare token", (token) => token),
  scheme("empty-bearer", "Bearer without a token", () => "Bearer"),
  scheme("blank-bearer", "Bearer and a space", () => "Bearer "),
  scheme("empty", "an empty Authorization", () => "")
]

// ---------------------------------------------------------------------------------------------------------------------
// protocol
// ---------------------------------------------------------------------------------------------------------------------

const survived = (name: string, title: string, apply: Apply): EditSpec =>
  edit("protocol.no-server-error", name, title, apply, { expects: "survived" })

const ignored = (name: string, title: string, apply: Apply, options: Options = {}): EditSpec =>
  edit("protocol.no-server-error", name, title, apply, { ...options, expects: "ignored" })

const nested = (open: string, close: string, depth: number): string => open.repeat(depth) + "0" + close.repeat(depth)

const mebibyte = 1_048_576

/** What a server must not take from a request, in case it copies every key that it gets. */
const answerKeys = ({ thread, threads }: Known) => ({
  id: nobody,
  platform: "other",
  teamId: nobody,
  threadId: threads.find((each) => each !== thread) ?? nobody,
  userId: "-",
  createdAt: "2001-02-03T04:05:06Z",
  updatedAt: "2001-02-03T04:05:05Z",
  platformId: 1,
  campaignId: nobody,
  authorId: nobody,
  origin: "external",
  replyData: { id: nobody },
  forwardData: { id: nobody },
  reactions: [nobody],
  isEncrypted: "-",
  isEdited: true,
  deletedAt: "2001-02-03T04:05:06Z",
  platformDeletedAt: "2001-02-03T04:05:06Z"
})

const protocol: ReadonlyArray<EditSpec> = [
  survived("nested-arrays-100", "content nested 100 arrays deep", (draft) =>
    withRaw(draft, "content", nested("[", "]", 100))
  ),
  survived("nested-arrays-5000", "content nested 5,000 arrays deep", (draft) =>
    withRaw(draft, "content", nested("[", "]", 5_000))
  ),
  survived("nested-arrays-100000", "content nested 100,000 arrays deep", (draft) =>
    withRaw(draft, "content", nested("[", "]", 100_000))
  ),
  survived("nested-objects-10000", "content nested 10,000 objects deep", (draft) =>
    withRaw(draft, "content", nested('{"a":', "}", 10_000))
  ),
  ignored("nested-extra", "an extra key nested 5,000 arrays deep", (draft) =>
    withRaw(draft, "extra", nested("[", "]", 5_000))
  ),
  survived("nested-open", "10,000 brackets that never close", (draft) => ({ ...draft, text: "[".repeat(10_000) })),
  ignored("proto", "a key __proto__", (draft) => ({
    ...draft,
    text: `{"__proto__":{"content":"x","polluted":true},${jsonOf(draft).slice(1)}`
  })),
  ignored("proto-null", "a key __proto__ with null", (draft) => ({
    ...draft,
    text: `{"__proto__":null,${jsonOf(draft).slice(1)}`
  })),
  ignored("constructor", "a key constructor with a prototype", (draft) =>
    withKey(draft, "constructor", { prototype: { polluted: true } })
  ),
  ignored("built-ins", "keys called like built-in methods", (draft) =>
    withKey(withKey(withKey(draft, "toString", 1), "hasOwnProperty", 1), "valueOf", null)
  ),
  survived("huge-number", "content 1e400", (draft) => withRaw(draft, "content", "1e400")),
  survived("huge-negative", "content -1e400", (draft) => withRaw(draft, "content", "-1e400")),
  ignored("huge-exponent", "an extra key 1e999999999", (draft) => withRaw(draft, "extra", "1e999999999")),
  ignored("huge-extra", "an extra key 1e400", (draft) => withRaw(draft, "extra", "1e400")),
  survived("huge-reply", "replyToMessageId 1e400", (draft) => withRaw(draft, "replyToMessageId", "1e400")),
  ignored("long-integer", "an extra key of 5,000 digits", (draft) => withRaw(draft, "extra", "9".repeat(5_000))),
  survived("big-integer", "content 123456789012345678901234567890", (draft) =>
    withRaw(draft, "content", "123456789012345678901234567890")
  ),
  survived("duplicate-content", "content twice", (draft) => ({
    ...draft,
    text: `{"content":"first",${jsonOf(draft).slice(1)}`
  })),
  survived("duplicate-content-type", "content twice, once as a number", (draft) => ({
    ...draft,
    text: `{"content":1,${jsonOf(draft).slice(1)}`
  })),
  survived("duplicate-reply", "replyToMessageId twice", (draft) => ({
    ...draft,
    text: `{"replyToMessageId":"a","replyToMessageId":"b",${jsonOf(draft).slice(1)}`
  })),
  ignored("empty-key", "an empty key", (draft) => withKey(draft, "", "x")),
  ignored("odd-keys", "keys with dots, dollars and brackets", (draft) =>
    withKey(withKey(withKey(draft, "$where", "1"), "content.length", 5), "content[]", "x")
  ),
  ignored("many-keys", "5,000 keys", (draft) => ({
    ...draft,
    payload: {
      ...draft.payload,
      ...Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`key${index}`, index]))
    }
  })),
  ignored("long-key", "a key of 100,000 characters", (draft) => withKey(draft, "k".repeat(100_000), 1)),
  // On a reply, reply data of any kind would be as it should be.
  ignored(
    "message-keys",
    "extra keys called like those of the answer",
    (draft, known) => ({ ...draft, payload: { ...answerKeys(known), ...draft.payload } }),
    { reply: "never" }
  ),
  ignored("byte-order-mark", "a byte-order mark before the object", (draft) => ({
    ...draft,
    text: `\ufeff${jsonOf(draft)}`
  })),
  ignored("gzip", "a compressed body", (draft) => ({
    ...draft,
    headers: [...draft.headers, ["Content-Encoding", "gzip"]],
    bytes: Zlib.gzipSync(jsonOf(draft))
  })),
  survived("large-content", "content of 1 MiB", (draft) => withKey(draft, "content", "a".repeat(mebibyte))),
  survived("larger-content", "content of 3 MiB", (draft) => withKey(draft, "content", "a".repeat(3 * mebibyte))),
  ignored("large-space", "2 MiB of white space before the object", (draft) => ({
    ...draft,
    text: " ".repeat(2 * mebibyte) + jsonOf(draft)
  })),
  survived("large-reply", "replyToMessageId of 100,000 characters", (draft) =>
    withKey(draft, "replyToMessageId", "a".repeat(100_000))
  ),
  survived("odd-charset", "charset=utf-16 on a UTF-8 body", (draft) => ({
    ...draft,
    contentType: "application/json; charset=utf-16"
  })),
  survived("unknown-charset", "a charset that does not exist", (draft) => ({
    ...draft,
    contentType: "application/json; charset=nonsense"
  })),
  survived("broken-content-type", "a Content-Type that is none", (draft) => ({ ...draft, contentType: ";;=" })),
  survived("no-content-type", "no Content-Type", (draft) => ({ ...draft, contentType: undefined })),
  ignored("query", "a query on the path", (draft) => ({ ...draft, query: "?content=x&a[]=1&%zz" })),
  survived("long-query", "a query of 4,000 characters", (draft) => ({ ...draft, query: `?q=${"a".repeat(4_000)}` })),
  survived("get", "GET on the path", (draft) => ({ ...draft, method: "GET", bodiless: true })),
  survived("head", "HEAD on the path", (draft) => ({ ...draft, method: "HEAD", bodiless: true })),
  survived("options", "OPTIONS on the path", (draft) => ({ ...draft, method: "OPTIONS", bodiless: true })),
  survived("malformed-path", "a path with a broken percent escape", (draft) => ({
    ...draft,
    segment: `${draft.segment}%zz`
  })),
  survived("invalid-path", "a path with percent escapes that are not UTF-8", (draft) => ({
    ...draft,
    segment: `${draft.segment}%FF%FE`
  }))
]

const methods: ReadonlyArray<EditSpec> = ["PUT", "PATCH", "DELETE"].flatMap((method) => [
  edit("protocol.method", method.toLowerCase(), `${method} on the path`, (draft) => ({ ...draft, method })),
  edit("protocol.method", `${method.toLowerCase()}-bodiless`, `${method} on the path without a body`, (draft) => ({
    ...draft,
    method,
    bodiless: true
  }))
])

/**
 * Every edit.
 *
 * @since 0.1.0
 * @category catalogue
 */
export const all: ReadonlyArray<EditSpec> = [
  ...authentication,
  ...content,
  ...reply,
  ...replyUnknown,
  ...body,
  ...mediaTypes,
  ...utf8,
  ...threads,
  ...threadUnknown,
  ...methods,
  ...protocol
]

const index: ReadonlyMap<string, EditSpec> = new Map(all.map((each) => [each.id, each]))

/**
 * The edit of an id.
 *
 * @since 0.1.0
 * @category catalogue
 */
export const byId = (id: string): EditSpec | undefined => index.get(id)
