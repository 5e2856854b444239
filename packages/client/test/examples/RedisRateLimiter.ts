import { FetchHttpClient } from "@effect/platform"
import { RateLimiter } from "@inbox-effect/client"
import * as RedisRateLimiter from "@inbox-effect/client/RedisRateLimiter"
import { Layer } from "effect"

export const InboxLive = RateLimiter.layerClientConfig().pipe(
  Layer.provide(RedisRateLimiter.layerRedis({ key: "acme", redis: { host: "127.0.0.1" } })),
  Layer.provide(FetchHttpClient.layer)
)
