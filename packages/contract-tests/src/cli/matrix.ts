import type * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Html from "../formats/Html.js"
import * as Markdown from "../formats/Markdown.js"
import { commandOf } from "../formats/Terminal.js"
import * as Terminal from "../formats/terminal/matrix.js"
import * as Matrix from "../kit/Matrix.js"
import { summarise } from "./actions.js"
import type { ExitCode } from "./exitCode.js"
import * as Files from "./files.js"
import type * as Flags from "./flags.js"
import type { Host } from "./host.js"
import * as Progress from "./progress.js"
import {
  type Environment,
  fromEnvironment,
  identifier,
  listed,
  optional,
  type Read,
  readReports,
  readThreads,
  testing
} from "./read.js"
import { noSandbox, ownTarget, sandbox, type Target } from "./targets.js"
import { alternatives } from "./usage.js"
import { type Wrong, wrong } from "./wrong.js"

type Values = Flags.Values<Flags.Commands["matrix"]>

/** The command `matrix`. */
export const matrix = (
  values: Values,
  host: Host
): Effect.Effect<ExitCode, Wrong, FileSystem.FileSystem | Scope.Scope> =>
  Effect.gen(function* () {
    const entries = yield* readFile(values.single.targets)
    const { reports, servers, ...options } = yield* Effect.mapError(read(values, entries, host.environment), wrong)
    yield* Files.assertReportable(reports)
    const targets: Array<Target & Server> = []
    for (const server of servers) {
      const found = server.target ?? (yield* sandbox)
      if (found === undefined) return yield* noSandbox(host, `leave out --target ${sandboxName}`)
      targets.push({ ...server, ...found })
    }
    const progress = yield* Effect.promise(() => Progress.make(host))
    const outcome = yield* Matrix.run({
      ...options,
      targets,
      onProgress: (each) => {
        const { phase, text } = Progress.planned("broken")(each)
        progress.show({ phase: `${each.target}: ${phase}`, text: `${each.target}: ${text}` })
      },
      interrupt: host.interrupt
    }).pipe(
      Effect.mapError(({ message }) => wrong(message)),
      Effect.ensuring(Effect.sync(progress.end))
    )
    const commandOf = alone(targets)
    const writers = {
      json: () => Files.json(Matrix.Matrix, outcome),
      html: () => Html.renderMatrix(outcome, { commandOf }),
      markdown: () => Markdown.renderMatrix(outcome)
    }
    yield* Files.report(reports, async (format) => writers[format](), {
      host,
      text: Terminal.render(outcome, {
        ...host.page,
        verbose: values.switches.verbose,
        commandOf
      }),
      sentence: Terminal.verdict(outcome)
    })
    yield* summarise(host, async () => writers.markdown())
    return Matrix.exitCode(outcome)
  })

/** The command that tests one of the targets as it was tested here, its token where `run` looks for it. */
const alone =
  (targets: ReadonlyArray<Target & Server>) =>
  ({ name, report }: Matrix.Column): string => {
    const { command, replyTo, tokenVariable } = targets.find((each) => each.name === name) ?? {}
    return [
      ...(tokenVariable === undefined ? [] : [`INBOX_API_TOKEN="$${tokenVariable}"`]),
      command ?? commandOf(report, replyTo)
    ].join(" ")
  }

// ---------------------------------------------------------------------------------------------------------------------
// flags
// ---------------------------------------------------------------------------------------------------------------------

interface Server {
  readonly name: string
  /** `undefined`: the sandbox. */
  readonly target: Target | undefined
  /** The variable that holds its token; `undefined` where a flag does. */
  readonly tokenVariable: string | undefined
}

const sandboxName = "sandbox"

const read = (values: Values, entries: ReadonlyArray<Matrix.TargetEntry>, environment: Environment) =>
  Either.gen(function* () {
    return {
      servers: yield* readServers(values.several, values.single.targets ?? "", entries, environment),
      ...(yield* testing(values)),
      reports: yield* readReports(["json", "html", "markdown"], values.several.report)
    }
  })

const readFile = (
  file: string | undefined
): Effect.Effect<ReadonlyArray<Matrix.TargetEntry>, Wrong, FileSystem.FileSystem> =>
  file === undefined
    ? Effect.succeed([])
    : Effect.flatMap(Files.read("--targets", file, "file of targets"), (text) =>
        Effect.mapError(Matrix.parseTargets(text), (problem) => wrong(`--targets ${file}: ${problem}`))
      )

const readServers = (
  several: Values["several"],
  file: string,
  entries: ReadonlyArray<Matrix.TargetEntry>,
  environment: Environment
): Read<ReadonlyArray<Server>> =>
  Either.gen(function* () {
    const named: Array<readonly [name: string, url: string | undefined]> = []
    for (const value of several.target) named.push(yield* readTarget(value))
    const all = [...named.map(([name]) => name), ...entries.map(({ name }) => name)]
    if (all.length < 2) {
      return yield* Either.left(
        `${all.length === 0 ? "--target is missing" : "--target names one server only"}: give two or more, as in --target staging=http://127.0.0.1:8787/api/v1 --target ${sandboxName}`
      )
    }
    // Names that are one variable would share a token.
    const twice = all.find((name, position) => all.findIndex((each) => suffix(each) === suffix(name)) !== position)
    if (twice !== undefined) {
      return yield* Either.left(`--target has the name ${twice} twice; give each target a name of its own`)
    }
    const own = named.flatMap(([name, url]) => (url === undefined ? [] : [name]))
    const flags = {
      token: yield* readOwn("--token", several.token, own),
      thread: yield* readOwn("--thread", several.thread, own),
      replyTo: yield* readOwn("--reply-to", several["reply-to"], own)
    }
    const servers: Array<Server> = []
    for (const [name, url] of named) {
      servers.push(
        url === undefined
          ? { name, target: undefined, tokenVariable: undefined }
          : yield* readOne(name, url, flags, environment)
      )
    }
    for (const entry of entries) servers.push(yield* readEntry(entry, file, environment))
    return servers
  })

const readTarget = (value: string): Read<readonly [name: string, url: string | undefined]> => {
  if (value === sandboxName) return Either.right([value, undefined])
  const equals = value.indexOf("=")
  const name = value.slice(0, Math.max(0, equals))
  const isName = Schema.is(Matrix.TargetName)
  return isName(name) && equals < value.length - 1
    ? Either.right([name, value.slice(equals + 1)])
    : Either.left(
        `--target does not begin with a name of letters, digits, dots, hyphens and underscores, and =; write it as in --target staging=http://127.0.0.1:8787/api/v1, or --target ${sandboxName}`
      )
}

/** Values by the name of a target; those without a name are for all, by the empty name. */
type ByName = ReadonlyMap<string, string>

/** The values of a flag that says for which target each is. None is repeated: it may be a token. */
const readOwn = (
  flag: "--token" | "--thread" | "--reply-to",
  values: ReadonlyArray<string>,
  names: ReadonlyArray<string>
): Read<ByName> =>
  Either.gen(function* () {
    const found = new Map<string, string>()
    for (const value of values) {
      const name = names.find((each) => value.startsWith(`${each}=`)) ?? ""
      if (name === "" && (flag !== "--thread" || value.includes("="))) {
        return yield* Either.left(
          names.length === 0
            ? `${flag} is for a --target with a URL, and there is none; leave it out`
            : `${flag} begins with ${alternatives(names.map((each) => `${each}=`))}, so that it says which target it is for`
        )
      }
      if (found.has(name)) {
        return yield* Either.left(`${flag} is given twice for ${name === "" ? "all targets" : name}; give it once`)
      }
      found.set(name, name === "" ? value : value.slice(name.length + 1))
    }
    return found
  })

/** Suffix of the variables of a target. */
const suffix = (name: string): string => `_${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_")}`

const readOne = (
  name: string,
  url: string,
  flags: { readonly token: ByName; readonly thread: ByName; readonly replyTo: ByName },
  environment: Environment
): Read<Server> =>
  Either.gen(function* () {
    const variable = `INBOX_API_TOKEN${suffix(name)}`
    const given = flags.token.get(name)
    const token = given ?? fromEnvironment(environment, variable)
    if (token === undefined) {
      return yield* Either.left(
        `--token is missing for ${name}; set ${variable} to a token that it accepts, which is never taken from another target`
      )
    }
    const thread = flags.thread.get(name) ?? flags.thread.get("")
    const threads =
      thread !== undefined
        ? yield* readThreads("--thread", listed(thread))
        : yield* threadsFrom([`INBOX_CONTRACT_THREAD${suffix(name)}`, "INBOX_CONTRACT_THREAD"], name, environment)
    const replyTo = yield* optional(flags.replyTo.get(name), identifier("--reply-to"))
    return {
      name,
      target: ownTarget({ url, token: Redacted.make(token), threads }, replyTo),
      tokenVariable: given === undefined ? variable : undefined
    }
  })

/** Threads are no secret: those without a name are those of all targets. */
const threadsFrom = (
  variables: ReadonlyArray<string>,
  name: string,
  environment: Environment
): Read<readonly [first: string, second?: string]> => {
  const variable = variables.find((each) => fromEnvironment(environment, each) !== undefined)
  return variable === undefined
    ? Either.left(
        `--thread is missing for ${name}: give the id of a thread that it has, better two, as in --thread ${name}=thread1,thread2, or set ${alternatives(variables)}`
      )
    : readThreads(variable, listed(fromEnvironment(environment, variable) ?? ""))
}

const readEntry = (
  { name, replyTo, threads, tokenVariable, url }: Matrix.TargetEntry,
  file: string,
  environment: Environment
): Read<Server> =>
  Either.gen(function* () {
    const token = fromEnvironment(environment, tokenVariable)
    if (token === undefined) {
      return yield* Either.left(`--targets ${file}: ${name} has no token; set ${tokenVariable} to one that it accepts`)
    }
    const own = {
      url,
      token: Redacted.make(token),
      threads: yield* readThreads(`--targets ${file}: ${name}`, threads)
    }
    return { name, target: ownTarget(own, replyTo), tokenVariable }
  })
