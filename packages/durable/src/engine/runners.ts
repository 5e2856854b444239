/** Which runners there are, and which shards each of them holds, in PostgreSQL. */
import { randomInt } from "node:crypto"
import { PersistenceError } from "@effect/cluster/ClusterError"
import * as RunnerStorage from "@effect/cluster/RunnerStorage"
import * as SqlClient from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import * as Arr from "effect/Array"
import type * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import { shared } from "./shared.js"

type Shard = { readonly shard: string }

const shardsOf = (rows: ReadonlyArray<Shard>): Array<string> => rows.map(({ shard }) => shard)

/** Machines of less than this number have request numbers of their own. */
const machines = 1024

const ask = <A>(statement: Effect.Effect<A, SqlError | Cause.TimeoutException>) => PersistenceError.refail(statement)

const nowMillis = Effect.map(Clock.currentTimeNanos, (nanos) => Number(nanos) / 1e6)

/**
 * A runner holds its shards for as long as it is heard of. Where the database is slow, or the process, the cluster would
 * let all of them go after a third of that time, ask again and again for what is under way already, and get no further.
 * So each question is one statement, goes on for who asks again, and a runner that was heard of lately keeps what it has.
 */
const make = (
  failover: Duration.Duration
): Effect.Effect<RunnerStorage.RunnerStorage["Type"], never, SqlClient.SqlClient | Scope.Scope> =>
  Effect.gen(function* () {
    const sql = (yield* SqlClient.SqlClient).withoutTransforms()
    const scope = yield* Effect.scope
    const held = Duration.toMillis(failover)
    const now = sql.literal("(extract(epoch from statement_timestamp()) * 1000)::bigint")
    const heardOf = sql`heard_at > ${now} - ${Math.ceil(held)}`
    const turns = Effect.unsafeMakeSemaphore(1)
    /** A statement on a connection that is lost is never answered. */
    const oneAtATime = <A, E>(effect: Effect.Effect<A, E>) => turns.withPermits(1)(Effect.timeout(effect, failover))

    /** A runner is always one of those that it knows. Others decide for themselves whether they hear of it. */
    let own = ""
    let ours: ReadonlySet<string> = new Set()
    let heardAt = Number.NEGATIVE_INFINITY
    const oursAmong = (shards: ReadonlyArray<string>) => shards.filter((shard) => ours.has(shard))

    /** Shards that the runner waits for. What came after it had given up waiting is let go. */
    let asked: ReadonlySet<string> = new Set()

    const letGo = (address: string, shards: ReadonlyArray<string>) =>
      shards.length === 0
        ? Effect.void
        : Effect.asVoid(sql`DELETE FROM inbox_shards WHERE runner = ${address} AND ${sql.in("shard", shards)}`)

    const hear = yield* shared((address: string, shards: ReadonlyArray<string>) =>
      oneAtATime(
        Effect.gen(function* () {
          const begin = yield* nowMillis
          const rows = yield* sql<Shard>`WITH heard AS (
              UPDATE inbox_runners SET heard_at = ${now} WHERE address = ${address})
            SELECT shard FROM inbox_shards WHERE runner = ${address}`
          const [strays, known] = Arr.partition(shardsOf(rows), (shard) => shards.includes(shard) || asked.has(shard))
          ours = new Set(known)
          heardAt = begin
          yield* letGo(address, strays)
        })
      )
    )
    /** The runner is asked for each third of the time: it will be asked for once more before others may take over. */
    const wasHeardOf = Effect.map(nowMillis, (millis) => millis - heardAt < held / 2)

    const acquire = yield* shared((address: string, shards: ReadonlyArray<string>) =>
      oneAtATime(
        Effect.map(
          // All in one order, so that two runners do not wait for each other.
          sql<Shard>`WITH taken AS (
              INSERT INTO inbox_shards ${sql.insert([...shards].sort().map((shard) => ({ shard, runner: address })))}
              ON CONFLICT (shard) DO UPDATE SET runner = ${address}
              WHERE inbox_shards.runner <> ${address} AND NOT EXISTS (
                SELECT 1 FROM inbox_runners WHERE address = inbox_shards.runner AND ${heardOf})
              RETURNING shard)
            SELECT shard FROM taken UNION SELECT shard FROM inbox_shards WHERE runner = ${address}`,
          (rows) => {
            ours = new Set(shardsOf(rows))
          }
        )
      )
    )

    const waiting = new Set<string>()
    const releaseAllThatWait = (address: string) =>
      Effect.suspend(() => {
        const shards = [...waiting]
        return Effect.map(letGo(address, shards), () => {
          for (const shard of shards) waiting.delete(shard)
        })
      })
    /** Releases a shard, unless that was done together with another one while it waited for its turn. */
    const release = (address: string, shard: string) =>
      Effect.suspend(() => {
        waiting.add(shard)
        return oneAtATime(Effect.suspend(() => (waiting.has(shard) ? releaseAllThatWait(address) : Effect.void)))
      })

    return RunnerStorage.makeEncoded({
      getRunners: Effect.map(
        Effect.suspend(() =>
          ask(sql<{ readonly runner: string }>`SELECT runner FROM inbox_runners WHERE address = ${own} OR ${heardOf}`)
        ),
        (rows) => rows.map(({ runner }) => [runner, true] as const)
      ),
      register: (address, runner) => {
        own = address
        return Effect.as(
          ask(
            sql`INSERT INTO inbox_runners (address, runner, heard_at) VALUES (${address}, ${runner}, ${now})
              ON CONFLICT (address) DO UPDATE SET runner = EXCLUDED.runner, heard_at = EXCLUDED.heard_at`
          ),
          randomInt(machines)
        )
      },
      unregister: (address) =>
        Effect.asVoid(ask(sql`DELETE FROM inbox_runners WHERE address = ${address} OR NOT ${heardOf}`)),
      // Nobody asks a runner how it is: it is heard of, or it is not.
      setRunnerHealth: () => Effect.void,
      acquire: (address, shards) =>
        Effect.suspend(() => {
          asked = new Set(shards)
          return Effect.map(ask(acquire(address, shards)), () => oursAmong(shards))
        }).pipe(
          Effect.onInterrupt(() =>
            Effect.sync(() => {
              asked = new Set()
            })
          )
        ),
      // Who waits may be told too late: a process that stands still hears its timers and the answer at once.
      refresh: (address, shards) =>
        Effect.if(wasHeardOf, {
          onTrue: () => Effect.as(Effect.forkIn(Effect.ignore(hear(address, shards)), scope), oursAmong(shards)),
          onFalse: () => Effect.map(ask(hear(address, shards)), () => oursAmong(shards))
        }),
      release: (address, shard) => ask(release(address, shard)),
      releaseAll: (address) => Effect.asVoid(ask(oneAtATime(sql`DELETE FROM inbox_shards WHERE runner = ${address}`)))
    })
  })

export const layer = (
  failover: Duration.Duration
): Layer.Layer<RunnerStorage.RunnerStorage, never, SqlClient.SqlClient> =>
  Layer.scoped(RunnerStorage.RunnerStorage, make(failover))
