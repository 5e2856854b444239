import { type ChildProcess, spawn } from "node:child_process"
import { readFileSync } from "node:fs"
import * as Net from "node:net"
import { Effect, type Scope } from "effect"

/** A process that listens, and says where and who sends it anything. */
const program = `
const server = require("node:net").createServer((socket) =>
  socket.on("error", () => {}).once("data", () => console.log("request")))
server.listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => console.log(server.address().port))`

const firstLine = (child: ChildProcess): Effect.Effect<string> =>
  Effect.async((resume) => {
    child.stdout?.once("data", (chunk) => resume(Effect.succeed(String(chunk).trim())))
  })

const isStopped = ({ pid }: ChildProcess): boolean =>
  readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.startsWith("T") === true

/** Stops a process, and waits until it is. Not every system says when. */
const stop = (child: ChildProcess): Effect.Effect<unknown> =>
  Effect.zipRight(
    Effect.sync(() => child.kill("SIGSTOP")),
    process.platform === "linux"
      ? Effect.repeat(Effect.sleep("10 millis"), { until: () => isStopped(child) })
      : Effect.sleep("1 second")
  )

/** Whether a connection comes about within a moment. */
const connects = (port: number): Effect.Effect<boolean, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() => Net.connect(port, "127.0.0.1").on("error", () => {})),
    (socket) => Effect.sync(() => socket.destroy())
  ).pipe(
    Effect.flatMap((socket) =>
      Effect.async<boolean>((resume) => void socket.once("connect", () => resume(Effect.succeed(true))))
    ),
    Effect.timeoutTo({ duration: "1 second", onSuccess: (is) => is, onTimeout: () => false })
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
  yield* stop(child)
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
