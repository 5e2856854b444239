import * as Identifier from "@inbox-effect/client/Identifier"
import type { Message } from "@inbox-effect/client/Message"
import type * as Answer from "@inbox-effect/server/Answer"
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type * as Fault from "../../Fault.js"
import type * as Inspector from "../../Inspector.js"
import * as Id from "../model/id.js"
import { type Kept, ofAnswer, textOf, toBody } from "./kept.js"
import { Ring } from "./ring.js"

const mebibyte = 2 ** 20

/** Bounds of what is remembered. The README says these numbers. */
const bounds = {
  exchanges: 1_000,
  exchangeBytes: 32 * mebibyte,
  strangers: 100,
  strangerBytes: 4 * mebibyte,
  events: 1_000,
  eventBytes: 8 * mebibyte
}

/** Bytes that an exchange or an event takes beside its text, roughly. */
const overhead = 1_024

/** A request and its answer, as they are kept. All that can wait until somebody looks waits. */
export interface Entry {
  readonly number: number
  readonly id: string
  readonly startedAt: number
  readonly durationMs: number
  readonly method: string
  readonly url: string
  readonly httpVersion: string
  /** Names and values in turn, without credentials. */
  readonly rawHeaders: ReadonlyArray<string>
  /** `false` where the request could not be read: neither its headers nor its body are here. */
  readonly isWhole: boolean
  readonly body: Kept
  readonly teamId: string | undefined
  readonly messageId: string | undefined
  readonly faults: ReadonlyArray<Fault.Fault>
  readonly delivered: typeof Inspector.Delivered.Type
  readonly answer:
    | { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: Kept }
    | undefined
}

/** The outcome of a request. */
export interface Outcome {
  readonly id: string
  readonly startedAt: number
  readonly durationMs: number
  readonly method: string
  readonly url: string
  readonly httpVersion: string
  readonly rawHeaders: ReadonlyArray<string>
  readonly isWhole: boolean
  readonly body: Kept
  readonly teamId: string | undefined
  readonly messageId: string | undefined
  readonly faults: ReadonlyArray<Fault.Fault>
  readonly delivered: typeof Inspector.Delivered.Type
  readonly answer: Answer.Answer | undefined
}

/** An event as it is kept for those who watch. The state of a thread is looked up when it is told. */
export type Happening =
  | { readonly _tag: "message"; readonly message: Message; readonly exchangeId: string | null }
  | { readonly _tag: "exchange"; readonly id: string }
  | { readonly _tag: "thread"; readonly threadId: string }
  | { readonly _tag: "faults" | "settings" | "reload" }

const secretHeaders = new Set(["authorization", "proxy-authorization", "cookie"])

const redact = (name: string, value: string): string => {
  if (!secretHeaders.has(name.toLowerCase())) return value
  const scheme = /^([A-Za-z-]{1,20}) +\S/.exec(value)?.[1]
  return scheme === undefined ? "…" : `${scheme} …`
}

const withoutCredentials = (raw: ReadonlyArray<string>): ReadonlyArray<string> => {
  const kept = raw.slice()
  for (let index = 0; index + 1 < raw.length; index += 2) {
    kept[index + 1] = redact(raw[index] ?? "", raw[index + 1] ?? "")
  }
  return kept
}

const toHeaders = (raw: ReadonlyArray<string>): ReadonlyArray<typeof Inspector.Header.Type> => {
  const headers: Array<typeof Inspector.Header.Type> = []
  for (let index = 0; index + 1 < raw.length; index += 2) headers.push([raw[index] ?? "", raw[index + 1] ?? ""])
  return headers
}

const threadInPath = /^\/api\/v1\/threads\/([^/?]+)\//

/** The thread that a request is about, as its path says. */
export const threadOf = (url: string): string | undefined => {
  const id = threadInPath.exec(url)?.[1]
  return id !== undefined && Identifier.pattern.test(id) ? id : undefined
}

const Envelope = Schema.parseJson(
  Schema.Struct({ error: Schema.Struct({ code: Schema.String, message: Schema.String }) })
)

const decodeEnvelope = Schema.decodeUnknownOption(Envelope)

const decodeContent = Schema.decodeUnknownOption(Schema.parseJson(Schema.Struct({ content: Schema.String })))

const maxPreview = 200

const previewOf = (body: Kept): string | null =>
  decodeContent(textOf(body)).pipe(
    Option.map(({ content }) => [...content.slice(0, 2 * maxPreview)].slice(0, maxPreview).join("")),
    Option.getOrNull
  )

const refusalOf = ({ answer }: Entry): typeof Inspector.Refusal.Type | null =>
  answer === undefined || answer.status < 400
    ? null
    : Option.getOrNull(Option.map(decodeEnvelope(answer.body.head.toString("utf8")), ({ error }) => error))

const toSummary = (entry: Entry): Inspector.ExchangeSummary => ({
  id: entry.id,
  startedAt: DateTime.unsafeMake(entry.startedAt),
  durationMs: entry.durationMs,
  method: entry.method,
  path: entry.url,
  status: entry.answer?.status ?? null,
  delivered: entry.delivered,
  teamId: entry.teamId ?? null,
  threadId: threadOf(entry.url) ?? null,
  messageId: entry.messageId ?? null,
  faults: entry.faults,
  refusal: refusalOf(entry),
  preview: previewOf(entry.body)
})

/** Shows an exchange in full, but for the line that sends it again. */
export const toExchange = (entry: Entry): Omit<Inspector.Exchange, "curl"> => ({
  ...toSummary(entry),
  request: { headers: toHeaders(entry.rawHeaders), body: toBody(entry.body) },
  answer:
    entry.answer === undefined
      ? null
      : { headers: Object.entries(entry.answer.headers), body: toBody(entry.answer.body) }
})

const isAbout = (entry: Entry, sought: string): boolean =>
  [
    entry.id,
    entry.messageId,
    entry.url,
    entry.answer === undefined ? undefined : String(entry.answer.status),
    textOf(entry.body),
    entry.answer === undefined ? undefined : textOf(entry.answer.body)
  ].some((text) => text?.toLowerCase().includes(sought) === true) ||
  // A content that was escaped on its way is found all the same.
  previewOf(entry.body)?.toLowerCase().includes(sought) === true

/** Which exchanges are wanted, and how many. */
export interface Query {
  readonly thread?: string | undefined
  readonly search?: string | undefined
  readonly before?: string | undefined
  readonly limit: number
}

const make = () => {
  const entries = new Map<string, Entry>()
  const exchangeByMessage = new Map<string, string>()
  const watchers = new Set<() => void>()
  const run = Id.make()
  let isClosed = false

  let count = 0

  const forget = (entry: Entry): void => {
    entries.delete(entry.id)
    if (entry.messageId !== undefined) exchangeByMessage.delete(entry.messageId)
  }
  const exchanges = new Ring<Entry>(bounds.exchanges, bounds.exchangeBytes, forget)
  // Whoever has no token cannot push out what the developer's own requests were.
  const strangers = new Ring<Entry>(bounds.strangers, bounds.strangerBytes, forget)
  const events = new Ring<Happening>(bounds.events, bounds.eventBytes)

  const tell = (happening: Happening, weight = 0): void => {
    events.push(happening, overhead + weight)
    for (const wake of watchers) wake()
  }

  /** Each property by name: to spread an outcome would cost as much as all the rest. */
  const toEntry = (outcome: Outcome): Entry => {
    const { answer } = outcome
    return {
      number: ++count,
      id: outcome.id,
      startedAt: outcome.startedAt,
      durationMs: outcome.durationMs,
      method: outcome.method,
      url: outcome.url,
      httpVersion: outcome.httpVersion,
      rawHeaders: withoutCredentials(outcome.rawHeaders),
      isWhole: outcome.isWhole,
      body: outcome.body,
      teamId: outcome.teamId,
      messageId: outcome.messageId,
      faults: outcome.faults,
      delivered: outcome.delivered,
      answer:
        answer === undefined ? undefined : { status: answer.status, headers: answer.headers, body: ofAnswer(answer) }
    }
  }

  const record = (outcome: Outcome): void => {
    const entry = toEntry(outcome)
    const weight = overhead + entry.body.size + (entry.answer?.body.size ?? 0)
    entries.set(entry.id, entry)
    const ring = entry.teamId === undefined ? strangers : exchanges
    ring.push(entry, weight)
    if (entry.messageId !== undefined) exchangeByMessage.set(entry.messageId, entry.id)
    tell({ _tag: "exchange", id: entry.id })
  }

  /** One more than the limit, where there are more: so the caller knows. */
  const search = ({ before, limit, search: text, thread }: Query): ReadonlyArray<Inspector.ExchangeSummary> => {
    const sought = text?.toLowerCase() ?? ""
    const until = before === undefined ? Infinity : (entries.get(before)?.number ?? 0)
    const found: Array<Inspector.ExchangeSummary> = []
    for (const entry of [...entries.values()].reverse()) {
      if (found.length > limit) break
      if (entry.number >= until) continue
      if (thread !== undefined && threadOf(entry.url) !== thread) continue
      if (sought === "" || isAbout(entry, sought)) found.push(toSummary(entry))
    }
    return found
  }

  return {
    record,
    search,
    entry: (id: string): Option.Option<Entry> => Option.fromNullable(entries.get(id)),
    summary: (id: string): Option.Option<Inspector.ExchangeSummary> =>
      Option.map(Option.fromNullable(entries.get(id)), toSummary),
    exchangeOf: (messageId: string): string | null => exchangeByMessage.get(messageId) ?? null,
    stored: (message: Message, exchangeId: string | null): void => {
      tell({ _tag: "message", message, exchangeId }, 2 * message.content.length)
      tell({ _tag: "thread", threadId: message.threadId })
    },
    tell,
    clear: (): void => {
      exchanges.clear()
      strangers.clear()
      events.clear()
      tell({ _tag: "reload" })
    },
    events,
    /** The name of this run, which tells its events from those of another. */
    run,
    watch: (wake: () => void): (() => void) => {
      watchers.add(wake)
      return () => void watchers.delete(wake)
    },
    isClosed: () => isClosed,
    /** Lets everybody who watches go. */
    close: (): void => {
      isClosed = true
      for (const wake of watchers) wake()
    }
  }
}

/** The traffic that a sandbox remembers, for its inspector. */
export type Recorder = ReturnType<typeof make>

/** The journal where there is one: what only the inspector may ask for. */
export class CurrentRecorder extends Context.Tag("@inbox-effect/sandbox/internal/CurrentRecorder")<
  CurrentRecorder,
  Recorder
>() {}

export { make }
