/** Edits: the change of one request, and what a server has to do with it. */
import type * as Requirement from "../../contract/Requirement.js"

/** A request before it is written as bytes: what edits work on. */
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

/** Knowledge of an edit besides the request: the credentials and the ids that are real. */
export interface Known {
  readonly token: string
  readonly thread: string
  readonly replyId: string | undefined
  /** An id of a message that exists. */
  readonly messageId: string | undefined
  /** True if a message of this id exists, as far as is known. */
  readonly isMessage: (id: string) => boolean
  /** Every thread that is known to exist. */
  readonly threads: ReadonlyArray<string>
  /** Ids of messages of the other thread, the oldest one and the latest one; none where there is no other thread. */
  readonly elsewhere: ReadonlyArray<string>
}

/**
 * The answer that the edited request has to get.
 *
 * - `refused`: a 4xx
 * - `turned away`: a 4xx, or a redirect to the path that a server makes of one with empty or dotted segments
 * - `unauthorised`: no 2xx, and a 401 or 403 where `auth.status` is asked for
 * - `ignored`: a 4xx, or what the request gets without the edit
 * - `survived`: any answer but a 5xx
 */
export type Expectation = "refused" | "turned away" | "unauthorised" | "ignored" | "survived"

/** One edit. */
export interface EditSpec {
  readonly id: string
  readonly requirement: Requirement.Id
  /** The level, if it differs from the requirement's own. */
  readonly level: Requirement.Level | undefined
  readonly title: string
  readonly expects: Expectation
  /** True if the request that is edited has to be a reply. */
  readonly reply: "needed" | "never" | "either"
  /** Which message it replies to, where it does. */
  readonly replyTo: string
  /** Source of its value, if it takes one. */
  readonly takes: "json" | "reply text" | "thread text" | undefined
  /** The names of the keys that it adds, where a value that lists some of them adds those alone. */
  readonly keys: ReadonlyArray<string> | undefined
  /** Name of a mistake that is made in several places, by which a run of the default size chooses one. */
  readonly sameAs: string | undefined
  /** The edited request; `undefined` where the edit would change nothing, or could name something that exists. */
  readonly apply: (draft: Draft, known: Known, value: unknown) => Draft | undefined
}

export type Apply = EditSpec["apply"]

export interface Options {
  readonly level?: Requirement.Level
  readonly expects?: Expectation
  readonly reply?: EditSpec["reply"]
  readonly replyTo?: string | undefined
  readonly takes?: EditSpec["takes"]
  readonly keys?: EditSpec["keys"]
  readonly sameAs?: string | undefined
}

export const edit = (
  requirement: Requirement.Id,
  name: string,
  title: string,
  apply: Apply,
  options: Options = {}
): EditSpec => ({
  id: `${requirement}/${name}`,
  requirement,
  level: options.level,
  title,
  expects: options.expects ?? "refused",
  reply: options.reply ?? "either",
  replyTo: options.replyTo ?? "latest",
  takes: options.takes,
  keys: options.keys,
  sameAs: options.sameAs,
  apply
})

export const withKey = (draft: Draft, key: string, value: unknown): Draft => ({
  ...draft,
  payload: { ...draft.payload, [key]: value }
})

export const withoutKey = (draft: Draft, key: string): Draft => {
  const { [key]: _, ...payload } = draft.payload
  return { ...draft, payload }
}

/** A JSON text with a value that JavaScript cannot hold, in place of a member's value. */
export const withRaw = (draft: Draft, key: string, raw: string): Draft => {
  const members = Object.entries({ ...draft.payload, [key]: 0 }).map(
    ([name, value]) => `${JSON.stringify(name)}:${name === key ? raw : JSON.stringify(value)}`
  )
  return { ...draft, text: `{${members.join(",")}}` }
}

export const contentOf = (draft: Draft): string => String(draft.payload.content)

export const jsonOf = (draft: Draft): string => JSON.stringify(draft.payload)

export const capitalise = (id: string): string => id.replace(/[a-z]/, (letter) => letter.toUpperCase())

export const fullWidth = (character: string): string =>
  String.fromCodePoint((character.codePointAt(0) ?? 0) - 0x20 + 0xff00)

/** The first digit in another script: what counts as a digit to some is equal to ours in some comparisons, too. */
export const arabicDigit = (id: string): string =>
  id.replace(/[0-9]/, (digit) => String.fromCodePoint(0x0660 + Number(digit)))

/** Letters that are equal to one of ours where case is ignored: the Kelvin sign, the long s. */
export const foldings: ReadonlyArray<readonly [name: string, title: string, letter: string, folded: string]> = [
  ["kelvin", "with a Kelvin sign for a k", "k", "\u212a"],
  ["long-s", "with a long s for an s", "s", "\u017f"]
]

/** Well-formed, and long and odd enough that no server has a message or a thread of that id. */
export const nobody = "zq7x0v9k3w5j1y8b6m2n4c0d"

/** Servers may have ids of any length, but hardly these. */
export const unlikelyLengths = [7, 10, 16, 25, 64]

/** Ids shorter than this are likely to have neighbours that exist. */
export const distinctive = 12

export const ofLength = (length: number): string => nobody.repeat(Math.ceil(length / nobody.length)).slice(0, length)

export const encoder = new TextEncoder()

export const percent = (text: string): string =>
  [...encoder.encode(text)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join("")

/** Patterns that match any id: of SQL, of file names, of regular expressions. */
export const wildcards: ReadonlyArray<readonly [name: string, pattern: string]> = [
  ["percent", "%"],
  ["underscore", "_"],
  ["star", "*"],
  ["question", "?"],
  ["any", ".*"],
  ["some", ".+"],
  ["brackets", "[0-9a-z]*"]
]

/** An id that is the same number, where a server compares ids as numbers: `0100`, `1e2` and `0x64` for `100`. */
export const sameNumber: ReadonlyArray<
  readonly [name: string, title: string, id: (known: string) => string | undefined]
> = [
  ["leading-zero", "the same number, with a zero before it", (id) => `0${id}`],
  ["leading-zeros", "the same number, with zeros before it", (id) => `0000${id}`],
  ["exponent", "the same number, with an exponent", (id) => (/^\d+$/.test(id) ? exponential(id) : undefined)],
  [
    "hexadecimal",
    "the same number, in hexadecimal",
    (id) => (/^\d+$/.test(id) ? `0x${BigInt(id).toString(16)}` : undefined)
  ],
  ["letters-after", "the same number, with letters after it", (id) => (/^\d+$/.test(id) ? `${id}abc` : undefined)]
]

/** `100` as `1e2`, `101` as `101e0`. */
const exponential = (digits: string): string => {
  const zeros = /[1-9](0*)$/.exec(digits)?.[1]?.length ?? 0
  return `${digits.slice(0, digits.length - zeros)}e${zeros}`
}

export const otherCharacter = (character: string): string => (character === "q" ? "x" : "q")

export const nested = (open: string, close: string, depth: number): string =>
  open.repeat(depth) + "0" + close.repeat(depth)
