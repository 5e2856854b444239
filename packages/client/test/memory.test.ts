import { execFileSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { assert, it } from "@effect/vitest"
import * as Esbuild from "esbuild"
import * as Servers from "./Servers.js"

const size = 32 * 1024
const sends = 200

/**
 * Sends messages one after another over a fetch that answers each in another turn of the event loop, and prints the bytes
 * that collections of young objects leave of them. What the runtime's own `Response` keeps is not ours.
 */
const program = `
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as Fetch from "@inbox-effect/client/fetch"
import * as InboxClient from "@inbox-effect/client/InboxClient"
const message = ${JSON.stringify({ ...Servers.message, threadId: "t1" })}
const fetch = async (_, { body }) => {
  await new Promise((resolve) => setImmediate(resolve))
  const { content } = JSON.parse(body)
  const pieces = [new TextEncoder().encode(JSON.stringify({ ...message, content }))]
  const read = async () => {
    const value = pieces.shift()
    return { done: value === undefined, value }
  }
  const headers = [["content-type", "application/json"]]
  return { status: 200, headers, body: { getReader: () => ({ read, cancel: async () => {} }) } }
}
const kept = Effect.gen(function* () {
  const inbox = yield* InboxClient.InboxClient
  const send = Effect.suspend(() => inbox.sendMessage({ threadId: "t1", content: "x".repeat(${size}) }))
  yield* Effect.repeatN(send, 50)
  gc()
  const before = process.memoryUsage().heapUsed
  yield* Effect.repeatN(send, ${sends})
  for (const _ of [1, 2, 3]) gc({ type: "minor" })
  return process.memoryUsage().heapUsed - before
})
const layer = Layer.provide(
  InboxClient.layer({ token: Redacted.make("tok_memory"), baseUrl: "http://127.0.0.1:9/api/v1" }),
  Layer.provide(Fetch.layer, Layer.succeed(FetchHttpClient.Fetch, fetch))
)
console.log(await Effect.runPromise(Effect.provide(kept, layer)))`

it("keeps nothing of a send that has ended: a collection of young objects frees it", async () => {
  const { outputFiles } = await Esbuild.build({
    stdin: { contents: program, resolveDir: fileURLToPath(new URL(".", import.meta.url)), loader: "js" },
    bundle: true,
    write: false,
    format: "esm",
    platform: "node",
    conditions: ["@inbox-effect/source"]
  })
  // In a process of its own: what the compiler has learnt of other programs decides where objects are made.
  const node = ["--expose-gc", "--input-type=module"]
  const kept = Number(execFileSync(process.execPath, node, { input: outputFiles[0]?.contents ?? "", encoding: "utf8" }))
  assert.isBelow(kept, (sends * size) / 4)
})
