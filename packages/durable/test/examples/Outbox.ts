import { SqlClient } from "@effect/sql"
import { Outbox } from "@inbox-effect/durable"
import { Effect } from "effect"

// Either the parcel is marked and the customer will be told, or neither.
export const ship = (order: string, threadId: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const outbox = yield* Outbox.Outbox
    yield* sql`UPDATE orders SET shipped = TRUE WHERE id = ${order}`.pipe(
      Effect.zipRight(outbox.enqueue(`shipped:${order}`, { threadId, content: `Your parcel ${order} is on its way` })),
      sql.withTransaction
    )
  })
