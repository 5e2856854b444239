import * as NodeContext from "@effect/platform-node/NodeContext"
import * as Effect from "effect/Effect"
import * as Command from "./command.js"
import { makeHost } from "./process.js"

/** Runs the command in this process. An exit by force would cut off what a pipe has not taken yet: it ends by itself. */
export const main = async (words: ReadonlyArray<string>): Promise<void> => {
  const host = makeHost(process)
  process.once("uncaughtException", (defect) => {
    report(defect)
    process.exit(process.exitCode)
  })
  try {
    process.exitCode = await Effect.runPromise(Command.run(words, host).pipe(Effect.provide(NodeContext.layer)))
  } catch (defect) {
    report(defect)
  } finally {
    host.release()
  }
}

/** Nothing is known of the target then, which is no violation. */
const report = (defect: unknown): void => {
  process.exitCode = 3
  process.stderr.write(`inbox-contract: a fault of its own stopped it, please report it: ${String(defect)}\n`)
}
