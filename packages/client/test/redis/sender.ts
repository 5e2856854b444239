/** A process of a fleet: takes its turns from the shared limiter, and calls the server at each of them. */
import { RateLimiter } from "@inbox-effect/client"
import * as RedisRateLimiter from "@inbox-effect/client/RedisRateLimiter"
import { Effect } from "effect"

const [port, url = "", count, ...numbers] = process.argv.slice(2)

const quotas = numbers.map(Number).flatMap((limit, index, all) => {
  const window = all[index + 1]
  return index % 2 === 0 && window !== undefined ? [{ limit, window }] : []
})

const send = Effect.flatMap(RateLimiter.RateLimiter, (limiter) =>
  limiter.acquire.pipe(
    Effect.zipRight(Effect.promise(() => fetch(url, { method: "POST" }))),
    Effect.flatMap(({ status }) => limiter.learn({ status }))
  )
)

await Effect.runPromise(
  Effect.all(
    Array.from({ length: Number(count) }, () => send),
    { concurrency: 4, discard: true }
  ).pipe(
    Effect.provide(
      RedisRateLimiter.layerRedis({
        key: "acme",
        quotas,
        redis: { host: "127.0.0.1", port: Number(port) },
        timeout: "1 minute"
      })
    )
  )
)
