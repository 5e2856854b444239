/**
 * What API v2 and the network before it can do wrong with one send.
 */
import type { Response } from "./Simulator.js"

export interface Fault {
  readonly name: string
  readonly when: "BeforeAnything" | "BeforeStoring" | "AfterStoring" | "Unconfirmed" | "Slow"
  readonly how: "Answer" | "Reset" | "Hang"
  readonly code?: string
  readonly details?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** What becomes of a good answer on its way. */
  readonly garble?: (success: Response) => Response
  /** Whether the platform has an unconfirmed message. */
  readonly delivered?: boolean
  /** When an unconfirmed message is confirmed after all, in milliseconds. */
  readonly confirmedAfter?: number
  readonly millis?: number
  /** The message may be delivered, so a refusal as answer would be a lie. */
}

export const afterStoring = (fault: Fault, success: Response): Response =>
  fault.garble?.(success) ?? {
    ...success,
    status: 500,
    body: JSON.stringify({ code: fault.code ?? "internal", message: "It is internal", details: null, requestId: "r" })
  }

const body = (text: string) => (success: Response) => ({ ...success, body: text })

const changed = (change: (json: Record<string, Record<string, unknown>>) => unknown) => (success: Response) => ({
  ...success,
  body: JSON.stringify(change(JSON.parse(success.body) as Record<string, Record<string, unknown>>))
})

const without = (key: string) =>
  changed(({ message, thread }) => ({
    thread,
    message: Object.fromEntries(Object.entries(message ?? {}).filter(([name]) => name !== key))
  }))

/** The faults, each of which is tried with every reading. */
export const faults: ReadonlyArray<Fault> = [
  { name: "reset before anything", when: "BeforeAnything", how: "Reset" },
  { name: "no answer, nothing stored", when: "BeforeAnything", how: "Hang" },
  {
    name: "rate limited for a second",
    when: "BeforeAnything",
    how: "Answer",
    code: "rateLimited",
    headers: { "retry-after": "1" }
  },
  {
    name: "rate limited for an hour",
    when: "BeforeAnything",
    how: "Answer",
    code: "rateLimited",
    headers: { "retry-after": "3600" }
  },
  {
    name: "platform rate limited",
    when: "BeforeAnything",
    how: "Answer",
    code: "platformRateLimited",
    details: { retryAfterSeconds: 1 }
  },
  {
    name: "platform rate limited, nobody knows how long",
    when: "BeforeAnything",
    how: "Answer",
    code: "platformRateLimited",
    details: { retryAfterSeconds: null }
  },
  { name: "unauthorized for once", when: "BeforeAnything", how: "Answer", code: "unauthorized" },
  { name: "plan required", when: "BeforeAnything", how: "Answer", code: "planRequired", details: { feature: "x" } },
  {
    name: "account disconnected",
    when: "BeforeAnything",
    how: "Answer",
    code: "accountLinkDisconnected",
    details: { accountLinkId: "a", status: "offline" }
  },
  {
    name: "content rejected",
    when: "BeforeAnything",
    how: "Answer",
    code: "contentRejected",
    details: { detail: "no" }
  },
  { name: "internal error before storing", when: "BeforeStoring", how: "Answer", code: "internal" },
  { name: "platform error before storing", when: "BeforeStoring", how: "Answer", code: "platformError" },
  {
    name: "platform unavailable",
    when: "BeforeStoring",
    how: "Answer",
    code: "platformUnavailable",
    details: { retryAfterSeconds: 1 }
  },
  {
    name: "platform unavailable for a day",
    when: "BeforeStoring",
    how: "Answer",
    code: "platformUnavailable",
    details: { retryAfterSeconds: 86400 }
  },
  { name: "reset before storing", when: "BeforeStoring", how: "Reset" },
  { name: "a failure of a new kind", when: "BeforeStoring", how: "Answer", code: "somethingNew" },
  { name: "internal error after storing", when: "AfterStoring", how: "Answer", code: "internal" },
  { name: "reset after storing", when: "AfterStoring", how: "Reset" },
  { name: "no answer after storing", when: "AfterStoring", how: "Hang" },
  { name: "unconfirmed, never delivered", when: "Unconfirmed", how: "Answer", delivered: false },
  { name: "unconfirmed, delivered", when: "Unconfirmed", how: "Answer", delivered: true },
  {
    name: "unconfirmed, confirmed a second later",
    when: "Unconfirmed",
    how: "Answer",
    delivered: true,
    confirmedAfter: 1_000
  },
  { name: "unconfirmed, and nobody hears it", when: "Unconfirmed", how: "Reset", delivered: true },
  { name: "slow", when: "Slow", how: "Answer", millis: 8_000 },
  { name: "slower than an attempt may take", when: "Slow", how: "Answer", millis: 13_000 },
  { name: "slower than the deadline", when: "Slow", how: "Answer", millis: 90_000 },
  { name: "201 without a body", when: "AfterStoring", how: "Answer", garble: body("") },
  { name: "201 with HTML", when: "AfterStoring", how: "Answer", garble: body("<html>It works</html>") },
  {
    name: "201 cut short",
    when: "AfterStoring",
    how: "Answer",
    garble: (success) => ({ ...success, body: success.body.slice(0, 40) })
  },
  { name: "201 with null", when: "AfterStoring", how: "Answer", garble: body("null") },
  { name: "201 with an array", when: "AfterStoring", how: "Answer", garble: body("[]") },
  {
    name: "202 with nothing",
    when: "AfterStoring",
    how: "Answer",
    garble: (success) => ({ ...success, status: 202, body: "" })
  },
  { name: "201 without the id", when: "AfterStoring", how: "Answer", garble: without("id") },
  { name: "201 without createdAt", when: "AfterStoring", how: "Answer", garble: without("createdAt") },
  {
    name: "201 without entities and reactions",
    when: "AfterStoring",
    how: "Answer",
    garble: (success) => without("entities")(without("reactions")(success))
  },
  {
    name: "201 with wrong types",
    when: "AfterStoring",
    how: "Answer",
    garble: changed(({ message, thread }) => ({
      thread,
      message: { ...message, entities: 7, attachments: "x", platformData: null, editedAt: "yesterday" }
    }))
  },
  {
    name: "201 of another thread",
    when: "AfterStoring",
    how: "Answer",
    garble: changed(({ message, thread }) => ({ thread, message: { ...message, threadId: "elsewhere" } }))
  },
  {
    name: "307 after storing",
    when: "AfterStoring",
    how: "Answer",
    garble: (success) => ({ ...success, status: 307, headers: { location: "http://127.0.0.1:9/" }, body: "" })
  },
  {
    name: "502 of a proxy after storing",
    when: "AfterStoring",
    how: "Answer",
    garble: (success) => ({ ...success, status: 502, body: "<html>Bad gateway</html>" })
  },
  {
    name: "504 of a proxy after storing",
    when: "AfterStoring",
    how: "Answer",
    garble: (success) => ({ ...success, status: 504, body: "" })
  }
]
