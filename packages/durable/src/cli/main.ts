/** Runs the command, and gives the exit code of its process. */
import type * as CliApp from "@effect/cli/CliApp"
import * as Command from "@effect/cli/Command"
import * as CommandLine from "@inbox-effect/client/CommandLine"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { command } from "./commands.js"
import { CliError } from "./error.js"
import { usage } from "./usage.js"

const name = "inbox-outbox"

const run = Command.run(command, { name, version: "0.1.0" })

/** 0: done; 1: it failed; 2: wrong usage. Whatever is wrong is printed. */
export const main = (argv: ReadonlyArray<string>): Effect.Effect<number, never, CliApp.CliApp.Environment> =>
  Effect.suspend(() => {
    const fault = CommandLine.findFault(usage, argv.slice(2), process.env)
    return fault === undefined ? run(argv) : new CliError(2, `${fault} (${name} --help shows every command)`)
  }).pipe(
    Effect.as(0),
    Effect.catchTag("CliError", ({ exitCode, message }) => Effect.as(Console.error(message), exitCode)),
    // The library has printed what is wrong with the arguments by now.
    Effect.catchAll(() => Effect.succeed(2))
  )
