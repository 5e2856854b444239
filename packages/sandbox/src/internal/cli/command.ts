import type * as CliApp from "@effect/cli/CliApp"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as CommandLine from "@inbox-effect/client/CommandLine"
import * as Arr from "effect/Array"
import * as Config from "effect/Config"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import type * as Sandbox from "../../Sandbox.js"
import type { SandboxError } from "../../SandboxError.js"
import { isLoopback } from "../http/loopback.js"
import * as PublicToken from "../http/publicToken.js"
import * as DatabaseName from "../storage/databaseName.js"
import * as Team from "./teamFlag.js"
import { usage } from "./usage.js"

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
  Options.withDescription(
    "Where to store: a file, made when missing, or a PostgreSQL database as postgres://user:password@host/name. Without it everything is forgotten at the end"
  ),
  Options.withFallbackConfig(Config.string("INBOX_SANDBOX_DATABASE")),
  Options.withDefault(DatabaseName.memory)
)

const token = Options.redacted("token").pipe(
  Options.withDescription(
    `The token to accept. Default: ${Redacted.value(PublicToken.token)} on a loopback address, a new one elsewhere`
  ),
  Options.withFallbackConfig(Config.redacted("INBOX_SANDBOX_TOKEN")),
  Options.optional
)

const thread = Options.text("thread").pipe(
  Options.withDescription("A thread to have, given once or more. Default: two threads"),
  Options.repeated
)

const revokeOthers = Options.boolean("revoke-others").pipe(
  Options.withDescription("Revoke the tokens of earlier starts that the database keeps")
)

const outboundAddon = Options.boolean("outbound-addon").pipe(
  Options.withDescription("Let the team write first into a thread. Without it such a message is refused with 403")
)

const team = Options.text("team").pipe(
  Options.withDescription(`Another team, given once or more: ${Team.example}`),
  Options.repeated
)

const rateLimits = Options.boolean("rate-limits").pipe(
  Options.withDescription("Enforce 300 requests a minute, 10,000 an hour and 100,000 a day. Default: only show them")
)

const cors = Options.text("cors").pipe(
  Options.withDescription("An origin whose pages may call the API, such as http://localhost:5173, given once or more"),
  Options.repeated
)

const inspector = Options.boolean("inspector").pipe(
  Options.withDescription(
    "Show the traffic to everybody who can reach the address. Default: on a loopback address only"
  )
)

const describeTeam = ({ threads, token }: Sandbox.SeededTeam): ReadonlyArray<string> => [
  `  token     ${Redacted.value(token)}`,
  ...threads.map(({ id, inboundMessageId }) => `  thread    ${id}  (inbound message ${inboundMessageId})`)
]

interface Shown {
  readonly database: string
  /** Tells whether there is a page to look at. */
  readonly inspector: boolean
}

const banner = (sandbox: typeof Sandbox.Sandbox.Service, { database, inspector }: Shown): string => {
  const [first] = sandbox.threads
  return [
    `Inbox sandbox on ${sandbox.url}`,
    ...(inspector ? ["", `Watch what is sent on ${new URL("/", sandbox.url)}`] : []),
    "",
    ...sandbox.teams.flatMap(describeTeam),
    `  database  ${database === DatabaseName.memory ? "in memory, forgotten at the end" : DatabaseName.nameOf(database)}`,
    "",
    "Send a message:",
    "",
    `  curl ${CommandLine.shellWord(`${sandbox.url}/threads/${first?.id}/messages`)} \\`,
    `    -H ${CommandLine.shellWord(`Authorization: Bearer ${Redacted.value(sandbox.token)}`)} \\`,
    "    -H 'Content-Type: application/json' \\",
    `    -d '{"content":"On my way"}'`,
    "",
    "Ctrl-C ends it."
  ].join("\n")
}

const warning = (address: string): string =>
  `Warning: ${address} is not a loopback address: other machines can reach this sandbox, which is made for one.`

const flags = { host, port, database, token, revokeOthers, thread, outboundAddon, team, rateLimits, cors, inspector }

const command = Command.make(name, flags, (args) =>
  Effect.gen(function* () {
    if (!isLoopback(args.host)) {
      yield* Console.error(warning(args.host))
    }
    // The server and its database are loaded only where there is something to serve.
    const Sandbox = yield* Effect.promise(() => import("../../Sandbox.js"))
    const sandbox = yield* Sandbox.make({
      host: args.host,
      port: args.port,
      database: args.database,
      teams: [
        {
          token: Option.getOrElse(args.token, () => PublicToken.defaultFor(args.host)),
          threads: args.thread.length === 0 ? Sandbox.defaultThreads : args.thread,
          outboundAddon: args.outboundAddon
        },
        ...Arr.getSomes(args.team.map(Team.parse))
      ],
      revokeOthers: args.revokeOthers,
      rateLimits: args.rateLimits,
      cors: args.cors,
      inspector: args.inspector || undefined
    })
    yield* Console.log(banner(sandbox, { database: args.database, inspector: args.inspector || isLoopback(args.host) }))
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
  Effect.suspend(() => {
    const fault = CommandLine.findFault(usage, argv.slice(2), process.env)
    return fault === undefined
      ? program(argv).pipe(
          Effect.as(0),
          Effect.catchTag("SandboxError", refused),
          // The library has printed the sentence by now.
          Effect.catchAll(() => Effect.succeed(2))
        )
      : complain(2, `${fault} (${name} --help shows every flag)`)
  })
