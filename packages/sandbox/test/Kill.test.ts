import { type ChildProcess, spawn } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import type { Message } from "@inbox-effect/client"
import { Sandbox } from "@inbox-effect/sandbox"
import { Array as Arr, Effect, Option } from "effect"
import { firstThread } from "./support/http.js"
import * as Postgres from "./support/postgres.js"

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url))

interface Running {
  readonly child: ChildProcess
  readonly url: string
}

/** Starts the command from its sources in a process of its own, and waits until it says where it listens. */
const start = (database: string) =>
  Effect.acquireRelease(
    Effect.async<Running>((resume) => {
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
  )

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

/** Sends so many messages to the processes in turn, and kills the first of them in the middle. */
const burst = (processes: ReadonlyArray<Running>, threadId: string, count: number, killAfter: number) =>
  Effect.gen(function* () {
    const [victim] = processes
    const answered = new Map<string, string>()
    let refused = 0
    yield* Effect.forEach(
      Arr.range(1, count),
      (n) =>
        Effect.map(
          Effect.promise(() => post(processes[n % processes.length]?.url ?? "", threadId, `message ${n}`)),
          (id) => {
            if (Option.isNone(id)) refused++
            else answered.set(id.value, `message ${n}`)
            if (answered.size === killAfter) victim?.child.kill("SIGKILL")
          }
        ),
      { concurrency: inFlight, discard: true }
    )
    assert.isAtLeast(answered.size, killAfter)
    assert.isAbove(refused, 0)
    assert.strictEqual(victim?.child.signalCode, "SIGKILL")
    return answered
  })

/** Every message that was answered for is there, none twice, in the order of their instants. */
const check = (all: ReadonlyArray<Message.Message>, answered: ReadonlyMap<string, string>) => {
  const stored = all.filter((message) => message.origin === "api")
  const byId = new Map(stored.map((message) => [message.id, message.content]))
  for (const [id, content] of answered) assert.strictEqual(byId.get(id), content)
  assert.strictEqual(new Set(stored.map((message) => message.content)).size, stored.length)
  assert.strictEqual(byId.size, stored.length)
  // What was not answered for is at most what was in flight.
  assert.isAtMost(stored.length - answered.size, inFlight)
  const instants = stored.map(({ createdAt }) => createdAt.epochMillis)
  assert.deepStrictEqual(
    instants,
    [...instants].sort((a, b) => a - b)
  )
}

const inFlight = 32

const [threadId = ""] = Sandbox.defaultThreads

describe("a sandbox that is killed in the middle of a burst", () => {
  it.scopedLive("has kept every message that it answered for, and none twice", () =>
    Effect.gen(function* () {
      const folder = yield* Effect.acquireRelease(
        Effect.sync(() => mkdtempSync(join(tmpdir(), "inbox-sandbox-"))),
        (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
      )
      const database = join(folder, "inbox.db")
      const answered = yield* burst([yield* start(database)], threadId, 900, 300)
      const sandbox = yield* Sandbox.make({ database })
      check(yield* sandbox.messages(threadId), answered)
      const more = yield* Effect.promise(() => post(sandbox.url, firstThread(sandbox).id, "after"))
      assert.isTrue(Option.isSome(more))
    })
  )
})

describe.skipIf(!Postgres.installed)("one of two sandboxes that share a PostgreSQL", () => {
  it.scopedLive(
    "may be killed in the middle of a burst: nothing that either answered for is lost, and nothing is there twice",
    () =>
      Effect.gen(function* () {
        const server = yield* Postgres.start
        const database = yield* server.fresh
        const processes = yield* Effect.all([start(database), start(database)], { concurrency: 2 })
        const answered = yield* burst(processes, threadId, 600, 200)
        assert.isAtLeast(answered.size, 300)
        const sandbox = yield* Sandbox.make({ database })
        check(yield* sandbox.messages(threadId), answered)
        const more = yield* Effect.promise(() => post(processes[1]?.url ?? "", threadId, "after"))
        assert.isTrue(Option.isSome(more))
      })
  )
})
