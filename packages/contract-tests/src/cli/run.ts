import * as FileSystem from "@effect/platform/FileSystem"
import { shellWord } from "@inbox-effect/client/CommandLine"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import type { Waiver } from "../contract/Waiver.js"
import type { Recorder, RecordingFailed } from "../formats/Har.js"
import type { Replay } from "../report/Replay.js"
import type { Report } from "../report/Report.js"
import { annotations, isInActions, quoted, summarise } from "./actions.js"
import type { ExitCode } from "./exitCode.js"
import * as Files from "./files.js"
import type * as Flags from "./flags.js"
import type { Host } from "./host.js"
import * as Progress from "./progress.js"
import * as Settings from "./settings.js"
import { named, noSandbox, optionsOf, ownTarget, sandbox, type Target } from "./targets.js"
import { type Wrong, wrong } from "./wrong.js"

/** The command `run`. */
export const run = (
  flags: Flags.Values<Flags.Commands["run"]>,
  host: Host
): Effect.Effect<ExitCode, Wrong, FileSystem.FileSystem | Scope.Scope> =>
  Effect.gen(function* () {
    const settings = yield* readSettings(flags, host)
    const waivers = settings.waiverFile === undefined ? [] : yield* readWaivers(settings.waiverFile)
    yield* Files.assertReportable(settings.reports)
    yield* Files.assertWritable("--record", settings.recordFile)
    const ca = settings.caFile === undefined ? undefined : yield* Files.read("--cacert", settings.caFile, "certificate")
    const contents = settings.contentsFile === undefined ? undefined : yield* readContents(settings.contentsFile)
    const rerun = settings.rerunFile === undefined ? undefined : yield* readReport(settings.rerunFile)
    const started = settings.target === undefined ? yield* sandbox : ownTarget(settings.target, settings.replyTo)
    if (started === undefined) return yield* noSandbox(host)
    const target = { ...started, headers: settings.headers, ca }
    const recording = yield* record(settings, target)
    const recorded = { ...target, onExchange: recording?.record }
    const code =
      settings.replay === undefined
        ? yield* test(settings, { waivers, contents, rerun }, recorded, host)
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
        Effect.promise(() => import("../formats/Har.js")),
        (Har) => Effect.mapError(Har.recorder(file, target), unrecorded)
      )

const unrecorded = ({ file, message }: RecordingFailed): Wrong => Files.unwritable("--record", file, ` (${message})`)

// ---------------------------------------------------------------------------------------------------------------------
// testing
// ---------------------------------------------------------------------------------------------------------------------

/** Contents of the files that a run reads. */
interface Given {
  readonly waivers: ReadonlyArray<Waiver>
  readonly contents: ReadonlyArray<string> | undefined
  readonly rerun: Report | undefined
}

const test = (
  settings: Settings.Settings,
  { contents, rerun, waivers }: Given,
  target: Target,
  host: Host
): Effect.Effect<ExitCode, Wrong, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const { Report, Series, Terminal } = yield* engine
    const progress = yield* Effect.promise(() => Progress.make(host))
    const isSeries = settings.duration !== undefined || settings.untilFailure
    const report = yield* Series.run({
      ...optionsOf(settings, target),
      budget: settings.budget ?? rerun?.budget,
      runs: settings.runs ?? rerun?.runs,
      seed: settings.seed ?? rerun?.seed,
      concurrency: settings.concurrency,
      only: settings.only,
      skip: settings.skip,
      strict: settings.strict,
      waivers,
      contents,
      rerun,
      duration: settings.duration,
      untilFailure: settings.untilFailure,
      onRun: isSeries ? (each) => progress.line(Terminal.runLine(each)) : undefined,
      onProgress: (each) => progress.show(Progress.planned("broken")(each)),
      interrupt: host.interrupt
    }).pipe(Effect.mapError(named), Effect.ensuring(Effect.sync(progress.end)))
    const command = [target.command ?? Terminal.commandOf(report, target.replyTo), ...besides(settings)].join(" ")
    yield* Files.report(settings.reports, (format) => writers[format](report, command), {
      host,
      text: Terminal.render(report, { ...host.page, brief: settings.brief, verbose: settings.verbose, command }),
      sentence: Terminal.verdict(report),
      written: settings.recordFile === undefined ? [] : [`traffic: ${settings.recordFile}`]
    })
    if (isInActions(host)) yield* tellGitHub(report, settings, command, host)
    return Report.exitCode(report)
  })

/** Flags that a command needs besides to test the same target again. A value that may be a secret is left to the user. */
const besides = ({ caFile, headers }: Settings.Settings): ReadonlyArray<string> => [
  ...Object.keys(headers).map((name) => `--header ${shellWord(`${name}=VALUE`)}`),
  ...(caFile === undefined ? [] : [`--cacert ${shellWord(caFile)}`])
]

const engine = Effect.promise(async () => ({
  Conformance: await import("../kit/Conformance.js"),
  Series: await import("../kit/Series.js"),
  Report: await import("../report/Report.js"),
  Terminal: await import("../formats/Terminal.js")
}))

// ---------------------------------------------------------------------------------------------------------------------
// GitHub Actions
// ---------------------------------------------------------------------------------------------------------------------

const tellGitHub = (
  report: Report,
  { reports }: Settings.Settings,
  command: string,
  host: Host
): Effect.Effect<void, never, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const { render } = yield* annotations
    const isTaken = reports.some(({ file }) => file === undefined)
    yield* (isTaken ? host.err : host.out)(render(report))
    yield* summarise(host, async (limit) => (await import("../formats/Markdown.js")).render(report, { command, limit }))
  })

// ---------------------------------------------------------------------------------------------------------------------
// replaying
// ---------------------------------------------------------------------------------------------------------------------

const again = (
  settings: Settings.Settings,
  { case: self, isIntermittent, requirement }: Replay,
  target: Target,
  host: Host
): Effect.Effect<ExitCode, Wrong> =>
  Effect.gen(function* () {
    const { Conformance, Terminal } = yield* engine
    const replayed = yield* Effect.mapError(
      Conformance.replay(optionsOf(settings, target), requirement, self, { isIntermittent }),
      named
    ).pipe(
      Effect.raceFirst(
        Effect.as(host.interrupt, {
          outcome: "inconclusive",
          tries: 0,
          requirement,
          violations: [],
          exchanges: [],
          together: false,
          reason: "the replay was interrupted"
        } as const)
      )
    )
    yield* Effect.flatMap(quoted(Terminal.renderReplayed(replayed, host.page), host), host.out)
    return replayCodes[replayed.outcome]
  })

const replayCodes = { "still violates": 1, fixed: 0, "not seen": 3, inconclusive: 3 } as const

// ---------------------------------------------------------------------------------------------------------------------
// files
// ---------------------------------------------------------------------------------------------------------------------

const readWaivers = (file: string): Effect.Effect<ReadonlyArray<Waiver>, Wrong, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const Waiver = yield* Effect.promise(() => import("../contract/Waiver.js"))
    const text = yield* Files.read("--waive", file, "waiver file")
    return yield* Effect.mapError(Waiver.parse(text), (problem) => wrong(`--waive ${file}: ${problem}`))
  })

const readContents = (file: string): Effect.Effect<ReadonlyArray<string>, Wrong, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const Contents = yield* Effect.promise(() => import("./contents.js"))
    const text = yield* Files.read("--contents", file, "file of contents")
    return yield* Effect.mapError(Contents.parse(text), (problem) => wrong(`--contents ${file}: ${problem}`))
  })

const readReport = (file: string): Effect.Effect<Report, Wrong, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const { Report } = yield* engine
    const text = yield* Files.read("--rerun", file, "report")
    return yield* Effect.mapError(Schema.decodeUnknown(Schema.parseJson(Report.Report))(text), () =>
      wrong(`--rerun ${file} is no report of this version; give a file that --report json=FILE wrote`)
    )
  })

/** The settings of the flags, and of the file that they name or that is there. */
const readSettings = (
  flags: Flags.Values<Flags.Commands["run"]>,
  host: Host
): Effect.Effect<Settings.Settings, Wrong, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const SettingsFile = yield* Effect.promise(() => import("./settingsFile.js"))
    const { config: named } = flags.single
    const file = named ?? SettingsFile.defaultFile
    const isThere = named !== undefined || (yield* Effect.orElseSucceed(files.exists(file), () => false))
    if (!isThere) return yield* Effect.mapError(Settings.read(flags, host.environment), wrong)
    const text = yield* Files.read("--config", file, "file of settings")
    const { tokenVariable, values } = yield* Effect.mapError(
      Either.flatMap(SettingsFile.parse(text), (settings) =>
        SettingsFile.merged(flags, settings, file, host.environment)
      ),
      (problem) => wrong(`${file}: ${problem}`)
    )
    yield* host.err(`settings: ${file}\n`)
    return yield* Effect.mapError(Settings.read(values, host.environment, tokenVariable), wrong)
  })

const writers: {
  readonly [Format in Settings.Format]: (report: Report, command: string) => Promise<string>
} = {
  json: async (report) => Files.json((await import("../report/Report.js")).Report, report),
  junit: async (report, command) => (await import("../formats/Junit.js")).render(report, { command }),
  html: async (report, command) => (await import("../formats/Html.js")).render(report, { command }),
  markdown: async (report, command) => (await import("../formats/Markdown.js")).render(report, { command })
}
