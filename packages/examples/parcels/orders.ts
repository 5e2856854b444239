/** Orders and what customers are told of them: either both are stored, or neither is. */
import { SqlClient } from "@effect/sql"
import { Outbox } from "@inbox-effect/durable"
import { Context, Effect, Layer, Option, Schema } from "effect"

export const Order = Schema.Struct({
  number: Schema.String.pipe(Schema.pattern(/^P-\d{1,9}$/)),
  threadId: Schema.String
})

export interface Order extends Schema.Schema.Type<typeof Order> {}

/** The state of the message to the customer. */
export type Told = "not yet" | "told" | "in doubt" | "not told"

const toldOf: Record<Outbox.Message["state"], Told> = {
  queued: "not yet",
  sending: "not yet",
  unknown: "not yet",
  reconciling: "not yet",
  doubt: "in doubt",
  sent: "told",
  refused: "not told",
  abandoned: "not told"
}

export class Orders extends Context.Tag("examples/parcels/Orders")<
  Orders,
  {
    /** Stores an order, and that its customer is to be told, in one transaction. The same order twice is one order. */
    readonly place: (order: Order) => Effect.Effect<void, PlaceError>
    readonly told: (number: string) => Effect.Effect<Option.Option<Told>, ReadError>
  }
>() {
  static readonly layer = Layer.effect(
    Orders,
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const outbox = yield* Outbox.Outbox
      yield* sql`CREATE TABLE IF NOT EXISTS orders (number VARCHAR(20) PRIMARY KEY, thread_id TEXT NOT NULL)`
      return {
        place: ({ number, threadId }) =>
          sql`INSERT INTO orders (number, thread_id) VALUES (${number}, ${threadId}) ON CONFLICT (number) DO NOTHING`.pipe(
            Effect.zipRight(
              outbox.enqueue(`shipped:${number}`, { threadId, content: `Your parcel ${number} is on its way` })
            ),
            sql.withTransaction,
            Effect.asVoid
          ),
        told: (number) =>
          Effect.map(
            outbox.state(`shipped:${number}`),
            Option.map(({ state }) => toldOf[state])
          )
      }
    })
  )
}

type Enqueue = ReturnType<Outbox.Service["enqueue"]>

export type ReadError = Effect.Effect.Error<ReturnType<Outbox.Service["state"]>>

export type PlaceError = Effect.Effect.Error<Enqueue> | Effect.Effect.Error<ReturnType<SqlClient.SqlClient["unsafe"]>>
