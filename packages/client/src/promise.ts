/**
 * The client for code that is not Effect: promises in, plain data out. A send never rejects; its result says whether
 * there is a message, and if not, what is known of the delivery.
 *
 * @example
 * ```ts
 * import { createInboxClient } from "@inbox-effect/client/promise"
 *
 * export const notify = async (token: string, threadId: string): Promise<string> => {
 *   const inbox = createInboxClient({ token, timeout: 10_000 })
 *   const result = await inbox.sendMessage({ threadId, content: "On my way" })
 *   await inbox.close()
 *   if (result.ok) {
 *     return `Sent as ${result.message.id}`
 *   }
 *   return result.delivery === "NotDelivered"
 *     ? `Not sent, safe to try again: ${result.error.message}`
 *     : `Ask a person before sending again: ${result.error.message}`
 * }
 * ```
 *
 * @since 0.1.0
 */
import { make } from "./internal/promise/client.js"
import { makeDouble, type TestInboxClient, type TestReply } from "./internal/promise/double.js"
import type { PromiseClient } from "./internal/promise/model.js"
import { check, type Options, toLayers } from "./internal/promise/options.js"

export type { Outcome, SendAllOptions, Sent, Unsent } from "./internal/promise/bulk.js"
export type { TestInboxClient, TestReconciled, TestReply } from "./internal/promise/double.js"
export { Aborted, Closed, type SendError, Unexpected } from "./internal/promise/errors.js"
export type { PromiseClient } from "./internal/promise/model.js"
export type { Options, SendOptions, Signal } from "./internal/promise/options.js"
export type {
  NotReconciled,
  Reconciled,
  ReconcileOptions,
  ReconcileResult,
  Window
} from "./internal/promise/reconcile.js"
export type { Failure, Message, SendResult, Success } from "./internal/promise/results.js"

/**
 * Makes a client. Throws a `TypeError` where there is no such option, or where it is of another kind, and a `RangeError`
 * where a number or a time-out cannot be used. Make one and keep it: it holds what sends share.
 *
 * @since 0.1.0
 * @category constructors
 */
export const createInboxClient = (options: Options): PromiseClient => {
  check(options)
  return make(toLayers(options))
}

/**
 * Makes a double of a client, without HTTP, for the tests of applications. It validates and records what is sent; each
 * send comes to the next reply, and without one it is delivered.
 *
 * @since 0.1.0
 * @category testing
 */
export const createTestInboxClient = (...replies: ReadonlyArray<TestReply>): TestInboxClient => makeDouble(replies)
