/**
 * Sending many messages, for code without Effect.
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type * as Runtime from "effect/Runtime"
import type { Delivery } from "../../Delivery.js"
import * as InboxClient from "../../InboxClient.js"
import type * as SendAll from "../../SendAll.js"
import * as knownOptions from "../config/knownOptions.js"
import type { SendError } from "./errors.js"
import type { Signal } from "./options.js"
import { type Success, success } from "./results.js"

/** The place of an outcome. */
interface Place<A extends InboxClient.Request> {
  /** The place of the request among all, counted from 0. */
  readonly index: number
  /** The request as it was given. */
  readonly request: A
}

/**
 * A request of many that was sent.
 *
 * @since 0.1.0
 * @category results
 */
export interface Sent<A extends InboxClient.Request = InboxClient.Request> extends Place<A>, Success {}

/**
 * A request of many for which there is no message. Plain data, to be kept as JSON but for `error`.
 *
 * @since 0.1.0
 * @category results
 */
export interface Unsent<A extends InboxClient.Request = InboxClient.Request> extends Place<A> {
  /** There is no message to read; it may have been delivered all the same. */
  readonly ok: false
  /** Delivery of the message, as far as it is known. */
  readonly delivery: Delivery
  /** Why there is no message. Absent where the send was not begun. */
  readonly error: SendError | undefined
  /** When the send was under way, where nobody knows what became of it: `reconcile` takes it. */
  readonly window: { readonly from: string; readonly until: string } | undefined
}

/**
 * Outcome of a request of many.
 *
 * @since 0.1.0
 * @category results
 */
export type Outcome<A extends InboxClient.Request = InboxClient.Request> = Sent<A> | Unsent<A>

/**
 * Options for sending many messages.
 *
 * @since 0.1.0
 * @category models
 */
export interface SendAllOptions<A extends InboxClient.Request = InboxClient.Request> {
  /** Largest number of requests under way at once, an integer from 1. Default: 16. */
  readonly concurrency?: number | undefined
  /** Ends it after an outcome for which this holds. Default: nothing ends it. */
  readonly stopOn?: ((outcome: Outcome<A>) => boolean) | undefined
  /** Gives up a thread after an outcome for which this holds. Default: no thread is given up. */
  readonly stopThreadOn?: ((outcome: Outcome<A>) => boolean) | undefined
  /**
   * Is told of every outcome, before it is handed out, and is waited for. Where it throws, nothing more is taken, what is
   * under way is finished and told of, and then the iteration fails with what was thrown.
   */
  readonly onOutcome?: ((outcome: Outcome<A>) => unknown) | undefined
  /** Ends it: nothing more is taken, and what is under way is finished. */
  readonly signal?: Signal | undefined
}

const names: knownOptions.Names<SendAllOptions> = {
  concurrency: true,
  stopOn: true,
  stopThreadOn: true,
  onOutcome: true,
  signal: true
}

/** Throws what is wrong with the options. */
export const check = (options: SendAllOptions<never>): void => {
  knownOptions.check(options, names)
  const { concurrency } = options
  if (concurrency !== undefined && !(Number.isSafeInteger(concurrency) && concurrency > 0)) {
    throw new RangeError("concurrency has to be an integer from 1 on")
  }
}

const toOutcome = <A extends InboxClient.Request>(outcome: SendAll.Outcome<A>): Outcome<A> => {
  const { index, request } = outcome
  if (outcome._tag === "Delivered" && outcome.sent !== undefined) return { index, request, ...success(outcome.sent) }
  const window =
    outcome._tag === "Unknown"
      ? { from: DateTime.formatIso(outcome.window.from), until: DateTime.formatIso(outcome.window.until) }
      : undefined
  return { index, request, ok: false, delivery: outcome._tag, error: outcome.error, window }
}

/**
 * One request at a time, so that nothing is taken early. Who has stopped taking does not wait for a source that is still
 * making up its next one.
 */
const oneByOne = <A>(source: Iterable<A> | AsyncIterable<A>): AsyncIterable<A> => ({
  [Symbol.asyncIterator]: () => {
    const iterator = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]()
    return {
      next: async () => iterator.next(),
      return: async () => {
        Promise.resolve(iterator.return?.()).catch(() => {})
        return { done: true, value: undefined }
      }
    }
  }
})

const aborted = (signal: Signal | undefined): Effect.Effect<void> =>
  signal === undefined
    ? Effect.never
    : Effect.async<void>((resume) => {
        const listen = () => resume(Effect.void)
        if (signal.aborted) return listen()
        signal.addEventListener("abort", listen)
        return Effect.sync(() => signal.removeEventListener("abort", listen))
      })

/** Dependencies of sending many: the sender, the requests, and what ends it besides its signal. */
export interface Bulk<A extends InboxClient.Request> {
  readonly runtime: Promise<Runtime.Runtime<InboxClient.InboxClient>>
  readonly requests: Iterable<A> | AsyncIterable<A>
  readonly options: SendAllOptions<A>
  readonly closed: Effect.Effect<void>
  readonly track: (service: InboxClient.Service) => InboxClient.Service
}

/** Sends, and hands out outcomes. */
export async function* outcomes<A extends InboxClient.Request>(bulk: Bulk<A>): AsyncGenerator<Outcome<A>, void> {
  const { onOutcome, signal, stopOn, stopThreadOn, ...rest } = bulk.options
  const [{ sendAll }, Stream, runtime] = await Promise.all([
    import("../../SendAll.js"),
    import("effect/Stream"),
    bulk.runtime
  ])
  const stream = sendAll<A, unknown, never, unknown>(
    Stream.fromAsyncIterable(oneByOne(bulk.requests), (thrown) => thrown),
    {
      ...rest,
      ...(stopOn === undefined ? {} : { stopOn: (outcome) => stopOn(toOutcome(outcome)) }),
      ...(stopThreadOn === undefined ? {} : { stopThreadOn: (outcome) => stopThreadOn(toOutcome(outcome)) }),
      onOutcome: (outcome) =>
        Effect.tryPromise({ try: async () => onOutcome?.(toOutcome(outcome)), catch: (thrown) => thrown }),
      drain: Effect.raceFirst(aborted(signal), bulk.closed),
      // Whoever leaves the iteration early waits for what is under way, and loses nothing.
      drainWithin: Number.POSITIVE_INFINITY
    }
  ).pipe(Stream.provideServiceEffect(InboxClient.InboxClient, Effect.map(InboxClient.InboxClient, bulk.track)))
  for await (const outcome of Stream.toAsyncIterableRuntime(stream, runtime)) yield toOutcome(outcome)
}
