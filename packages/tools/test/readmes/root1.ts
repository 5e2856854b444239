import { FetchHttpClient } from "@effect/platform"
import { InboxClient } from "@inbox-effect/client"
import { Effect, Layer } from "effect"

const program = Effect.gen(function* () {
  const inbox = yield* InboxClient.InboxClient
  return yield* inbox.sendMessage({ threadId: "l44e15irdq4db30i77cgphhx", content: "On my way" })
})

// Reads INBOX_API_TOKEN and INBOX_API_BASE_URL.
const InboxLive = InboxClient.layerConfig().pipe(Layer.provide(FetchHttpClient.layer))
