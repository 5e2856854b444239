import { command as called } from "../text/command.js"
import { continued, wrap } from "../text/wrap.js"
import { type Command, commands, type Entry, type Flag, topics } from "./flags.js"

const general: ReadonlyArray<Entry> = [
  ["-h, --help", "Show this"],
  ["--version", "Show the version"],
  ["--completions SHELL", "Print completions for bash, fish or zsh"],
  ["--wizard", "Be asked for each flag"]
]

const valued = (flags: Readonly<Record<string, Flag>>, suffix: string): ReadonlyArray<readonly [string, Entry]> =>
  Object.entries(flags).map(([name, { description, value }]) => [name, [`--${name} ${value}${suffix}`, description]])

/** The flags of a command by what they are about. */
const flagsOf = ({ several, single, switches }: Command): ReadonlyMap<string, ReadonlyArray<Entry>> => {
  const entries = new Map([
    ...valued(single, ""),
    ...valued(several, " ..."),
    ...Object.entries(switches).map(([name, text]) => [name, [`--${name}`, text]] as const)
  ])
  const found = new Map<string, ReadonlyArray<Entry>>()
  for (const [name, topic] of Object.entries(topics)) {
    const entry = entries.get(name)
    if (entry !== undefined) found.set(topic, [...(found.get(topic) ?? []), entry])
  }
  return found
}

const widest = (entries: ReadonlyArray<Entry>): number => Math.max(0, ...entries.map(([term]) => term.length))

/** Two columns, or one below the other where the page is narrow. */
const list = (
  title: string,
  entries: ReadonlyArray<Entry>,
  width: number,
  column = widest(entries) + 4
): ReadonlyArray<string> => {
  if (entries.length === 0) return []
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

/** Commands in as many lines as the page needs, each with what it does. */
const examples = (entries: ReadonlyArray<Entry>, width: number): ReadonlyArray<string> =>
  entries.length === 0
    ? []
    : [
        "",
        "Examples",
        ...entries.flatMap(([command, description]) => [
          ...continued(`${called} ${command}`, width - 4).map((line) => `  ${line}`),
          ...wrap(description, width - 6).map((line) => `      ${line}`)
        ])
      ]

const usage = (name: string, { operand, ...command }: Command): string => {
  const flags = [...flagsOf(command).values()].flat()
  const one = flags.length === 1 ? ` [${flags[0]?.[0] ?? ""}]` : " [flags]"
  return `inbox-contract ${name}${operand === undefined ? "" : ` [${operand.value}]`}${flags.length === 0 ? "" : one}`
}

const ofCommand = (name: string, command: Command, width: number): ReadonlyArray<string> => {
  const { operand } = command
  const flags = [...flagsOf(command)]
  const column = widest(flags.flatMap(([, entries]) => entries)) + 4
  return [
    usage(name, command),
    "",
    ...wrap(command.about, width),
    ...list("What to name", operand === undefined ? [] : [[operand.value, operand.description]], width),
    ...flags.flatMap(([topic, entries]) => list(flags.length === 1 ? "Flags" : topic, entries, width, column)),
    ...(Object.keys(command.several).length === 0 ? [] : ["", "Flags with ... may be repeated."]),
    ...list("Exit codes", command.exitCodes, width),
    ...examples(command.examples, width)
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
  ...examples(commands.run.examples, width)
]

/** Tells whether the words ask for help, regardless of the others. */
export const isAskedFor = (words: ReadonlyArray<string>): boolean =>
  words.some((word) => word === "--help" || word === "-h")

/** The help of a command, or of all of them. */
export const render = (name: string | undefined, pageWidth: number): string => {
  const width = Math.min(100, pageWidth)
  const command = Object.entries(commands).find(([each]) => each === name)
  return `${(command === undefined ? ofAll(width) : ofCommand(...command, width)).join("\n")}\n`
}
