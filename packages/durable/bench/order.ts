/** The order for a worker of the benchmarks. */
import { Schema } from "effect"

export const Order = Schema.Struct({
  database: Schema.String,
  url: Schema.String,
  token: Schema.String,
  engine: Schema.Literal("outbox", "pg-boss")
})

export interface Order extends Schema.Schema.Type<typeof Order> {}
