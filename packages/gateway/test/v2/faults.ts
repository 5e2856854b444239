/**
 * What API v2 and the network before it can do wrong with one send.
 */
import { Refused, type Response } from "./wire.js"

export interface Fault {
  readonly name: string
  /**
   * Point at which it happens: `BeforeAnything` before v2 looks at the request, `Refused` once it has looked up the key,
   * `BeforeStoring` and `AfterStoring` around the message, `Unconfirmed` at the platform, `Slow` after storing.
   */
  readonly when: "BeforeAnything" | "Refused" | "BeforeStoring" | "AfterStoring" | "Unconfirmed" | "Slow"
  readonly how: "Answer" | "Reset" | "Hang"
  readonly code?: string
  /** The status of a code that is not documented. */
  readonly status?: number
  readonly details?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** What becomes of a good answer on its way. */
  readonly garble?: (success: Response) => Response
  /** Whether the platform has an unconfirmed message. */
  readonly delivered?: boolean
  /** When an unconfirmed message is confirmed after all, in milliseconds. */
  readonly confirmedAfter?: number
  readonly millis?: number
}

/** The error that a fault answers with. */
export const answerOf = ({ code = "internal", details, headers, status }: Fault): Refused =>
  new Refused(code, details ?? null, headers ?? {}, status)

export const afterStoring = (fault: Fault, success: Response): Response =>
  fault.garble?.(success) ?? {
    ...success,
    status: 500,
    body: JSON.stringify({ code: fault.code ?? "internal", message: "It is internal", details: null, requestId: "r" })
  }

const body = (text: string) => (success: Response) => ({ ...success, body: text })

/** A good answer of which only a part comes. */
const begun = (then: "Reset" | "Stall") => (success: Response) => ({
  ...success,
  body: success.body.slice(0, 40),
  then
})

type Result = Record<string, Record<string, unknown>>

const changed = (change: (json: Result) => unknown) => (success: Response) => ({
  ...success,
  body: JSON.stringify(change(JSON.parse(success.body) as Result))
})

const withMessage = (values: Readonly<Record<string, unknown>>) =>
  changed(({ message, thread }) => ({ thread, message: { ...message, ...values } }))

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
  { name: "plan required", when: "Refused", how: "Answer", code: "planRequired", details: { feature: "x" } },
  {
    name: "account disconnected",
    when: "Refused",
    how: "Answer",
    code: "accountLinkDisconnected",
    details: { accountLinkId: "a", status: "offline" }
  },
  {
    name: "content rejected",
    when: "Refused",
    how: "Answer",
    code: "contentRejected",
    details: { detail: "no" }
  },
  {
    name: "thread restricted",
    when: "Refused",
    how: "Answer",
    code: "threadRestricted",
    details: { capability: "message:send" }
  },
  {
    name: "a refusal of a new kind",
    when: "Refused",
    how: "Answer",
    code: "somethingNew",
    status: 422,
    details: { news: true }
  },
  { name: "a conflict of a new kind", when: "Refused", how: "Answer", code: "somethingNew", status: 409 },
  { name: "403 of a new kind", when: "BeforeAnything", how: "Answer", code: "blocked", status: 403 },
  {
    name: "rate limited until a date",
    when: "BeforeAnything",
    how: "Answer",
    code: "rateLimited",
    headers: { "retry-after": "Fri, 04 Dec 2026 09:00:02 GMT" }
  },
  {
    name: "rate limited, nobody knows how long",
    when: "BeforeAnything",
    how: "Answer",
    code: "rateLimited",
    headers: { "retry-after": "soon" }
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
  {
    name: "platform unavailable, nobody knows how long",
    when: "BeforeStoring",
    how: "Answer",
    code: "platformUnavailable",
    details: { retryAfterSeconds: null }
  },
  { name: "a 502 of a new kind", when: "BeforeStoring", how: "Answer", code: "somethingNew", status: 502 },
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
  {
    name: "unconfirmed, never delivered, and nobody hears it",
    when: "Unconfirmed",
    how: "Reset",
    delivered: false
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
  { name: "201 that is reset in its body", when: "AfterStoring", how: "Answer", garble: begun("Reset") },
  { name: "201 that never ends", when: "AfterStoring", how: "Answer", garble: begun("Stall") },
  { name: "201 with null", when: "AfterStoring", how: "Answer", garble: body("null") },
  { name: "201 with an array", when: "AfterStoring", how: "Answer", garble: body("[]") },
  {
    name: "202 with nothing",
    when: "AfterStoring",
    how: "Answer",
    garble: (success) => ({ ...success, status: 202, body: "" })
  },
  {
    name: "200 in place of 201",
    when: "AfterStoring",
    how: "Answer",
    garble: (success) => ({ ...success, status: 200 })
  },
  {
    name: "201 with members that are new",
    when: "AfterStoring",
    how: "Answer",
    garble: withMessage({
      platform: "x",
      direction: "sideways",
      sentBy: { type: "robot", robotId: "r1" },
      platformData: { _tag: "x", sealed: true },
      entities: { emojis: [{}] },
      attachments: [{ kind: "hologram" }, { kind: "scent" }],
      reactions: [{ emoji: "!", author: { type: "crowd" }, createdAt: null }]
    })
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
    garble: withMessage({ entities: 7, attachments: "x", platformData: null, editedAt: "yesterday" })
  },
  {
    name: "201 of another thread",
    when: "AfterStoring",
    how: "Answer",
    garble: withMessage({ threadId: "elsewhere" })
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
