import { Activity, Workflow } from "@effect/workflow"
import { DurableError, Outcome, SendLedger } from "@inbox-effect/durable"
import { Effect, Schema } from "effect"

const Errors = Schema.Union(DurableError.KeyConflict, DurableError.InvalidKey, DurableError.InTransaction)

export const TellCustomer = Workflow.make({
  name: "TellCustomer",
  payload: { order: Schema.String, threadId: Schema.String },
  success: Outcome.Outcome,
  error: Errors,
  idempotencyKey: ({ order }) => order
})

export const TellCustomerLive = TellCustomer.toLayer(({ order, threadId }) =>
  Activity.make({
    name: "Send",
    success: Outcome.Outcome,
    error: Errors,
    execute: Effect.gen(function* () {
      const ledger = yield* SendLedger.SendLedger
      return yield* ledger
        .sendOnce(`shipped:${order}`, { threadId, content: `Parcel ${order} is on its way` })
        .pipe(
          Effect.retry(SendLedger.schedule),
          Effect.catchTags({ NotSettled: Effect.die, StoreUnavailable: Effect.die, InvalidRequest: Effect.die })
        )
    })
  })
)
