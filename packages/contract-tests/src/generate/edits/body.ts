/** Edits of the body: malformed JSON, other media types, other character encodings. */
import * as Malformed from "../json/malformed.js"
import { contentOf, type Draft, type EditSpec, edit, encoder, jsonOf, type Options, withKey } from "./edit.js"

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

const malformed = ({ id, kind, make, sameAs, title }: Malformed.Mistake): EditSpec =>
  edit(
    kind === "damage" ? "reject.body" : "reject.body.extension",
    id,
    `malformed JSON: ${title}`,
    (draft) => {
      const text = make(jsonOf(draft))
      return text === undefined ? undefined : { ...draft, text }
    },
    { sameAs }
  )

export const extensions: ReadonlyArray<EditSpec> = Malformed.mistakes
  .filter(({ kind }) => kind === "extension")
  .map(malformed)

export const body: ReadonlyArray<EditSpec> = [
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
  edit("reject.body", "nothing", "no body", (draft) => ({ ...draft, bodiless: true })),
  edit("reject.body", "empty", "an empty body", (draft) => ({ ...draft, bytes: new Uint8Array(0) })),
  ...Malformed.mistakes.filter(({ kind }) => kind === "damage").map(malformed)
]

const mediaType = (name: string, type: string, text?: (draft: Draft) => string): EditSpec =>
  edit("reject.media-type", name, `Content-Type: ${type}`, (draft) => ({
    ...draft,
    contentType: type,
    text: text === undefined ? draft.text : text(draft)
  }))

const multipart = (draft: Draft): string =>
  `--edge\r\nContent-Disposition: form-data; name="content"\r\n\r\n${contentOf(draft)}\r\n--edge--\r\n`

export const mediaTypes: ReadonlyArray<EditSpec> = [
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

export const utf8: ReadonlyArray<EditSpec> = [
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
