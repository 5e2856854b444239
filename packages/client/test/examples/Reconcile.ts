import { InboxClient, InboxError, Reconcile } from "@inbox-effect/client"
import { Effect } from "effect"

export const sendOnce = (request: InboxClient.Request) =>
  Effect.gen(function* () {
    const inbox = yield* InboxClient.InboxClient
    const reconciler = yield* Reconcile.Reconciler
    return yield* inbox
      .sendMessage(request)
      .pipe(
        InboxError.catchDelivery("Unknown", (error) =>
          Effect.flatMap(reconciler.reconcile(request, Reconcile.windowOf(error)), (outcome) =>
            outcome._tag === "Found" ? Effect.succeed(outcome.message) : Effect.fail(outcome)
          )
        )
      )
  })
