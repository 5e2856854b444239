import { parentPort } from "node:worker_threads"
import * as Effect from "effect/Effect"
import type { Answer, Task } from "./pool.js"
import * as Servers from "./servers.js"

/** A thread that examines one server after another, as it is told. */
parentPort?.on("message", ({ id, options }: Task) => {
  const tell = (answer: Answer) => parentPort?.postMessage(answer)
  const specimen = Servers.specimens.find((each) => each.id === id)
  if (specimen === undefined) return tell({ defect: `there is no server ${id}` })
  Effect.runPromise(Servers.examine(specimen, options)).then(
    (outcome) => tell({ outcome }),
    (defect: unknown) => tell({ defect: String(defect) })
  )
})
