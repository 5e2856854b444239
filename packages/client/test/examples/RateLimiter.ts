import { FetchHttpClient } from "@effect/platform"
import { RateLimiter } from "@inbox-effect/client"
import { Layer } from "effect"

// The client, configured by the environment, whose attempts wait for their turn.
export const InboxLive = RateLimiter.layerClientConfig().pipe(
  Layer.provide(RateLimiter.layer()),
  Layer.provide(FetchHttpClient.layer)
)
