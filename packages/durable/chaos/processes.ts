/** Processes of workers: told where they are disturbed, listened to, stopped and killed. */
import { type ChildProcess, spawn } from "node:child_process"
import { createInterface } from "node:readline"
import { Deferred, Effect, Runtime, type Scope } from "effect"
import type { Disturbance, Order, Told } from "./order.js"

/** A point that a worker was at: how often so far, and when. */
export interface Visit {
  readonly name: string
  readonly visits: number
  readonly at: number
}

/** A process that has its order. */
export interface Worker {
  readonly name: string
  readonly child: ChildProcess
  /** Says where each engine is disturbed next. Gives for each what is done once it is there, or gone. */
  readonly arm: (disturbances: ReadonlyArray<Disturbance | null>) => Effect.Effect<ReadonlyArray<Effect.Effect<void>>>
  /** Lets those that stand still go on. Done once each of `indices` has gone on to its next point. */
  readonly go: (indices: ReadonlyArray<number>) => Effect.Effect<void>
  /** Done once the process is gone. */
  readonly ended: Effect.Effect<void>
  readonly isGone: Effect.Effect<boolean>
  readonly visits: ReadonlyArray<Visit>
}

interface Arm {
  readonly number: number
  readonly armed: Deferred.Deferred<void>
  readonly reached: ReadonlyArray<Deferred.Deferred<void>>
  readonly went: ReadonlyArray<Deferred.Deferred<void>>
}

/** Starts a process, which ends with the scope. */
export const start = (file: string, order: Order): Effect.Effect<Worker, never, Scope.Scope> =>
  Effect.gen(function* () {
    const ended = yield* Deferred.make<void>()
    const visits: Array<Visit> = []
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
      const [, kind = "", number = "", name = ""] = /^(\w+) (\d+) ?(.*)$/.exec(line) ?? []
      if (kind === "point") visits.push({ name, visits: Number(number), at: performance.now() })
      if (kind === "reached") done(current?.reached[Number(number)])
      if (kind === "went") done(current?.went[Number(number)])
      if (kind === "armed" && Number(number) === current?.number) done(current.armed)
      // biome-ignore lint/suspicious/noConsole: a worker that cannot run is a fault of the suite.
      if (line.startsWith("failed")) console.error(`worker: ${line}`)
    })
    child.once("exit", () => {
      done(current?.armed)
      current?.reached.forEach(done)
      done(ended)
    })
    // Who writes to a process that is gone gets to know by its end.
    child.stdin.on("error", () => undefined)
    const tell = (line: Order | Told) => Effect.sync(() => child.stdin.write(`${JSON.stringify(line)}\n`))
    yield* tell(order)
    return {
      name: order.name,
      child,
      visits,
      ended: Deferred.await(ended),
      isGone: Deferred.isDone(ended),
      go: (indices) =>
        Effect.zipRight(
          tell({ _tag: "Go" }),
          Effect.forEach(
            indices,
            (index) => {
              const went = current?.went[index]
              return went === undefined ? Effect.void : Effect.raceFirst(Deferred.await(went), Deferred.await(ended))
            },
            { concurrency: "unbounded", discard: true }
          )
        ),
      arm: (disturbances) =>
        Effect.gen(function* () {
          const reached = yield* Effect.forEach(disturbances, () => Deferred.make<void>())
          const went = yield* Effect.forEach(disturbances, () => Deferred.make<void>())
          const next = { number: ++count, armed: yield* Deferred.make<void>(), reached, went }
          current = next
          yield* tell({ _tag: "Arm", number: next.number, disturbances })
          yield* Effect.raceFirst(Deferred.await(next.armed), Deferred.await(ended))
          return reached.map((each) => Effect.raceFirst(Deferred.await(each), Deferred.await(ended)))
        })
    }
  })
