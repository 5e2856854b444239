import { spawn } from "node:child_process"
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { Message } from "@inbox-effect/client"
import { Effect, Schema } from "effect"
import { bundleSources } from "../../tools/sources.mjs"

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8")

const [server = "", main = ""] = [...read("../README.md").matchAll(/^```ts\n(.*?)^```$/gms)].map(
  ([, code = ""]) => code
)

/** A folder that can import what is installed here. */
const parent = fileURLToPath(new URL("../node_modules/.cache/quickStart", import.meta.url))

const folder = Effect.acquireRelease(
  Effect.sync(() => {
    mkdirSync(parent, { recursive: true })
    return mkdtempSync(join(parent, "run-"))
  }),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

/** Starts the program, and waits until it says where it listens. */
const start = (program: string) =>
  Effect.acquireRelease(
    Effect.async<{ readonly url: string; readonly stop: () => void }>((resume) => {
      const child = spawn(process.execPath, [program], { stdio: ["ignore", "pipe", "inherit"] })
      let said = ""
      child.stdout.on("data", (chunk: Buffer) => {
        said += chunk.toString()
        const url = /^Listening on (\S+)$/m.exec(said)?.[1]
        if (url !== undefined) resume(Effect.succeed({ url, stop: () => child.kill() }))
      })
      child.on("exit", () => resume(Effect.dieMessage(`The server did not start: ${said}`)))
    }),
    ({ stop }) => Effect.sync(stop)
  )

describe("the README", () => {
  it("shows the server that is put to the test", () => {
    assert.strictEqual(server, read("./fortyLines.ts"))
  })

  it.scopedLive("shows a program that starts, takes a message and lists it", () =>
    Effect.gen(function* () {
      const path = yield* folder
      writeFileSync(join(path, "server.ts"), server)
      writeFileSync(join(path, "main.ts"), main)
      yield* Effect.promise(() => bundleSources({ entry: join(path, "main.ts") }, join(path, "main.mjs")))
      const { url } = yield* start(join(path, "main.mjs"))
      const ask = (init: RequestInit) =>
        Effect.promise(async () => {
          const headers = { authorization: "Bearer secret", "content-type": "application/json" }
          const response = await fetch(`${url}/threads/t1/messages`, { headers, ...init })
          return (await response.json()) as { readonly messages?: ReadonlyArray<unknown> }
        })
      const json = yield* ask({ method: "POST", body: '{"content":"On my way"}' })
      const { content } = yield* Schema.decodeUnknown(Message.Message)(json)
      assert.strictEqual(content, "On my way")
      assert.deepStrictEqual((yield* ask({})).messages, [json])
    })
  )
})
