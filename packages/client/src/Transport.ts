/**
 * The one thing that a failure of an `HttpClient` can prove: that the request was never put on the wire.
 *
 * @example
 * ```ts
 * import { HttpClient, type HttpClientRequest } from "@effect/platform"
 * import * as Transport from "@inbox-effect/client/Transport"
 * import { Effect } from "effect"
 *
 * export const post = (request: HttpClientRequest.HttpClientRequest) =>
 *   Effect.retry(HttpClient.execute(request), { times: 2, while: Transport.isNeverSent })
 * ```
 *
 * @since 0.1.0
 */
import * as transport from "./internal/http/transport.js"
import { NeverSent as NeverSentError } from "./internal/http/wire.js"

/**
 * Whether a failure proves that its request never left: the word of the transport (`@inbox-effect/client/undici` gives
 * it), or a cause that exists only before there is a connection, such as `ECONNREFUSED`.
 *
 * @since 0.1.0
 * @category guards
 */
export const isNeverSent = (failure: unknown): boolean =>
  transport.classify(failure, () => false)._tag === "ConnectionFailed"

/**
 * A cause to fail with, for an `HttpClient` of your own that knows for certain that nothing was sent: the client then
 * reports a `ConnectionFailed`, which is safe to try again.
 *
 * @since 0.1.0
 * @category constructors
 */
export const neverSent = (cause: unknown): Error => new NeverSentError(cause)
