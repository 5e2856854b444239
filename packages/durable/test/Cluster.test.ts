import { Runner, RunnerAddress, RunnerStorage, ShardId } from "@effect/cluster"
import { SqlClient } from "@effect/sql"
import { assert, describe, it } from "@effect/vitest"
import { Tables } from "@inbox-effect/durable"
import { Array as Arr, Clock, Context, Duration, Effect, Either, Layer, Schedule, Tracer } from "effect"
import * as cluster from "../src/engine/cluster.js"
import * as runnerStorage from "../src/engine/runners.js"
import * as clock from "../src/store/clock.js"
import * as Databases from "./support/databases.js"
import { serverOfSuite } from "./support/server.js"

/** Leaves the transaction of the caller. */
const outside = <A, E>(effect: Effect.Effect<A, E>): Effect.Effect<A, E> =>
  Effect.mapInputContext(effect, (context: Context.Context<never>) =>
    Context.omit(SqlClient.TransactionConnection)(context as Context.Context<SqlClient.TransactionConnection>)
  )

describe("a runner", () => {
  it.scopedLive("takes threads on, as often as it likes, after the clock of its machine was set back", () =>
    Effect.gen(function* () {
      const machine = Clock.make()
      let offset = 0
      const settable = clock.telling(machine, () => machine.unsafeCurrentTimeMillis() + offset)
      const handler = cluster.Thread.toLayer({ Drive: () => Effect.succeed("Nothing" as const) })
      const runner = Layer.provideMerge(handler, cluster.layer(Duration.seconds(6)))
      yield* Effect.gen(function* () {
        const clientOf = yield* cluster.Thread.client
        yield* clientOf("thread").Drive()
        offset = -3_600_000
        const all = yield* Effect.replicateEffect(clientOf("thread").Drive(), 2_100)
        assert.lengthOf(all, 2_100)
      }).pipe(Effect.provide(runner), Effect.provide(yield* Databases.sqlite.fresh), Effect.withClock(settable))
    })
  )
})

describe.skipIf(!Databases.installed)("runners in PostgreSQL", () => {
  const server = serverOfSuite()

  const failover = Duration.minutes(1)

  /** A database, and two runners that know of each other by it. */
  const runners = Effect.gen(function* () {
    const database = yield* Layer.build(Databases.clientOf(yield* server().fresh))
    const runner = (host: string) =>
      Effect.gen(function* () {
        const context = yield* Layer.build(
          runnerStorage
            .layer(failover)
            .pipe(Layer.provideMerge(Tables.layer), Layer.provide(Layer.succeedContext(database)), Layer.fresh)
        )
        const { acquire, refresh, register, release } = Context.get(context, RunnerStorage.RunnerStorage)
        const address = RunnerAddress.make(host, 0)
        yield* register(Runner.make({ address, groups: ["default"], weight: 1 }), true)
        return {
          acquire: (wanted: ReadonlyArray<ShardId.ShardId>) => acquire(address, wanted),
          refresh: (held: ReadonlyArray<ShardId.ShardId>) => refresh(address, held),
          release: (shard: ShardId.ShardId) => release(address, shard)
        }
      })
    return { one: yield* runner("one"), two: yield* runner("two"), sql: Context.get(database, SqlClient.SqlClient) }
  })

  const shards = Arr.makeBy(128, (index) => ShardId.make("default", index + 1))

  it.scopedLive("hold their shards for as long as they are heard of", () =>
    Effect.gen(function* () {
      const { one, sql, two } = yield* runners
      assert.lengthOf(yield* one.acquire(shards), shards.length)
      assert.lengthOf(yield* two.acquire(shards), 0)
      yield* sql`UPDATE inbox_runners SET heard_at = heard_at - 60000`
      yield* one.refresh(shards)
      assert.lengthOf(yield* two.acquire(shards), 0)
      yield* sql`UPDATE inbox_runners SET heard_at = heard_at - 60000`
      assert.lengthOf(yield* two.acquire(shards), shards.length)
      yield* Effect.repeat(one.refresh(shards), {
        until: (left) => left.length === 0,
        schedule: Schedule.spaced("20 millis")
      })
    })
  )

  it.scopedLive("release many shards at once by a few statements", () =>
    Effect.gen(function* () {
      const { one, two } = yield* runners
      yield* one.acquire(shards)
      let statements = 0
      const tracer = yield* Effect.tracer
      const counting = Tracer.make({
        context: tracer.context,
        span: (name, ...rest) => {
          if (name === "sql.execute") statements++
          return tracer.span(name, ...rest)
        }
      })
      yield* Effect.withTracer(
        Effect.forEach(shards, (shard) => one.release(shard), { concurrency: "unbounded", discard: true }),
        counting
      )
      assert.isBelow(statements, 4)
      assert.lengthOf(yield* two.acquire(shards), shards.length)
    })
  )

  /** Runs an effect while somebody else is in the middle of a change, and gives what it came to. */
  const during = <A, E>(sql: SqlClient.SqlClient, change: string, effect: Effect.Effect<A, E>) =>
    Effect.orDie(sql.withTransaction(Effect.zipRight(sql.unsafe(change), Effect.either(outside(effect)))))

  it.scopedLive("keep their shards while the database is slow to hear of them", () =>
    Effect.gen(function* () {
      const { one, sql } = yield* runners
      yield* one.acquire(shards)
      yield* one.refresh(shards)
      const kept = yield* during(sql, "UPDATE inbox_runners SET heard_at = heard_at", one.refresh(shards))
      assert.lengthOf(Either.getOrThrow(kept), shards.length)
    })
  )

  it.scopedLive("let shards go that came when nobody waited for them any more, and that they want no more", () =>
    Effect.gen(function* () {
      const { one, sql, two } = yield* runners
      const hurried = Effect.timeout(one.acquire(shards), "50 millis")
      assert.isTrue(Either.isLeft(yield* during(sql, "LOCK TABLE inbox_shards", hurried)))
      const taken = yield* sql`SELECT shard FROM inbox_shards`.pipe(
        Effect.repeat({ until: (rows) => rows.length === shards.length })
      )
      assert.lengthOf(taken, shards.length)
      yield* one.refresh([])
      assert.lengthOf(yield* two.acquire(shards), shards.length)
    })
  )

  it.scopedLive("let shards go that came after they had given up waiting for them", () =>
    Effect.gen(function* () {
      const { one, sql, two } = yield* runners
      const half = shards.slice(0, 64)
      const hurried = Effect.timeout(one.acquire(shards), "50 millis")
      assert.isTrue(Either.isLeft(yield* during(sql, "LOCK TABLE inbox_shards", hurried)))
      yield* Effect.repeat(one.acquire(half), {
        until: (taken) => taken.length === half.length,
        schedule: Schedule.spaced("20 millis")
      })
      yield* one.refresh(half)
      yield* Effect.repeat(two.acquire(shards), {
        until: (taken) => taken.length === shards.length - half.length,
        schedule: Schedule.spaced("20 millis")
      })
      assert.lengthOf(yield* one.refresh(half), half.length)
    })
  )
})
