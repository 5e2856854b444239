/**
 * Checks of one's own: functions that look at each exchange of a run, beside the requirements of the contract.
 *
 * @since 0.1.0
 */
import type { RawRequest, RawResponse } from "./Exchange.js"

/**
 * A request of a run with its answer, as a check gets it: copies, which it may keep and change.
 *
 * @since 0.1.0
 * @category models
 */
export interface CheckedExchange {
  /** The thread that the message was sent to. */
  readonly threadId: string
  readonly content: string
  /** The message that it replies to; `undefined` where it is no reply. */
  readonly replyToMessageId: string | undefined
  /** Reason why the request is invalid, in a few words; `undefined` for a valid one. */
  readonly edit: string | undefined
  /** The request as it was sent, the token included. */
  readonly request: RawRequest
  /** The answer; `undefined` where there is none, or not all of it. */
  readonly response: RawResponse | undefined
  /** The JSON value of the body of the answer; `undefined` where it is none. */
  readonly json: unknown
  /** Milliseconds from the request to the answer. */
  readonly durationMs: number
}

/**
 * A fault that a check finds in an exchange.
 *
 * @since 0.1.0
 * @category models
 */
export interface CheckFailure {
  readonly expected: string
  readonly actual: string
  /** Place in the answer: `status`, `header x-request-id`, `body`, `$.createdAt`. `body` unless given. */
  readonly place?: string | undefined
}

/**
 * A check of one's own. Its row in the report is `own.` and its id.
 *
 * @since 0.1.0
 * @category models
 */
export interface Check {
  /** Letters, digits, dots and hyphens. */
  readonly id: string
  /** When it holds, in one sentence. */
  readonly title: string
  /** Level: a failure fails the run (`MUST`) or warns (`SHOULD`). `MUST` unless given. */
  readonly level?: "MUST" | "SHOULD" | undefined
  /** The sentence that it rests on. */
  readonly source?: string | undefined
  /** Harm to a client where it does not hold. */
  readonly harm?: string | undefined
  /** Returns what is wrong; an empty list where nothing is. What it throws makes its row inconclusive, and nothing else. */
  readonly check: (exchange: CheckedExchange) => ReadonlyArray<CheckFailure>
}

/**
 * The id of the row of a check in the report.
 *
 * @since 0.1.0
 * @category getters
 */
export const rowOf = ({ id }: Pick<Check, "id">): string => `own.${id}`
