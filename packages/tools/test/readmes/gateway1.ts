import { InboxClient } from "@inbox-effect/client"
import * as Undici from "@inbox-effect/client/undici"
import { Gateway } from "@inbox-effect/gateway"
import { Layer } from "effect"

export const InboxLive = InboxClient.layerConfig().pipe(
  Layer.provide(Gateway.layerClientConfig()),
  Layer.provide(Undici.layer())
)
