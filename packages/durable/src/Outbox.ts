/**
 * An outbox: messages that are entered in the transaction of an application, and sent by an engine, once, in the order
 * of their threads.
 *
 * @example
 * ```ts
 * import { SqlClient } from "@effect/sql"
 * import { Outbox } from "@inbox-effect/durable"
 * import { Effect } from "effect"
 *
 * // Either the parcel is marked and the customer will be told, or neither.
 * export const ship = (order: string, threadId: string) =>
 *   Effect.gen(function* () {
 *     const sql = yield* SqlClient.SqlClient
 *     const outbox = yield* Outbox.Outbox
 *     yield* sql`UPDATE orders SET shipped = TRUE WHERE id = ${order}`.pipe(
 *       Effect.zipRight(outbox.enqueue(`shipped:${order}`, { threadId, content: `Your parcel ${order} is on its way` })),
 *       sql.withTransaction
 *     )
 *   })
 * ```
 *
 * @since 0.1.0
 */
import type * as SqlClient from "@effect/sql/SqlClient"
import type * as InboxClient from "@inbox-effect/client/InboxClient"
import type * as InboxError from "@inbox-effect/client/InboxError"
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type { InvalidKey, KeyConflict, NotInDoubt, StoreUnavailable, TablesUnavailable } from "./DurableError.js"
import { changes } from "./outbox/changes.js"
import { enqueue } from "./outbox/enqueue.js"
import { deadLetters, doubts } from "./outbox/list.js"
import * as message from "./outbox/message.js"
import * as settling from "./outbox/settle.js"
import { decode } from "./store/row.js"
import * as store from "./store/store.js"
import * as Tables from "./Tables.js"

/**
 * A message of the outbox: where it stands (`state`), how often it was attempted, since when, when it is due next, its
 * `outcome`, where it has one, and the last failure. The text is not part of it.
 *
 * States: `queued`; `sending`; `unknown`, when it may have been delivered; `reconciling`, while the thread is read to
 * find out; `doubt`, when a person has to decide; and the ends `sent`, `refused` and `abandoned`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Message: Schema.Schema<message.Message, typeof message.Message.Encoded> = message.Message

/**
 * A message of the outbox.
 *
 * @since 0.1.0
 * @category models
 */
export interface Message extends message.Message {}

/**
 * A decision about a message in doubt: that it was delivered (`Delivered`), that it is to be sent again
 * (`SendAgain`; the other side may then read it twice), or that it is not to be sent any more (`GiveUp`).
 *
 * @since 0.1.0
 * @category schemas
 */
export const Decision: Schema.Schema<settling.Decision> = settling.Decision

/**
 * A decision about a message in doubt.
 *
 * @since 0.1.0
 * @category models
 */
export type Decision = settling.Decision

/**
 * The decisions that there are.
 *
 * @since 0.1.0
 * @category schemas
 */
export const decisions: ReadonlyArray<Decision> = settling.Decision.literals

/**
 * Options of a stream of changes.
 *
 * @since 0.1.0
 * @category models
 */
export interface ChangesOptions {
  /** Default: now. */
  readonly since?: DateTime.DateTime | undefined
  /** Default: 500 milliseconds. */
  readonly pollInterval?: Duration.DurationInput | undefined
}

/**
 * The operations of an outbox.
 *
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /**
   * Enters a message, in the transaction of the caller where there is one: it is sent if that is committed, and was
   * never asked for if it is rolled back. Succeeds with `true` for a new message, and with `false` where the key stands
   * for the same request already.
   */
  readonly enqueue: (
    key: string,
    request: InboxClient.Request
  ) => Effect.Effect<boolean, KeyConflict | StoreUnavailable | InvalidKey | InboxError.InvalidRequest>
  /** Finds a message by its key. */
  readonly state: (key: string) => Effect.Effect<Option.Option<Message>, StoreUnavailable>
  /**
   * Messages as they are sent, refused, given up, or come into doubt, each once, nearly in the order in which that
   * happens. The stream has no end.
   */
  readonly changes: (options?: ChangesOptions) => Stream.Stream<Message, StoreUnavailable>
  /** The messages in doubt, the oldest doubt first. */
  readonly doubts: Stream.Stream<Message, StoreUnavailable>
  /** The messages that were refused, the latest first; the outcome of each says why and since when. */
  readonly deadLetters: Stream.Stream<Message, StoreUnavailable>
  /** Decides about a message in doubt; `by` names who does, and is cut to 200 characters. */
  readonly settle: (
    key: string,
    decision: Decision,
    options: { readonly by: string }
  ) => Effect.Effect<Message, NotInDoubt | StoreUnavailable>
}

/**
 * An outbox as a service.
 *
 * @since 0.1.0
 * @category tags
 */
export class Outbox extends Context.Tag("@inbox-effect/durable/Outbox")<Outbox, Service>() {}

/**
 * Options of an outbox.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /**
   * Time for which a statement is tried again while the database fails; those in a transaction of the caller are not.
   * Default: 10 seconds.
   */
  readonly databasePatience?: Duration.DurationInput | undefined
}

/**
 * Makes an outbox in tables that are there.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (options: Options = {}): Effect.Effect<Service, never, SqlClient.SqlClient | Tables.Tables> =>
  Effect.gen(function* () {
    const { secret } = yield* Tables.Tables
    const rows = yield* store.make(options.databasePatience ?? "10 seconds")
    return {
      enqueue: (key, request) => enqueue({ store: rows, secret }, key, request),
      state: (key) =>
        Effect.map(
          rows.run("find a message", (now) => rows.sql`SELECT *, ${now} AS now FROM inbox_sends WHERE key = ${key}`),
          ([row]) => Option.map(Option.fromNullable(row), (found) => message.toMessage(decode(found)))
        ),
      changes: ({ pollInterval, since } = {}) =>
        Stream.map(
          changes(rows, since === undefined ? undefined : DateTime.toEpochMillis(since), pollInterval ?? 500),
          message.toMessage
        ),
      doubts: Stream.map(doubts(rows), message.toMessage),
      deadLetters: Stream.map(deadLetters(rows), message.toMessage),
      settle: (key, decision, { by }) => Effect.map(settling.settle(rows, key, decision, by), message.toMessage)
    }
  })

/**
 * An outbox as a layer; its tables are made or brought up to date first.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: Options = {}): Layer.Layer<Outbox, TablesUnavailable, SqlClient.SqlClient> =>
  Layer.provide(Layer.effect(Outbox, make(options)), Tables.layer)
