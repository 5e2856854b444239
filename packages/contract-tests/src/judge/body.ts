/** Reading an answer strictly: as bytes, as UTF-8, as JSON, as an object. */
import * as Exchange from "../model/Exchange.js"
import * as Keys from "./keys.js"

/** The body of an answer, as it was read. */
export type Reading =
  | { readonly kind: "object"; readonly value: Readonly<Record<string, unknown>>; readonly text: string }
  | { readonly kind: "unreadable"; readonly facet: string; readonly problem: string }

/** Reads a body as one JSON object in UTF-8 without a byte-order mark, and names what is wrong with one that is not. */
export const read = (body: Uint8Array): Reading => {
  if (body.byteLength === 0) return unreadable("empty", "an empty body")
  if (body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf) return unreadable("bom", "a byte-order mark first")
  let text: string
  try {
    text = strict.decode(body)
  } catch {
    return unreadable("utf-8", "bytes that are not UTF-8")
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    const isMeant = /^\s*[[{]/.test(text)
    return unreadable("syntax", `a body that is not JSON: ${isMeant ? (error as Error).message : brief(text)}`)
  }
  if (!isRecord(value)) return unreadable("type", `${describe(value)} instead of an object`)
  const wrapper = ["message", "data"].find((key) => isWrapped(value, key))
  return wrapper === undefined
    ? { kind: "object", value, text }
    : unreadable("wrapped", `an object that wraps the message in "${wrapper}"`)
}

/** Reads the body of an answer as a bare Message: an object with one of its keys at the least. */
export const message = (body: Uint8Array): Reading => {
  const reading = read(body)
  return reading.kind === "unreadable" || Keys.hasAny(reading.value)
    ? reading
    : unreadable("other", "an object with none of the keys of a Message")
}

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })

const unreadable = (facet: string, problem: string): Reading => ({ kind: "unreadable", facet, problem })

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const isWrapped = (value: Readonly<Record<string, unknown>>, key: string): boolean => {
  const inner = value[key]
  return isRecord(inner) && Object.hasOwn(inner, "id") && !Object.hasOwn(value, "id")
}

/** A JSON value in a few words. */
export const describe = (value: unknown): string => {
  if (value === null) return "null"
  if (value === undefined) return "nothing"
  if (Array.isArray(value)) return "an array"
  return typeof value === "object" ? "an object" : `a ${typeof value}`
}

/** A JSON value, at most 120 characters of it. */
export const brief = (value: unknown): string => {
  const text = JSON.stringify(typeof value === "string" ? value.slice(0, 120) : value) ?? "nothing"
  return text.length <= 120 ? text : `${text.slice(0, 117)}...`
}

/** The media type of an answer, in lower case and without parameters. */
export const mediaType = (response: Exchange.RawResponse): string | undefined =>
  Exchange.header(response.headers, "content-type")?.split(";")[0]?.trim().toLowerCase()

/**
 * The fault of the body of a refusal, if any: not JSON, or a look behind the scenes. `echoes` are parts of the
 * request that a refusal may repeat: its content and its path.
 */
export const refusalProblem = (response: Exchange.RawResponse, echoes: Echoes): RefusalProblem | undefined => {
  const reading = read(response.body)
  if (reading.kind === "unreadable" && !tolerated.has(reading.facet)) {
    return { facet: `body-${reading.facet}`, problem: `${response.status} with ${reading.problem}` }
  }
  if (!saysSomething(response.body)) {
    return { facet: "body-mute", problem: `${response.status} with a body that has neither a code nor a message` }
  }
  const type = mediaType(response)
  if (type !== "application/json" && type?.endsWith("+json") !== true) {
    return { facet: "media-type", problem: `${response.status} with the media type ${type ?? "missing"}` }
  }
  return leakOf(response, echoes)
}

/** Tells whether a JSON text has a code or a message in it: any text, or any number. */
const saysSomething = (body: Uint8Array): boolean => {
  const says = (value: unknown, depth: number): boolean => {
    if (typeof value === "string") return value.trim() !== ""
    if (typeof value === "number") return true
    if (typeof value !== "object" || value === null || depth === 0) return false
    return Object.values(value).some((each) => says(each, depth - 1))
  }
  return says(parsed(lenient.decode(body)), 8)
}

/** The value of a JSON text; `undefined` where it is none. */
export const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Faults of a message that are none of a refusal, which only has to be JSON. */
const tolerated = new Set(["wrapped", "type"])

/**
 * A look behind the scenes in the body of a refusal, whatever the body is: what stands before the application need not
 * speak JSON.
 */
export const leakOf = ({ body }: Exchange.RawResponse, { content, path }: Echoes): RefusalProblem | undefined => {
  const told = withoutPath(textOf(body).replaceAll(content, "").slice(0, longestTold), path)
  const leak = leaks.find(([, pattern]) => pattern.test(told))
  return leak === undefined ? undefined : { facet: `leak-${leak[0]}`, problem: `an error body that shows ${leak[0]}` }
}

/** A text without the addresses that end in the path of the request: the base, which comes before it, is no secret either. */
const withoutPath = (text: string, path: string): string => {
  const [first = "", ...others] = text.split(path)
  return others.reduce((told, after) => told.slice(0, startOfAddress(told)) + after, first)
}

/** The position from which on a text is the beginning of an address. */
const startOfAddress = (text: string): number => {
  let start = text.length
  while (start > 0 && !/[\s"'(=]/.test(text[start - 1] ?? "")) start--
  return start
}

const textOf = (body: Uint8Array): string => {
  const text = lenient.decode(body)
  try {
    return strings(JSON.parse(text))
  } catch {
    return text
  }
}

const lenient = new TextDecoder("utf-8")

/** Texts of a request that a refusal may repeat. */
export interface Echoes {
  readonly content: string
  readonly path: string
}

/** The fault of a refusal. */
export interface RefusalProblem {
  /** Distinguishes one way of going wrong from another. */
  readonly facet: string
  readonly problem: string
}

/** Longest part of a refusal that is looked through, in UTF-16 units. */
const longestTold = 20_000

// None of them begins with a run of characters, or goes on without an end: on a hostile text that takes quadratic time.
const leaks: ReadonlyArray<readonly [what: string, pattern: RegExp]> = [
  [
    "a stack trace",
    /\n[ \t]*at [^\n]+[:(]\d|Traceback \(most recent call last\)|goroutine \d{1,9} \[|\bat [\w.$]{1,200}\([\w.]{1,200}:\d/
  ],
  ["a source file", /[\w-]\.(?:[cm]?[jt]sx?|py|rb|go|java|php|rs|cs):\d|node_modules[/\\]/],
  ["a path of the server", /(?:^|[\s"'(=:])\/(?:usr|home|var|opt|srv|app|root|etc|tmp|Users)\/[\w.-]|\b[A-Z]:\\[\w.-]/],
  [
    "a database query",
    /\bSELECT\b[\s\S]{1,1000}?\bFROM\b|\bINSERT\s+INTO\b|\bUPDATE\b[\s\S]{1,1000}?\bSET\b|\bDELETE\s+FROM\b|\bSQLSTATE\b|\bSQLITE_[A-Z]|\bORA-\d{5}/
  ],
  // In lower case these are words of a sentence as well: what stands around them has to be that of a query.
  [
    "a database query",
    /\bselect (?:\*|[\w."`]+(?:, ?[\w."`]+)*) from [\w."`]+ (?:where|order by|limit|join|left join|inner join)\b|\binsert into [\w."`]+ ?\(|\bupdate [\w."`]+ set [\w."`]+ ?=|\bdelete from [\w."`]+ where\b/
  ]
]

const strings = (value: unknown): string => {
  if (typeof value === "string") return value
  if (typeof value !== "object" || value === null) return ""
  return Object.values(value).map(strings).join("\n")
}
