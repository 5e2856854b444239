#!/usr/bin/env node
/**
 * The command `inbox-sandbox`.
 *
 * @since 0.1.0
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Effect from "effect/Effect"
import { run } from "./internal/cli/command.js"

run(process.argv).pipe(
  Effect.andThen((code) => {
    process.exitCode = code
  }),
  Effect.provide(NodeContext.layer),
  NodeRuntime.runMain
)
