import * as Either from "effect/Either"
import { closest, distance } from "fastest-levenshtein"
import * as Flags from "./flags.js"

export const commands = ["run", "list", "openapi"] as const

export type Command = (typeof commands)[number]

const valued: Readonly<Record<string, Flags.Flag>> = { ...Flags.single, ...Flags.several }

/** What the command line library offers with every command. */
const builtIn: Readonly<Record<string, string | undefined>> = {
  "--help": undefined,
  "-h": undefined,
  "--version": undefined,
  "--wizard": undefined,
  "--completions": "bash",
  "--log-level": "info"
}

const ownFlags = (command: Command): ReadonlyArray<string> => {
  switch (command) {
    case "run":
      return [...Object.keys(valued), ...Object.keys(Flags.switches)]
    case "list":
      return ["verbose"]
    case "openapi":
      return []
  }
}

/** The word of a list that was probably meant, if one is near enough. */
export const nearest = (word: string, words: ReadonlyArray<string>): string | undefined => {
  if (words.length === 0) return undefined
  const best = closest(word, words)
  return distance(word, best) <= Math.max(2, Math.floor(word.length / 3)) ? best : undefined
}

const unknownFlag = (flag: string, command: Command): string => {
  const known = [...ownFlags(command).map((name) => `--${name}`), ...Object.keys(builtIn)]
  const meant = nearest(flag, known)
  if (meant !== undefined) return `${flag} is not a flag of ${command}; did you mean ${meant}?`
  const elsewhere = command !== "run" && ownFlags("run").includes(flag.slice(2)) ? "; it belongs to run" : ""
  return `${flag} is not a flag of ${command}${elsewhere}; inbox-contract ${command} --help shows every flag`
}

const split = (word: string): readonly [flag: string, value: string | undefined] => {
  const equals = word.indexOf("=")
  return equals === -1 ? [word, undefined] : [word.slice(0, equals), word.slice(equals + 1)]
}

/**
 * The words in the only form that the command line library reads without fail, repeated flags side by side; or what is
 * wrong with them, in one sentence that names the flag and the fix. Values are never repeated: one may be a token.
 */
export const check = (words: ReadonlyArray<string>): Either.Either<ReadonlyArray<string>, string> => {
  const [command, ...rest] = words
  if (command === undefined) {
    return Either.left("the command is missing; use run, list or openapi, which inbox-contract --help explains")
  }
  if (command.startsWith("-")) {
    return split(command)[0] in builtIn
      ? Either.right(words)
      : Either.left(`${split(command)[0]} comes after a command: inbox-contract run ${split(command)[0]} ...`)
  }
  if (!isCommand(command)) {
    const meant = nearest(command, commands)
    return Either.left(
      `there is no command ${JSON.stringify(command)}; ${meant === undefined ? "use run, list or openapi" : `did you mean ${meant}?`}`
    )
  }
  return Either.map(checkFlags(command, rest), (flags) => [command, ...flags])
}

const isCommand = (word: string): word is Command => (commands as ReadonlyArray<string>).includes(word)

const checkFlags = (command: Command, words: ReadonlyArray<string>): Either.Either<ReadonlyArray<string>, string> => {
  const own = new Set(ownFlags(command).map((name) => `--${name}`))
  const seen = new Map<string, Array<string>>()
  const extra: Array<string> = []
  let before: string = command
  for (let position = 0; position < words.length; position++) {
    const [flag, inline] = split(words[position] ?? "")
    if (!flag.startsWith("-") || flag === "-") {
      return Either.left(
        `${command} takes flags only, and the word after ${before} belongs to none; put quotes around a value with spaces`
      )
    }
    const example = valued[flag.slice(2)]?.example ?? builtIn[flag]
    if (!own.has(flag) && !(flag in builtIn)) return Either.left(unknownFlag(flag, command))
    if (example === undefined) {
      if (inline !== undefined) return Either.left(`${flag} takes no value; leave out what follows the =`)
      if (flag in builtIn) extra.push(flag)
      else seen.set(flag, [])
      before = flag
      continue
    }
    const value = inline ?? words[++position]
    if (value === undefined || value.trim() === "" || (inline === undefined && isFlag(value))) {
      return Either.left(`${flag} needs a value, as in ${flag} ${example}`)
    }
    if (flag in builtIn) extra.push(flag, value)
    else if (seen.has(flag) && !(flag.slice(2) in Flags.several)) {
      return Either.left(`${flag} is given twice; give it once`)
    } else seen.set(flag, [...(seen.get(flag) ?? []), value])
    before = `the value of ${flag}`
  }
  return Either.right([
    ...extra,
    ...[...seen].flatMap(([flag, values]) => (values.length === 0 ? [flag] : values.flatMap((value) => [flag, value])))
  ])
}

const isFlag = (word: string): boolean => /^--[a-z]|^-h$/.test(word)
