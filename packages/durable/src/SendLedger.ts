/**
 * A ledger of sends: `sendOnce` may be run again by any engine that runs things at least once, as often as it likes, and
 * sends its message at most once.
 *
 * @example
 * ```ts
 * import { SendLedger } from "@inbox-effect/durable"
 * import { Effect } from "effect"
 *
 * export const tellCustomer = (order: string) =>
 *   Effect.gen(function* () {
 *     const ledger = yield* SendLedger.SendLedger
 *     const outcome = yield* ledger.sendOnce(`shipped:${order}`, {
 *       threadId: "l44e15irdq4db30i77cgphhx",
 *       content: `Your parcel ${order} is on its way`
 *     })
 *     return outcome._tag
 *   })
 * ```
 *
 * @since 0.1.0
 */
import type * as SqlClient from "@effect/sql/SqlClient"
import * as InboxClient from "@inbox-effect/client/InboxClient"
import type * as InboxError from "@inbox-effect/client/InboxError"
import * as Reconcile from "@inbox-effect/client/Reconcile"
import * as StartWithin from "@inbox-effect/client/StartWithin"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import {
  InTransaction,
  type InvalidKey,
  KeyConflict,
  NotSettled,
  StoreUnavailable,
  type TablesUnavailable,
  UnsafeClient
} from "./DurableError.js"
import { advance, advanceClaim, find, turn } from "./ledger/advance.js"
import { claimNew } from "./ledger/claim.js"
import type { Core, Settings } from "./ledger/core.js"
import { forget, forgetting } from "./ledger/forget.js"
import type { Outcome } from "./Outcome.js"
import { checkKey, checkRequest, digestOf } from "./store/request.js"
import * as store from "./store/store.js"
import * as Tables from "./Tables.js"

/**
 * Options of a ledger: how it sends, and its waits.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /**
   * Duration from the claim of a message within which its request may begin. Nothing leaves later, however long the
   * process stood still. Default: 1 second.
   */
  readonly lease?: Duration.DurationInput | undefined
  /** Duration of one attempt, at the most. Default: 5 seconds. */
  readonly attemptTimeout?: Duration.DurationInput | undefined
  /** Wait for a run beyond its lease and attempt, before its message is looked for. Default: 500 ms. */
  readonly margin?: Duration.DurationInput | undefined
  /** Duration of reading the thread once, waits included, at the most. Default: 1 minute. */
  readonly reconcileTimeout?: Duration.DurationInput | undefined
  /** Time for which the thread may be unreadable before a person is asked. Default: 15 minutes. */
  readonly doubtAfter?: Duration.DurationInput | undefined
  /** The longest wait after the first attempt that was not delivered; it doubles from then on. Default: 500 ms. */
  readonly baseDelay?: Duration.DurationInput | undefined
  /** The longest wait between attempts, unless the server asks for more. Default: 1 minute. */
  readonly maxDelay?: Duration.DurationInput | undefined
  /** Time for which a statement is tried again while the database fails. Default: 10 seconds. */
  readonly databasePatience?: Duration.DurationInput | undefined
  /** Time for which the text of a settled message is kept; infinity: for ever. Default: 1 day. */
  readonly forgetTextsAfter?: Duration.DurationInput | undefined
  /**
   * Gives attempts their turn, before their messages are claimed. A limiter within the client makes a message wait while
   * its lease runs out; give it here instead, and only its `learn` to the client (see `learning`). Default: none.
   */
  readonly limiter?: InboxClient.Limiter | undefined
  /**
   * UNSAFE: sends over a client that cannot keep the lease, such as one over fetch. A process that stands still for
   * longer than its lease between claim and request may then send a message that another run has sent by then.
   * Default: false.
   */
  readonly unsafeSendAfterLease?: boolean | undefined
}

/**
 * The operations of a ledger.
 *
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /**
   * Sends the message of a key, if no run has done so, and says what became of it. Fails with `NotSettled` where it has
   * to be run again later; `retrying` does that. A request that breaks the schema fails, and nothing is recorded.
   */
  readonly sendOnce: (
    key: string,
    request: InboxClient.Request
  ) => Effect.Effect<
    Outcome,
    NotSettled | KeyConflict | StoreUnavailable | InvalidKey | InTransaction | InboxError.InvalidRequest
  >
  /** Removes the texts of messages that were settled long enough ago, and gives their number. Happens by itself. */
  readonly forgetTexts: Effect.Effect<number, StoreUnavailable>
}

/**
 * A ledger as a service.
 *
 * @since 0.1.0
 * @category tags
 */
export class SendLedger extends Context.Tag("@inbox-effect/durable/SendLedger")<SendLedger, Service>() {}

/**
 * The limiter to give to a client whose ledger has the limiter: it learns from answers, and makes nothing wait.
 *
 * @since 0.1.0
 * @category constructors
 */
export const learning = (limiter: InboxClient.Limiter): InboxClient.Limiter => ({
  acquire: Effect.void,
  learn: limiter.learn
})

const settingsOf = (options: Options): Settings => ({
  lease: Duration.toMillis(options.lease ?? "1 second"),
  attemptTimeout: Duration.toMillis(options.attemptTimeout ?? "5 seconds"),
  margin: Duration.toMillis(options.margin ?? "500 millis"),
  reconcileTimeout: Duration.toMillis(options.reconcileTimeout ?? "1 minute"),
  doubtAfter: Duration.toMillis(options.doubtAfter ?? "15 minutes"),
  baseDelay: Duration.toMillis(options.baseDelay ?? "500 millis"),
  maxDelay: Duration.toMillis(options.maxDelay ?? "1 minute"),
  forgetAfter: Duration.toMillis(options.forgetTextsAfter ?? "1 day")
})

/** @internal */
export const makeCore = (
  options: Options
): Effect.Effect<
  Core,
  UnsafeClient,
  SqlClient.SqlClient | Tables.Tables | InboxClient.InboxClient | Reconcile.Reconciler
> =>
  Effect.gen(function* () {
    const inbox = yield* InboxClient.InboxClient
    const keepsLease = StartWithin.isKeptBy(inbox)
    if (!keepsLease && options.unsafeSendAfterLease !== true) return yield* new UnsafeClient()
    return {
      store: yield* store.make(options.databasePatience ?? "10 seconds"),
      secret: (yield* Tables.Tables).secret,
      inbox,
      reconciler: yield* Reconcile.Reconciler,
      limiter: options.limiter,
      settings: settingsOf(options),
      keepsLease,
      alive: new Set<string>()
    }
  })

/** With a limiter, a message that is settled must not wait for a turn. */
const known = (core: Core, key: string) => (core.limiter === undefined ? Effect.succeed(undefined) : find(core, key))

const sendOnce =
  (core: Core): Service["sendOnce"] =>
  (key, request) =>
    Effect.gen(function* () {
      yield* checkKey(key)
      yield* checkRequest(request)
      if (yield* store.isInTransaction) return yield* new InTransaction()
      const digest = digestOf(core.secret, request)
      const before = yield* known(core, key)
      if (before === undefined) {
        yield* turn(core)
        const claim = yield* claimNew(core, key, request, digest)
        if (claim !== undefined) return yield* advanceClaim(core, claim)
      }
      const row = before ?? (yield* find(core, key))
      if (row === undefined) {
        return yield* new NotSettled({ key, reason: "Busy", retryAfter: Duration.zero })
      }
      return row.digest === digest ? yield* advance(core, row) : yield* new KeyConflict({ key })
    }).pipe(
      Effect.tap((outcome) => Effect.annotateCurrentSpan("inbox.send.outcome", outcome._tag)),
      Effect.withSpan("SendLedger.sendOnce", { captureStackTrace: false, attributes: { "inbox.send.key": key } })
    )

/** @internal */
export const fromCore = (core: Core): Service => ({ sendOnce: sendOnce(core), forgetTexts: forget(core) })

/**
 * Makes a ledger, which forgets texts for as long as the scope is open. Fails where the client cannot keep the lease.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (
  options: Options = {}
): Effect.Effect<
  Service,
  UnsafeClient,
  SqlClient.SqlClient | Tables.Tables | InboxClient.InboxClient | Reconcile.Reconciler | Scope.Scope
> =>
  Effect.gen(function* () {
    const core = yield* makeCore(options)
    yield* Effect.forkScoped(forgetting(core))
    return fromCore(core)
  })

/**
 * A ledger as a layer; its tables are made or brought up to date first.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (
  options: Options = {}
): Layer.Layer<
  SendLedger,
  UnsafeClient | TablesUnavailable,
  SqlClient.SqlClient | InboxClient.InboxClient | Reconcile.Reconciler
> => Layer.provide(Layer.scoped(SendLedger, make(options)), Tables.layer)

/** The failures after which to run an effect again. */
type Transient = NotSettled | StoreUnavailable

/**
 * Waits after the failures after which an effect should be run again: as long as `NotSettled` says, a second after
 * `StoreUnavailable`. It ends at any other failure. For programs that may wait; an engine has waits of its own.
 *
 * @example
 * ```ts
 * import { SendLedger } from "@inbox-effect/durable"
 * import { Effect } from "effect"
 *
 * export const program = Effect.gen(function* () {
 *   const ledger = yield* SendLedger.SendLedger
 *   return yield* ledger
 *     .sendOnce("shipped:P-1", { threadId: "l44e15irdq4db30i77cgphhx", content: "Your parcel P-1 is on its way" })
 *     .pipe(Effect.retry(SendLedger.schedule))
 * })
 * ```
 *
 * @since 0.1.0
 * @category schedules
 */
export const schedule: Schedule.Schedule<unknown, unknown> = Schedule.identity<unknown>().pipe(
  Schedule.whileInput((error): error is Transient => error instanceof NotSettled || error instanceof StoreUnavailable),
  Schedule.addDelay((error) => (error instanceof NotSettled ? error.retryAfter : Duration.seconds(1)))
)
