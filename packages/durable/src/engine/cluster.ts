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
import * as SqlRunnerStorage from "@effect/cluster/SqlRunnerStorage"
import * as Rpc from "@effect/rpc/Rpc"
import * as SqlClient from "@effect/sql/SqlClient"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { TablesUnavailable } from "../DurableError.js"
import { codeOf } from "../store/failure.js"

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
    shardsPerGroup: 128,
    // The locks of a process that stands still have to come free, as those of a connection do not.
    shardLockDisableAdvisory: true,
    shardLockExpiration: failover,
    shardLockRefreshInterval: Duration.unsafeDivide(failover, 3),
    refreshAssignmentsInterval: Duration.seconds(1),
    entityMessagePollInterval: Duration.seconds(1),
    entityMaxIdleTime: Duration.seconds(30),
    entityTerminationTimeout: Duration.seconds(30),
    simulateRemoteSerialization: false
  })

/** Two runners that make their tables at once may fail: the second try finds them. */
const shared = Layer.retry(
  SqlRunnerStorage.layerWith({ prefix: "inbox_cluster" }),
  Schedule.intersect(Schedule.spaced("200 millis"), Schedule.recurs(25))
).pipe(
  Layer.catchAll((error) => {
    const code = codeOf(error)
    return Layer.fail(
      new TablesUnavailable({ reason: `those of the cluster${code === undefined ? "" : ` (${code})`}` })
    )
  })
)

/** Several runners share a PostgreSQL; an embedded database has one. */
const storage = Layer.unwrapEffect(
  Effect.map(SqlClient.SqlClient, (sql) =>
    sql.onDialectOrElse({ pg: () => shared, orElse: () => RunnerStorage.layerMemory })
  )
)

/** A runner. One that is lost is replaced by the others after the time of `failover`. */
export const layer = (failover: Duration.Duration) =>
  Sharding.layer.pipe(
    Layer.provide(Runners.layerNoop),
    Layer.provide(MessageStorage.layerNoop),
    Layer.provide([storage, RunnerHealth.layerNoop]),
    Layer.provide(config(failover))
  )
