/**
 * Checks the arguments of a command before it runs, and says what is wrong in one sentence that names the flag and the
 * fix. The commands of the packages beside this one begin with it.
 *
 * @since 0.1.0
 */

/**
 * The values that a flag takes, in words and as a check. A value that is secret is never repeated.
 *
 * @since 0.1.0
 * @category models
 */
export interface Kind {
  /** The values in words, to go on after "takes". */
  readonly takes: string
  /** Tells a value of this kind. */
  readonly accepts: (value: string) => boolean
  /** True for values that are not repeated. Default: false. */
  readonly isSecret?: boolean | undefined
}

/**
 * A flag that takes a value.
 *
 * @since 0.1.0
 * @category models
 */
export interface Flag {
  /** A value to show. */
  readonly example: string
  /** The values that it takes. Default: any. */
  readonly kind?: Kind | undefined
  /** The variable of the environment that stands for it where it is not given. Default: none. */
  readonly variable?: string | undefined
  /** True if it may be given more than once. Default: false. */
  readonly isRepeated?: boolean | undefined
  /** True if it has to be given. Default: false. */
  readonly isRequired?: boolean | undefined
}

/**
 * The flags of a command by their names, dashes included. One without a value is a `"switch"`.
 *
 * @since 0.1.0
 * @category models
 */
export type Flags = Readonly<Record<string, Flag | "switch">>

/**
 * The flags of a command and of those below it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Usage {
  /** The flags of the command itself. */
  readonly flags: Flags
  /** The flags of the commands below it, by their names. Default: there are none. */
  readonly commands?: Readonly<Record<string, Flags>> | undefined
}

const isInteger = (value: string, minimum: number, maximum: number): boolean =>
  /^\d{1,15}$/.test(value) && Number(value) >= minimum && Number(value) <= maximum

/**
 * Whole numbers of a range.
 *
 * @since 0.1.0
 * @category kinds
 */
export const integer = (minimum: number, maximum: number, unit = "a whole number"): Kind => ({
  takes: `${unit} from ${minimum} to ${maximum}`,
  accepts: (value) => isInteger(value, minimum, maximum)
})

/**
 * Ports, of which 0 picks a free one.
 *
 * @since 0.1.0
 * @category kinds
 */
export const port: Kind = integer(0, 65_535)

/**
 * Seconds, without a unit: a second to a day.
 *
 * @since 0.1.0
 * @category kinds
 */
export const seconds: Kind = integer(1, 86_400, "whole seconds, without a unit,")

/**
 * Words of a list.
 *
 * @since 0.1.0
 * @category kinds
 */
export const oneOf = (words: ReadonlyArray<string>): Kind => ({
  takes: words.join(" or "),
  accepts: (value) => words.includes(value)
})

/**
 * URLs with one of these schemes, a host, and nothing behind the path. Credentials are taken where that is said. A value
 * is never repeated: it may hold some where they are not taken.
 *
 * @since 0.1.0
 * @category kinds
 */
export const url = (schemes: ReadonlyArray<string>, takesCredentials = false): Kind => ({
  takes: `a URL that begins with ${schemes.map((scheme) => `${scheme}://`).join(" or ")}`,
  isSecret: true,
  accepts: (value) => {
    if (!URL.canParse(value)) return false
    const { hash, hostname, password, protocol, search, username } = new URL(value)
    const isBare = hash === "" && search === "" && (takesCredentials || (username === "" && password === ""))
    return schemes.includes(protocol.slice(0, -1)) && hostname !== "" && isBare
  }
})

/** Flags that the command line library gives to every command. */
const everywhere: Flags = {
  "--help": "switch",
  "-h": "switch",
  "--version": "switch",
  "--wizard": "switch",
  "--completions": { example: "bash", kind: oneOf(["sh", "bash", "fish", "zsh"]) },
  "--log-level": {
    example: "info",
    kind: oneOf(["all", "trace", "debug", "info", "warning", "error", "fatal", "none"])
  }
}

/** Flags that ask for something else than what the command does. */
const questions = new Set(["--help", "-h", "--version", "--wizard", "--completions"])

/** The number of edits from one word to the other: a letter more, less or another one, or two of them turned round. */
const distance = (from: string, to: string): number => {
  let before: ReadonlyArray<number> = []
  let last: ReadonlyArray<number> = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let row = 1; row <= from.length; row++) {
    const next = [row]
    for (let column = 1; column <= to.length; column++) {
      const isSame = from[row - 1] === to[column - 1]
      const isTurned = row > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
      const edits = [
        (last[column] ?? 0) + 1,
        (next[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (isSame ? 0 : 1),
        ...(isTurned ? [(before[column - 2] ?? 0) + 1] : [])
      ]
      next.push(Math.min(...edits))
    }
    before = last
    last = next
  }
  return last[to.length] ?? 0
}

/**
 * The known word that was probably meant: the nearest one, at most two edits away, or a third of the word's length.
 *
 * @since 0.1.0
 * @category getters
 */
export const nearest = (word: string, known: ReadonlyArray<string>): string | undefined =>
  known
    .map((each) => ({ each, edits: distance(word, each) }))
    .filter(({ each, edits }) => edits <= Math.min(Math.max(2, Math.floor(word.length / 3)), each.length - 2))
    .reduce<{ readonly each: string; readonly edits: number } | undefined>(
      (best, other) => (best !== undefined && best.edits <= other.edits ? best : other),
      undefined
    )?.each

/**
 * A text between single quotes, as one word in which a POSIX shell changes nothing.
 *
 * @since 0.1.0
 * @category rendering
 */
export const singleQuoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

/**
 * A text as one word of a POSIX shell, with quotes only where it needs them.
 *
 * @since 0.1.0
 * @category rendering
 */
export const shellWord = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : singleQuoted(text))

const unknown = (what: string, word: string, known: ReadonlyArray<string>): string => {
  const meant = nearest(word, known)
  return `There is no ${what} ${word}${meant === undefined ? "" : `: did you mean ${meant}?`}`
}

const wrongValue = (name: string, example: string, kind: Kind, value: string): string =>
  `${name} takes ${kind.takes}, as in ${example}${kind.isSecret === true ? "" : `, not ${JSON.stringify(value)}`}`

const split = (argument: string): readonly [name: string, value: string | undefined] => {
  const equals = argument.startsWith("-") ? argument.indexOf("=") : -1
  return equals === -1 ? [argument, undefined] : [argument.slice(0, equals), argument.slice(equals + 1)]
}

/** The walk along the arguments of a call. */
class Walk {
  readonly #usage: Usage
  readonly #rest: Array<string>
  readonly #seen = new Set<string>()
  #flags: Flags
  #isBelow = false
  /** True once something else is asked for than what the command does. */
  #isQuestion = false

  constructor(usage: Usage, args: ReadonlyArray<string>) {
    this.#usage = usage
    this.#rest = [...args]
    this.#flags = { ...usage.flags, ...everywhere }
  }

  /** The first thing that is wrong, by the order of the arguments, and then by what is not there. */
  fault(environment: Readonly<Record<string, string | undefined>>): string | undefined {
    for (let word = this.#rest.shift(); word !== undefined; word = this.#rest.shift()) {
      const fault = word.startsWith("-") ? this.#flag(word) : this.#word(word)
      if (fault !== undefined) return fault
    }
    return this.#isQuestion ? undefined : this.#missing(environment)
  }

  #word(word: string): string | undefined {
    const { commands } = this.#usage
    const found = this.#isBelow ? undefined : commands?.[word]
    if (found === undefined) {
      return commands === undefined || this.#isBelow
        ? `There is nothing to do with ${JSON.stringify(word)}`
        : unknown("command", word, Object.keys(commands))
    }
    this.#isBelow = true
    this.#flags = { ...found, ...everywhere }
    this.#seen.clear()
    return undefined
  }

  #flag(word: string): string | undefined {
    const [name, inline] = split(word)
    const flag = Object.hasOwn(this.#flags, name) ? this.#flags[name] : undefined
    if (flag === undefined) return unknown("flag", name, Object.keys(this.#flags))
    if (questions.has(name)) this.#isQuestion = true
    if (flag === "switch") return inline === undefined ? undefined : `${name} takes no value: give it alone`
    const value = inline ?? this.#rest.shift()
    if (value === undefined || value === "" || (inline === undefined && value.startsWith("--"))) {
      return `${name} needs a value, as in ${name} ${flag.example}`
    }
    if (this.#seen.has(name) && flag.isRepeated !== true) return `${name} is given twice: give it once`
    this.#seen.add(name)
    return flag.kind === undefined || flag.kind.accepts(value)
      ? undefined
      : wrongValue(name, `${name} ${flag.example}`, flag.kind, value)
  }

  #missing(environment: Readonly<Record<string, string | undefined>>): string | undefined {
    for (const [name, flag] of Object.entries(this.#flags)) {
      if (flag === "switch" || this.#seen.has(name)) continue
      const { example, isRequired, kind, variable } = flag
      const value = variable === undefined ? undefined : environment[variable]
      if (value === undefined && isRequired === true) return `${name} is missing: give it, as in ${name} ${example}`
      if (value === undefined || kind === undefined || kind.accepts(value)) continue
      return wrongValue(variable ?? name, `${variable}=${example}`, kind, value)
    }
    return undefined
  }
}

/**
 * Finds the first thing that is wrong with the arguments of a call, in one sentence: a flag or a command that there is not
 * (with the one that was probably meant), a value that is missing or not of its kind, a flag that is given twice or not at
 * all, and a variable of the environment that is not of its kind.
 *
 * @example
 * ```ts
 * import * as CommandLine from "@inbox-effect/client/CommandLine"
 *
 * const usage = { flags: { "--port": { example: "8787", kind: CommandLine.port, variable: "APP_PORT" } } }
 *
 * CommandLine.findFault(usage, ["--prot", "1"]) // "There is no flag --prot: did you mean --port?"
 * ```
 *
 * @since 0.1.0
 * @category getters
 */
export const findFault = (
  usage: Usage,
  args: ReadonlyArray<string>,
  environment: Readonly<Record<string, string | undefined>> = {}
): string | undefined => new Walk(usage, args).fault(environment)
