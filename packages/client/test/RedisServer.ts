import { type ChildProcess, spawn, spawnSync } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import * as Net from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect, type Scope } from "effect"

/** Whether a Redis can be started here, which the tests on a real one need. */
export const installed: boolean = spawnSync("redis-server", ["--version"]).status === 0

const freePort = Effect.async<number>((resume) => {
  const server = Net.createServer().listen(0, "127.0.0.1", () => {
    const { port } = server.address() as Net.AddressInfo
    server.close(() => resume(Effect.succeed(port)))
  })
})

const answers = (path: string): Effect.Effect<boolean> =>
  Effect.async((resume) => {
    const socket = Net.connect(path, () => {
      socket.destroy()
      resume(Effect.succeed(true))
    })
    socket.on("error", () => resume(Effect.succeed(false)))
  })

const isGone = (server: ChildProcess): boolean => server.exitCode !== null || server.signalCode !== null

export interface RedisServer {
  readonly port: number
  readonly stop: Effect.Effect<void>
}

/** A Redis of its own, on loopback and in memory, for as long as the scope lives. */
export const start: Effect.Effect<RedisServer, never, Scope.Scope> = Effect.gen(function* () {
  const folder = yield* Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "inbox-redis-"))),
    (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
  )
  const launch = Effect.gen(function* () {
    const port = yield* freePort
    const socket = join(folder, `${port}.sock`)
    const flags = ["--port", String(port), "--bind", "127.0.0.1", "--unixsocket", socket, "--dir", folder]
    const server = spawn("redis-server", [...flags, "--save", "", "--appendonly", "no"], { stdio: "ignore" })
    const stop = Effect.async<void>((resume) => {
      if (isGone(server)) return resume(Effect.void)
      server.once("exit", () => resume(Effect.void))
      server.kill("SIGKILL")
    })
    yield* Effect.addFinalizer(() => stop)
    // At the port somebody else may answer. The socket is there once both are listened on.
    const isUp = yield* answers(socket).pipe(
      Effect.delay("50 millis"),
      Effect.repeat({ until: (up) => up || isGone(server) })
    )
    return { port, stop, isUp }
  })
  // What was free a moment ago may be in use.
  const { isUp, port, stop } = yield* Effect.repeat(launch, { until: ({ isUp }) => isUp, times: 9 })
  if (!isUp) return yield* Effect.dieMessage("redis-server does not start")
  return { port, stop }
})
