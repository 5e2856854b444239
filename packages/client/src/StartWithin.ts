/**
 * A bound on when a request may leave: no first byte of it is written after its time, even by a process that was
 * stopped in between. For whoever holds a lease on a message and must not send once the lease is another's.
 *
 * The option `startWithin` of a client or of a send sets it. A transport that looks at the time at the very moment of
 * writing can keep it: that of `@inbox-effect/client/undici`. fetch and the stock clients cannot, and a client over one
 * of them refuses the option.
 *
 * @example
 * ```ts
 * import { InboxClient, StartWithin } from "@inbox-effect/client"
 * import { Effect } from "effect"
 *
 * // The time counts from before the lease was asked for, so that nothing that happens in between can outlast it.
 * export const sendUnderLease = <E, R>(request: InboxClient.Request, lease: Effect.Effect<void, E, R>) =>
 *   Effect.gen(function* () {
 *     const inbox = yield* InboxClient.InboxClient
 *     const startWithin = yield* StartWithin.fromNow("10 seconds")
 *     yield* lease
 *     return yield* inbox.sendMessage(request, { startWithin })
 *   })
 * ```
 *
 * @since 0.1.0
 */
import type * as HttpClient from "@effect/platform/HttpClient"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as startGate from "./internal/send/startGate.js"

/**
 * A time by which a request has to be begun, as the clocks of this process read it: not to be stored, nor to be passed
 * to another process.
 *
 * @since 0.1.0
 * @category models
 */
export interface Deadline extends startGate.Deadline {}

/**
 * Input of the option: a duration counts from the begin of the send, retries and waits included; a deadline stands.
 *
 * @since 0.1.0
 * @category models
 */
export type Input = Duration.DurationInput | Deadline

/**
 * Sets a deadline, a duration from now. It is over as soon as either the monotonic clock or the wall clock says so: the
 * one does not count while a machine sleeps, the other can be set back.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromNow = (duration: Duration.DurationInput): Effect.Effect<Deadline> =>
  Effect.map(Clock.clockWith(Effect.succeed), (clock) => startGate.after(clock, Duration.decode(duration)))

/**
 * Tells whether an `HttpClient`, or a client over one, keeps the option: whether it looks at the time at the moment of
 * writing. What is put around an `HttpClient` as a layer does not; what `transformClient` puts around it does.
 *
 * @since 0.1.0
 * @category checks
 */
export const isKeptBy = (client: HttpClient.HttpClient | { readonly keepsStartWithin: boolean }): boolean =>
  Predicate.hasProperty(client, "keepsStartWithin") ? client.keepsStartWithin === true : startGate.isKept(client)
