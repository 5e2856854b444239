import { FetchHttpClient } from "@effect/platform"
import { InboxClient } from "@inbox-effect/client"
import { Console, Effect, Layer } from "effect"

const program = Effect.gen(function* () {
  const inbox = yield* InboxClient.InboxClient
  const message = yield* inbox.sendMessage({ threadId: "sandboxthread00000000001", content: "On my way" })
  yield* Console.log(`Sent ${message.id}: ${message.content}`)
}).pipe(
  Effect.catchTag("RateLimited", (error) => Console.warn(`Slow down for ${error.retryAfter ?? "a minute"}`)),
  // Nobody knows whether this one arrived: a person decides whether to send it again.
  Effect.catchIf(
    (error) => error.delivery === "Unknown",
    (error) => Console.error("Look into the thread before sending again.", error)
  )
)

// Reads INBOX_API_TOKEN and INBOX_API_BASE_URL.
const InboxLive = InboxClient.layerConfig({ timeout: "1 minute" }).pipe(Layer.provide(FetchHttpClient.layer))

Effect.runPromise(Effect.provide(program, InboxLive))
