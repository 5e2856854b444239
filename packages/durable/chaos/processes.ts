/** Workers as processes: told where they are disturbed, listened to, stopped and killed. */
import { type ChildProcess, spawn } from "node:child_process"
import { createInterface } from "node:readline"
import { Deferred, Effect, Runtime, type Scope } from "effect"
import type { Disturbance, Order } from "./order.js"

/** A worker that has its order. */
export interface Worker {
  readonly name: string
  readonly child: ChildProcess
  /** Says where the worker is disturbed next. Gives what is done once it is there, or gone. */
  readonly arm: (disturbance: Disturbance | null) => Effect.Effect<Effect.Effect<void>>
  /** Done once the process is gone. */
  readonly ended: Effect.Effect<void>
  readonly isGone: Effect.Effect<boolean>
  /** The points that it has been at, with how often since it was armed. */
  readonly points: Map<string, number>
}

interface Arm {
  readonly number: number
  readonly armed: Deferred.Deferred<void>
  readonly reached: Deferred.Deferred<void>
}

/** Starts a worker, which ends with the scope. */
export const start = (file: string, order: Order): Effect.Effect<Worker, never, Scope.Scope> =>
  Effect.gen(function* () {
    const ended = yield* Deferred.make<void>()
    const points = new Map<string, number>()
    const runSync = Runtime.runSync(yield* Effect.runtime<never>())
    const done = (deferred: Deferred.Deferred<void> | undefined) => {
      if (deferred !== undefined) runSync(Deferred.succeed(deferred, undefined))
    }
    let count = 0
    let current: Arm | undefined
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
      if (name !== undefined) points.set(name, Math.max(Number(visits), points.get(name) ?? 0))
      if (line === "reached") done(current?.reached)
      if (line === `armed ${current?.number}`) done(current?.armed)
      // biome-ignore lint/suspicious/noConsole: a worker that cannot run is a fault of the suite.
      if (line.startsWith("failed")) console.error(`worker: ${line}`)
    })
    child.once("exit", () => {
      done(current?.reached)
      done(current?.armed)
      done(ended)
    })
    // Who writes to a worker that is gone gets to know by its end.
    child.stdin.on("error", () => undefined)
    const tell = (line: unknown) => Effect.sync(() => child.stdin.write(`${JSON.stringify(line)}\n`))
    yield* tell(order)
    return {
      name: order.name,
      child,
      points,
      ended: Deferred.await(ended),
      isGone: Deferred.isDone(ended),
      arm: (disturbance) =>
        Effect.gen(function* () {
          const next = { number: ++count, armed: yield* Deferred.make<void>(), reached: yield* Deferred.make<void>() }
          current = next
          yield* tell({ number: next.number, disturbance })
          yield* Effect.raceFirst(Deferred.await(next.armed), Deferred.await(ended))
          return Effect.raceFirst(Deferred.await(next.reached), Deferred.await(ended))
        })
    }
  })
