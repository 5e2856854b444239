import type * as CliApp from "@effect/cli/CliApp"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Config from "effect/Config"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Sandbox from "../Sandbox.js"
import type { SandboxError } from "../SandboxError.js"
import * as Database from "./database.js"
import * as Id from "./id.js"
import { isLoopback } from "./loopback.js"
import { findFault } from "./usage.js"

const name = "inbox-sandbox"

const host = Options.text("host").pipe(
  Options.withDescription("The address to listen on. Other machines reach anything but a loopback address"),
  Options.withFallbackConfig(Config.string("INBOX_SANDBOX_HOST")),
  Options.withDefault("127.0.0.1")
)

const port = Options.integer("port").pipe(
  Options.withDescription("The port to listen on; 0 picks a free one"),
  Options.withFallbackConfig(Config.integer("INBOX_SANDBOX_PORT")),
  Options.withDefault(8787)
)

const database = Options.text("database").pipe(
  Options.withDescription("The file to store in, made when missing. Without it everything is forgotten at the end"),
  Options.withFallbackConfig(Config.string("INBOX_SANDBOX_DATABASE")),
  Options.withDefault(Database.memory)
)

const token = Options.redacted("token").pipe(
  Options.withDescription(
    `The token to accept. Default: ${Redacted.value(Sandbox.defaultToken)}, on a loopback address`
  ),
  Options.withFallbackConfig(Config.redacted("INBOX_SANDBOX_TOKEN")),
  Options.optional
)

const thread = Options.text("thread").pipe(
  Options.withDescription("A thread to have, given once or more. Default: two threads"),
  Options.repeated
)

/** A token that everybody knows is good enough only where nobody else can come. */
export const chooseToken = (given: Option.Option<Redacted.Redacted>, address: string): Redacted.Redacted =>
  Option.getOrElse(given, () => (isLoopback(address) ? Sandbox.defaultToken : Redacted.make(Id.make())))

const shellQuote = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`

const banner = (sandbox: typeof Sandbox.Sandbox.Service, storedIn: string): string => {
  const shown = Redacted.value(sandbox.token)
  const [first] = sandbox.threads
  return [
    `Inbox sandbox on ${sandbox.url}`,
    "",
    `  token     ${shown}`,
    ...sandbox.threads.map(({ id, inboundMessageId }) => `  thread    ${id}  (inbound message ${inboundMessageId})`),
    `  database  ${storedIn === Database.memory ? "in memory, forgotten at the end" : storedIn}`,
    "",
    "Send a message:",
    "",
    `  curl ${shellQuote(`${sandbox.url}/threads/${first?.id}/messages`)} \\`,
    `    -H ${shellQuote(`Authorization: Bearer ${shown}`)} \\`,
    "    -H 'Content-Type: application/json' \\",
    `    -d '{"content":"On my way"}'`,
    "",
    "Ctrl-C ends it."
  ].join("\n")
}

const warning = (address: string): string =>
  `Warning: ${address} is not a loopback address: other machines can reach this sandbox, which is made for one.`

const command = Command.make(name, { host, port, database, token, thread }, (args) =>
  Effect.gen(function* () {
    if (!isLoopback(args.host)) {
      yield* Console.error(warning(args.host))
    }
    const sandbox = yield* Sandbox.make({
      host: args.host,
      port: args.port,
      database: args.database,
      token: chooseToken(args.token, args.host),
      threads: args.thread.length === 0 ? undefined : args.thread
    })
    yield* Console.log(banner(sandbox, args.database))
    return yield* Effect.never
  }).pipe(Effect.scoped)
).pipe(Command.withDescription("A server that implements the Inbox API on this machine, to develop and test against"))

const program = Command.run(command, { name, version: "0.1.0" })

const complain = (exitCode: number, sentence: string) => Effect.as(Console.error(sentence), exitCode)

const refused = (error: SandboxError) => complain(error.reason === "Options" ? 2 : 1, error.message)

/**
 * Runs the command until it is interrupted, and returns the exit code: 0, 1 when the sandbox cannot start, 2 for wrong
 * usage. `argv` has Node and the script in front, as `process.argv` has.
 */
export const run = (argv: ReadonlyArray<string>): Effect.Effect<number, never, CliApp.CliApp.Environment> =>
  Option.match(findFault(argv.slice(2)), {
    onSome: (fault) => complain(2, `${fault} (${name} --help shows every flag)`),
    onNone: () =>
      program(argv).pipe(
        Effect.as(0),
        Effect.catchTag("SandboxError", refused),
        // The library has printed the sentence by now.
        Effect.catchAll(() => Effect.succeed(2))
      )
  })
