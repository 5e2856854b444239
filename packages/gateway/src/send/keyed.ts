/**
 * Sends under a key of the caller's: the same key and message are sent at most once, whatever became of the first
 * request.
 */
import type * as SendMessage from "@inbox-effect/client/SendMessage"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Entry } from "../Journal.js"
import { type Refusal, unknownDelivery } from "../refusal.js"
import * as Keys from "./keys.js"
import * as LookUp from "./lookUp.js"
import { answerOf, type Order, type Parts, reusedByCaller, type Sent, send } from "./send.js"

/** A send without what depends on its key. */
export type Intent = Pick<Order, "token" | "teamId" | "request" | "deadline">

/** A caller's key and message, hashed. */
export interface Client {
  readonly key: string
  readonly fingerprint: string
}

/** Hashes what a caller's key stands for. */
export const clientOf = (
  { journal }: Parts,
  identity: string,
  idempotencyKey: string,
  request: SendMessage.SendMessage
): Client => ({
  key: Keys.ofClient(journal.secret, identity, idempotencyKey),
  fingerprint: Keys.fingerprint(journal.secret, request)
})

const questionOf = ({ request, token }: Intent, messageId: string): LookUp.Question => ({
  token,
  messageId,
  threadId: request.threadId,
  content: request.content
})

/** The message that was sent under the key before. */
const find = (parts: Parts, intent: Intent, messageId: string | null) =>
  messageId === null
    ? Effect.succeed(undefined)
    : LookUp.once(parts.upstream, questionOf(intent, messageId), parts.lookUpMillis)

/** The message that may have been sent under the key before. */
const findConfirmed = (parts: Parts, intent: Intent, messageId: string | null) =>
  messageId === null
    ? Effect.succeed(undefined)
    : Effect.flatMap(Clock.currentTimeMillis, (now) =>
        LookUp.until(parts.upstream, questionOf(intent, messageId), now + parts.lookUpMillis)
      )

/** The message was sent: it is shown as v2 shows it now, or as far as it is known. */
const again = (parts: Parts, intent: Intent, entry: Entry, messageId: string | null): Effect.Effect<Sent, Refusal> =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const message = yield* find(parts, intent, messageId)
    const known = message ?? (messageId === null ? {} : { id: messageId })
    return answerOf({ ...intent, key: entry.key }, known, undefined, entry.at, now)
  })

/** Nobody knows what became of it: looked up where there is an id, and sent on only while v2 still knows the key. */
const resume = (
  parts: Parts,
  intent: Intent,
  order: Order,
  entry: Entry,
  keyWindow: number
): Effect.Effect<Sent, Refusal> =>
  Effect.gen(function* () {
    const { messageId, mayRepeat } =
      entry.ending?._tag === "Unknown" ? entry.ending : { messageId: null, mayRepeat: true }
    const message = yield* findConfirmed(parts, intent, messageId)
    if (message !== undefined) {
      yield* parts.journal.end({
        _tag: "Ended",
        key: entry.key,
        ending: { _tag: "Delivered", messageId: message.id ?? null }
      })
      return answerOf({ ...intent, key: entry.key }, message, undefined, entry.at, yield* Clock.currentTimeMillis)
    }
    const age = (yield* Clock.currentTimeMillis) - entry.at
    if (!mayRepeat || age >= keyWindow || !parts.policy.repeatsUnknown) {
      return yield* unknownDelivery("An earlier request with this Idempotency-Key has no known end")
    }
    return yield* send(parts, { ...order, inDoubt: true })
  })

/** Sends, or answers for the message that was sent before. */
export const sendKeyed = (
  parts: Parts,
  intent: Intent,
  client: Client,
  keyWindow: number
): Effect.Effect<Sent, Refusal> =>
  Effect.gen(function* () {
    const entry = yield* parts.journal.find(client.key)
    const order: Order = { ...intent, key: Keys.derived(parts.journal.secret, client.key), client, inDoubt: false }
    if (entry === undefined) return yield* send(parts, order)
    if (entry.client?.fingerprint !== client.fingerprint) return yield* reusedByCaller()
    switch (entry.ending?._tag) {
      case "Delivered":
        return yield* again(parts, intent, entry, entry.ending.messageId)
      case "Refused":
        return yield* send(parts, order)
      default:
        return yield* resume(parts, intent, order, entry, keyWindow)
    }
  })
