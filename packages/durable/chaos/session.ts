/** A database, a sandbox and workers that live through many cases. */
import { SqlClient } from "@effect/sql"
import { PgClient } from "@effect/sql-pg"
import { Outbox } from "@inbox-effect/durable"
import { Fault, Sandbox } from "@inbox-effect/sandbox"
import { Context, Effect, Layer, Redacted, Scope } from "effect"
import type { Postgres } from "../../sandbox/test/support/postgres.js"
import { type Mark, type Order, times } from "./order.js"
import { start, type Worker } from "./processes.js"

export const threads = ["chaosthread1", "chaosthread2", "chaosthread3", "chaosthread4", "chaosthread5"]

/** Where cases are run. */
export interface Session {
  readonly sandbox: Sandbox.Sandbox["Type"]
  readonly sql: SqlClient.SqlClient
  readonly outbox: Outbox.Service
  readonly server: Postgres
  /** Number of workers at the begin of a case. */
  readonly size: 1 | 3
  /** Those that run. */
  readonly workers: Array<Worker>
  readonly startWorker: Effect.Effect<Worker>
  /** A number that no case of this session had. */
  readonly next: Effect.Effect<number>
}

export interface Options {
  readonly without?: Mark | null | undefined
  readonly record?: boolean | undefined
}

/** Sets faults, which the first sends meet; latency is for all. */
export const setFaults = ({ sandbox }: Session, faults: ReadonlyArray<Fault.Fault>): Effect.Effect<void> =>
  sandbox.clearFaults.pipe(
    // The first rule that fits is applied.
    Effect.zipRight(Effect.forEach(faults, (fault) => sandbox.addFault(fault, { times: 2 }))),
    Effect.zipRight(sandbox.addFault(Fault.Latency.make({ millis: times.latency }))),
    Effect.asVoid
  )

/** Replaces workers that are gone, and ends those that are too many, the oldest first. */
export const restore = (session: Session): Effect.Effect<void> =>
  Effect.gen(function* () {
    const gone = yield* Effect.filter(session.workers, ({ isGone }) => isGone)
    for (const worker of gone) session.workers.splice(session.workers.indexOf(worker), 1)
    const surplus = session.workers.splice(0, Math.max(0, session.workers.length - session.size))
    yield* Effect.forEach(surplus, ({ child, ended }) =>
      Effect.zipRight(
        Effect.sync(() => child.kill("SIGKILL")),
        ended
      )
    )
    while (session.workers.length < session.size) yield* session.startWorker
    yield* Effect.forEach(session.workers, (worker) => worker.arm(null), { discard: true })
  })

/** Makes a session with its workers, which ends with the scope. */
export const make = (
  file: string,
  server: Postgres,
  size: Session["size"],
  { record = false, without = null }: Options = {}
): Effect.Effect<Session, never, Scope.Scope> =>
  Effect.gen(function* () {
    const database = yield* server.fresh
    const sandbox = yield* Effect.orDie(Sandbox.make({ threads, inspector: false }))
    const context = yield* Layer.build(
      Outbox.layer().pipe(
        Layer.provideMerge(PgClient.layer({ url: Redacted.make(database), maxConnections: 2 })),
        Layer.orDie
      )
    )
    const order: Omit<Order, "name"> = {
      database,
      url: sandbox.url,
      token: Redacted.value(sandbox.token),
      record,
      without
    }
    const scope = yield* Effect.scope
    const workers: Array<Worker> = []
    let started = 0
    let numbers = 0
    // A name that no other session has: they share a server. PostgreSQL cuts names after 63 bytes.
    const startWorker = Effect.suspend(() =>
      start(file, { ...order, name: `worker ${++started} of ${new URL(sandbox.url).port}` })
    ).pipe(
      Effect.tap((worker) => Effect.sync(() => workers.push(worker))),
      Scope.extend(scope)
    )
    const session: Session = {
      sandbox,
      sql: Context.get(context, SqlClient.SqlClient),
      outbox: Context.get(context, Outbox.Outbox),
      server,
      size,
      workers,
      startWorker,
      next: Effect.sync(() => ++numbers)
    }
    yield* setFaults(session, [])
    yield* restore(session)
    return session
  })
