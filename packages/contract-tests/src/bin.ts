#!/usr/bin/env node
/**
 * The command `inbox-contract`.
 *
 * @since 0.1.0
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as Effect from "effect/Effect"
import * as Cli from "./Cli.js"
import { makeHost } from "./internal/cli/host.js"

const host = makeHost(process)

// An exit by force would cut off what a pipe has not taken yet: the process ends by itself when all is written.
Effect.runPromise(Cli.run(process.argv.slice(2), host).pipe(Effect.provide(NodeContext.layer)))
  .then(
    (code) => {
      process.exitCode = code
    },
    (defect: unknown) => {
      process.exitCode = 3
      process.stderr.write(`inbox-contract: a fault of its own stopped it, please report it: ${String(defect)}\n`)
    }
  )
  .finally(host.release)
