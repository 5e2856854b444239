import * as NodeContext from "@effect/platform-node/NodeContext"
import * as Effect from "effect/Effect"
import * as Command from "./command.js"
import { makeHost } from "./process.js"

/** Runs the command in this process. An exit by force would cut off what a pipe has not taken yet: it ends by itself. */
export const main = async (words: ReadonlyArray<string>): Promise<void> => {
  const host = makeHost(process)
  try {
    process.exitCode = await Effect.runPromise(Command.run(words, host).pipe(Effect.provide(NodeContext.layer)))
  } catch (defect) {
    process.exitCode = 3
    process.stderr.write(`inbox-contract: a fault of its own stopped it, please report it: ${String(defect)}\n`)
  } finally {
    host.release()
  }
}
