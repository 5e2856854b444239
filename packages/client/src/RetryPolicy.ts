/**
 * When a failed send is tried again. A policy is data; the decision table says which conditions it applies to.
 *
 * @example
 * ```ts
 * import { InboxClient, RetryPolicy } from "@inbox-effect/client"
 * import { Redacted } from "effect"
 *
 * export const InboxLive = InboxClient.layer({
 *   token: Redacted.make("a token"),
 *   retry: RetryPolicy.make({ maxRetries: 5, maxDelay: "30 seconds" })
 * })
 * ```
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Schedule from "effect/Schedule"
import * as Delivery from "./Delivery.js"
import * as knownOptions from "./internal/config/knownOptions.js"

/**
 * A retry policy. The wait before retry number n is random between zero and the smaller of `maxDelay` and
 * `baseDelay` * 2^(n-1), unless the server says with `Retry-After` how long to wait; if it asks for more than
 * `maxDelay`, the send fails at once. `freshToken` is whether a 401 is retried, once, with another token.
 * `unsafeRetryUnknown` is whether conditions are retried after which nobody knows whether the message was delivered:
 * a person may then get it more than once.
 *
 * @since 0.1.0
 * @category models
 */
export interface RetryPolicy {
  /** Largest number of retries after the first attempt. */
  readonly maxRetries: number
  /** Longest wait before the first retry; it doubles with each retry. */
  readonly baseDelay: Duration.Duration
  /** Longest wait before any retry. */
  readonly maxDelay: Duration.Duration
  /** A 401 is retried once, with another token. */
  readonly freshToken: boolean
  /** Conditions are retried after which the message may have been delivered: a person may get it twice. */
  readonly unsafeRetryUnknown: boolean
}

/**
 * Options of a policy of one's own; those that are left out are as in `standard`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** Largest number of retries after the first attempt: an integer from 0. Default: 3. */
  readonly maxRetries?: number | undefined
  /** The longest wait before the first retry. Default: 500 milliseconds. */
  readonly baseDelay?: Duration.DurationInput | undefined
  /** The longest wait before any retry. Default: 1 minute, the shortest of the documented windows. */
  readonly maxDelay?: Duration.DurationInput | undefined
  /** Retries a 401 with another token, where the credentials give one. Default: true. */
  readonly freshToken?: boolean | undefined
}

/**
 * Retries what was certainly not delivered and may pass: no connection, and 429. Where the server takes an
 * `Idempotency-Key`, also what may have been delivered: the server sends it once. Three times at most.
 *
 * @since 0.1.0
 * @category constructors
 */
export const standard: RetryPolicy = {
  maxRetries: 3,
  baseDelay: Duration.millis(500),
  maxDelay: Duration.minutes(1),
  freshToken: true,
  unsafeRetryUnknown: false
}

/**
 * Never retries: one call, one HTTP request at most.
 *
 * @since 0.1.0
 * @category constructors
 */
export const none: RetryPolicy = { ...standard, maxRetries: 0, freshToken: false }

const names: knownOptions.Names<Options> = { maxRetries: true, baseDelay: true, maxDelay: true, freshToken: true }

/**
 * A policy like `standard` but for what is given. Throws a `RangeError` where `maxRetries` is no integer from 0 on, and a
 * `TypeError` where there is no such option.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (options: Options): RetryPolicy => {
  knownOptions.check(options, names)
  const maxRetries = options.maxRetries ?? standard.maxRetries
  if (!Number.isSafeInteger(maxRetries) || maxRetries < 0) {
    throw new RangeError("maxRetries has to be an integer from 0 on")
  }
  return {
    maxRetries,
    baseDelay: Duration.decode(options.baseDelay ?? standard.baseDelay),
    maxDelay: Duration.decode(options.maxDelay ?? standard.maxDelay),
    freshToken: options.freshToken ?? standard.freshToken,
    unsafeRetryUnknown: false
  }
}

/**
 * The policy, retrying also after a 5xx, a lost connection and a time-out. UNSAFE: nobody knows whether the first
 * attempt delivered the message, so a person may get it twice. For messages that may well be read twice.
 *
 * @since 0.1.0
 * @category combinators
 */
export const unsafeRetryUnknown = (policy: RetryPolicy): RetryPolicy => ({ ...policy, unsafeRetryUnknown: true })

/**
 * Decision of a policy about a condition: wait as computed (`Backoff`), wait as the server asks, if it does
 * (`RetryAfter`), ask for another token (`FreshToken`), or `Stop`.
 *
 * @since 0.1.0
 * @category models
 */
export type Decision = "Backoff" | "RetryAfter" | "FreshToken" | "Stop"

const decisions: Record<Delivery.Retry, (policy: RetryPolicy) => Decision> = {
  Yes: (policy) => (policy.maxRetries > 0 ? "Backoff" : "Stop"),
  AfterRetryAfter: (policy) => (policy.maxRetries > 0 ? "RetryAfter" : "Stop"),
  WithFreshToken: (policy) => (policy.freshToken ? "FreshToken" : "Stop"),
  OnlyUnsafely: (policy) => (policy.unsafeRetryUnknown && policy.maxRetries > 0 ? "RetryAfter" : "Stop"),
  No: () => "Stop",
  Never: () => "Stop"
}

/**
 * Decides what a policy makes of a condition, by the decision table alone. `keyed` is whether the request carried an
 * `Idempotency-Key` that the server takes. Default: it did not.
 *
 * @since 0.1.0
 * @category decisions
 */
export const decide = (policy: RetryPolicy, condition: Delivery.Condition, keyed = false): Decision => {
  const row = Delivery.ofCondition(condition)
  return decisions[keyed ? Delivery.retryWithKey(row) : row.retry](policy)
}

/**
 * A failure, as far as a schedule has to know it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Failure {
  /** Condition of the decision table that the attempt met. */
  readonly condition: Delivery.Condition
  /** Time that the server asks to wait. Default: it asks for none. */
  readonly retryAfter?: Duration.Duration | undefined
  /** The request carried an `Idempotency-Key` that the server takes. Default: it did not. */
  readonly keyed?: boolean | undefined
}

/**
 * The waits of a policy as a schedule: its inputs are failures, its outputs the waits before the next attempt. It ends
 * where the policy says `Stop` or `FreshToken`, where retries are used up, and where the server asks for more patience
 * than `maxDelay`. Time and chance are those of Effect's `Clock` and `Random`.
 *
 * @since 0.1.0
 * @category decisions
 */
export const schedule = (policy: RetryPolicy): Schedule.Schedule<Duration.Duration, Failure> => {
  const asked = (failure: Failure): Duration.Duration | undefined =>
    decide(policy, failure.condition, failure.keyed) === "RetryAfter" ? failure.retryAfter : undefined
  return Schedule.exponential(policy.baseDelay).pipe(
    Schedule.modifyDelay((_, delay) => Duration.min(delay, policy.maxDelay)),
    Schedule.jitteredWith({ min: 0, max: 1 }),
    Schedule.intersect(Schedule.recurs(policy.maxRetries)),
    Schedule.zipRight(Schedule.identity<Failure>()),
    Schedule.modifyDelay((failure, delay) => asked(failure) ?? Duration.millis(Math.round(Duration.toMillis(delay)))),
    Schedule.whileInput((failure: Failure) => {
      const decision = decide(policy, failure.condition, failure.keyed)
      const wait = asked(failure)
      return (
        (decision === "Backoff" || decision === "RetryAfter") &&
        (wait === undefined || Duration.lessThanOrEqualTo(wait, policy.maxDelay))
      )
    }),
    Schedule.delays
  )
}
