/** Edits of the reply: ids of another type, and ids that are nobody's. */
import type { Level } from "../../contract/Requirement.js"
import {
  arabicDigit,
  capitalise,
  distinctive,
  type EditSpec,
  edit,
  foldings,
  fullWidth,
  nobody,
  ofLength,
  sameNumber,
  unlikelyLengths,
  wildcards,
  withKey,
  withRaw
} from "./edit.js"

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

export const reply: ReadonlyArray<EditSpec> = [
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
  ...wildcards.map(([name, pattern]) => replyText(`wildcard-${name}`, `that is ${pattern}`, () => pattern)),
  replyText("like", "with an underscore for its last character", (id) => `${id.slice(0, -1)}_`),
  replyText("like-rest", "with a percent sign for its second half", (id) => `${id.slice(0, id.length / 2)}%`),
  replyText("pattern", "with a dot for its last character", (id) => `${id.slice(0, -1)}.`),
  replyText("uuid", "that is a UUID", () => "6fa459ea-ee8a-3ca4-894e-db77e160355e"),
  replyText("path", "that is a path", (id) => `../${id}`),
  ...suffixes.map(([name, title, suffix]) => replyText(`suffix-${name}`, title, (id) => id + suffix)),
  replyValue("zero", "0", () => 0),
  replyValue("number", "123", () => 123),
  edit(
    "reject.reply",
    "own-number",
    "replyToMessageId as the number that it begins with",
    (draft, { replyId = "" }) => {
      // What JSON takes for a number, and many a database for an id: some compare a text by the number in it.
      const [, digits] = /^0*([1-9][0-9]*)/.exec(replyId) ?? []
      return digits === undefined ? undefined : withRaw(draft, "replyToMessageId", digits)
    },
    { reply: "needed" }
  ),
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

const unknownReply = (name: string, title: string, id: (known: string) => string | undefined): EditSpec =>
  edit(
    "reject.reply.unknown",
    name,
    `a replyToMessageId ${title}`,
    (draft, known) => {
      const unknown = known.replyId === undefined ? undefined : id(known.replyId)
      return unknown === undefined || known.isMessage(unknown) ? undefined : withKey(draft, "replyToMessageId", unknown)
    },
    { reply: "needed" }
  )

export const replyUnknown: ReadonlyArray<EditSpec> = [
  unknownReply("random", "that names nothing", () => nobody),
  unknownReply("letter-first", "that names nothing and begins with another letter", () => `a${nobody}`),
  unknownReply("property", "that names nothing but what every object has", () => "constructor"),
  unknownReply("digits", "of digits that names nothing", () => "7204915836204915"),
  unknownReply("digit-first", "that names nothing and begins with a digit", () => `9${nobody}`),
  ...unlikelyLengths.map((length) =>
    unknownReply(`length-${length}`, `of ${length} characters that names nothing`, () => ofLength(length))
  ),
  unknownReply("extended", "extended by a few characters", (id) => id + nobody),
  ...sameNumber.map(([name, title, id]) => unknownReply(name, `that is ${title}`, id)),
  unknownReply("half", "cut in half", (id) => (id.length < distinctive ? undefined : id.slice(0, id.length / 2))),
  unknownReply("long", "of 500 characters that names nothing", () => ofLength(500))
]

/** A message that exists, in the thread that the request is not sent to. */
const replyElsewhere = (name: string, title: string, at: number): EditSpec =>
  edit(
    "reject.reply.other-thread",
    name,
    `a replyToMessageId that names ${title} of the other thread`,
    (draft, known) => {
      const id = known.elsewhere.at(at)
      return id === undefined ? undefined : withKey(draft, "replyToMessageId", id)
    }
  )

export const replyOtherThread: ReadonlyArray<EditSpec> = [
  replyElsewhere("latest", "the latest message", -1),
  replyElsewhere("oldest", "the oldest message", 0)
]
