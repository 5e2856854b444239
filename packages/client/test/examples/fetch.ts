import { InboxClient } from "@inbox-effect/client"
import * as Fetch from "@inbox-effect/client/fetch"
import { Layer } from "effect"

export const InboxLive = InboxClient.layerConfig().pipe(Layer.provide(Fetch.layer))
