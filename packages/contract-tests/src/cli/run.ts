import type * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Waiver } from "../contract/Waiver.js"
import type { Recorder, RecordingFailed } from "../formats/Har.js"
import type { Replay } from "../report/Replay.js"
import type { Report } from "../report/Report.js"
import { shellWord } from "../report/summary.js"
import { annotations, isInActions, quoted, summarise } from "./actions.js"
import * as Files from "./files.js"
import type * as Flags from "./flags.js"
import type { ExitCode, Host } from "./host.js"
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
    const settings = yield* Effect.mapError(Settings.read(flags, host.environment), wrong)
    const waivers = settings.waiverFile === undefined ? [] : yield* readWaivers(settings.waiverFile)
    yield* Files.assertReportable(settings.reports)
    yield* Files.assertWritable("--record", settings.recordFile)
    const ca = settings.caFile === undefined ? undefined : yield* Files.read("--cacert", settings.caFile, "certificate")
    const started = settings.target === undefined ? yield* sandbox : ownTarget(settings.target, settings.replyTo)
    if (started === undefined) return yield* noSandbox(host)
    const target = { ...started, headers: settings.headers, ca }
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
        Effect.promise(() => import("../formats/Har.js")),
        (Har) => Effect.mapError(Har.recorder(file, target), unrecorded)
      )

const unrecorded = ({ file, message }: RecordingFailed): Wrong => Files.unwritable("--record", file, ` (${message})`)

// ---------------------------------------------------------------------------------------------------------------------
// testing
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

const writers: {
  readonly [Format in Settings.Format]: (report: Report, command: string) => Promise<string>
} = {
  json: async (report) => Files.json((await import("../report/Report.js")).Report, report),
  junit: async (report, command) => (await import("../formats/Junit.js")).render(report, { command }),
  html: async (report, command) => (await import("../formats/Html.js")).render(report, { command }),
  markdown: async (report, command) => (await import("../formats/Markdown.js")).render(report, { command })
}
