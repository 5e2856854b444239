/** Which runners there are, and which shards each of them holds, in PostgreSQL. */
import { randomInt } from "node:crypto"
import { PersistenceError } from "@effect/cluster/ClusterError"
import * as RunnerStorage from "@effect/cluster/RunnerStorage"
import * as SqlClient from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

type Shard = { readonly shard: string }

const shardsOf = (rows: ReadonlyArray<Shard>): Array<string> => rows.map(({ shard }) => shard)

/** Machines of less than this number have request numbers of their own. */
const machines = 1024

/**
 * Each question is one statement, on any connection: the storage of the cluster asks for each shard that is released, all
 * on one connection. Where a server takes longer for that than the interval in which a runner has to be heard of, the
 * runner is taken for lost, lets its shards go, and gets no further than that.
 *
 * A runner holds its shards for as long as it is heard of.
 */
const make = (failover: Duration.Duration) =>
  Effect.gen(function* () {
    const sql = (yield* SqlClient.SqlClient).withoutTransforms()
    const now = sql.literal("(extract(epoch from statement_timestamp()) * 1000)::bigint")
    const heardOf = sql`heard_at > ${now} - ${Math.ceil(Duration.toMillis(failover))}`
    const ask = <A>(statement: Effect.Effect<A, SqlError>) => PersistenceError.refail(statement)

    // A runner is always one of those that it knows. Others decide for themselves whether they hear of it.
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
        Effect.map(
          ask(
            // All in one order, so that two runners do not wait for each other.
            sql<Shard>`INSERT INTO inbox_shards ${sql.insert([...shards].sort().map((shard) => ({ shard, runner: address })))}
              ON CONFLICT (shard) DO UPDATE SET runner = ${address}
              WHERE inbox_shards.runner = ${address} OR NOT EXISTS (
                SELECT 1 FROM inbox_runners WHERE address = inbox_shards.runner AND ${heardOf})
              RETURNING shard`
          ),
          shardsOf
        ),
      refresh: (address, shards) =>
        Effect.map(
          ask(
            sql<Shard>`WITH heard AS (UPDATE inbox_runners SET heard_at = ${now} WHERE address = ${address})
              SELECT shard FROM inbox_shards WHERE runner = ${address}`
          ),
          (rows) => shardsOf(rows).filter((shard) => shards.includes(shard))
        ),
      release: (address, shard) => ask(release(address, shard)),
      releaseAll: (address) => Effect.asVoid(ask(sql`DELETE FROM inbox_shards WHERE runner = ${address}`))
    })
  })

export const layer = (
  failover: Duration.Duration
): Layer.Layer<RunnerStorage.RunnerStorage, never, SqlClient.SqlClient> =>
  Layer.effect(RunnerStorage.RunnerStorage, make(failover))
