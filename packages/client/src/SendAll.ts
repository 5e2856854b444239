/**
 * Sends a stream of requests, and tells of each what became of it.
 *
 * Requests of one thread are sent one after the other, in the order of the stream; those of different threads side by
 * side. A failure is an outcome like any other: it ends nothing and hides nothing. Requests are taken from the stream
 * only as fast as they are sent and as their outcomes are taken.
 *
 * To resume after an end of whatever kind, look at the outcomes, by `index`: what is `Delivered` must not be sent again;
 * what is `NotDelivered`, and what has no outcome at all, was not sent; of what is `Unknown`, nobody knows, and
 * `Reconcile` can find out by its `request` and its `window`.
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
import * as Clock from "effect/Clock"
import * as Data from "effect/Data"
import * as DateTime from "effect/DateTime"
import * as Deferred from "effect/Deferred"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Inspectable from "effect/Inspectable"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { InboxId } from "./Identifier.js"
import * as InboxClient from "./InboxClient.js"
import type * as InboxError from "./InboxError.js"
import { sendNames } from "./internal/client.js"
import * as knownOptions from "./internal/config/knownOptions.js"
import { finishing, Halt, type Restore } from "./internal/send/halt.js"
import * as threads from "./internal/send/threads.js"
import * as unfinished from "./internal/send/unfinished.js"
import type { Window } from "./Reconcile.js"

/** Fields that all outcomes have. */
interface Fields<A extends InboxClient.Request> {
  /** The place of the request in the stream, counted from 0. */
  readonly index: number
  /** The request as the stream had it. */
  readonly request: A
}

const isInboxId = Schema.is(InboxId)

/**
 * Renders what may be shown of an outcome: neither the request nor the message, which hold the text. A thread id that
 * is none may hold it too, and the id of the message is what the server likes it to be.
 */
const shown = (
  outcome: Outcome
): { readonly _tag: Outcome["_tag"]; readonly index: number; readonly threadId?: string; readonly error?: string } => ({
  _tag: outcome._tag,
  index: outcome.index,
  ...(isInboxId(outcome.request.threadId) ? { threadId: outcome.request.threadId } : {}),
  ...(outcome.error === undefined ? {} : { error: outcome.error._tag })
})

/** Rendering of outcomes, as JSON, as text and by Node. */
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
 * The message was delivered. Shown in a log, no outcome shows a text.
 *
 * @since 0.1.0
 * @category outcomes
 */
export class Delivered<A extends InboxClient.Request = InboxClient.Request> extends Data.TaggedClass("Delivered")<
  Fields<A> & {
    /** The message and its metadata. Absent where the answer could not be read. */
    readonly sent: InboxClient.Sent | undefined
    /** Why the answer could not be read. Absent where it could, and where the send was interrupted after its head. */
    readonly error: InboxError.WithDelivery<InboxError.InboxError, "Delivered"> | undefined
  }
> {
  static {
    Object.assign(Delivered.prototype, rendering)
  }
}

/**
 * The message was not delivered.
 *
 * @since 0.1.0
 * @category outcomes
 */
export class NotDelivered<A extends InboxClient.Request = InboxClient.Request> extends Data.TaggedClass("NotDelivered")<
  Fields<A> & {
    /** Why not. Absent where the send was not begun, or was interrupted before its request left. */
    readonly error: InboxError.WithDelivery<InboxError.InboxError, "NotDelivered"> | undefined
  }
> {
  static {
    Object.assign(NotDelivered.prototype, rendering)
  }
}

/**
 * Nobody knows whether the message was delivered. `Reconcile` takes the `request` and the `window`.
 *
 * @since 0.1.0
 * @category outcomes
 */
export class Unknown<A extends InboxClient.Request = InboxClient.Request> extends Data.TaggedClass("Unknown")<
  Fields<A> & {
    /** Why nobody knows. Absent where the send was interrupted. */
    readonly error: InboxError.WithDelivery<InboxError.InboxError, "Unknown"> | undefined
    /** From the begin of the send to its end, by the clock of this process. */
    readonly window: Window
  }
> {
  static {
    Object.assign(Unknown.prototype, rendering)
  }
}

/**
 * Outcome of a request.
 *
 * @since 0.1.0
 * @category outcomes
 */
export type Outcome<A extends InboxClient.Request = InboxClient.Request> = Delivered<A> | NotDelivered<A> | Unknown<A>

/**
 * Options for sending a stream. `A` is the type of its requests; `E` and `R` are the errors and the requirements of
 * `onOutcome`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options<A extends InboxClient.Request = InboxClient.Request, E = never, R = never> {
  /**
   * Largest number of requests under way at once, an integer from 1: being sent, or waiting for an earlier one of their
   * thread. Default: 16.
   */
  readonly concurrency?: number | undefined
  /**
   * Ends the stream after an outcome for which this holds. What is under way is finished, what was taken and not begun
   * is `NotDelivered`, and nothing more is taken. Default: nothing ends it.
   */
  readonly stopOn?: ((outcome: Outcome<A>) => boolean) | undefined
  /**
   * Gives up a thread after an outcome for which this holds: the requests for it that follow are `NotDelivered`, so that
   * they cannot overtake. Default: no thread is given up.
   */
  readonly stopThreadOn?: ((outcome: Outcome<A>) => boolean) | undefined
  /**
   * Is told of every outcome, before the stream emits it. Whoever interrupts the stream learns here, and only here, what
   * became of the requests under way. Where it fails, or throws, the stream takes nothing more, finishes what is under
   * way, tells of that too, and then fails with what went wrong here.
   */
  readonly onOutcome?: ((outcome: Outcome<A>) => Effect.Effect<unknown, E, R>) | undefined
  /**
   * Ends the stream once this effect is over, whatever it comes to: what is under way is finished, what was taken and
   * not begun is `NotDelivered`, and nothing more is taken. Default: nothing ends it.
   */
  readonly drain?: Effect.Effect<unknown, unknown> | undefined
  /**
   * Time that requests under way have to finish once the stream is interrupted, as it is by SIGTERM under
   * `runMain`. Those that take longer are interrupted then, and what is known of them is told. Default: no time.
   */
  readonly drainWithin?: Duration.DurationInput | undefined
  /** Options of each send. Default: those of the client. */
  readonly send?: InboxClient.SendOptions | undefined
}

const names: knownOptions.Names<Options> = {
  concurrency: true,
  stopOn: true,
  stopThreadOn: true,
  onOutcome: true,
  drain: true,
  drainWithin: true,
  send: true
}

/** A send that is over, and when it was under way, in milliseconds since the Unix epoch. */
interface Ended {
  readonly exit: Exit.Exit<InboxClient.Sent, InboxError.InboxError>
  readonly slip: unfinished.Slip
  readonly from: number
  readonly until: number
}

const windowOf = ({ from, until }: Ended): Window => ({
  from: DateTime.unsafeMake(from),
  until: DateTime.unsafeMake(until)
})

const ofError = <A extends InboxClient.Request>(
  fields: Fields<A>,
  error: InboxError.InboxError,
  ended: Ended
): Outcome<A> => {
  switch (error.delivery) {
    case "Delivered":
      return new Delivered<A>({ ...fields, sent: undefined, error: error as never })
    case "NotDelivered":
      return new NotDelivered<A>({ ...fields, error: error as never })
    case "Unknown":
      return new Unknown<A>({ ...fields, error: error as never, window: windowOf(ended) })
  }
}

/**
 * The outcome of a send that was interrupted, or threw: its slip says what is known; without a word there, anything may
 * have happened.
 */
const ofUnfinished = <A extends InboxClient.Request>(fields: Fields<A>, ended: Ended): Outcome<A> => {
  switch (ended.slip.unfinished?.delivery) {
    case "Delivered":
      return new Delivered<A>({ ...fields, sent: undefined, error: undefined })
    case "NotDelivered":
      return new NotDelivered<A>({ ...fields, error: undefined })
    default:
      return new Unknown<A>({ ...fields, error: undefined, window: windowOf(ended) })
  }
}

const outcomeOf = <A extends InboxClient.Request>(fields: Fields<A>, ended: Ended): Outcome<A> =>
  Exit.match(ended.exit, {
    onSuccess: (sent) => new Delivered<A>({ ...fields, sent, error: undefined }),
    onFailure: (cause) =>
      Option.match(Cause.failureOption(cause), {
        onNone: () => ofUnfinished(fields, ended),
        onSome: (error) => ofError(fields, error, ended)
      })
  })

const make = <A extends InboxClient.Request, E, R>(
  client: InboxClient.Service,
  options: Options<A, E, R>,
  halt: Halt<E>
) => {
  const given = new Set<string>()
  const finish = finishing(options.drainWithin, halt)
  const { enter, leave } = threads.make<A>()

  const conclude = (outcome: Outcome<A>): Effect.Effect<Outcome<A>, never, R> => {
    if (options.stopThreadOn?.(outcome)) given.add(outcome.request.threadId)
    const told = Effect.suspend(() => options.onOutcome?.(outcome) ?? Effect.void)
    return Effect.catchAllCause(told, (cause) => Effect.zipRight(halt.note(cause), halt.reach)).pipe(
      Effect.zipRight(options.stopOn?.(outcome) ? halt.reach : Effect.void),
      Effect.as(outcome)
    )
  }

  const sendNow = (fields: Fields<A>, restore: Restore) =>
    Effect.gen(function* () {
      const slip: unfinished.Slip = { unfinished: undefined }
      const sending = unfinished.hand(client.sendMessageWithMetadata(fields.request, options.send), slip)
      const from = yield* Clock.currentTimeMillis
      const exit = yield* finish(sending, restore)
      const until = yield* Clock.currentTimeMillis
      const outcome = yield* conclude(outcomeOf(fields, { exit, slip, from, until }))
      // An interruption goes on once it has been told of; a defect is an outcome.
      return Exit.isFailure(exit) && Cause.isInterrupted(exit.cause) ? yield* Effect.interrupt : outcome
    })

  const send = (turn: threads.Turn<A>): Effect.Effect<Outcome<A>, never, R> =>
    Effect.uninterruptibleMask((restore) => {
      const fields: Fields<A> = { index: turn.index, request: turn.request }
      const notBegun = new NotDelivered<A>({ ...fields, error: undefined })
      const begin = Effect.suspend(() =>
        halt.isReached || given.has(turn.request.threadId) ? conclude(notBegun) : sendNow(fields, restore)
      )
      const waiting = turn.previous === undefined ? Effect.void : restore(Deferred.await(turn.previous))
      return Effect.matchCauseEffect(waiting, {
        onFailure: () => Effect.zipRight(conclude(notBegun), Effect.interrupt),
        onSuccess: () => begin
      }).pipe(Effect.ensuring(leave(turn)))
    })

  return { enter, send }
}

/**
 * Sends what the stream holds, and emits one outcome for each request as it comes. The stream fails only with what the
 * stream of requests or `onOutcome` fails with, after the outcomes of everything that was under way.
 *
 * @since 0.1.0
 * @category constructors
 */
export const sendAll = <A extends InboxClient.Request, E, R, E2 = never, R2 = never>(
  requests: Stream.Stream<A, E, R>,
  options: Options<A, E2, R2> = {}
): Stream.Stream<Outcome<A>, E | E2, InboxClient.InboxClient | R | R2> =>
  Stream.unwrap(
    Effect.map(InboxClient.InboxClient, (client) => {
      knownOptions.check(options, names)
      knownOptions.check(options.send, sendNames)
      const halt = new Halt<E | E2>()
      const { enter, send } = make(client, options, halt)
      const end = Effect.raceFirst(Deferred.await(halt.reached), options.drain ?? Effect.never)
      return requests.pipe(
        Stream.catchAllCause((cause) => Stream.drain(Stream.fromEffect(halt.note(cause)))),
        // One at a time, so that nothing is taken that is not needed yet.
        Stream.rechunk(1),
        // Ends a source that is being waited for.
        Stream.interruptWhen(Effect.zipRight(Effect.ignore(end), halt.reach)),
        Stream.takeWhile(() => !halt.isReached),
        Stream.mapEffect(enter),
        Stream.mapEffect(send, { concurrency: options.concurrency ?? 16, unordered: true }),
        Stream.concat(
          Stream.suspend(() => (Cause.isEmpty(halt.failure) ? Stream.empty : Stream.failCause(halt.failure)))
        )
      )
    })
  )
