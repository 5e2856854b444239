import { type ChildProcess, spawn } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { Simulator } from "./v2/Simulator.js"

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** The simulator behind a socket. */
const listen = (simulator: Simulator) =>
  Effect.acquireRelease(
    Effect.async<Server>((resume) => {
      const server = createServer((incoming, outgoing) => {
        const chunks: Array<Buffer> = []
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk))
        incoming.on("end", () => {
          const request = {
            method: incoming.method ?? "",
            path: (incoming.url ?? "").replace("/api/v2", ""),
            headers: incoming.headers as Record<string, string>,
            body: Buffer.concat(chunks).toString("utf8")
          }
          void Effect.runPromise(simulator.handle(request)).then((reply) =>
            reply === "Reset" ? outgoing.destroy() : outgoing.writeHead(reply.status, reply.headers).end(reply.body)
          )
        })
      })
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
    }),
    (server) =>
      Effect.sync(() => {
        server.close()
        server.closeAllConnections()
      })
  )

interface Running {
  readonly child: ChildProcess
  readonly url: string
  readonly said: () => string
}

/** Starts the command from its sources in a process of its own, and waits until it says where it listens. */
const start = (upstream: string, journal: string) =>
  Effect.acquireRelease(
    Effect.async<Running>((resume) => {
      const child = spawn(
        process.execPath,
        [
          file("../../../node_modules/vite-node/vite-node.mjs"),
          "--config",
          file("../../../.config/vitest.ts"),
          file("../src/bin.ts"),
          ...["--port", "0", "--upstream", upstream, "--journal", journal]
        ],
        { cwd: file("../../.."), stdio: ["ignore", "pipe", "pipe"] }
      )
      let said = ""
      const read = (chunk: Buffer) => {
        said += chunk.toString()
        const url = /Inbox gateway on (\S+)/.exec(said)?.[1]
        if (url !== undefined && said.includes("Ctrl-C")) resume(Effect.succeed({ child, url, said: () => said }))
      }
      child.stdout.on("data", read)
      child.stderr.on("data", read)
      child.on("exit", () => resume(Effect.dieMessage(`The gateway did not start: ${said}`)))
    }),
    ({ child }) => Effect.sync(() => child.kill("SIGKILL"))
  ).pipe(Effect.timeout("60 seconds"))

const post = (url: string, content: string, key: string) =>
  Effect.promise(async () => {
    try {
      const response = await fetch(`${url}/threads/thread1/messages`, {
        method: "POST",
        headers: {
          authorization: "Bearer Secret0Token1",
          "content-type": "application/json",
          "idempotency-key": key
        },
        body: JSON.stringify({ content })
      })
      const { id } = (await response.json()) as { readonly id: string }
      return response.status === 200 ? id : undefined
    } catch {
      return undefined
    }
  })

const count = 60

const numbers = Array.from({ length: count }, (_, n) => n)

describe("kill -9 in a burst", () => {
  it.scopedLive(
    "sends nothing twice; what was answered was sent; what was not is sent when its caller asks again",
    () =>
      Effect.gen(function* () {
        const simulator = new Simulator()
        const server = yield* listen(simulator)
        const upstream = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v2`
        const journal = mkdtempSync(join(tmpdir(), "inbox-gateway-kill-"))
        yield* Effect.addFinalizer(() => Effect.sync(() => rmSync(journal, { recursive: true, force: true })))
        const first = yield* start(upstream, journal)
        const answered = new Map<number, string>()
        yield* Effect.forEach(
          numbers,
          (n) =>
            Effect.map(post(first.url, `message ${n}`, `key ${n}`), (id) => {
              if (id !== undefined) answered.set(n, id)
              if (answered.size === count / 3) first.child.kill("SIGKILL")
            }),
          { concurrency: 12, discard: true }
        )
        assert.strictEqual(first.child.signalCode, "SIGKILL")
        assert.isBelow(answered.size, count)
        const before = simulator.sends.length

        const second = yield* start(upstream, journal)
        assert.strictEqual(simulator.sends.length, before)
        const ids = yield* Effect.forEach(numbers, (n) => post(second.url, `message ${n}`, `key ${n}`), {
          concurrency: 12
        })
        const delivered = simulator.delivered("thread1")
        assert.sameMembers(
          delivered.map(({ content }) => content),
          numbers.map((n) => `message ${n}`)
        )
        for (const [n, id] of answered) assert.strictEqual(ids[n], id)
        assert.sameMembers(
          [...ids],
          delivered.map(({ id }) => id)
        )

        second.child.kill("SIGTERM")
        yield* Effect.async<void>((resume) => void second.child.on("exit", () => resume(Effect.void)))
        assert.strictEqual(second.child.signalCode ?? second.child.exitCode, second.child.exitCode)
        assert.notMatch(first.said() + second.said(), /Secret0Token1|message \d|key \d/)
      }),
    90_000
  )
})
