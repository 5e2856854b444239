import { type ChildProcess, spawn } from "node:child_process"
import * as Net from "node:net"
import { Effect, type Scope } from "effect"

/** A process that listens, says where, and stops itself. Once it goes on, it counts those who send it anything. */
const program = `
const server = require("node:net").createServer((socket) =>
  socket.on("error", () => {}).once("data", () => console.log("request")))
server.listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
  console.log(server.address().port)
  setTimeout(() => process.kill(process.pid, "SIGSTOP"), 50)
})`

const firstLine = (child: ChildProcess): Effect.Effect<string> =>
  Effect.async((resume) => {
    child.stdout?.once("data", (chunk) => resume(Effect.succeed(String(chunk).trim())))
  })

/** Whether a connection comes about within a moment. */
const connects = (port: number): Effect.Effect<boolean, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() => Net.connect(port, "127.0.0.1").on("error", () => {})),
    (socket) => Effect.sync(() => socket.destroy())
  ).pipe(
    Effect.flatMap((socket) =>
      Effect.async<boolean>((resume) => void socket.once("connect", () => resume(Effect.succeed(true))))
    ),
    Effect.timeoutTo({ duration: "200 millis", onSuccess: (is) => is, onTimeout: () => false })
  )

export interface Unaccepting {
  readonly baseUrl: string
  /** Lets the server go on, and tells how many requests reach it then. */
  readonly resumed: Effect.Effect<number>
}

/** A server whose queue of connections is full: further ones stay half-way, as if the network swallowed them. */
export const make: Effect.Effect<Unaccepting, "NotFeasible", Scope.Scope> = Effect.gen(function* () {
  const child = yield* Effect.acquireRelease(
    Effect.sync(() => spawn(process.execPath, ["-e", program], { stdio: ["ignore", "pipe", "inherit"] })),
    (child) => Effect.sync(() => child.kill("SIGKILL"))
  )
  const port = Number(yield* firstLine(child))
  let requests = 0
  child.stdout.on("data", () => requests++)
  yield* Effect.sleep("200 millis")
  for (let i = 0; ; i++) {
    if (!(yield* connects(port))) break
    if (i > 20) return yield* Effect.fail("NotFeasible" as const)
  }
  return {
    baseUrl: `http://127.0.0.1:${port}/api/v1`,
    resumed: Effect.sync(() => child.kill("SIGCONT")).pipe(
      Effect.zipRight(Effect.sleep("2 seconds")),
      Effect.map(() => requests)
    )
  }
})
