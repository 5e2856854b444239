import { FetchHttpClient } from "@effect/platform"
import { InboxClient } from "@inbox-effect/client"
import { Effect, Layer } from "effect"

const program = Effect.gen(function* () {
  const inbox = yield* InboxClient.InboxClient
  const message = yield* inbox.sendMessage({ threadId: "l44e15irdq4db30i77cgphhx", content: "On my way" })
  yield* Effect.log(`sent ${message.id}`)
}).pipe(
  Effect.catchTag("RateLimited", (error) => Effect.logWarning(`slow down for ${error.retryAfter ?? "a minute"}`)),
  // Nobody knows whether this one arrived: a person decides whether to send it again.
  Effect.catchIf(
    (error) => error.delivery === "Unknown",
    (error) => Effect.logError("look into the thread before sending again", error)
  )
)

// Reads INBOX_API_TOKEN and, where it is set, INBOX_API_BASE_URL.
const InboxLive = InboxClient.layerConfig().pipe(Layer.provide(FetchHttpClient.layer))

export const main = program.pipe(Effect.provide(InboxLive))
