import { SqlClient } from "@effect/sql"
import { PgClient } from "@effect/sql-pg"
import { InboxClient, Reconcile } from "@inbox-effect/client"
import * as Undici from "@inbox-effect/client/undici"
import { Outbox, OutboxEngine } from "@inbox-effect/durable"
import { Config, Effect, Layer } from "effect"

const Database = PgClient.layerConfig({ url: Config.redacted("DATABASE_URL") })

/** In the application: either the order is marked and the customer will be told, or neither. */
export const ship = (order: string, threadId: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const outbox = yield* Outbox.Outbox
    yield* sql`UPDATE orders SET shipped = TRUE WHERE id = ${order}`.pipe(
      Effect.zipRight(outbox.enqueue(`shipped:${order}`, { threadId, content: `Your parcel ${order} is on its way` })),
      sql.withTransaction
    )
  })

/** In each worker. */
export const worker = Layer.launch(
  OutboxEngine.layer().pipe(
    Layer.provide(Layer.merge(InboxClient.layerConfig(), Reconcile.layerConfig())),
    Layer.provide(Undici.layer()),
    Layer.provide(Database)
  )
)
