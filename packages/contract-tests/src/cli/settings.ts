import * as Either from "effect/Either"
import * as Redacted from "effect/Redacted"
import type { Budget } from "../model/Budget.js"
import * as Replay from "../report/Replay.js"
import type * as Flags from "./flags.js"
import {
  duration,
  type Environment,
  fromEnvironment,
  identifier,
  listed,
  optional,
  type Read,
  type ReportFile,
  readReports,
  readThreads,
  shown,
  type Target,
  testing
} from "./read.js"
import * as TokenCommand from "./tokenCommand.js"

/** Formats of a report. */
export const formats = ["json", "junit", "html", "markdown"] as const

export type Format = (typeof formats)[number]

export interface Settings {
  /** `undefined`: the sandbox. */
  readonly target: Target | undefined
  readonly replyTo: string | undefined
  readonly budget: Budget | undefined
  readonly runs: number | undefined
  readonly seed: number | undefined
  readonly concurrency: number | undefined
  /** Milliseconds from one request to the next. */
  readonly interval: number | undefined
  readonly timeout: number | undefined
  readonly maxDuration: number | undefined
  readonly only: ReadonlyArray<string>
  readonly skip: ReadonlyArray<string>
  readonly strict: boolean
  readonly allowHosted: boolean
  readonly verbose: boolean
  readonly brief: boolean
  readonly headers: Readonly<Record<string, string>>
  readonly caFile: string | undefined
  readonly waiverFile: string | undefined
  readonly replay: Replay.Replay | undefined
  readonly reports: ReadonlyArray<ReportFile<Format>>
  readonly recordFile: string | undefined
  /** Milliseconds for which runs follow one another. */
  readonly duration: number | undefined
  readonly untilFailure: boolean
  readonly contentsFile: string | undefined
  readonly rerunFile: string | undefined
}

/** The flags of `run`. */
type Values = Flags.Values<Flags.Commands["run"]>

/** Turns the values of flags into settings. Left is one sentence that names the flag and the fix. */
export const read = (
  values: Values,
  environment: Environment,
  tokenVariable: string | undefined = undefined
): Read<Settings> =>
  Either.gen(function* () {
    const { several, single } = values
    const settings: Settings = {
      target: yield* target(single, several.thread, environment, tokenVariable),
      replyTo: yield* optional(single["reply-to"], identifier("--reply-to")),
      ...(yield* testing(values)),
      verbose: values.switches.verbose,
      brief: values.switches.brief,
      headers: yield* headers(several.header),
      caFile: single.cacert,
      waiverFile: single.waive,
      replay: yield* optional(single.replay, replay),
      reports: yield* readReports(formats, several.report),
      recordFile: yield* optional(single.record, recordFile),
      duration: yield* optional(single.for, duration("--for", "8h")),
      untilFailure: values.switches["until-failure"],
      contentsFile: single.contents,
      rerunFile: single.rerun
    }
    yield* agree(settings, single)
    return settings
  })

const target = (
  single: Values["single"],
  threadFlags: ReadonlyArray<string>,
  environment: Environment,
  tokenVariable: string | undefined
): Read<Target | undefined> =>
  Either.gen(function* () {
    const url = single.url ?? fromEnvironment(environment, "INBOX_API_BASE_URL")
    if (url === undefined) return yield* withoutUrl(single, threadFlags)
    const given = yield* token(url, single, environment, tokenVariable)
    return { url, token: given, threads: yield* threads(threadFlags, environment) }
  })

/** The token for a server, or the effect that gets it from a command. */
const token = (
  url: string,
  single: Values["single"],
  environment: Environment,
  variable = "INBOX_API_TOKEN"
): Read<Target["token"]> =>
  Either.gen(function* () {
    const command = single["token-command"]
    if (command !== undefined && single.token !== undefined) {
      return yield* Either.left("--token and --token-command are two tokens; leave out one of them")
    }
    if (command !== undefined) return TokenCommand.run(yield* TokenCommand.words(command), environment)
    const given = single.token ?? fromEnvironment(environment, variable)
    return given === undefined
      ? yield* Either.left(`--token is missing for ${shown(url)}; set ${variable} to a token that it accepts`)
      : Redacted.make(given)
  })

/** Flags for a server of one's own without its URL: testing the sandbox instead would be green for the wrong server. */
const withoutUrl = (single: Values["single"], threadFlags: ReadonlyArray<string>): Read<undefined> => {
  const stray =
    single.token !== undefined
      ? "--token"
      : single["token-command"] !== undefined
        ? "--token-command"
        : threadFlags.length > 0
          ? "--thread"
          : single["reply-to"] !== undefined
            ? "--reply-to"
            : single.cacert !== undefined
              ? "--cacert"
              : undefined
  return stray === undefined
    ? Either.right(undefined)
    : Either.left(`${stray} is for a server of your own: give its --url too, or leave ${stray} out to test the sandbox`)
}

const threads = (flags: ReadonlyArray<string>, environment: Environment): Read<Target["threads"]> => {
  const source = flags.length > 0 ? "--thread" : "INBOX_CONTRACT_THREAD"
  return readThreads(
    source,
    flags.length > 0 ? flags.flatMap(listed) : listed(fromEnvironment(environment, source) ?? "")
  )
}

const replay = (token: string): Read<Replay.Replay> =>
  Either.mapLeft(Replay.decode(token), (problem) => `--replay ${problem}`)

const headers = (given: ReadonlyArray<string>): Read<Readonly<Record<string, string>>> =>
  Either.map(
    Either.all(
      given.map((text): Read<readonly [string, string]> => {
        const at = text.indexOf("=")
        return at > 0
          ? Either.right([text.slice(0, at), text.slice(at + 1)])
          : Either.left("--header has no value; write it as in --header X-Api-Key=secret")
      })
    ),
    Object.fromEntries
  )

const recordFile = (file: string): Read<string> =>
  file === "-"
    ? Either.left("--record writes to a file only, since it goes over what it has written; give the path of one")
    : Either.right(file)

/** Flags that make no sense together. */
const agree = (settings: Settings, single: Values["single"]): Read<void> => {
  if (settings.recordFile !== undefined && settings.reports.some(({ file }) => file === settings.recordFile)) {
    return Either.left("--record writes to the file of a --report; give each a file of its own")
  }
  if (settings.rerunFile !== undefined && settings.reports.some(({ file }) => file === settings.rerunFile)) {
    return Either.left("--rerun reads the file that a --report writes; give each a file of its own")
  }
  if (settings.replay === undefined) return Either.right(undefined)
  const stray: ReadonlyArray<readonly [string, boolean]> = [
    ["--budget", single.budget !== undefined],
    ["--runs", single.runs !== undefined],
    ["--seed", single.seed !== undefined],
    ["--concurrency", single.concurrency !== undefined],
    ["--only", settings.only.length > 0],
    ["--skip", settings.skip.length > 0],
    ["--strict", settings.strict],
    ["--for", settings.duration !== undefined],
    ["--until-failure", settings.untilFailure],
    ["--contents", settings.contentsFile !== undefined],
    ["--rerun", settings.rerunFile !== undefined],
    ["--waive", settings.waiverFile !== undefined],
    ["--report", settings.reports.length > 0]
  ]
  const found = stray.find(([, given]) => given)
  return found === undefined
    ? Either.right(undefined)
    : Either.left(`--replay sends one case and nothing else; leave out ${found[0]}`)
}
