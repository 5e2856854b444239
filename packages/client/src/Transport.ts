/**
 * Statements of an `HttpClient` about itself and its failures: that a request was never put on the wire, and that it
 * answers in place of the hosted API.
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
import type * as HttpClient from "@effect/platform/HttpClient"
import * as Predicate from "effect/Predicate"
import * as transport from "./internal/http/transport.js"
import { NeverSent as NeverSentError } from "./internal/http/wire.js"

/**
 * Tells whether a failure proves that its request never left: the word of the transport (`@inbox-effect/client/undici`
 * gives it), or a cause that exists only before there is a connection, such as `ECONNREFUSED`.
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

const gateway: unique symbol = Symbol.for("@inbox-effect/client/Gateway") as never

/**
 * Marks an `HttpClient` that answers requests for the hosted API v1 by itself: the end of that API is not its end, so the
 * client does not warn of it.
 *
 * @since 0.1.0
 * @category constructors
 */
export const asGateway = <A extends HttpClient.HttpClient>(client: A): A => Object.assign(client, { [gateway]: true })

/**
 * Tells whether an `HttpClient` is marked by {@link asGateway}.
 *
 * @since 0.1.0
 * @category guards
 */
export const isGateway = (client: HttpClient.HttpClient): boolean => Predicate.hasProperty(client, gateway)
