import { InboxClient, InboxError } from "@inbox-effect/client"
import { Effect } from "effect"

export const send = (request: InboxClient.Request) =>
  Effect.flatMap(InboxClient.InboxClient, (inbox) => inbox.sendMessage(request)).pipe(
    Effect.catchTag("RateLimited", (error) => Effect.logWarning("Slow down", error.retryAfter)),
    InboxError.catchDelivery("Unknown", (error) => Effect.logError("Ask a person before sending again", error))
  )
