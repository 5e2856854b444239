#!/usr/bin/env node
/**
 * The command `inbox-outbox`.
 *
 * @since 0.1.0
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { main } from "./cli/main.js"

main(process.argv).pipe(
  Effect.andThen((code) => {
    process.exitCode = code
  }),
  Effect.provide(NodeContext.layer),
  // A worker that is told to end has done what it should.
  NodeRuntime.runMain({
    teardown: (exit, onExit) => onExit(Exit.isFailure(exit) && !Cause.isInterruptedOnly(exit.cause) ? 1 : 0)
  })
)
