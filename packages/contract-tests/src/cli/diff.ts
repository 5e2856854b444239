import type * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import * as Terminal from "../formats/terminal/diff.js"
import * as Diff from "../kit/Diff.js"
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
  pace,
  type Read,
  readReports,
  readThreads,
  selection,
  shown,
  type Target
} from "./read.js"
import { named, noSandbox, ownTarget, sandbox } from "./targets.js"
import { type Wrong, wrong } from "./wrong.js"

type Values = Flags.Values<Flags.Commands["diff"]>

/** The command `diff`. */
export const diff = (values: Values, host: Host): Effect.Effect<ExitCode, Wrong, FileSystem.FileSystem | Scope.Scope> =>
  Effect.gen(function* () {
    const { reports, servers, ...options } = yield* Effect.mapError(read(values, host.environment), wrong)
    yield* Files.assertReportable(reports)
    const [first, second] = servers
    const a = ownTarget(first.target, first.replyTo)
    const b = second === undefined ? yield* sandbox : ownTarget(second.target, second.replyTo)
    if (b === undefined) return yield* noSandbox(host)
    const progress = yield* Effect.promise(() => Progress.make(host))
    const outcome = yield* Diff.run({
      ...options,
      a,
      b,
      onProgress: (each) => progress.show(Progress.planned("different")(each)),
      interrupt: host.interrupt
    }).pipe(Effect.mapError(named), Effect.ensuring(Effect.sync(progress.end)))
    yield* Files.report(reports, async () => Files.json(Diff.Diff, outcome), {
      host,
      text: Terminal.render(outcome, { ...host.page, verbose: values.switches.verbose }),
      sentence: Terminal.verdict(outcome)
    })
    return Diff.exitCode(outcome)
  })

// ---------------------------------------------------------------------------------------------------------------------
// flags
// ---------------------------------------------------------------------------------------------------------------------

interface Server {
  readonly target: Target
  readonly replyTo: string | undefined
}

const read = ({ several, single, switches }: Values, environment: Environment) =>
  Either.gen(function* () {
    return {
      servers: yield* readServers(several, environment),
      ...(yield* pace(single)),
      ...(yield* selection(several)),
      allowHosted: switches["allow-hosted"],
      reports: yield* readReports(["json"], several.report)
    }
  })

/** The flags of a server by its position, or else variables, of which those of the second end in _B. */
const suffixes = ["", "_B"] as const

const readServers = (
  several: Values["several"],
  environment: Environment
): Read<readonly [first: Server, second?: Server]> =>
  Either.gen(function* () {
    const urls = suffixes.flatMap((suffix, position) => {
      const url = several.url[position] ?? fromEnvironment(environment, `INBOX_API_BASE_URL${suffix}`)
      return url === undefined ? [] : [url]
    })
    for (const [flag, given] of [
      ["--url", several.url],
      ["--token", several.token],
      ["--thread", several.thread],
      ["--reply-to", several["reply-to"]]
    ] as const) {
      if (given.length > 2)
        return yield* Either.left(`${flag} is given ${given.length} times; give it once for each of two servers`)
    }
    const [one, other] = urls
    if (one === undefined) {
      return yield* Either.left(
        "--url is missing: give it twice, once for each server, or once to compare a server to the sandbox"
      )
    }
    const server = (url: string, position: 0 | 1): Read<Server> =>
      Either.gen(function* () {
        const variable = `INBOX_API_TOKEN${suffixes[position]}`
        const token = several.token[position] ?? fromEnvironment(environment, variable)
        if (token === undefined) {
          return yield* Either.left(
            `--token is missing for ${shown(url)}; set ${variable} to a token that it accepts${
              position === 1 ? ", which is never taken from the first server" : ""
            }`
          )
        }
        return {
          target: {
            url,
            token: Redacted.make(token),
            threads: yield* threadsOf(position, several.thread, environment)
          },
          replyTo: yield* optional(several["reply-to"][position], identifier("--reply-to"))
        }
      })
    const first = yield* server(one, 0)
    return other === undefined ? [first] : [first, yield* server(other, 1)]
  })

/** Threads are no secret: those that are given once are those of both servers. */
const threadsOf = (
  position: 0 | 1,
  flags: ReadonlyArray<string>,
  environment: Environment
): Read<Target["threads"]> => {
  const flag = flags[position] ?? flags[0]
  if (flag !== undefined) return readThreads("--thread", listed(flag))
  const [own = "", shared = ""] = [suffixes[position], suffixes[0]].map((suffix) =>
    fromEnvironment(environment, `INBOX_CONTRACT_THREAD${suffix}`)
  )
  return readThreads(`INBOX_CONTRACT_THREAD${suffixes[position]}`, listed(own === "" ? shared : own))
}
