/**
 * Sends to the server that the environment names, by each way that there is in this runtime, and by what else it names:
 * REDIS_PORT for the limiter of many processes. Fails unless every message arrived.
 */
import assert from "node:assert/strict"
import { FetchHttpClient } from "@effect/platform"
import { InboxClient } from "@inbox-effect/client"
import * as Fetch from "@inbox-effect/client/fetch"
import { createInboxClient } from "@inbox-effect/client/promise"
import { Effect, Layer } from "effect"

const { INBOX_API_BASE_URL: baseUrl, INBOX_API_TOKEN: token, REDIS_PORT: redisPort } = process.env
const threadId = "sandboxthread00000000001"
const content = (way) => `${way} on ${process.argv[2] ?? "here"}`

const send = (way) =>
  Effect.flatMap(InboxClient.InboxClient, (inbox) => inbox.sendMessage({ threadId, content: content(way) }))

const over = (way, http) => Effect.provide(send(way), Layer.provide(InboxClient.layerConfig(), http))

/** What cannot be imported where its peer is not there, or not for this runtime. */
const more = {
  undici: async () => over("undici", (await import("@inbox-effect/client/undici")).layer()),
  redis: async () => {
    const { RateLimiter } = await import("@inbox-effect/client")
    const { layerRedis } = await import("@inbox-effect/client/RedisRateLimiter")
    const limiter = layerRedis({ key: content("redis"), redis: { host: "127.0.0.1", port: Number(redisPort) } })
    const client = RateLimiter.layerClientConfig().pipe(Layer.provide(limiter), Layer.provide(FetchHttpClient.layer))
    return Effect.provide(send("redis"), client)
  }
}

const wanted = (process.env.WAYS ?? "").split(",").filter((way) => way !== "")
await Effect.runPromise(over("stock", FetchHttpClient.layer))
await Effect.runPromise(over("fetch", Fetch.layer))
for (const way of wanted) await Effect.runPromise(await more[way]())

const inbox = createInboxClient({ baseUrl, token })
const outcomes = []
for await (const outcome of inbox.sendAll([{ threadId, content: content("promise") }])) outcomes.push(outcome.delivery)
assert.deepEqual(outcomes, ["Delivered"])
const answer = await fetch(`${baseUrl}/threads/${threadId}/messages?limit=100`, {
  headers: { authorization: `Bearer ${token}` }
})
const arrived = (await answer.json()).messages.map((message) => message.content)
for (const way of ["stock", "fetch", "promise", ...wanted]) {
  assert.equal(arrived.filter((text) => text === content(way)).length, 1, way)
}
const now = Date.now()
const found = await inbox.reconcile({ threadId, content: content("promise") }, { from: now - 60_000, until: now })
assert.equal(found.ok && found._tag, "Found")
await inbox.close()
process.stdout.write(`sent by ${["stock", "fetch", "promise", ...wanted].join(", ")}\n`)
