import { wrap } from "../wrap.js"
import { type Command, commands, type Entry, type Flag } from "./flags.js"

const general: ReadonlyArray<Entry> = [
  ["-h, --help", "Show this"],
  ["--version", "Show the version"],
  ["--completions SHELL", "Print completions for bash, fish or zsh"],
  ["--wizard", "Be asked for each flag"]
]

const valued = (flags: Readonly<Record<string, Flag>>, suffix: string): ReadonlyArray<Entry> =>
  Object.entries(flags).map(([name, { description, value }]) => [`--${name} ${value}${suffix}`, description] as const)

const flagsOf = ({ several, single, switches }: Command): ReadonlyArray<Entry> => [
  ...valued(single, ""),
  ...valued(several, " ..."),
  ...Object.entries(switches).map(([name, description]) => [`--${name}`, description] as const)
]

/** Two columns, or one below the other where the page is narrow. */
const list = (title: string, entries: ReadonlyArray<Entry>, width: number): ReadonlyArray<string> => {
  if (entries.length === 0) return []
  const column = Math.max(...entries.map(([term]) => term.length)) + 4
  const isNarrow = width - column < 36
  const indent = isNarrow ? 6 : column
  return [
    "",
    title,
    ...entries.flatMap(([term, description]) => {
      const [first = "", ...rest] = wrap(description, width - indent)
      const below = rest.map((line) => `${" ".repeat(indent)}${line}`)
      return isNarrow
        ? [`  ${term}`, `${" ".repeat(indent)}${first}`, ...below]
        : [`  ${term.padEnd(column - 2)}${first}`, ...below]
    })
  ]
}

const usage = (name: string, { operand, ...command }: Command): string => {
  const flags = flagsOf({ ...command })
  const one = flags.length === 1 ? ` [${flags[0]?.[0] ?? ""}]` : " [flags]"
  return `inbox-contract ${name}${operand === undefined ? "" : ` [${operand.value}]`}${flags.length === 0 ? "" : one}`
}

const ofCommand = (name: string, command: Command, width: number): ReadonlyArray<string> => {
  const { operand } = command
  return [
    usage(name, command),
    "",
    ...wrap(command.about, width),
    ...list("What to name", operand === undefined ? [] : [[operand.value, operand.description]], width),
    ...list("Flags (those with ... may be repeated)", flagsOf(command), width),
    ...list("Exit codes", command.exitCodes, width),
    ...list("Examples", command.examples, width)
  ]
}

const ofAll = (width: number): ReadonlyArray<string> => [
  "inbox-contract COMMAND [flags]",
  "",
  ...wrap(
    "Tests whether a server keeps the contract of the Inbox API's Send message endpoint, and proves it where it does not.",
    width
  ),
  ...list(
    "Commands (inbox-contract COMMAND --help has their flags)",
    Object.entries(commands).map(([name, { summary }]) => [name, summary]),
    width
  ),
  ...list("Anywhere", general, width),
  ...list("Exit codes", commands.run.exitCodes, width),
  ...list("Examples", commands.run.examples, width)
]

/** Whether the words ask for help, whatever else they say. */
export const isAskedFor = (words: ReadonlyArray<string>): boolean =>
  words.some((word) => word === "--help" || word === "-h")

/** The help of a command, or of all of them. */
export const render = (name: string | undefined, pageWidth: number): string => {
  const width = Math.min(100, pageWidth)
  const command = Object.entries(commands).find(([each]) => each === name)
  return `${(command === undefined ? ofAll(width) : ofCommand(...command, width)).join("\n")}\n`
}
