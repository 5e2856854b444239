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
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Arr from "effect/Array"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type * as Scope from "effect/Scope"
import { version } from "../text/version.js"
import { wrap } from "../text/wrap.js"
import * as Completions from "./completions.js"
import type { ExitCode } from "./exitCode.js"
import * as Flags from "./flags.js"
import * as Help from "./help.js"
import type { Host } from "./host.js"
import * as Options from "./options.js"
import * as Usage from "./usage.js"
import { type Wrong, wrong } from "./wrong.js"

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
    if (Either.isLeft(checked)) return yield* wrong(checked.left)
    let code: ExitCode = 0
    const finish = <R>(effect: Effect.Effect<ExitCode, Wrong, R>) =>
      Effect.map(effect, (result) => {
        code = result
      })
    yield* Command.run(command(host, finish), { name, version })([process.execPath, name, ...checked.right]).pipe(
      Effect.withConsole(consoleOf(host)),
      Effect.provide(CliConfig.layer({ showBuiltIns: false })),
      Effect.mapError((error) => (error._tag === "Wrong" ? error : wrong(sentenceOf(error))))
    )
    return code
  }).pipe(Effect.catchTag("Wrong", ({ sentence }) => Effect.as(host.err(complaint(sentence, host)), 2 as const)))

/** In lines where a terminal would break words. */
const complaint = (sentence: string, { terminal }: Host): string =>
  `${wrap(`${name}: ${sentence}`, terminal?.columns ?? Number.POSITIVE_INFINITY).join("\n")}\n`

const name = "inbox-contract"

const sentenceOf = (error: ValidationError.ValidationError): string =>
  `${stripVTControlCharacters(HelpDoc.toAnsiText(error.error)).trim().replace(/\s+/g, " ")}; ${name} --help shows how`

/** Console for the output of the command line library: completions, without colour where there is none, and no errors of its own. */
const consoleOf = (host: Host): Console.Console => ({
  ...Effect.runSync(Console.consoleWith(Effect.succeed)),
  log: (...texts) => {
    const text = `${Completions.mended(texts.map(String).join(" ")).trimEnd()}\n`
    return host.out(host.page.color ? text : stripVTControlCharacters(text))
  },
  error: () => Effect.void
})

type Needs = FileSystem.FileSystem | Scope.Scope

/** Implementation of each command, loaded when it is asked for. */
const carriedOut: {
  readonly [N in Flags.Name]: (
    values: Flags.Values<Flags.Commands[N]>,
    host: Host
  ) => Effect.Effect<ExitCode, Wrong, Needs>
} = {
  run: (values, host) =>
    Effect.flatMap(
      Effect.promise(() => import("./run.js")),
      ({ run }) => run(values, host)
    ),
  list: ({ switches }, host) =>
    Effect.flatMap(
      Effect.promise(() => import("./list.js")),
      ({ list }) => list(switches.verbose, host)
    ),
  explain: (values, host) =>
    Effect.flatMap(
      Effect.promise(() => import("./explain.js")),
      ({ explain }) => explain(values, host)
    ),
  diff: (values, host) =>
    Effect.flatMap(
      Effect.promise(() => import("./diff.js")),
      ({ diff }) => diff(values, host)
    ),
  matrix: (values, host) =>
    Effect.flatMap(
      Effect.promise(() => import("./matrix.js")),
      ({ matrix }) => matrix(values, host)
    ),
  "self-test": (values, host) =>
    Effect.flatMap(
      Effect.promise(() => import("./selfTest.js")),
      ({ selfTest }) => selfTest(values, host)
    ),
  openapi: (_, host) =>
    Effect.gen(function* () {
      const { openApi } = yield* Effect.promise(() => import("@inbox-effect/client/InboxApi"))
      yield* host.out(`${JSON.stringify(openApi, undefined, 2)}\n`)
      return 0 as const
    })
}

type Finish = <R>(effect: Effect.Effect<ExitCode, Wrong, R>) => Effect.Effect<void, Wrong, R>

const command = (host: Host, finish: Finish) => {
  const subcommand = <N extends Flags.Name>(each: N) =>
    Command.make(each, Options.config(Flags.commands[each]), (values) =>
      finish(Effect.scoped(carriedOut[each](values as Flags.Values<Flags.Commands[N]>, host)))
    ).pipe(Command.withDescription(Flags.commands[each].summary))
  return Command.make(name).pipe(
    Command.withDescription(
      "Tests whether a server keeps the contract of the Inbox API's Send message endpoint, and proves it where it does not"
    ),
    Command.withSubcommands(Arr.map(Flags.names, (each) => subcommand(each)))
  )
}
