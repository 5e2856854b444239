/** Workers as processes: started ahead of their orders, listened to, stopped and killed. */
import { type ChildProcess, spawn } from "node:child_process"
import { createInterface } from "node:readline"
import { Deferred, Effect, Runtime, type Scope } from "effect"
import type { Order } from "./order.js"

/** A worker that has its order. */
export interface Worker {
  readonly child: ChildProcess
  /** Done once the worker is at its point. */
  readonly reached: Effect.Effect<void>
  /** Done once the process is gone. */
  readonly ended: Effect.Effect<void>
  /** The points that it has been at, with how often. */
  readonly points: Map<string, number>
}

/** Starts a worker, which ends with the scope. */
export const start = (file: string, order: Order): Effect.Effect<Worker, never, Scope.Scope> =>
  Effect.gen(function* () {
    const reached = yield* Deferred.make<void>()
    const ended = yield* Deferred.make<void>()
    const points = new Map<string, number>()
    const runSync = Runtime.runSync(yield* Effect.runtime<never>())
    const child = yield* Effect.acquireRelease(
      Effect.sync(() => spawn(process.execPath, ["--no-deprecation", file], { stdio: ["pipe", "pipe", "inherit"] })),
      (running) =>
        Effect.zipRight(
          Effect.sync(() => running.kill("SIGKILL")),
          Deferred.await(ended)
        )
    )
    createInterface({ input: child.stdout }).on("line", (line) => {
      const [, name, visits] = /^point (.*) (\d+)$/.exec(line) ?? []
      if (name !== undefined) points.set(name, Number(visits))
      if (line === "reached") runSync(Deferred.succeed(reached, undefined))
      // biome-ignore lint/suspicious/noConsole: a worker that cannot run is a fault of the suite.
      if (line.startsWith("failed")) console.error(`worker: ${line}`)
    })
    child.once("exit", () => {
      runSync(Deferred.succeed(reached, undefined))
      runSync(Deferred.succeed(ended, undefined))
    })
    child.stdin.write(`${JSON.stringify(order)}\n`)
    return { child, reached: Deferred.await(reached), ended: Deferred.await(ended), points }
  })
