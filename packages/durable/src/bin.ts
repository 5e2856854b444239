#!/usr/bin/env node
/**
 * The command `inbox-outbox`.
 *
 * @since 0.1.0
 */
import * as Command from "@effect/cli/Command"
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Cause from "effect/Cause"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { command } from "./cli/commands.js"

const run = Command.run(command, { name: "inbox-outbox", version: "0.1.0" })

run(process.argv).pipe(
  Effect.as(0),
  Effect.catchTag("CliError", ({ exitCode, message }) => Effect.as(Console.error(message), exitCode)),
  // The library has printed what is wrong with the arguments by now.
  Effect.catchAll(() => Effect.succeed(2)),
  Effect.andThen((code) => {
    process.exitCode = code
  }),
  Effect.provide(NodeContext.layer),
  // A worker that is told to end has done what it should.
  NodeRuntime.runMain({
    teardown: (exit, onExit) => onExit(Exit.isFailure(exit) && !Cause.isInterruptedOnly(exit.cause) ? 1 : 0)
  })
)
