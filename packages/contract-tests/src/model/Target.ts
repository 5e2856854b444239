/**
 * A target, the pace of the requests to it, and the reasons to stop.
 *
 * @since 0.1.0
 */
import * as Data from "effect/Data"
import type * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"

/**
 * The target: an implementation's base URL up to and including `/api/v1`, and what is needed to send there.
 *
 * @since 0.1.0
 * @category models
 */
export interface Target {
  readonly url: URL
  readonly token: Redacted.Redacted
  /** Gives the token that is valid now, for when the one at hand has expired or is refused. */
  readonly anotherToken?: Effect.Effect<Redacted.Redacted, TokenFailed> | undefined
  readonly threads: readonly [first: string, second?: string]
  /** An existing message of the first thread, an inbound one as a rule, to reply to. */
  readonly replyTo?: string | undefined
  /** Headers that are added to each request, as a gateway in front of the target may ask for. */
  readonly headers?: ReadonlyArray<readonly [name: string, value: Redacted.Redacted]> | undefined
  /** Certificates of authorities that the target's is signed by, in PEM, besides those that Node trusts. */
  readonly ca?: string | undefined
}

/**
 * That there is no token to send with. `message` is the end of a sentence: what gave none, and what to do.
 *
 * @since 0.1.0
 * @category errors
 */
export class TokenFailed extends Data.TaggedError("TokenFailed")<{ readonly message: string }> {}

/**
 * Pace and duration. Times in milliseconds.
 *
 * @since 0.1.0
 * @category models
 */
export interface Pace {
  readonly timeout: number
  readonly maxDuration: number
  /** Milliseconds from one request to the next at the least; 0 for no limit of the kit's own. */
  readonly interval: number
}

/**
 * Why a run cannot go on. It says nothing about conformance.
 *
 * @since 0.1.0
 * @category errors
 */
export class Stop extends Data.TaggedError("Stop")<{
  readonly reason: "gone" | "limited" | "refused" | "time" | "interrupted" | "unanswered"
  readonly message: string
}> {}

/**
 * That a run was called off.
 *
 * @since 0.1.0
 * @category errors
 */
export const interrupted = (): Stop => new Stop({ reason: "interrupted", message: "the run was interrupted" })
