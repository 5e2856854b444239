/** Which runner drives which thread: the shards of @effect/cluster. */
import { randomUUID } from "node:crypto"
import { hostname } from "node:os"
import * as Entity from "@effect/cluster/Entity"
import * as MessageStorage from "@effect/cluster/MessageStorage"
import * as RunnerAddress from "@effect/cluster/RunnerAddress"
import * as RunnerHealth from "@effect/cluster/RunnerHealth"
import * as RunnerStorage from "@effect/cluster/RunnerStorage"
import * as Runners from "@effect/cluster/Runners"
import * as Sharding from "@effect/cluster/Sharding"
import * as ShardingConfig from "@effect/cluster/ShardingConfig"
import * as Snowflake from "@effect/cluster/Snowflake"
import * as Rpc from "@effect/rpc/Rpc"
import * as SqlClient from "@effect/sql/SqlClient"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as clock from "../store/clock.js"
import * as runnerStorage from "./runners.js"

/** One entity a thread. Its only message carries nothing and is not stored: what there is to do is in the outbox. */
export const Thread = Entity.make("InboxThread", [
  Rpc.make("Drive", { success: Schema.Literal("Nothing", "More", "Failed") })
])

/**
 * Nothing goes from runner to runner, so a runner needs a name and no port. A name that comes back after a crash would
 * be taken for the same runner.
 */
const nameOfRunner = (): RunnerAddress.RunnerAddress =>
  RunnerAddress.make(`${process.pid}-${randomUUID()}@${hostname().slice(0, 100)}`, 0)

const config = (failover: Duration.Duration) =>
  ShardingConfig.layer({
    runnerAddress: Option.some(nameOfRunner()),
    shardsPerGroup: 64,
    shardLockExpiration: failover,
    shardLockRefreshInterval: Duration.unsafeDivide(failover, 3),
    refreshAssignmentsInterval: Duration.seconds(1),
    entityMessagePollInterval: Duration.seconds(1),
    entityMaxIdleTime: Duration.seconds(30),
    entityTerminationTimeout: Duration.seconds(30),
    simulateRemoteSerialization: false
  })

/** Several runners share a PostgreSQL; an embedded database has one. */
const storageOf = (failover: Duration.Duration) =>
  Layer.unwrapEffect(
    Effect.map(SqlClient.SqlClient, (sql) =>
      sql.onDialectOrElse({ pg: () => runnerStorage.layer(failover), orElse: () => RunnerStorage.layerMemory })
    )
  )

/**
 * Nothing goes from runner to runner. What is for another one ends here: it would be tried again until the shard comes
 * back, and keep a place that threads of this runner need.
 */
const runners = Layer.scoped(
  Runners.Runners,
  Runners.make({
    send: () => Effect.dieMessage("The thread is another runner's"),
    notify: () => Effect.void,
    ping: () => Effect.void,
    onRunnerUnavailable: () => Effect.void
  })
).pipe(Layer.provide(Snowflake.layerGenerator))

/**
 * A runner. One that is lost is replaced by the others after the time of `failover`. Its clock goes on by itself: numbers
 * of requests are made of the time, and would come a second time where the clock of the machine is set back. Nothing is
 * stored in memory, but a runner with a storage forgets the numbers of requests that are done.
 */
export const layer = (failover: Duration.Duration) =>
  Layer.scopedContext(
    Effect.clockWith((machine) =>
      Effect.withClock(
        Layer.build(
          Sharding.layer.pipe(
            Layer.provide(runners),
            Layer.provide(MessageStorage.layerMemory),
            Layer.provide([storageOf(failover), RunnerHealth.layerNoop]),
            Layer.provide(config(failover))
          )
        ),
        clock.steady(machine, machine.unsafeCurrentTimeMillis())
      )
    )
  )
