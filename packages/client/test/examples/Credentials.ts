import { Credentials, InboxClient } from "@inbox-effect/client"
import { Config, Effect } from "effect"

// Read from wherever tokens rotate; kept for ten minutes, and read again after a 401.
const read = Config.redacted("INBOX_API_TOKEN")

export const program = Effect.gen(function* () {
  const token = yield* Credentials.cached(read, { timeToLive: "10 minutes" })
  return yield* InboxClient.make({ token })
})
