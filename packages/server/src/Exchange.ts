/**
 * A request while it is handled, as hooks see it.
 *
 * @since 0.1.0
 */
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http"
import type * as Effect from "effect/Effect"
import type { Answer } from "./Answer.js"
import type { Verdict } from "./RateLimit.js"

/**
 * The operations of the contract: `send` is `POST /threads/{threadId}/messages`, `list` is `GET` on the same path.
 *
 * @since 0.1.0
 * @category models
 */
export type Operation = "send" | "list"

/**
 * A request that is being handled. `caller` and `verdict` are there from authentication on.
 *
 * @since 0.1.0
 * @category models
 */
export interface Exchange<out Caller = unknown> {
  /** The id that the answer carries as `X-Request-Id`. */
  readonly id: string
  /** When the request came, in milliseconds since the Unix epoch. */
  readonly startedAt: number
  readonly method: string
  /** Path and query as they were sent, without the scheme and the authority of an absolute URL. */
  readonly url: string
  /** The segments of the path with escapes decoded; `undefined` where they cannot be. */
  readonly segments: ReadonlyArray<string> | undefined
  /** The host that is asked: the authority of an absolute URL, else the header `Host`. */
  readonly host: string | undefined
  /** Headers by name in lower case, `idempotency-key` for example. */
  readonly headers: IncomingHttpHeaders
  /** The operation that the path and the method name; `undefined` where they name none. */
  readonly operation: Operation | undefined
  /** The thread that the path names, as it stands there: it may break the pattern of identifiers. */
  readonly threadId: string | undefined
  /** Whoever the token stands for; `undefined` until it has been accepted. */
  readonly caller: Caller | undefined
  /** Standing of the caller in its rate limits; `undefined` until it is known. */
  readonly verdict: Verdict | undefined
  /** Bytes of the body that have come so far, and the first of them, as far as `keepBytes` of the server says. */
  readonly received: { readonly bytes: number; readonly head: ReadonlyArray<Uint8Array> }
  /** Room for what hooks note on the request, each under a symbol of its own. */
  readonly notes: Record<symbol, unknown>
  /** Milliseconds since the request came. */
  readonly elapsed: () => number
  /** Reads the rest of the body, and drops it. */
  readonly drain: Effect.Effect<void>
  /** Adds the headers that all answers have, as they would be written. */
  readonly complete: (answer: Answer) => Answer
  /** The request as Node has it. */
  readonly incoming: IncomingMessage
  /** The answer as Node has it, for hooks that break a connection. */
  readonly outgoing: ServerResponse
}

/**
 * An exchange whose token has been accepted.
 *
 * @since 0.1.0
 * @category models
 */
export interface Authenticated<out Caller> extends Exchange<Caller> {
  readonly caller: Caller
}
