import { InboxClient, StartWithin } from "@inbox-effect/client"
import { Effect } from "effect"

// The time counts from before the lease was asked for, so that nothing that happens in between can outlast it.
export const sendUnderLease = <E, R>(request: InboxClient.Request, lease: Effect.Effect<void, E, R>) =>
  Effect.gen(function* () {
    const inbox = yield* InboxClient.InboxClient
    const startWithin = yield* StartWithin.fromNow("10 seconds")
    yield* lease
    return yield* inbox.sendMessage(request, { startWithin })
  })
