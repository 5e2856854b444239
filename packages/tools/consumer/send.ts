import assert from "node:assert/strict"
import { FetchHttpClient } from "@effect/platform"
import { InboxClient } from "@inbox-effect/client"
import { createInboxClient } from "@inbox-effect/client/promise"
import * as Undici from "@inbox-effect/client/undici"
import { Sandbox } from "@inbox-effect/sandbox"
import { Effect, Layer, Redacted } from "effect"

/** Sends by each way that there is to the sandbox, and looks there for what arrived. */
const program = Effect.gen(function* () {
  const { messages, threads, token, url } = yield* Sandbox.Sandbox
  const threadId = threads[0]?.id ?? ""

  const send = (content: string) =>
    Effect.flatMap(InboxClient.InboxClient, (inbox) => inbox.sendMessage({ threadId, content }))
  const client = InboxClient.layer({ baseUrl: url, token })
  yield* Effect.provide(send("by fetch"), Layer.provide(client, FetchHttpClient.layer))
  yield* Effect.provide(send("by undici"), Layer.provide(client, Undici.layer()))

  const inbox = createInboxClient({ baseUrl: url, token: Redacted.value(token) })
  const result = yield* Effect.promise(() => inbox.sendMessage({ threadId, content: "by promise" }))
  yield* Effect.promise(() => inbox.close())
  assert.equal(result.delivery, "Delivered")

  const stored = yield* messages(threadId)
  assert.deepEqual(
    stored.filter(({ origin }) => origin === "api").map(({ content }) => content),
    ["by fetch", "by undici", "by promise"]
  )
})

await Effect.runPromise(Effect.provide(program, Sandbox.layer()))
