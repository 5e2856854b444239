/**
 * The file of settings: read, checked, and turned into what the flags would have been.
 *
 * @since 0.1.0
 */

import * as Path from "node:path"
import { nearest } from "@inbox-effect/client/CommandLine"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { Settings } from "../kit/Settings.js"
import { firstIssue } from "../text/firstIssue.js"
import type * as Flags from "./flags.js"
import { type Environment, fromEnvironment, type Read } from "./read.js"
import { alternatives } from "./usage.js"

/** The file that is read where no other is named. */
export const defaultFile = "inbox-contract.json"

/** Keys that people will look for, and what to do instead. */
const refused: Readonly<Record<string, string>> = {
  token:
    "a token does not belong in a file; set INBOX_API_TOKEN, or name its variable as tokenVariable or a command as tokenCommand",
  allowHosted: "a file cannot allow the hosted service; give --allow-hosted with each run",
  replay: "one case is replayed with --replay",
  rerun: "an earlier report is given with --rerun"
}

const decode = Schema.decodeUnknownEither(Settings, { onExcessProperty: "error" })

/** Reads the text of the file. Left is one sentence that names the key and the fix, and no value. */
export const parse = (text: string): Read<Settings> =>
  Either.gen(function* () {
    const value = yield* Either.try({ try: (): unknown => JSON.parse(text), catch: () => "it is not JSON" })
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      return yield* Either.left('it is no JSON object; write it as in {"url": "http://127.0.0.1:8787/api/v1"}')
    }
    const known = Object.keys(Settings.fields)
    for (const key of Object.keys(value)) {
      if (known.includes(key)) continue
      const meant = nearest(key, [...known, ...Object.keys(refused)])
      const instead = refused[key] ?? refused[meant ?? ""]
      if (instead !== undefined) return yield* Either.left(`${key} is no key: ${instead}`)
      return yield* Either.left(
        `${JSON.stringify(key)} is no key; ${meant === undefined ? `the keys are ${alternatives(known)}` : `did you mean ${meant}?`}`
      )
    }
    const settings = yield* Either.mapLeft(decode(value), (error) =>
      // What was found there may be a secret.
      firstIssue(error).replace(/, actual .*/s, "")
    )
    for (const [name, header] of Object.entries(settings.headers ?? {})) {
      if (typeof header !== "string" || !/auth|cookie|key|pass|secret|token/i.test(name)) continue
      return yield* Either.left(
        `headers: the value of ${name} may be a secret; name the variable that has it, as in {"${name}": {"variable": "GATEWAY_KEY"}}`
      )
    }
    return settings
  })

/** Values of flags that a file has, and the variable that has the token. */
export interface FromFile {
  readonly values: Flags.Values<Flags.Commands["run"]>
  readonly tokenVariable: string | undefined
}

type Values = Flags.Values<Flags.Commands["run"]>

/**
 * Puts the settings of a file where neither a flag nor a variable says otherwise. What the file says of its server is for
 * that server only: another `--url` gets none of it. Paths are relative to the folder of the file.
 */
export const merged = (flags: Values, settings: Settings, file: string, environment: Environment): Read<FromFile> =>
  Either.gen(function* () {
    const { several, single, switches } = flags
    const folder = Path.dirname(file)
    const path = (given: string | undefined) =>
      given === undefined || given === "-" || Path.isAbsolute(given) ? given : Path.join(folder, given)
    const text = (given: number | string | undefined) => (given === undefined ? undefined : String(given))
    const url = single.url ?? fromEnvironment(environment, "INBOX_API_BASE_URL")
    const own = url === undefined || settings.url === undefined || url === settings.url ? settings : {}
    const hasToken = single.token !== undefined || fromEnvironment(environment, "INBOX_API_TOKEN") !== undefined
    const hasThreads = fromEnvironment(environment, "INBOX_CONTRACT_THREAD") !== undefined
    const headers = yield* Either.all(
      Object.entries(own.headers ?? {}).map(([name, value]) => header(name, value, environment))
    )
    const isTokenOfFile = !hasToken && own.tokenVariable === undefined
    const list = (given: ReadonlyArray<string>, ofFile: ReadonlyArray<string> | undefined) =>
      given.length > 0 ? given : (ofFile ?? [])
    return {
      tokenVariable: own.tokenVariable,
      values: {
        operand: undefined,
        single: {
          ...single,
          url: url ?? settings.url,
          "token-command": single["token-command"] ?? (isTokenOfFile ? own.tokenCommand : undefined),
          "reply-to": single["reply-to"] ?? own.replyTo,
          cacert: single.cacert ?? path(own.cacert),
          budget: single.budget ?? settings.budget,
          runs: single.runs ?? text(settings.runs),
          seed: single.seed ?? text(settings.seed),
          concurrency: single.concurrency ?? text(settings.concurrency),
          rate: single.rate ?? settings.rate,
          timeout: single.timeout ?? settings.timeout,
          "max-duration": single["max-duration"] ?? settings.maxDuration,
          for: single.for ?? settings.for,
          waive: single.waive ?? path(settings.waive),
          contents: single.contents ?? path(settings.contents),
          record: single.record ?? path(settings.record)
        },
        several: {
          thread: list(several.thread, hasThreads ? [] : own.threads),
          header: [...headers, ...several.header],
          only: list(several.only, settings.only),
          skip: list(several.skip, settings.skip),
          report: list(
            several.report,
            settings.reports?.map((each) => each.replace(/=(.*)/s, (_, to) => `=${path(to)}`))
          )
        },
        switches: {
          ...switches,
          strict: switches.strict || settings.strict === true,
          "until-failure": switches["until-failure"] || settings.untilFailure === true,
          brief: switches.brief || settings.brief === true,
          verbose: switches.verbose || settings.verbose === true
        }
      }
    }
  })

const header = (
  name: string,
  value: string | { readonly variable: string },
  environment: Environment
): Read<string> => {
  if (typeof value === "string") return Either.right(`${name}=${value}`)
  const found = fromEnvironment(environment, value.variable)
  return found === undefined
    ? Either.left(`headers: the variable ${value.variable}, which ${name} names, is not set`)
    : Either.right(`${name}=${found}`)
}
