import * as Os from "node:os"
import type * as FileSystem from "@effect/platform/FileSystem"
import { nearest } from "@inbox-effect/client/CommandLine"
import type * as Specimen from "@inbox-effect/zoo/Specimen"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Terminal from "../formats/terminal/selfTest.js"
import * as SelfTest from "../kit/SelfTest.js"
import { command as called } from "../text/command.js"
import type { ExitCode } from "./exitCode.js"
import * as Files from "./files.js"
import type * as Flags from "./flags.js"
import type { Host } from "./host.js"
import * as Progress from "./progress.js"
import { budget, integer, listed, optional, type Read, readReports } from "./read.js"
import * as Pool from "./selfTest/pool.js"
import * as Servers from "./selfTest/servers.js"
import { type Wrong, wrong } from "./wrong.js"

type Values = Flags.Values<Flags.Commands["self-test"]>

/** Servers of a test that takes a minute or two. */
const usual = 66

/** The command `self-test`. */
export const selfTest = (values: Values, host: Host): Effect.Effect<ExitCode, Wrong, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const { reports, ...options } = yield* Effect.mapError(read(values), wrong)
    yield* Files.assertReportable(reports)
    const progress = yield* Effect.promise(() => Progress.make(host))
    const outcomes: Array<SelfTest.Outcome> = []
    const score = yield* examined({
      ...options,
      interrupt: host.interrupt,
      onOutcome: (outcome) => {
        outcomes.push(outcome)
        const soFar = SelfTest.summarise(outcomes, { ...options, expected: options.specimens.length })
        progress.show({
          // Without a terminal, a line for each tenth.
          phase: String(Math.floor((10 * outcomes.length) / options.specimens.length)),
          text: `${outcomes.length}/${options.specimens.length} servers, ${SelfTest.scoreLine(soFar)}`
        })
      }
    }).pipe(Effect.ensuring(Effect.sync(progress.end)))
    yield* Files.report(reports, async () => Files.json(SelfTest.SelfTest, score), {
      host,
      text: Terminal.render(score, { ...host.page, verbose: values.switches.verbose }),
      sentence: SelfTest.scoreLine(score)
    })
    return SelfTest.exitCode(score)
  })

/** Examines each server in a thread of its own, as many side by side as there are cores, where threads are possible. */
const examined = (options: Omit<SelfTest.RunOptions<Specimen.Specimen>, "examine">): Effect.Effect<SelfTest.SelfTest> =>
  Effect.scoped(
    Effect.gen(function* () {
      const threads = Math.max(1, Math.min(options.concurrency ?? Os.availableParallelism(), options.specimens.length))
      if (threads === 1 || !Pool.isPossible()) {
        return yield* SelfTest.run({ ...options, examine: Servers.examine, concurrency: 1 })
      }
      const inThread = yield* Pool.make(threads)
      const examine = ({ id }: Specimen.Specimen, of: SelfTest.Options) => inThread({ id, options: of })
      return yield* SelfTest.run({ ...options, examine, concurrency: threads })
    })
  )

const read = ({ several, single, switches }: Values) =>
  Either.gen(function* () {
    const size = yield* optional(single.sample, integer("--sample", 1))
    if (size !== undefined && switches.all) {
      return yield* Either.left("--sample and --all contradict each other; leave out one of them")
    }
    const named = yield* specimens(several.only)
    return {
      specimens: named ?? (switches.all ? Servers.specimens : Servers.sample(size ?? usual)),
      seed: (yield* optional(single.seed, integer("--seed", Number.MIN_SAFE_INTEGER))) ?? 1,
      budget: yield* optional(single.budget, budget),
      concurrency: yield* optional(single.concurrency, integer("--concurrency", 1)),
      reports: yield* readReports(["json"], several.report)
    }
  })

const specimens = (flags: ReadonlyArray<string>): Read<ReadonlyArray<Specimen.Specimen> | undefined> =>
  Either.gen(function* () {
    if (flags.length === 0) return undefined
    const patterns = flags.flatMap(listed)
    for (const pattern of patterns) {
      if (Servers.matching([pattern]).length > 0) continue
      const meant = nearest(
        pattern,
        Servers.specimens.flatMap(({ id, requirement }) => (requirement === undefined ? [id] : [id, requirement]))
      )
      return yield* Either.left(
        `--only names ${JSON.stringify(pattern)}, which is no server of the kit; ${
          meant === undefined ? `${called} explain ID shows those that break a requirement` : `did you mean ${meant}?`
        }`
      )
    }
    return Servers.matching(patterns)
  })
