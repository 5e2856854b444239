import { nearest } from "@inbox-effect/client/CommandLine"
import * as Either from "effect/Either"
import { command as called } from "../text/command.js"
import { enumerated } from "../text/words.js"
import { type Command, commands, type Flag, type Name, names } from "./flags.js"

/** Flags that the command line library adds to every command, with an example of their value. */
const builtIn: Readonly<Record<string, string | undefined>> = {
  "--help": undefined,
  "-h": undefined,
  "--version": undefined,
  "--wizard": undefined,
  "--completions": "bash",
  "--log-level": "info"
}

const valuedOf = ({ several, single }: Command): Readonly<Record<string, Flag>> => ({ ...single, ...several })

const flagsOf = (command: Command): ReadonlyArray<string> =>
  Object.keys({ ...valuedOf(command), ...command.switches }).map((flag) => `--${flag}`)

/** Words of which one is meant: run, list or openapi. */
export const alternatives = (words: ReadonlyArray<string>): string => enumerated(words, "or")

const unknownFlag = (flag: string, name: Name): string => {
  const meant = nearest(flag, [...flagsOf(commands[name]), ...Object.keys(builtIn)])
  if (meant !== undefined) return `${flag} is not a flag of ${name}; did you mean ${meant}?`
  const owners = names.filter((each) => flagsOf(commands[each]).includes(flag))
  const elsewhere = owners.length === 0 ? "" : `; it belongs to ${alternatives(owners)}`
  return `${flag} is not a flag of ${name}${elsewhere}; ${called} ${name} --help shows every flag`
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
    return Either.left(
      `the command is missing; use ${alternatives(names)}, which --help explains. To begin with: ${called} run`
    )
  }
  if (command.startsWith("-")) {
    const [flag, inline] = split(command)
    if (flag === "--completions") return Either.map(checkShell(inline ?? rest[0]), (shell) => [flag, shell])
    return flag in builtIn
      ? Either.right(words)
      : Either.left(`${flag} comes after a command: ${called} run ${flag} ...`)
  }
  if (!isName(command)) {
    const meant = nearest(command, names)
    return Either.left(
      `there is no command ${JSON.stringify(command)}; ${meant === undefined ? `use ${alternatives(names)}` : `did you mean ${meant}?`}`
    )
  }
  return Either.map(checkFlags(command, rest), (flags) => [command, ...flags])
}

const shells: ReadonlyArray<string> = ["bash", "fish", "zsh"]

const checkShell = (shell = ""): Either.Either<string, string> =>
  shells.includes(shell)
    ? Either.right(shell)
    : Either.left(
        `--completions ${shell === "" ? "needs the name of a shell" : `has no ${JSON.stringify(shell)}`}; write it as in ${alternatives(shells.map((each) => `--completions ${each}`))}`
      )

const isName = (word: string): word is Name => (names as ReadonlyArray<string>).includes(word)

const checkFlags = (name: Name, words: ReadonlyArray<string>): Either.Either<ReadonlyArray<string>, string> => {
  const command: Command = commands[name]
  const valued = valuedOf(command)
  const own = new Set(flagsOf(command))
  const seen = new Map<string, Array<string>>()
  const extra: Array<string> = []
  const operands: Array<string> = []
  let before: string = name
  for (let position = 0; position < words.length; position++) {
    const [flag, inline] = split(words[position] ?? "")
    if (!flag.startsWith("-") || flag === "-") {
      if (command.operand === undefined) {
        return Either.left(
          `${name} takes flags only, and the word after ${before} belongs to none; put quotes around a value with spaces`
        )
      }
      operands.push(words[position] ?? "")
      if (operands.length > 1) return Either.left(`${name} takes one ${command.operand.value}; leave out the others`)
      continue
    }
    const example = valued[flag.slice(2)]?.example ?? builtIn[flag]
    if (!own.has(flag) && !(flag in builtIn)) return Either.left(unknownFlag(flag, name))
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
    else if (seen.has(flag) && !(flag.slice(2) in command.several)) {
      return Either.left(`${flag} is given twice; give it once`)
    } else seen.set(flag, [...(seen.get(flag) ?? []), value])
    before = `the value of ${flag}`
  }
  return Either.right([
    ...extra,
    ...[...seen].flatMap(([flag, values]) => (values.length === 0 ? [flag] : values.flatMap((value) => [flag, value]))),
    ...operands
  ])
}

const isFlag = (word: string): boolean => /^--[a-z]|^-h$/.test(word)
