import { type ChildProcess, spawn } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { Sandbox } from "@inbox-effect/sandbox"
import { Array as Arr, Effect, Option } from "effect"
import { firstThread } from "./support/http.js"

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** Starts the command from its sources in a process of its own, and waits until it says where it listens. */
const start = (database: string) =>
  Effect.acquireRelease(
    Effect.async<{ readonly child: ChildProcess; readonly url: string }>((resume) => {
      const child = spawn(
        process.execPath,
        [
          file("../../../node_modules/vite-node/vite-node.mjs"),
          "--config",
          file("../../../.config/vitest.ts"),
          file("../src/bin.ts"),
          "--port",
          "0",
          "--database",
          database
        ],
        { cwd: file("../../.."), stdio: ["ignore", "pipe", "pipe"] }
      )
      let said = ""
      const read = (chunk: Buffer) => {
        said += chunk.toString()
        const url = /Inbox sandbox on (\S+)/.exec(said)?.[1]
        if (url !== undefined && said.includes("Ctrl-C")) resume(Effect.succeed({ child, url }))
      }
      child.stdout.on("data", read)
      child.stderr.on("data", read)
      child.on("exit", () => resume(Effect.dieMessage(`The sandbox did not start: ${said}`)))
    }),
    ({ child }) => Effect.sync(() => child.kill("SIGKILL"))
  ).pipe(Effect.timeout("60 seconds"))

const post = async (url: string, threadId: string, content: string): Promise<Option.Option<string>> => {
  try {
    const response = await fetch(`${url}/threads/${threadId}/messages`, {
      method: "POST",
      headers: { authorization: "Bearer sandbox-token", "content-type": "application/json" },
      body: JSON.stringify({ content })
    })
    const { id } = (await response.json()) as { readonly id: string }
    return response.status === 200 ? Option.some(id) : Option.none()
  } catch {
    return Option.none()
  }
}

describe("a sandbox that is killed in the middle of a burst", () => {
  it.scopedLive(
    "has kept every message that it answered for, and none twice",
    () =>
      Effect.gen(function* () {
        const folder = yield* Effect.acquireRelease(
          Effect.sync(() => mkdtempSync(join(tmpdir(), "inbox-sandbox-"))),
          (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
        )
        const database = join(folder, "inbox.db")
        const { child, url } = yield* start(database)
        const [threadId = ""] = Sandbox.defaultThreads
        const answered = new Map<string, string>()
        let refused = 0
        yield* Effect.forEach(
          Arr.range(1, 1_500),
          (n) =>
            Effect.map(
              Effect.promise(() => post(url, threadId, `message ${n}`)),
              (id) => {
                if (Option.isNone(id)) refused++
                else answered.set(id.value, `message ${n}`)
                if (answered.size === 400) child.kill("SIGKILL")
              }
            ),
          { concurrency: 32, discard: true }
        )
        assert.isAtLeast(answered.size, 400)
        assert.isAbove(refused, 0)
        assert.strictEqual(child.signalCode, "SIGKILL")

        const sandbox = yield* Sandbox.make({ database })
        const stored = (yield* sandbox.messages(threadId)).filter((message) => message.origin === "api")
        const byId = new Map(stored.map((message) => [message.id, message.content]))
        for (const [id, content] of answered) assert.strictEqual(byId.get(id), content)
        assert.strictEqual(new Set(stored.map((message) => message.content)).size, stored.length)
        assert.strictEqual(byId.size, stored.length)
        // What it did not answer for is at most what was in flight.
        assert.isAtMost(stored.length - answered.size, 32)
        const more = yield* Effect.promise(() => post(sandbox.url, firstThread(sandbox).id, "after"))
        assert.isTrue(Option.isSome(more))
      }),
    120_000
  )
})
