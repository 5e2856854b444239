import { InboxClient } from "@inbox-effect/client"
import * as Undici from "@inbox-effect/client/undici"
import { Layer } from "effect"

export const InboxLive = InboxClient.layerConfig().pipe(
  Layer.provide(Undici.layer({ connections: 32, connectTimeout: "5 seconds" }))
)
