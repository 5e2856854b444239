/**
 * The command line of the gateway.
 */
import * as Fs from "node:fs/promises"
import { join } from "node:path"
import type * as CliApp from "@effect/cli/CliApp"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as CommandLine from "@inbox-effect/client/CommandLine"
import * as Undici from "@inbox-effect/client/undici"
import * as Server from "@inbox-effect/server/Server"
import * as Config from "effect/Config"
import * as Console from "effect/Console"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Environment from "../environment.js"
import * as Gateway from "../Gateway.js"
import * as GatewayServer from "../GatewayServer.js"
import * as Journal from "../Journal.js"
import * as Log from "./log.js"
import * as TokenFile from "./tokenFile.js"
import { sentenceOf } from "./wrong.js"

const name = "inbox-gateway"

/** The command cannot start as it was called. */
class Usage extends Data.TaggedError("Usage")<{ readonly message: string }> {}

const host = Options.text("host").pipe(
  Options.withDescription("The address to listen on. Other machines reach anything but a loopback address"),
  Options.withFallbackConfig(Config.string("INBOX_GATEWAY_HOST")),
  Options.withDefault("127.0.0.1")
)

const port = Options.integer("port").pipe(
  Options.withDescription("The port to listen on; 0 picks a free one"),
  Options.withFallbackConfig(Config.integer("INBOX_GATEWAY_PORT")),
  Options.withDefault(8788)
)

const upstream = Options.text("upstream").pipe(
  Options.withDescription("The base URL of API v2"),
  Options.withFallbackConfig(Environment.upstream),
  Options.withDefault(Gateway.hostedBaseUrl)
)

const journal = Options.text("journal").pipe(
  Options.withDescription("The directory of the journal, made when missing"),
  Options.withFallbackConfig(Environment.journal),
  Options.withDefault(Environment.defaultJournal)
)

const tokenFile = Options.text("token-file").pipe(
  Options.withDescription(
    "A file of callers, a name and a token in each line. The token of API v2 is INBOX_API_TOKEN then. Without the file, callers show tokens of API v2, which are passed on"
  ),
  Options.withFallbackConfig(Config.string("INBOX_GATEWAY_TOKEN_FILE")),
  Options.optional
)

const deadline = Options.integer("deadline").pipe(
  Options.withDescription("Seconds that a send may take, all attempts together"),
  Options.withFallbackConfig(Environment.deadline),
  Options.withDefault(25)
)

const repeats = ["with-key", "never"] as const

const repeat = Options.choice("repeat", repeats).pipe(
  Options.withDescription("What to do about an attempt of which nobody knows whether it was sent"),
  Options.withDefault("with-key")
)

const journalUsage: CommandLine.Flags = {
  "--journal": { example: Environment.defaultJournal, variable: "INBOX_GATEWAY_JOURNAL" }
}

const usage: CommandLine.Usage = {
  flags: {
    ...journalUsage,
    "--host": { example: "127.0.0.1", variable: "INBOX_GATEWAY_HOST" },
    "--port": { example: "8788", kind: CommandLine.port, variable: "INBOX_GATEWAY_PORT" },
    "--upstream": {
      example: Gateway.hostedBaseUrl,
      kind: CommandLine.url(["https", "http"]),
      variable: "INBOX_GATEWAY_UPSTREAM"
    },
    "--token-file": { example: "tokens.txt", variable: "INBOX_GATEWAY_TOKEN_FILE" },
    "--deadline": { example: "25", kind: CommandLine.seconds, variable: "INBOX_GATEWAY_DEADLINE" },
    "--repeat": { example: "never", kind: CommandLine.oneOf(repeats) }
  },
  commands: { unsettled: journalUsage }
}

const readTokens = (path: string): Effect.Effect<ReadonlyArray<GatewayServer.Client>, Usage> =>
  Effect.tryPromise({
    try: () => Fs.readFile(path, "utf8"),
    catch: () => new Usage({ message: `The token file ${path} cannot be read` })
  }).pipe(Effect.flatMap((text) => Either.mapLeft(TokenFile.parse(text), (message) => new Usage({ message }))))

const ownOf = (path: Option.Option<string>): Effect.Effect<GatewayServer.Options["own"], Usage> =>
  Option.match(path, {
    onNone: () => Effect.succeed(undefined),
    onSome: (path) =>
      Effect.zipWith(
        readTokens(path),
        Effect.mapError(
          Config.redacted("INBOX_API_TOKEN"),
          () => new Usage({ message: "With --token-file the token of API v2 has to be in INBOX_API_TOKEN" })
        ),
        (clients, token) => ({ token: Redacted.make(Redacted.value(token)), clients })
      )
  })

const banner = (url: string, upstream: string, unsettled: number): string =>
  [
    `Inbox gateway on ${url}`,
    `  upstream  ${upstream}`,
    `  health    ${new URL("/health", url)}  ${new URL("/ready", url)}  ${new URL("/metrics", url)}`,
    ...(unsettled === 0
      ? []
      : [`  ${unsettled} sends from before have no known end: ${name} unsettled lists them; none is sent again`]),
    "",
    "Ctrl-C ends it."
  ].join("\n")

const isLoopback = (address: string): boolean =>
  address === "localhost" || address === "::1" || /^127(?:\.\d{1,3}){3}$/.test(address)

const run = Command.make(name, { host, port, upstream, journal, tokenFile, deadline, repeat }, (args) =>
  Effect.gen(function* () {
    const own = yield* ownOf(args.tokenFile)
    if (!isLoopback(args.host)) {
      yield* Console.error(
        `Warning: other machines can reach ${args.host}, and HTTP is not encrypted: put TLS before it`
      )
    }
    const seconds = Duration.seconds(args.deadline)
    const grace = Duration.sum(seconds, Duration.seconds(5))
    const layer = GatewayServer.layer({ host: args.host, port: args.port, own, shutdownTimeout: grace }).pipe(
      Layer.provide(
        Gateway.layer({
          baseUrl: args.upstream,
          deadline: seconds,
          grace,
          repeat: args.repeat === "never" ? "Never" : "WithKey"
        })
      ),
      Layer.provideMerge(Journal.layerDirectory({ directory: args.journal })),
      Layer.provide(Undici.layer({ connections: 256 }))
    )
    yield* Effect.gen(function* () {
      const { url } = yield* Server.Server
      const { unsettled } = yield* Journal.Journal
      yield* Console.log(banner(url, args.upstream, (yield* unsettled).length))
      return yield* Effect.never
    }).pipe(Effect.provide(layer))
  })
).pipe(Command.withDescription("The Inbox API's v1 contract on top of API v2: v1 on this side, v2 on the other"))

const lineOf = ({ at, ending, key, threadId }: Journal.Entry): string => {
  const where = ending?._tag === "Unknown" && ending.messageId !== null ? `  message ${ending.messageId}` : ""
  return `${new Date(at).toISOString()}  ${key}  thread ${threadId}${where}`
}

const unsettled = Command.make("unsettled", { journal }, ({ journal }) =>
  Effect.gen(function* () {
    yield* Effect.tryPromise({
      // Every journal has one: another directory, or one in which nothing was ever begun, would have no open end either.
      try: () => Fs.access(join(journal, "secret")),
      catch: () => new Usage({ message: `There is no journal at ${journal}: --journal names its directory` })
    })
    const service = yield* Journal.makeDirectory({ directory: journal })
    const entries = yield* service.unsettled
    yield* Console.log(entries.length === 0 ? "Every send has a known end" : entries.map(lineOf).join("\n"))
  }).pipe(Effect.scoped)
).pipe(Command.withDescription("Lists the sends of which nobody knows whether they were delivered"))

const program = Command.run(run.pipe(Command.withSubcommands([unsettled])), { name, version: "0.1.0" })

const complain = (exitCode: number, sentence: string) => Effect.as(Console.error(sentence), exitCode)

/**
 * Runs the command until it is interrupted, and returns the exit code: 0, 1 when the gateway cannot start, 2 for wrong
 * usage. `argv` has Node and the script in front, as `process.argv` has.
 */
export const main = (argv: ReadonlyArray<string>): Effect.Effect<number, never, CliApp.CliApp.Environment> =>
  Effect.suspend(() => {
    const fault = CommandLine.findFault(usage, argv.slice(2), process.env)
    return fault === undefined ? program(argv) : new Usage({ message: `${fault} (${name} --help shows every flag)` })
  }).pipe(
    Effect.as(0),
    Effect.catchTags({
      Usage: ({ message }) => complain(2, message),
      JournalError: ({ message }) => complain(1, message),
      ServerError: ({ message }) => complain(1, message),
      ConfigError: (error) => complain(2, sentenceOf(error))
    }),
    // The library has printed the sentence by now.
    Effect.catchAll(() => Effect.succeed(2)),
    Effect.provide(
      Logger.replace(
        Logger.defaultLogger,
        Log.make((text) => void process.stdout.write(text))
      )
    )
  )
