/**
 * A double of the client for code without Effect, for tests without HTTP.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as InboxClient from "../../InboxClient.js"
import type { InboxError } from "../../InboxError.js"
import * as ReceivedMessage from "../../ReceivedMessage.js"
import * as Reconcile from "../../Reconcile.js"
import { make } from "./client.js"
import type { PromiseClient } from "./model.js"
import type { Message } from "./results.js"

/**
 * Result of a send: `"Deliver"`; `"Hang"`, which only its signal ends; or an error, such as `new
 * InboxError.ServerError({ status: 502 })` of `@inbox-effect/client`.
 *
 * @since 0.1.0
 * @category testing
 */
export type TestReply = "Deliver" | "Hang" | InboxError

/**
 * Answer to a question about a send: an ordinary outcome by its name, or an error.
 *
 * @since 0.1.0
 * @category testing
 */
export type TestReconciled = "Found" | "NotFound" | "Ambiguous" | Reconcile.ReconcileError

/**
 * The client without HTTP, and its other side.
 *
 * @since 0.1.0
 * @category testing
 */
export interface TestInboxClient extends PromiseClient {
  /** All valid requests so far, whatever became of them. */
  readonly sends: () => ReadonlyArray<InboxClient.Request>
  /** All messages that were delivered so far. */
  readonly delivered: () => ReadonlyArray<Message>
  /** Adds to the script: one reply for each of the next sends. Without a script, all are delivered. */
  readonly script: (...replies: ReadonlyArray<TestReply>) => void
  /** Adds to the script of `reconcile`. Without one, the answer is `Ambiguous`. */
  readonly scriptReconcile: (...replies: ReadonlyArray<TestReconciled>) => void
}

const encode = Schema.encodeSync(ReceivedMessage.ReceivedMessage)

const toReply = (reply: TestReply): InboxClient.TestReply => (reply === "Hang" ? Effect.never : reply)

/** Makes a double, with replies for its first sends. */
export const makeDouble = (replies: ReadonlyArray<TestReply>): TestInboxClient => {
  const context = Effect.runSync(
    Effect.scoped(Layer.build(Layer.merge(InboxClient.layerTest(...replies.map(toReply)), Reconcile.layerTest())))
  )
  const inbox = Context.get(context, InboxClient.TestInbox)
  const reconciler = Context.get(context, Reconcile.TestReconciler)
  const layer = Layer.succeedContext(context)
  return {
    ...make({ inbox: layer, log: Layer.empty, reconciler: async () => layer }),
    sends: () => Effect.runSync(inbox.sends),
    delivered: () => Effect.runSync(inbox.delivered).map((message) => encode(message)),
    script: (...more) => Effect.runSync(inbox.script(...more.map(toReply))),
    scriptReconcile: (...more) => Effect.runSync(reconciler.script(...more))
  }
}
