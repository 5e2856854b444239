import { Activity, Workflow } from "@effect/workflow"
import { DurableError, Outcome, SendLedger } from "@inbox-effect/durable"
import { Effect, Schema } from "effect"

/** A workflow that tells a customer. Its engine may run the activity again as often as it likes. */
export const TellCustomer = Workflow.make({
  name: "TellCustomer",
  payload: { order: Schema.String, threadId: Schema.String },
  success: Outcome.Outcome,
  error: Schema.Union(DurableError.KeyConflict, DurableError.InvalidKey, DurableError.InTransaction),
  idempotencyKey: ({ order }) => order
})

export const TellCustomerLive = TellCustomer.toLayer(({ order, threadId }) =>
  Activity.make({
    name: "Send",
    success: Outcome.Outcome,
    error: Schema.Union(DurableError.KeyConflict, DurableError.InvalidKey, DurableError.InTransaction),
    execute: Effect.gen(function* () {
      const ledger = yield* SendLedger.SendLedger
      return yield* ledger
        .sendOnce(`shipped:${order}`, { threadId, content: `Your parcel ${order} is on its way` })
        .pipe(
          // What a defect or an interruption leaves behind, the next run finds in the ledger.
          Effect.retry(SendLedger.schedule),
          Effect.catchTags({
            NotSettled: (error) => Effect.die(error),
            StoreUnavailable: (error) => Effect.die(error),
            InvalidRequest: (error) => Effect.die(error)
          })
        )
    })
  })
)
