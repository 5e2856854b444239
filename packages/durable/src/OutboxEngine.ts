/**
 * The engine of an outbox: sends its messages, once, in the order of their threads, on as many machines as there are.
 *
 * `@effect/cluster` says which runner drives which thread: one entity a thread. What there is to do is in the outbox
 * alone, so nothing is lost with a runner. A message in doubt holds its thread, and no other.
 *
 * @example
 * ```ts
 * import { PgClient } from "@effect/sql-pg"
 * import { InboxClient, Reconcile } from "@inbox-effect/client"
 * import * as Undici from "@inbox-effect/client/undici"
 * import { OutboxEngine } from "@inbox-effect/durable"
 * import { Config, Layer } from "effect"
 *
 * // Run it on as many machines as you like, all with one database.
 * export const main = Layer.launch(
 *   OutboxEngine.layer().pipe(
 *     Layer.provide(Layer.merge(InboxClient.layerConfig(), Reconcile.layerConfig())),
 *     Layer.provide(Undici.layer()),
 *     Layer.provide(PgClient.layerConfig({ url: Config.redacted("DATABASE_URL") }))
 *   )
 * )
 * ```
 *
 * @since 0.1.0
 */
import * as EntityId from "@effect/cluster/EntityId"
import * as Sharding from "@effect/cluster/Sharding"
import * as SqlClient from "@effect/sql/SqlClient"
import * as PgClient from "@effect/sql-pg/PgClient"
import type * as InboxClient from "@inbox-effect/client/InboxClient"
import type * as Reconcile from "@inbox-effect/client/Reconcile"
import * as Arr from "effect/Array"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import type { EngineRunning, TablesUnavailable, UnsafeClient } from "./DurableError.js"
import { alone } from "./engine/alone.js"
import * as cluster from "./engine/cluster.js"
import { listening } from "./engine/listen.js"
import * as ready from "./engine/ready.js"
import { record } from "./engine/record.js"
import { sweeping } from "./engine/sweep.js"
import { type Driver, drive } from "./engine/thread.js"
import { forgetting } from "./ledger/forget.js"
import { anyThread } from "./outbox/notice.js"
import * as SendLedger from "./SendLedger.js"
import * as Tables from "./Tables.js"

/**
 * Options of an engine: those of its ledger, and its pace.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options extends SendLedger.Options {
  /** Number of threads that a runner drives at once. Default: 64. */
  readonly concurrency?: number | undefined
  /**
   * Interval at which the outbox is looked through. With PostgreSQL, new messages are told of at once, and this is for what is
   * due later. Default: 500 milliseconds; 50 with an embedded database.
   */
  readonly pollInterval?: Duration.DurationInput | undefined
  /** Age at which a message is not sent any more, but `Refused` as expired. Default: 1 day. */
  readonly maxAge?: Duration.DurationInput | undefined
  /** Silence of a runner after which others take over its threads. Default: 6 seconds. */
  readonly failover?: Duration.DurationInput | undefined
}

/**
 * The state of a running engine.
 *
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /** Number of threads that wait for a turn in this process. */
  readonly waiting: Effect.Effect<number>
  /** Number of threads that this process drives right now. */
  readonly driving: Effect.Effect<number>
}

/**
 * A running engine, as a service.
 *
 * @since 0.1.0
 * @category tags
 */
export class OutboxEngine extends Context.Tag("@inbox-effect/durable/OutboxEngine")<OutboxEngine, Service>() {}

type Requirements = SqlClient.SqlClient | InboxClient.InboxClient | Reconcile.Reconciler

const defaultConcurrency = 64

/** Messages of one thread at most before others have their turn. */
const stepsATurn = 16

/** Threads that may wait in memory; more are found by looking through the outbox. */
const capacity = 4_096

const driverOf = (options: Options) =>
  Effect.map(
    SendLedger.makeCore(options),
    (core): Driver => ({
      ...core,
      maxAge: Duration.toMillis(options.maxAge ?? "1 day"),
      onChange: record
    })
  )

/** A failure is logged and no more: the thread is found again by looking through the outbox. */
const threadLayer = (driver: Driver) =>
  cluster.Thread.toLayer({
    Drive: ({ address }) =>
      drive(driver, address.entityId, stepsATurn).pipe(
        Effect.catchAllCause((cause) =>
          Effect.as(Effect.logWarning("A thread was left for later", cause), "Failed" as const)
        )
      )
  })

const done = Effect.succeed("Done" as const)

/** Takes a thread on, if this runner still has it. */
const turnOf = (isOurs: (threadId: string) => boolean) =>
  Effect.map(
    cluster.Thread.client,
    (clientOf) =>
      (threadId: string): Effect.Effect<"Again" | "Done"> =>
        Effect.suspend(() =>
          isOurs(threadId)
            ? Effect.map(clientOf(threadId).Drive(), (left) => (left === "More" ? "Again" : "Done"))
            : done
        ).pipe(
          Effect.catchAllCause((cause) => Effect.zipRight(Effect.logDebug("A thread was not driven", cause), done))
        )
  )

const pollIntervalOf = (options: Options, sql: SqlClient.SqlClient): number =>
  Duration.toMillis(options.pollInterval ?? sql.onDialectOrElse({ pg: () => 500, orElse: () => 50 }))

const listenFor = (driver: Driver, hear: (threadId: string) => Effect.Effect<void>) =>
  Effect.flatMap(
    Effect.serviceOption(PgClient.PgClient),
    Option.match({
      onNone: () => Effect.never,
      onSome: ({ config }) => listening(driver.store, config, hear)
    })
  )

const run = (
  driver: Driver,
  options: Options
): Effect.Effect<Service, never, Sharding.Sharding | SqlClient.SqlClient | Scope.Scope> =>
  Effect.gen(function* () {
    const sharding = yield* Sharding.Sharding
    const sql = yield* SqlClient.SqlClient
    const concurrency = options.concurrency ?? defaultConcurrency
    const threads = yield* ready.make(capacity)
    const isOurs = (threadId: string) => sharding.hasShardId(sharding.getShardId(EntityId.make(threadId), "default"))
    const hear = (threadId: string) =>
      threadId !== anyThread && isOurs(threadId) ? threads.offer(threadId) : Effect.void
    yield* sharding.registerSingleton("inbox-outbox/forget", forgetting(driver))
    yield* Effect.forkScoped(
      Effect.forEach(Arr.replicate(threads.serve(yield* turnOf(isOurs)), concurrency), (serving) => serving, {
        concurrency: "unbounded",
        discard: true
      })
    )
    yield* Effect.forkScoped(listenFor(driver, hear))
    yield* Effect.forkScoped(
      sweeping({
        store: driver.store,
        ready: threads,
        isOurs,
        pollInterval: pollIntervalOf(options, sql),
        enough: 2 * concurrency
      })
    )
    return { waiting: threads.size, driving: threads.busy }
  })

/**
 * Runs an engine for as long as the layer lives. When it ends, no thread is begun any more, and attempts that are under
 * way come to their end. Fails where another engine runs on the same SQLite file.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (
  options: Options = {}
): Layer.Layer<OutboxEngine, UnsafeClient | TablesUnavailable | EngineRunning, Requirements> =>
  Layer.unwrapEffect(
    Effect.map(driverOf(options), (driver) =>
      Layer.scoped(OutboxEngine, run(driver, options)).pipe(
        Layer.provide(threadLayer(driver)),
        Layer.provide(cluster.layer(Duration.decode(options.failover ?? "6 seconds"))),
        Layer.provide(Layer.scopedDiscard(alone))
      )
    )
  ).pipe(Layer.provide(Tables.layer))
