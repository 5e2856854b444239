/**
 * Operations of the client for code without Effect.
 */
import type * as InboxClient from "../../InboxClient.js"
import type { Outcome, SendAllOptions } from "./bulk.js"
import type { SendOptions } from "./options.js"
import type { ReconcileOptions, ReconcileResult, Window } from "./reconcile.js"
import type { Failure, Message, SendResult } from "./results.js"

/**
 * The client.
 *
 * @since 0.1.0
 * @category models
 */
export interface PromiseClient {
  /** Sends one message. The promise is always fulfilled. */
  readonly sendMessage: (request: InboxClient.Request, options?: SendOptions) => Promise<SendResult>
  /** Sends one message. The promise is rejected with the `SendError`. */
  readonly sendMessageOrThrow: (request: InboxClient.Request, options?: SendOptions) => Promise<Message>
  /**
   * Sends many messages: those of one thread one after the other, in their order, those of different threads side by
   * side. Hands out one outcome for each, as it comes; begins when the first is asked for, and takes requests only as
   * fast as outcomes are taken. Whoever leaves early waits for what is under way, of which only `onOutcome` is told.
   * Throws a `TypeError` or a `RangeError` at once where an option cannot be used; the iteration throws what the requests
   * or `onOutcome` throw.
   */
  readonly sendAll: <A extends InboxClient.Request>(
    requests: Iterable<A> | AsyncIterable<A>,
    options?: SendAllOptions<A>
  ) => AsyncGenerator<Outcome<A>, void>
  /**
   * Finds out what became of a send whose delivery is `Unknown`, by reading its thread. Takes the failure, or the window
   * in which the send happened. The promise is always fulfilled.
   */
  readonly reconcile: (
    request: InboxClient.Request,
    of: Pick<Failure, "error"> | Window,
    options?: ReconcileOptions
  ) => Promise<ReconcileResult>
  /**
   * Takes no more sends, waits for those under way, and lets go of connections. What `sendAll` has not begun is
   * `NotDelivered`.
   */
  readonly close: () => Promise<void>
}
