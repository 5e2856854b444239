/**
 * The nouns of the gateway.
 */
import type * as ListMessages from "@inbox-effect/client/ListMessages"
import type * as SendMessage from "@inbox-effect/client/SendMessage"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import type { Refusal } from "./refusal.js"

/**
 * A caller: the token that stands upstream, its team, and whose the `Idempotency-Key`s are.
 *
 * @since 0.1.0
 * @category models
 */
export interface Caller {
  readonly token: Redacted.Redacted
  readonly teamId: string
  readonly identity: string
}

/**
 * An answer of API v1: its JSON, and the headers that go with it. `X-Inbox-Gateway-Lost` names the keys for which API v2
 * had no value.
 *
 * @since 0.1.0
 * @category models
 */
export interface Answer {
  readonly json: Readonly<Record<string, unknown>>
  readonly headers: Readonly<Record<string, string>>
}

/**
 * The operations of a gateway. Requests are valid by the v1 contract when they get here.
 *
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /**
   * Finds out about a token of API v2. `identity` says whose the caller's keys are, where several callers share the
   * token. Default: the team's.
   */
  readonly authorize: (token: Redacted.Redacted, identity?: string) => Effect.Effect<Caller, Refusal>
  /**
   * Sends one message at most once. Interrupting it ends the waiting, not the send. With an `idempotencyKey`, the same
   * message is sent once however often it is asked for; another message under the same key is refused with 422.
   */
  readonly send: (
    caller: Caller,
    request: SendMessage.SendMessage,
    options?: { readonly idempotencyKey?: string | undefined }
  ) => Effect.Effect<Answer, Refusal>
  /** Lists the messages of a thread, newest first. */
  readonly list: (
    caller: Caller,
    request: { readonly threadId: string; readonly query: ListMessages.Query }
  ) => Effect.Effect<Answer, Refusal>
  /** The number of sends that are under way. */
  readonly inFlight: Effect.Effect<number>
}

/**
 * The address of API v2, time-outs and bounds. Nothing is required.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** The base URL of API v2. Default: `hostedBaseUrl`. */
  readonly baseUrl?: string | undefined
  /** The time-out of a send, all attempts together. Default: 25 seconds, less than most callers wait. */
  readonly deadline?: Duration.DurationInput | undefined
  /** The time-out of one attempt. Default: 10 seconds. */
  readonly attemptTimeout?: Duration.DurationInput | undefined
  /** The longest wait (`Retry-After`) that is waited for; after a longer one the caller is told. Default: 5 seconds. */
  readonly longestWait?: Duration.DurationInput | undefined
  /** The time in which an unconfirmed message is looked for, after the attempts. Default: 4 seconds. */
  readonly lookUp?: Duration.DurationInput | undefined
  /**
   * The time in which API v2 is relied on to know a key, from the first attempt on. A caller's request that comes again
   * later, without a known end of the first, is not sent on. Default: 2 minutes.
   */
  readonly keyWindow?: Duration.DurationInput | undefined
  /**
   * The answer to an attempt that may have been sent or not: it is repeated with the same key, on which
   * API v2 promises not to send twice (`WithKey`), or the caller is told at once (`Never`). Default: `WithKey`.
   */
  readonly repeat?: "WithKey" | "Never" | undefined
  /** The time that the team of a token is remembered. Default: 5 minutes. */
  readonly teamLife?: Duration.DurationInput | undefined
  /**
   * The time in which a token that API v2 refused is refused without asking again. A token gets in by API v2's word alone; one
   * that is made valid meanwhile waits as long. Default: 5 seconds.
   */
  readonly refusedLife?: Duration.DurationInput | undefined
  /** The time that the platform of a thread is remembered. Default: 1 hour. */
  readonly threadLife?: Duration.DurationInput | undefined
  /** The time that sends under way are waited for when the gateway closes. Default: 30 seconds. */
  readonly grace?: Duration.DurationInput | undefined
  /** The largest number of sends under way; further ones wait, up to their deadline. Default: 256. */
  readonly concurrency?: number | undefined
  /** The largest number of bytes that are read of an answer. Default: 8 MiB. */
  readonly maxAnswerSize?: number | undefined
  /** The largest number of teams, of threads and of refused tokens that are remembered. Default: 10,000. */
  readonly cacheSize?: number | undefined
}
