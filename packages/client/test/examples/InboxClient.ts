import { FetchHttpClient } from "@effect/platform"
import { InboxClient } from "@inbox-effect/client"
import { Effect, Layer } from "effect"

const InboxLive = InboxClient.layerConfig({ timeout: "1 minute" }).pipe(Layer.provide(FetchHttpClient.layer))

export const program = Effect.gen(function* () {
  const inbox = yield* InboxClient.InboxClient
  const message = yield* inbox.sendMessage({ threadId: "l44e15irdq4db30i77cgphhx", content: "On my way" })
  yield* Effect.log(message.id)
}).pipe(Effect.provide(InboxLive))
