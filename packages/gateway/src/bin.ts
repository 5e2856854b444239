#!/usr/bin/env node
/**
 * The command `inbox-gateway`.
 *
 * @since 0.1.0
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Effect from "effect/Effect"
import { main } from "./cli/cli.js"

main(process.argv).pipe(
  Effect.andThen((code) => {
    process.exitCode = code
  }),
  Effect.provide(NodeContext.layer),
  // The command has a logger of its own: one line for each entry, and nothing beside it.
  NodeRuntime.runMain({ disablePrettyLogger: true })
)
