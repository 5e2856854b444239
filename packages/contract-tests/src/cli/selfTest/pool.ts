import * as Fs from "node:fs"
import { fileURLToPath } from "node:url"
import { Worker } from "node:worker_threads"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Options, Outcome } from "../../kit/SelfTest.js"

/** Request to a thread. */
export interface Task {
  readonly id: string
  readonly options: Options
}

/** Answer of a thread. */
export type Answer = { readonly outcome: Outcome } | { readonly defect: string }

const file = new URL("./worker.js", import.meta.url)

/** True where threads can be started: not where the sources run as they are. */
export const isPossible = (): boolean => Fs.existsSync(fileURLToPath(file))

/** Examines servers in threads of their own, as many at a time as there are threads. */
export const make = (size: number): Effect.Effect<(task: Task) => Effect.Effect<Outcome>, never, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => Array.from({ length: size }, () => new Worker(file))),
      (workers) => Effect.promise(() => Promise.all(workers.map((worker) => worker.terminate())))
    ),
    (workers) => {
      const idle = [...workers]
      const lanes = Effect.unsafeMakeSemaphore(size)
      return (task) =>
        lanes.withPermits(1)(
          Effect.acquireUseRelease(
            Effect.sync(() => idle.pop()),
            (worker) => (worker === undefined ? Effect.die("there are fewer threads than lanes") : ask(worker, task)),
            (worker) => Effect.sync(() => worker !== undefined && idle.push(worker))
          )
        )
    }
  )

const ask = (worker: Worker, task: Task): Effect.Effect<Outcome> =>
  Effect.async((resume) => {
    const finish = (effect: Effect.Effect<Outcome>) => {
      worker.off("message", onMessage)
      worker.off("error", onError)
      resume(effect)
    }
    const onMessage = (answer: Answer) =>
      finish("outcome" in answer ? Effect.succeed(answer.outcome) : Effect.die(answer.defect))
    const onError = (defect: unknown) => finish(Effect.die(defect))
    worker.on("message", onMessage)
    worker.on("error", onError)
    worker.postMessage(task)
  })
