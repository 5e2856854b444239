import { once } from "node:events"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { Sandbox } from "@inbox-effect/sandbox"
import { Effect, Redacted } from "effect"
import { assert, test } from "vitest"
import { send } from "../send.js"

test("sends to the sandbox, and tells a typing mistake from a message", () =>
  Effect.gen(function* () {
    const { messages, threads, token, url } = yield* Sandbox.Sandbox
    const options = { baseUrl: url, token: Redacted.value(token) }
    const threadId = threads[0]?.id ?? ""

    const sent = yield* Effect.promise(() => send(options, threadId, "On my way"))
    assert.deepInclude(sent, { code: 0 })
    const stored = yield* messages(threadId)
    assert.deepInclude(stored.at(-1), { content: "On my way" })
    assert.strictEqual(sent.text, `Sent as ${stored.at(-1)?.id}`)

    const mistaken = yield* Effect.promise(() => send(options, "Thread 1", "On my way"))
    assert.deepInclude(mistaken, { code: 1 })
    assert.include(mistaken.text, "threadId")
  }).pipe(Effect.provide(Sandbox.layer()), Effect.runPromise))

test("asks for a person where a server fails after it may have sent", async () => {
  const server = createServer((_, response) => response.writeHead(502).end()).listen(0, "127.0.0.1")
  await once(server, "listening")
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1`
  assert.deepInclude(await send({ baseUrl, token: "secret" }, "parcels", "On my way"), { code: 2 })
  server.close()
  server.closeAllConnections()
})
