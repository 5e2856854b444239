import { nearest } from "@inbox-effect/client/CommandLine"
import type * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type * as Redacted from "effect/Redacted"
import * as Requirement from "../contract/Requirement.js"
import * as Budget from "../model/Budget.js"
import { command as called } from "../text/command.js"
import { alternatives } from "./usage.js"

export type Environment = Readonly<Record<string, string | undefined>>

/** Left is one sentence that names the flag and the fix. */
export type Read<A> = Either.Either<A, string>

/** Reads the value of a flag, where it is given. */
export const optional = <A>(value: string | undefined, parse: (text: string) => Read<A>): Read<A | undefined> =>
  value === undefined ? Either.right(undefined) : parse(value)

/** The value of a variable; an empty one is none. */
export const fromEnvironment = (environment: Environment, name: string): string | undefined => {
  const value = environment[name]?.trim()
  return value === "" ? undefined : value
}

/** A server of the user's own. */
export interface Target {
  readonly url: string
  readonly token: Redacted.Redacted | Effect.Effect<Redacted.Redacted, unknown>
  readonly threads: readonly [first: string, second?: string]
}

/** A URL may hold credentials by mistake. */
export const shown = (url: string): string => (URL.canParse(url) ? new URL(url).host || "the --url" : "the --url")

/** Parts of a list with commas. */
export const listed = (text: string): ReadonlyArray<string> =>
  text
    .split(",")
    .map((each) => each.trim())
    .filter((each) => each !== "")

/** One thread, or two different ones. */
export const readThreads = (source: string, given: ReadonlyArray<string>): Read<Target["threads"]> =>
  Either.gen(function* () {
    const [first, second] = given
    if (first === undefined) {
      return yield* Either.left(
        "--thread is missing: give the id of a thread that the server has, better two, or set INBOX_CONTRACT_THREAD"
      )
    }
    if (given.length > 2) return yield* Either.left(`${source} has ${given.length} threads; give one or two`)
    for (const id of given) yield* identifier(source)(id)
    return first === second
      ? yield* Either.left(`${source} names the same thread twice; give two different ones, or one`)
      : second === undefined
        ? [first]
        : [first, second]
  })

export const identifier =
  (flag: string) =>
  (text: string): Read<string> =>
    /^[0-9a-z]+$/.test(text) && !text.endsWith("\n")
      ? Either.right(text)
      : Either.left(`${flag} ${JSON.stringify(text)} is no id: ids have the characters 0-9 and a-z only`)

export const integer =
  (flag: string, least: number) =>
  (text: string): Read<number> => {
    const value = Number(text)
    return /^[+-]?\d+$/.test(text) && Number.isSafeInteger(value) && value >= least
      ? Either.right(value)
      : Either.left(
          `${flag} ${JSON.stringify(text)} is not a whole number${least === 1 ? " of at least 1" : ""}; write it as in ${flag} ${least === 1 ? 100 : 42}`
        )
  }

const units: Readonly<Record<string, number>> = { second: 1_000, minute: 60_000, hour: 3_600_000 }

const interval = (text: string): Read<number> => {
  const [, amount, unit] = /^(\d+)\/(second|minute|hour)$/.exec(text) ?? []
  const milliseconds = (units[unit ?? ""] ?? 0) / Number(amount ?? 0)
  return Number.isFinite(milliseconds) && milliseconds > 0
    ? Either.right(milliseconds)
    : Either.left(
        `--rate ${JSON.stringify(text)} is not a number of requests in a time; write it as in 5/second, 250/minute or 10000/hour`
      )
}

const factors: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }

/** Longest delay of a timer, in milliseconds. */
const longest = 2 ** 31 - 1

export const duration =
  (flag: string, example: string) =>
  (text: string): Read<number> => {
    const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? []
    const milliseconds = Number(amount ?? 0) * (factors[unit ?? ""] ?? 0)
    return milliseconds >= 1 && milliseconds <= longest
      ? Either.right(milliseconds)
      : Either.left(
          `${flag} ${JSON.stringify(text)} is not a time; write a number with ms, s, m or h, as in ${flag} ${example}`
        )
  }

export const budget = (text: string): Read<Budget.Budget> => {
  const found = Budget.names.find((name) => name === text)
  const meant = nearest(text, Budget.names)
  return found === undefined
    ? Either.left(
        `--budget has no size ${JSON.stringify(text)}; ${
          meant === undefined ? `use ${alternatives(Budget.names)}` : `did you mean ${meant}?`
        }`
      )
    : Either.right(found)
}

/** Reads amount and pace. */
export const pace = (
  flags: {
    readonly [F in "budget" | "runs" | "seed" | "rate" | "timeout" | "max-duration"]: string | undefined
  }
) =>
  Either.gen(function* () {
    return {
      budget: yield* optional(flags.budget, budget),
      runs: yield* optional(flags.runs, integer("--runs", 1)),
      seed: yield* optional(flags.seed, integer("--seed", Number.MIN_SAFE_INTEGER)),
      /** Milliseconds from one request to the next. */
      interval: yield* optional(flags.rate, interval),
      timeout: yield* optional(flags.timeout, duration("--timeout", "10s")),
      maxDuration: yield* optional(flags["max-duration"], duration("--max-duration", "5m"))
    }
  })

const ids: ReadonlyArray<string> = Requirement.all.map(({ id }) => id)

/** Every id of a requirement, and every beginning of one. */
export const known: ReadonlyArray<string> = [
  ...new Set(
    ids.flatMap((id) => {
      const parts = id.split(".")
      return parts.map((_, position) => parts.slice(0, position + 1).join("."))
    })
  )
]

const patterns = (flag: string, lists: ReadonlyArray<string>): Read<ReadonlyArray<string>> =>
  Either.gen(function* () {
    const given = lists.flatMap(listed)
    for (const pattern of given) {
      if (ids.some((id) => Requirement.matches(pattern, id))) continue
      const meant = nearest(pattern, known)
      return yield* Either.left(
        `${flag} names ${JSON.stringify(pattern)}, which is no requirement; ${
          meant === undefined ? `${called} list shows them` : `did you mean ${meant}?`
        }`
      )
    }
    return lists.length > 0 && given.length === 0
      ? yield* Either.left(`${flag} names no requirement; ${called} list shows them`)
      : given
  })

/** Which requirements are asked for: something has to be left. */
export const selection = (flags: {
  readonly only: ReadonlyArray<string>
  readonly skip: ReadonlyArray<string>
}): Read<{ readonly only: ReadonlyArray<string>; readonly skip: ReadonlyArray<string> }> =>
  Either.gen(function* () {
    const only = yield* patterns("--only", flags.only)
    const skip = yield* patterns("--skip", flags.skip)
    const isLeft = (id: string) =>
      (only.length === 0 || only.some((pattern) => Requirement.matches(pattern, id))) &&
      !skip.some((pattern) => Requirement.matches(pattern, id))
    return ids.some(isLeft)
      ? { only, skip }
      : yield* Either.left("--skip leaves nothing to test; take something out of it, or add to --only")
  })

/** Reads the flags that `run` and `matrix` share. */
export const testing = ({
  several,
  single,
  switches
}: {
  readonly several: Parameters<typeof selection>[0]
  readonly single: Parameters<typeof pace>[0] & { readonly concurrency: string | undefined }
  readonly switches: { readonly strict: boolean; readonly "allow-hosted": boolean }
}) =>
  Either.gen(function* () {
    return {
      ...(yield* pace(single)),
      concurrency: yield* optional(single.concurrency, integer("--concurrency", 1)),
      ...(yield* selection(several)),
      strict: switches.strict,
      allowHosted: switches["allow-hosted"]
    }
  })

/** A report that is asked for. */
export interface ReportFile<Format extends string> {
  readonly format: Format
  /** `undefined`: standard output. */
  readonly file: string | undefined
}

/** The values of `--report`. */
export const readReports = <const Format extends string>(
  formats: ReadonlyArray<Format>,
  values: ReadonlyArray<string>
): Read<ReadonlyArray<ReportFile<Format>>> =>
  Either.gen(function* () {
    const files: Array<ReportFile<Format>> = []
    for (const value of values) {
      const equals = value.indexOf("=")
      const name = equals === -1 ? value : value.slice(0, equals)
      const file = equals === -1 ? "" : value.slice(equals + 1)
      const format = formats.find((each) => each === name)
      if (format === undefined) {
        return yield* Either.left(
          `--report has no format ${JSON.stringify(name)}; write ${alternatives(formats.map((each) => `${each}=FILE`))}, or json=- for standard output`
        )
      }
      if (file === "")
        return yield* Either.left(`--report ${format} has no file; write it as in --report ${format}=FILE`)
      const path = file === "-" ? undefined : file
      if (files.some((each) => each.file === path)) {
        return yield* Either.left(
          `--report writes twice to ${path ?? "standard output"}; give each report a file of its own`
        )
      }
      files.push({ format, file: path })
    }
    return files
  })
