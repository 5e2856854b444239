import { InboxClient, RetryPolicy } from "@inbox-effect/client"
import { Redacted } from "effect"

export const InboxLive = InboxClient.layer({
  token: Redacted.make("a token"),
  retry: RetryPolicy.make({ maxRetries: 5, maxDelay: "30 seconds" })
})
