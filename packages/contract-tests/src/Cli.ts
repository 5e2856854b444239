/**
 * The command `inbox-contract`.
 *
 * @since 0.1.0
 */

import { stripVTControlCharacters } from "node:util"
import type * as CliApp from "@effect/cli/CliApp"
import * as CliConfig from "@effect/cli/CliConfig"
import * as Command from "@effect/cli/Command"
import * as HelpDoc from "@effect/cli/HelpDoc"
import type * as ValidationError from "@effect/cli/ValidationError"
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Console from "effect/Console"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import type * as Conformance from "./Conformance.js"
import type { Recorder, RecordingFailed } from "./Har.js"
import type * as Flags from "./internal/cli/flags.js"
import * as Help from "./internal/cli/help.js"
import * as Options from "./internal/cli/options.js"
import * as Progress from "./internal/cli/progress.js"
import * as Settings from "./internal/cli/settings.js"
import * as Usage from "./internal/cli/usage.js"
import { version } from "./internal/version.js"
import type { Replay } from "./Replay.js"
import type { Report } from "./Report.js"
import type { Waiver } from "./Waiver.js"

/**
 * What the command finds around it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Host {
  readonly environment: Settings.Environment
  /** Writes to standard output; done once the text has been handed over. */
  readonly out: (text: string) => Effect.Effect<void>
  /** Writes to standard error. */
  readonly err: (text: string) => Effect.Effect<void>
  /** Whether and how to draw on standard output. */
  readonly page: {
    readonly color: boolean
    readonly width: number
    readonly ascii: boolean
  }
  /** Where to draw moving progress; plain lines go to {@link Host.err} where there is no terminal. */
  readonly terminal: NodeJS.WriteStream | undefined
  /** Succeeds when the run shall end early. */
  readonly interrupt: Effect.Effect<void>
}

/**
 * 0 conforms, 1 violates, 2 wrong usage, 3 inconclusive.
 *
 * @since 0.1.0
 * @category models
 */
export type ExitCode = 0 | 1 | 2 | 3

/**
 * Runs the command with the words that follow its name. Never fails: what goes wrong is said on standard error, and in
 * the exit code.
 *
 * @since 0.1.0
 * @category running
 */
export const run = (
  words: ReadonlyArray<string>,
  host: Host
): Effect.Effect<ExitCode, never, CliApp.CliApp.Environment> =>
  Effect.gen(function* () {
    if (Help.isAskedFor(words)) {
      yield* host.out(Help.render(words[0], host.page.width))
      return 0 as const
    }
    const checked = Usage.check(words)
    if (Either.isLeft(checked)) return yield* new Wrong({ sentence: checked.left })
    let code: ExitCode = 0
    const command = commands(host, (effect) =>
      Effect.map(effect, (result) => {
        code = result
      })
    )
    yield* Command.run(command, { name, version })([process.execPath, name, ...checked.right]).pipe(
      Effect.withConsole(consoleOf(host)),
      Effect.provide(CliConfig.layer({ showBuiltIns: false })),
      Effect.mapError((error) => (error._tag === "Wrong" ? error : new Wrong({ sentence: sentenceOf(error) })))
    )
    return code
  }).pipe(Effect.catchTag("Wrong", ({ sentence }) => Effect.as(host.err(`${name}: ${sentence}\n`), 2 as const)))

const name = "inbox-contract"

/** Wrong usage, in one sentence that names the flag and the fix. */
class Wrong extends Data.TaggedError("Wrong")<{ readonly sentence: string }> {}

const wrong = (sentence: string) => new Wrong({ sentence })

const sentenceOf = (error: ValidationError.ValidationError): string =>
  `${stripVTControlCharacters(HelpDoc.toAnsiText(error.error)).trim().replace(/\s+/g, " ")}; ${name} --help shows how`

/** What the command line library prints: help, without colour where there is none, and no errors of its own. */
const consoleOf = (host: Host): Console.Console => ({
  ...Effect.runSync(Console.consoleWith(Effect.succeed)),
  log: (...texts) => {
    const text = `${texts.map(String).join(" ").trimEnd()}\n`
    return host.out(host.page.color ? text : stripVTControlCharacters(text))
  },
  error: () => Effect.void
})

// ---------------------------------------------------------------------------------------------------------------------
// commands
// ---------------------------------------------------------------------------------------------------------------------

type Finish = <R>(effect: Effect.Effect<ExitCode, Wrong, R>) => Effect.Effect<void, Wrong, R>

const commands = (host: Host, finish: Finish) =>
  Command.make(name).pipe(
    Command.withDescription(
      "Tests whether a server keeps the contract of the Inbox API's Send message endpoint, and proves it where it does not"
    ),
    Command.withSubcommands([
      Command.make("run", { flags: Options.run }, ({ flags }) => finish(Effect.scoped(runCommand(flags, host)))).pipe(
        Command.withDescription(
          "Test a server. Exit codes: 0 it conforms, 1 it violates the contract, 2 wrong usage, 3 it could not be told"
        )
      ),
      Command.make("list", { verbose: Options.verbose }, ({ verbose }) => finish(listCommand(verbose, host))).pipe(
        Command.withDescription("List the requirements: id, level and when each holds")
      ),
      Command.make("openapi", {}, () => finish(openApiCommand(host))).pipe(
        Command.withDescription("Print the contract as an OpenAPI 3.1 document")
      )
    ])
  )

const listCommand = (verbose: boolean, host: Host): Effect.Effect<ExitCode> =>
  Effect.gen(function* () {
    const Terminal = yield* Effect.promise(() => import("./Terminal.js"))
    yield* host.out(Terminal.renderCatalogue({ ...host.page, verbose }))
    return 0 as const
  })

const openApiCommand = (host: Host): Effect.Effect<ExitCode> =>
  Effect.gen(function* () {
    const { openApi } = yield* Effect.promise(() => import("@inbox-effect/client/InboxApi"))
    yield* host.out(`${JSON.stringify(openApi, undefined, 2)}\n`)
    return 0 as const
  })

const runCommand = (
  flags: Flags.Values,
  host: Host
): Effect.Effect<ExitCode, Wrong, FileSystem.FileSystem | Scope.Scope> =>
  Effect.gen(function* () {
    const settings = yield* Effect.mapError(Settings.read(flags, host.environment), wrong)
    const waivers = settings.waiverFile === undefined ? [] : yield* readWaivers(settings.waiverFile)
    yield* Effect.forEach(settings.reports, ({ file }) => assertWritable("--report", file), { discard: true })
    yield* assertWritable("--record", settings.recordFile)
    const target = settings.target === undefined ? yield* sandbox : ownTarget(settings, settings.target)
    if (target === undefined) {
      return yield* Effect.as(
        host.err(`${name}: the sandbox could not be started; give the --url of a server\n`),
        3 as const
      )
    }
    const recording = yield* record(settings, target)
    const recorded = { ...target, onExchange: recording?.record }
    const code =
      settings.replay === undefined
        ? yield* test(settings, waivers, recorded, host)
        : yield* again(settings, settings.replay, recorded, host)
    if (recording !== undefined) yield* Effect.mapError(recording.finish, unrecorded)
    return code
  })

const record = (
  { recordFile: file }: Settings.Settings,
  target: Target
): Effect.Effect<Recorder | undefined, Wrong, Scope.Scope> =>
  file === undefined
    ? Effect.succeed(undefined)
    : Effect.flatMap(
        Effect.promise(() => import("./Har.js")),
        (Har) => Effect.mapError(Har.recorder(file, target), unrecorded)
      )

const unrecorded = ({ file, message }: RecordingFailed): Wrong => unwritable("--record", file, ` (${message})`)

// ---------------------------------------------------------------------------------------------------------------------
// targets
// ---------------------------------------------------------------------------------------------------------------------

interface Target extends Pick<Conformance.Options, "url" | "token" | "threadId" | "replyTo" | "onExchange"> {
  /** The command that tests the same target again, where its URL and threads would not. */
  readonly command?: string | undefined
}

const ownTarget = ({ replyTo }: Settings.Settings, { threads, token, url }: Settings.Target): Target => {
  const [first, second] = threads
  return { url, token, threadId: second === undefined ? first : [first, second], replyTo }
}

/** A sandbox for as long as the scope lives, on a free port of this machine. */
const sandbox: Effect.Effect<Target | undefined, never, Scope.Scope> = Effect.gen(function* () {
  const Sandbox = yield* Effect.promise(() => import("@inbox-effect/sandbox/Sandbox"))
  const { threads, token, url } = Context.get(yield* Layer.build(Sandbox.layer()), Sandbox.Sandbox)
  const [first, second] = threads
  if (first === undefined) return undefined
  return {
    url,
    token,
    threadId: second === undefined ? first.id : ([first.id, second.id] as const),
    replyTo: first.inboundMessageId,
    command: `${name} run`
  }
}).pipe(Effect.catchAll(() => Effect.succeed(undefined)))

const optionsOf = (settings: Settings.Settings, { onExchange, replyTo, threadId, token, url }: Target) => ({
  url,
  token,
  threadId,
  replyTo,
  onExchange,
  interval: settings.interval,
  timeout: settings.timeout,
  maxDuration: settings.maxDuration,
  allowHosted: settings.allowHosted
})

/** How the command line calls the options of the kit. */
const flagNames: Readonly<Record<string, string>> = {
  url: "--url",
  token: "--token",
  threadId: "--thread",
  replyTo: "--reply-to",
  maxDuration: "--max-duration",
  interval: "--rate"
}

const named = ({ message, option }: Conformance.InvalidOptions): Wrong => {
  const flag = flagNames[option] ?? `--${option}`
  return wrong(message.startsWith(option) ? `${flag}${message.slice(option.length)}` : `${flag} ${message}`)
}

// ---------------------------------------------------------------------------------------------------------------------
// run
// ---------------------------------------------------------------------------------------------------------------------

const test = (
  settings: Settings.Settings,
  waivers: ReadonlyArray<Waiver>,
  target: Target,
  host: Host
): Effect.Effect<ExitCode, Wrong, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const { Conformance, Report, Terminal } = yield* engine
    const progress = yield* Effect.promise(() => Progress.make(host))
    const report = yield* Conformance.run({
      ...optionsOf(settings, target),
      runs: settings.runs,
      seed: settings.seed,
      concurrency: settings.concurrency,
      only: settings.only,
      skip: settings.skip,
      strict: settings.strict,
      waivers,
      onProgress: progress.show,
      interrupt: host.interrupt
    }).pipe(Effect.mapError(named), Effect.ensuring(Effect.sync(progress.end)))
    const command = target.command ?? Terminal.commandOf(report, target.replyTo)
    yield* Effect.forEach(settings.reports, (each) => writeReport(report, each, command, host), { discard: true })
    yield* tell(report, settings, command, host)
    return Report.exitCode(report)
  })

const engine = Effect.promise(async () => ({
  Conformance: await import("./Conformance.js"),
  Report: await import("./Report.js"),
  Terminal: await import("./Terminal.js")
}))

const tell = (report: Report, settings: Settings.Settings, command: string, host: Host): Effect.Effect<void> =>
  Effect.flatMap(engine, ({ Terminal }) => {
    if (settings.reports.some(({ file }) => file === undefined)) return host.err(`${Terminal.verdict(report)}\n`)
    const text = Terminal.render(report, { ...host.page, verbose: settings.verbose, command })
    const written = settings.reports.map(({ file, format }) => `${format} report: ${file}\n`)
    const recorded = settings.recordFile === undefined ? "" : `traffic: ${settings.recordFile}\n`
    return host.out(`${text}${written.join("")}${recorded}`)
  })

// ---------------------------------------------------------------------------------------------------------------------
// replay
// ---------------------------------------------------------------------------------------------------------------------

const again = (
  settings: Settings.Settings,
  { case: self, requirement }: Replay,
  target: Target,
  host: Host
): Effect.Effect<ExitCode, Wrong> =>
  Effect.gen(function* () {
    const { Conformance, Terminal } = yield* engine
    const replayed = yield* Effect.mapError(
      Conformance.replay(optionsOf(settings, target), requirement, self),
      named
    ).pipe(
      Effect.raceFirst(
        Effect.as(host.interrupt, {
          outcome: "inconclusive",
          requirement,
          violations: [],
          exchanges: [],
          together: false,
          reason: "the replay was interrupted"
        } as const)
      )
    )
    yield* host.out(Terminal.renderReplayed(replayed, host.page))
    return replayCodes[replayed.outcome]
  })

const replayCodes = { "still violates": 1, fixed: 0, inconclusive: 3 } as const

// ---------------------------------------------------------------------------------------------------------------------
// files
// ---------------------------------------------------------------------------------------------------------------------

const readWaivers = (file: string): Effect.Effect<ReadonlyArray<Waiver>, Wrong, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const Waiver = yield* Effect.promise(() => import("./Waiver.js"))
    const text = yield* Effect.mapError(files.readFileString(file), (error) =>
      wrong(`--waive ${file} cannot be read${because(error)}; give the path of a waiver file`)
    )
    return yield* Effect.mapError(Waiver.parse(text), (problem) => wrong(`--waive ${file}: ${problem}`))
  })

const reasons: Readonly<Record<string, string>> = {
  NotFound: "its path does not exist",
  PermissionDenied: "permission is denied",
  BadResource: "it is not a file"
}

const because = (error: PlatformError): string => {
  const reason = error._tag === "SystemError" ? reasons[error.reason] : undefined
  return reason === undefined ? "" : ` (${reason})`
}

/** Better now than after minutes of testing. */
const assertWritable = (flag: string, file: string | undefined): Effect.Effect<void, Wrong, FileSystem.FileSystem> =>
  file === undefined
    ? Effect.void
    : Effect.flatMap(FileSystem.FileSystem, (files) => Effect.scoped(files.open(file, { flag: "a" }))).pipe(
        Effect.asVoid,
        Effect.mapError((error) => unwritable(flag, file, because(error)))
      )

const unwritable = (flag: string, file: string, reason: string): Wrong =>
  wrong(`${flag} cannot write ${file}${reason}; give a file in a folder that exists and may be written to`)

const writeReport = (
  report: Report,
  { file, format }: Settings.ReportFile,
  command: string,
  host: Host
): Effect.Effect<void, Wrong, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const text = yield* Effect.promise(() => writers[format](report, command))
    if (file === undefined) return yield* host.out(text)
    const files = yield* FileSystem.FileSystem
    return yield* Effect.mapError(files.writeFileString(file, text), (error) =>
      unwritable("--report", file, because(error))
    )
  })

const writers: {
  readonly [Format in Settings.ReportFile["format"]]: (report: Report, command: string) => Promise<string>
} = {
  json: (report) => json(report),
  junit: (report, command) => junit(report, command)
}

const json = async (report: Report): Promise<string> => {
  const Report = await import("./Report.js")
  return `${JSON.stringify(Schema.encodeSync(Report.Report)(report), undefined, 2)}\n`
}

const junit = async (report: Report, command: string): Promise<string> => {
  const { render } = await import("./Junit.js")
  return render(report, { command })
}
