/** Which runners there are, and which shards each of them holds, in PostgreSQL. */
import { randomInt } from "node:crypto"
import { PersistenceError } from "@effect/cluster/ClusterError"
import * as RunnerStorage from "@effect/cluster/RunnerStorage"
import * as SqlClient from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
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

const ask = <A>(statement: Effect.Effect<A, SqlError>) => PersistenceError.refail(statement)

const nowMillis = Effect.map(Clock.currentTimeNanos, (nanos) => Number(nanos) / 1e6)

/**
 * A runner holds its shards for as long as it is heard of. Where the database is slow, the cluster would let all of them
 * go after a third of that time, ask again and again for what is under way already, and get no further. So each question
 * is one statement, goes on for who asks again, and a runner that was heard of lately keeps what it has.
 */
const make = (
  failover: Duration.Duration
): Effect.Effect<RunnerStorage.RunnerStorage["Type"], never, SqlClient.SqlClient | Scope.Scope> =>
  Effect.gen(function* () {
    const sql = (yield* SqlClient.SqlClient).withoutTransforms()
    const held = Duration.toMillis(failover)
    const now = sql.literal("(extract(epoch from statement_timestamp()) * 1000)::bigint")
    const heardOf = sql`heard_at > ${now} - ${Math.ceil(held)}`

    /** A runner is always one of those that it knows. Others decide for themselves whether they hear of it. */
    let own = ""

    const waiting = new Set<string>()
    const oneAtATime = Effect.unsafeMakeSemaphore(1).withPermits(1)
    const releaseAllThatWait = (address: string) =>
      Effect.suspend(() => {
        const shards = [...waiting]
        return Effect.map(
          sql`DELETE FROM inbox_shards WHERE runner = ${address} AND ${sql.in("shard", shards)}`,
          () => {
            for (const shard of shards) waiting.delete(shard)
          }
        )
      })
    /** Releases a shard, unless that was done together with another one while it waited for its turn. */
    const release = (address: string, shard: string) =>
      Effect.suspend(() => {
        waiting.add(shard)
        return oneAtATime(Effect.suspend(() => (waiting.has(shard) ? releaseAllThatWait(address) : Effect.void)))
      })

    let heardAt = Number.NEGATIVE_INFINITY
    const refresh = yield* shared((address: string) =>
      Effect.gen(function* () {
        const begin = yield* nowMillis
        const rows =
          yield* sql<Shard>`WITH heard AS (UPDATE inbox_runners SET heard_at = ${now} WHERE address = ${address})
          SELECT shard FROM inbox_shards WHERE runner = ${address}`
        heardAt = begin
        return shardsOf(rows)
      })
    )
    /** The runner is asked for each third of the time: it will be asked for once more before others may take over. */
    const wasHeardOf = Effect.map(nowMillis, (millis) => millis - heardAt < (held * 5) / 6)

    const acquire = yield* shared((address: string, shards: ReadonlyArray<string>) =>
      Effect.map(
        // All in one order, so that two runners do not wait for each other.
        sql<Shard>`WITH taken AS (
            INSERT INTO inbox_shards ${sql.insert([...shards].sort().map((shard) => ({ shard, runner: address })))}
            ON CONFLICT (shard) DO UPDATE SET runner = ${address}
            WHERE inbox_shards.runner <> ${address} AND NOT EXISTS (
              SELECT 1 FROM inbox_runners WHERE address = inbox_shards.runner AND ${heardOf})
            RETURNING shard)
          SELECT shard FROM taken UNION SELECT shard FROM inbox_shards WHERE runner = ${address}`,
        shardsOf
      )
    )

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
        Effect.map(ask(acquire(address, shards)), (ours) => ours.filter((shard) => shards.includes(shard))),
      refresh: (address, shards) => {
        const confirmed = Effect.map(ask(refresh(address)), (ours) => shards.filter((shard) => ours.includes(shard)))
        return confirmed.pipe(
          Effect.timeout(held / 6),
          Effect.catchAll(() =>
            Effect.if(wasHeardOf, { onTrue: () => Effect.succeed(shards), onFalse: () => confirmed })
          )
        )
      },
      release: (address, shard) => ask(release(address, shard)),
      releaseAll: (address) => Effect.asVoid(ask(sql`DELETE FROM inbox_shards WHERE runner = ${address}`))
    })
  })

export const layer = (
  failover: Duration.Duration
): Layer.Layer<RunnerStorage.RunnerStorage, never, SqlClient.SqlClient> =>
  Layer.scoped(RunnerStorage.RunnerStorage, make(failover))
