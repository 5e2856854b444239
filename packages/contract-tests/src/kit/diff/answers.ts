import * as JudgeBody from "../../judge/body.js"
import * as Exchange from "../../model/Exchange.js"
import type { Names } from "./names.js"

/** One way in which two answers to the same request differ. */
export interface Found {
  readonly kind: "answer" | "status" | "media type" | "header" | "body" | "key" | "type" | "value"
  /** `status`, `header allow`, `body`, `$.replyData.id`; the items of an array are all `[]`. */
  readonly place: string
  readonly a: string
  readonly b: string
}

/** A side's answer to a request, and what it calls things. */
export interface Answered {
  readonly exchange: Exchange.Exchange
  readonly names: Names
}

/** Compares two answers to the same request, which was the so-and-so-many-th. */
export const compare = (a: Answered, b: Answered, request: number): ReadonlyArray<Found> => {
  const [one, other] = [complete(a.exchange), complete(b.exchange)]
  if (one === undefined || other === undefined) {
    const [first, second] = [outcome(a.exchange), outcome(b.exchange)]
    return first === second ? [] : [{ kind: "answer", place: "connection", a: first, b: second }]
  }
  const status: ReadonlyArray<Found> =
    one.status === other.status
      ? []
      : [{ kind: "status", place: "status", a: String(one.status), b: String(other.status) }]
  // Bodies of answers that say yes and no have nothing in common.
  if (Math.floor(one.status / 100) !== Math.floor(other.status / 100)) return status
  const read = ({ body, status: own }: Exchange.RawResponse, names: Names): Body =>
    readBody(body, { ...names, number: (value) => (value === own ? "⟨the status⟩" : names.number(value)) }, request)
  return [
    ...status,
    ...mediaTypes(one, other),
    ...(status.length === 0 ? headers(one, other) : []),
    ...bodies(read(one, a.names), read(other, b.names))
  ]
}

const complete = (exchange: Exchange.Exchange): Exchange.RawResponse | undefined =>
  exchange.outcome.kind === "answered" ? exchange.outcome.response : undefined

const outcome = ({ outcome: each }: Exchange.Exchange): string => {
  switch (each.kind) {
    case "answered":
      return `status ${each.response.status}`
    case "incomplete":
      return `status ${each.response.status}, cut off`
    case "silent":
      return `no answer within ${each.timeout} ms`
    case "broken":
    case "unreachable":
      return "no answer: the connection broke"
  }
}

// ---------------------------------------------------------------------------------------------------------------------
// head
// ---------------------------------------------------------------------------------------------------------------------

const mediaTypes = (one: Exchange.RawResponse, other: Exchange.RawResponse): ReadonlyArray<Found> => {
  const [a, b] = [JudgeBody.mediaType(one) ?? "none", JudgeBody.mediaType(other) ?? "none"]
  return a === b ? [] : [{ kind: "media type", place: "header content-type", a, b }]
}

/** Headers that a client acts on, and that say the same on every day and every server. */
const relevant = [
  "allow",
  "cache-control",
  "content-encoding",
  "content-language",
  "deprecation",
  "link",
  "location",
  "sunset",
  "vary",
  "warning"
]

/** Headers whose presence a client acts on; their values are a server's own. */
const present = ["retry-after", "set-cookie", "www-authenticate"]

const headers = (one: Exchange.RawResponse, other: Exchange.RawResponse): ReadonlyArray<Found> => {
  const differing = (name: string, show: (value: string) => string): ReadonlyArray<Found> => {
    const values = [one, other].map((each) => Exchange.header(each.headers, name))
    const [a = "none", b = "none"] = values.map((value) => (value === undefined ? undefined : show(value)))
    return a === b ? [] : [{ kind: "header", place: `header ${name}`, a, b }]
  }
  return [
    ...relevant.flatMap((name) => differing(name, alike)),
    ...present.flatMap((name) => differing(name, () => "present"))
  ]
}

/** Lists mean the same in any order and any case. */
const alike = (value: string): string =>
  value
    .split(",")
    .map((each) => each.trim().toLowerCase())
    .sort()
    .join(", ")

// ---------------------------------------------------------------------------------------------------------------------
// body
// ---------------------------------------------------------------------------------------------------------------------

type Body =
  | { readonly kind: "json"; readonly value: unknown }
  | { readonly kind: "text"; readonly text: string; readonly problem: string }

const readBody = (body: Uint8Array, names: Names, request: number): Body => {
  const reading = JudgeBody.read(body)
  if (reading.kind === "object") return { kind: "json", value: named(reading.value, undefined, names, request) }
  const text = new TextDecoder().decode(body)
  try {
    return { kind: "json", value: named(JSON.parse(text), undefined, names, request) }
  } catch {
    return { kind: "text", text: names.text(text, undefined, request), problem: reading.problem }
  }
}

const named = (value: unknown, key: string | undefined, names: Names, request: number): unknown => {
  if (typeof value === "string") return key === "content" ? value : names.text(value, key, request)
  if (typeof value === "number") return names.number(value)
  if (Array.isArray(value)) return value.map((item) => named(item, key, names, request))
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, named(each, name, names, request)]))
}

const bodies = (one: Body, other: Body): ReadonlyArray<Found> => {
  if (one.kind === "json" && other.kind === "json") return values(one.value, other.value, "$")
  if (one.kind === "text" && other.kind === "text") {
    return one.text === other.text ? [] : [{ kind: "body", place: "body", a: one.problem, b: other.problem }]
  }
  const show = (body: Body) => (body.kind === "json" ? "JSON" : body.problem)
  return [{ kind: "body", place: "body", a: show(one), b: show(other) }]
}

const typeOf = (value: unknown): string => (value === null ? "null" : Array.isArray(value) ? "array" : typeof value)

function* members(value: object, other: object): Generator<readonly [key: string, value: unknown, other: unknown]> {
  for (const key of new Set([...Object.keys(value), ...Object.keys(other)])) {
    yield [key, Object.getOwnPropertyDescriptor(value, key)?.value, Object.getOwnPropertyDescriptor(other, key)?.value]
  }
}

const values = (one: unknown, other: unknown, place: string): ReadonlyArray<Found> => {
  const [type, otherType] = [typeOf(one), typeOf(other)]
  if (type !== otherType) return [{ kind: "type", place, a: type, b: otherType }]
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length
      ? one.flatMap((item, position) => values(item, other[position], `${place}[]`))
      : [{ kind: "value", place, a: items(one), b: items(other) }]
  }
  if (typeof one === "object" && one !== null && typeof other === "object" && other !== null) {
    return [...members(one, other)].flatMap(([key, value, counterpart]): ReadonlyArray<Found> => {
      const inside = `${place}.${key}`
      return value === undefined || counterpart === undefined
        ? [{ kind: "key", place: inside, a: presence(value), b: presence(counterpart) }]
        : values(value, counterpart, inside)
    })
  }
  return one === other ? [] : [{ kind: "value", place, a: JudgeBody.brief(one), b: JudgeBody.brief(other) }]
}

const items = (value: ReadonlyArray<unknown>): string => `${value.length} ${value.length === 1 ? "item" : "items"}`

const presence = (value: unknown): string => (value === undefined ? "no such key" : typeOf(value))
