import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import { assert, describe, it } from "@effect/vitest"
import * as Fetch from "@inbox-effect/client/fetch"
import * as InboxClient from "@inbox-effect/client/InboxClient"
import { Effect, Layer, Redacted } from "effect"
import * as Servers from "./Servers.js"

setFlagsFromString("--expose-gc")
const collect: (options?: { readonly type: "minor" }) => void = runInNewContext("gc")

const headers: ReadonlyArray<readonly [string, string]> = [["content-type", "application/json"]]

const answer = (content: string): Uint8Array =>
  new TextEncoder().encode(JSON.stringify({ ...Servers.message, threadId: "t1", content }))

/** Answers each message in another turn of the event loop. What the runtime's own `Response` keeps is not ours. */
const fetch = async (_: string, { body }: { readonly body: string }) => {
  await new Promise((resolve) => setImmediate(resolve))
  const pieces = [answer(JSON.parse(body).content)]
  const read = async () => {
    const value = pieces.shift()
    return { done: value === undefined, value }
  }
  return { status: 200, headers, body: { getReader: () => ({ read, cancel: async () => {} }) } }
}

const size = 32 * 1024
const sends = 200

describe("memory", () => {
  it.live("keeps nothing of a send that has ended: a collection of young objects frees it", () =>
    Effect.gen(function* () {
      const inbox = yield* InboxClient.InboxClient
      const send = Effect.suspend(() => inbox.sendMessage({ threadId: "t1", content: "x".repeat(size) }))
      yield* Effect.repeatN(send, 50)
      collect()
      const before = process.memoryUsage().heapUsed
      yield* Effect.repeatN(send, sends)
      for (const _ of [1, 2, 3]) collect({ type: "minor" })
      const kept = process.memoryUsage().heapUsed - before
      assert.isBelow(kept, (sends * size) / 4)
    }).pipe(
      Effect.provide(
        Layer.provide(
          InboxClient.layer({ token: Redacted.make("tok_memory"), baseUrl: "http://127.0.0.1:9/api/v1" }),
          Layer.provide(Fetch.layer, Layer.succeed(FetchHttpClient.Fetch, fetch as never))
        )
      )
    )
  )
})
