/** Databases, sandboxes and the processes that work in all of them, through many cases. */
import { SqlClient } from "@effect/sql"
import { PgClient } from "@effect/sql-pg"
import { Outbox } from "@inbox-effect/durable"
import { Fault, Sandbox } from "@inbox-effect/sandbox"
import { Cause, Context, Effect, Layer, Redacted, Schedule, Scope } from "effect"
import type { Postgres } from "../../sandbox/test/support/postgres.js"
import { type Mark, type Order, type Times, timesAt } from "./order.js"
import { start, type Worker } from "./processes.js"

export const threads = ["chaosthread1", "chaosthread2", "chaosthread3", "chaosthread4", "chaosthread5"]

/** A place where one case at a time is run. */
export interface World {
  readonly sandbox: Sandbox.Sandbox["Type"]
  readonly sql: SqlClient.SqlClient
  readonly outbox: Outbox.Service
  readonly place: Order["places"][number]
}

/** Worlds that are disturbed at the same time, so that the end of one process is a run in each of them. */
export interface Group {
  readonly worlds: ReadonlyArray<World>
  readonly server: Postgres
  readonly times: Times
  /** Number of processes at the begin of a case. */
  readonly size: 1 | 3
  /** Those that run. */
  readonly workers: Array<Worker>
  readonly startWorker: Effect.Effect<Worker>
  /** A number that no case of this group had. */
  readonly next: Effect.Effect<number>
}

export interface Options {
  /** For each world the mark that its engines lack. Default: one world, and no mark. */
  readonly missing?: ReadonlyArray<Mark | null> | undefined
  /** Factor of all times. Default: 1. */
  readonly pace?: number | undefined
  readonly record?: boolean | undefined
}

/** Sets faults, which the first sends meet; latency is for all. */
export const setFaults = (
  { sandbox }: World,
  faults: ReadonlyArray<Fault.Fault>,
  latency: number
): Effect.Effect<void> =>
  sandbox.clearFaults.pipe(
    // The first rule that fits is applied.
    Effect.zipRight(Effect.forEach(faults, (fault) => sandbox.addFault(fault, { times: 2 }))),
    Effect.zipRight(sandbox.addFault(Fault.Latency.make({ millis: latency }))),
    Effect.asVoid
  )

/** Replaces processes that are gone, and ends those that are too many, the oldest first. */
export const restore = (group: Group): Effect.Effect<void> =>
  Effect.gen(function* () {
    const gone = yield* Effect.filter(group.workers, ({ isGone }) => isGone)
    for (const worker of gone) group.workers.splice(group.workers.indexOf(worker), 1)
    const surplus = group.workers.splice(0, Math.max(0, group.workers.length - group.size))
    yield* Effect.forEach(surplus, ({ child, ended }) =>
      Effect.zipRight(
        Effect.sync(() => child.kill("SIGKILL")),
        ended
      )
    )
    while (group.workers.length < group.size) yield* group.startWorker
    yield* Effect.forEach(group.workers, (worker) => worker.arm([]), { discard: true })
  })

/** Asks a server again that does not answer in time, on a machine that is busy. */
export const patiently = <A>(ask: Effect.Effect<A>): Effect.Effect<A> =>
  ask.pipe(
    Effect.sandbox,
    Effect.retry(Schedule.intersect(Schedule.spaced("1 second"), Schedule.recurs(20))),
    Effect.catchAllCause((cause) => Effect.failCause(Cause.flatten(cause))),
    Effect.orDie
  )

const makeWorld = (server: Postgres, without: Mark | null): Effect.Effect<World, never, Scope.Scope> =>
  Effect.gen(function* () {
    const database = yield* patiently(server.fresh)
    const sandbox = yield* Effect.orDie(Sandbox.make({ threads, inspector: false }))
    const context = yield* Layer.build(
      Outbox.layer().pipe(
        Layer.provideMerge(
          PgClient.layer({ url: Redacted.make(database), maxConnections: 1, connectTimeout: "1 minute" })
        ),
        Layer.orDie
      )
    )
    return {
      sandbox,
      sql: Context.get(context, SqlClient.SqlClient),
      outbox: Context.get(context, Outbox.Outbox),
      place: { database, url: sandbox.url, token: Redacted.value(sandbox.token), without }
    }
  })

let groups = 0

/** Makes a group with its processes, which end with the scope. */
export const make = (
  file: string,
  server: Postgres,
  size: Group["size"],
  { missing = [null], pace = 1, record = false }: Options = {}
): Effect.Effect<Group, never, Scope.Scope> =>
  Effect.gen(function* () {
    const worlds = yield* Effect.forEach(missing, (without) => makeWorld(server, without))
    const places = worlds.map(({ place }) => place)
    const scope = yield* Effect.scope
    const workers: Array<Worker> = []
    const group = ++groups
    let started = 0
    let numbers = 0
    const startWorker = Effect.suspend(() =>
      start(file, { places, record, pace, name: `worker ${++started} of ${group}` })
    ).pipe(
      Effect.tap((worker) => Effect.sync(() => workers.push(worker))),
      Scope.extend(scope)
    )
    const times = timesAt(pace)
    const made: Group = { worlds, times, server, size, workers, startWorker, next: Effect.sync(() => ++numbers) }
    yield* Effect.forEach(worlds, (world) => setFaults(world, [], times.latency))
    yield* restore(made)
    return made
  })
