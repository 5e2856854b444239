/**
 * Sends a stream of requests, and tells of each what became of it.
 *
 * Requests of one thread are sent one after the other, in the order of the stream; those of different threads side by
 * side. A failure is an outcome like any other: it ends nothing and hides nothing. Requests are taken from the stream
 * only as fast as they are sent and as their outcomes are taken.
 *
 * To resume after an end of whatever kind, look at the outcomes, by `index`: what is `Delivered` must not be sent again;
 * what is `NotDelivered`, and what has no outcome at all, was not sent; of what is `Unknown`, nobody knows.
 *
 * @example
 * ```ts
 * import { SendAll } from "@inbox-effect/client"
 * import { Effect, Stream } from "effect"
 *
 * const requests = Stream.make(
 *   { threadId: "l44e15irdq4db30i77cgphhx", content: "On my way" },
 *   { threadId: "l44e15irdq4db30i77cgphhx", content: "Five minutes" }
 * )
 *
 * export const program = SendAll.sendAll(requests, { concurrency: 16 }).pipe(
 *   Stream.filter((outcome) => outcome._tag !== "Delivered"),
 *   Stream.runForEach((outcome) => Effect.logWarning("Not known to be delivered", outcome))
 * )
 * ```
 *
 * @since 0.1.0
 */
import * as Cause from "effect/Cause"
import * as Data from "effect/Data"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Inspectable from "effect/Inspectable"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { InboxId } from "./Identifier.js"
import * as InboxClient from "./InboxClient.js"
import type * as InboxError from "./InboxError.js"

/** What all outcomes have in common. */
interface Fields {
  readonly index: number
  readonly request: InboxClient.Request
}

const isInboxId = Schema.is(InboxId)

/**
 * What may be shown of an outcome: neither the request nor the message, which hold the text. A thread id that is none may
 * hold it too, and the id of the message is what the server likes it to be.
 */
const shown = (
  outcome: Outcome
): { readonly _tag: Outcome["_tag"]; readonly index: number; readonly threadId?: string; readonly error?: string } => ({
  _tag: outcome._tag,
  index: outcome.index,
  ...(isInboxId(outcome.request.threadId) ? { threadId: outcome.request.threadId } : {}),
  ...(outcome.error === undefined ? {} : { error: outcome.error._tag })
})

/** How outcomes are shown, as JSON, as text and by Node. */
const rendering = {
  toJSON(this: Outcome): unknown {
    return shown(this)
  },
  toString(this: Outcome): string {
    return Inspectable.format(shown(this))
  },
  [Inspectable.NodeInspectSymbol](this: Outcome): unknown {
    return shown(this)
  }
}

/**
 * The message was delivered. `sent` is the answer; where that could not be read, `error` says why. Shown in a log, no
 * outcome shows a text.
 *
 * @since 0.1.0
 * @category outcomes
 */
export class Delivered extends Data.TaggedClass("Delivered")<
  Fields & {
    readonly sent: InboxClient.Sent | undefined
    readonly error: InboxError.WithDelivery<InboxError.InboxError, "Delivered"> | undefined
  }
> {
  static {
    Object.assign(Delivered.prototype, rendering)
  }
}

/**
 * The message was not delivered. `error` is absent where nothing was attempted, because the stream was told to stop.
 *
 * @since 0.1.0
 * @category outcomes
 */
export class NotDelivered extends Data.TaggedClass("NotDelivered")<
  Fields & {
    readonly error: InboxError.WithDelivery<InboxError.InboxError, "NotDelivered"> | undefined
  }
> {
  static {
    Object.assign(NotDelivered.prototype, rendering)
  }
}

/**
 * Nobody knows whether the message was delivered. `error` is absent where the send was interrupted.
 *
 * @since 0.1.0
 * @category outcomes
 */
export class Unknown extends Data.TaggedClass("Unknown")<
  Fields & {
    readonly error: InboxError.WithDelivery<InboxError.InboxError, "Unknown"> | undefined
  }
> {
  static {
    Object.assign(Unknown.prototype, rendering)
  }
}

/**
 * What became of a request. `index` is its place in the stream, counted from 0.
 *
 * @since 0.1.0
 * @category outcomes
 */
export type Outcome = Delivered | NotDelivered | Unknown

/**
 * How a stream is sent.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /**
   * How many requests may be under way at once, an integer from 1: being sent, or waiting for an earlier one of their
   * thread. Default: 16.
   */
  readonly concurrency?: number | undefined
  /**
   * Ends the stream after an outcome for which this holds. What is under way is finished, what was taken and not begun
   * is `NotDelivered`, and nothing more is taken. Default: nothing ends it.
   */
  readonly stopOn?: ((outcome: Outcome) => boolean) | undefined
  /**
   * Gives up a thread after an outcome for which this holds: the requests for it that follow are `NotDelivered`, so that
   * they cannot overtake. Default: no thread is given up.
   */
  readonly stopThreadOn?: ((outcome: Outcome) => boolean) | undefined
  /**
   * Is told of every outcome, before the stream emits it. Whoever interrupts the stream learns here, and only here, what
   * became of the requests under way: those being sent are `Unknown`, those waiting for their turn `NotDelivered`.
   */
  readonly onOutcome?: ((outcome: Outcome) => Effect.Effect<void>) | undefined
  /** How to send each. Default: as the client is told. */
  readonly send?: InboxClient.SendOptions | undefined
}

/** A request in its place, and the end of the one before it in its thread. */
interface Turn extends Fields {
  readonly previous: Deferred.Deferred<void> | undefined
  readonly done: Deferred.Deferred<void>
}

const ofError = (fields: Fields, error: InboxError.InboxError): Outcome => {
  switch (error.delivery) {
    case "Delivered":
      return new Delivered({ ...fields, sent: undefined, error: error as never })
    case "NotDelivered":
      return new NotDelivered({ ...fields, error: error as never })
    case "Unknown":
      return new Unknown({ ...fields, error: error as never })
  }
}

/** What is neither a success nor a failure of the client is an interruption or a defect: anything may have happened. */
const ofExit = (fields: Fields, exit: Exit.Exit<InboxClient.Sent, InboxError.InboxError>): Outcome =>
  Exit.isSuccess(exit)
    ? new Delivered({ ...fields, sent: exit.value, error: undefined })
    : Option.match(Cause.failureOption(exit.cause), {
        onNone: () => new Unknown({ ...fields, error: undefined }),
        onSome: (error) => ofError(fields, error)
      })

const make = (client: InboxClient.Service, options: Options) => {
  const tails = new Map<string, Deferred.Deferred<void>>()
  const given = new Set<string>()
  let stopped = false
  let count = 0

  const enqueue = (request: InboxClient.Request): Effect.Effect<Turn> =>
    Effect.map(Deferred.make<void>(), (done) => {
      const previous = tails.get(request.threadId)
      tails.set(request.threadId, done)
      return { index: count++, request, previous, done }
    })

  const leave = ({ done, request }: Turn) =>
    Effect.zipRight(
      Effect.sync(() => {
        if (tails.get(request.threadId) === done) tails.delete(request.threadId)
      }),
      Deferred.succeed(done, undefined)
    )

  const conclude = (outcome: Outcome): Effect.Effect<Outcome> => {
    if (options.stopOn?.(outcome)) stopped = true
    if (options.stopThreadOn?.(outcome)) given.add(outcome.request.threadId)
    return Effect.as(options.onOutcome?.(outcome) ?? Effect.void, outcome)
  }

  const send = (turn: Turn): Effect.Effect<Outcome> =>
    Effect.uninterruptibleMask((restore) => {
      const fields: Fields = { index: turn.index, request: turn.request }
      const notBegun = new NotDelivered({ ...fields, error: undefined })
      const begin = Effect.suspend(() =>
        stopped || given.has(turn.request.threadId)
          ? conclude(notBegun)
          : Effect.flatMap(Effect.exit(restore(client.sendMessageWithMetadata(turn.request, options.send))), (exit) =>
              Effect.zipLeft(
                conclude(ofExit(fields, exit)),
                // An interruption goes on once it has been told of; a defect is an outcome.
                Exit.isFailure(exit) && Cause.isInterrupted(exit.cause) ? Effect.interrupt : Effect.void
              )
            )
      )
      const waiting = turn.previous === undefined ? Effect.void : restore(Deferred.await(turn.previous))
      return Effect.matchCauseEffect(waiting, {
        onFailure: () => Effect.zipRight(conclude(notBegun), Effect.interrupt),
        onSuccess: () => begin
      }).pipe(Effect.ensuring(leave(turn)))
    })

  return { enqueue, send, isStopped: () => stopped }
}

/**
 * Sends what the stream holds, and emits one outcome for each request as it comes. The stream fails only with what the
 * stream of requests fails with, after the outcomes of everything that was under way.
 *
 * @since 0.1.0
 * @category constructors
 */
export const sendAll = <E, R>(
  requests: Stream.Stream<InboxClient.Request, E, R>,
  options: Options = {}
): Stream.Stream<Outcome, E, InboxClient.InboxClient | R> =>
  Stream.unwrap(
    Effect.map(InboxClient.InboxClient, (client) => {
      const { enqueue, isStopped, send } = make(client, options)
      let failure: Cause.Cause<E> = Cause.empty
      return requests.pipe(
        Stream.catchAllCause((cause) => {
          failure = cause
          return Stream.empty
        }),
        // One at a time, so that nothing is taken that is not needed yet.
        Stream.rechunk(1),
        Stream.takeWhile(() => !isStopped()),
        Stream.mapEffect(enqueue),
        Stream.mapEffect(send, { concurrency: options.concurrency ?? 16, unordered: true }),
        Stream.concat(Stream.suspend(() => (Cause.isEmpty(failure) ? Stream.empty : Stream.failCause(failure))))
      )
    })
  )
