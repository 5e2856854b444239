import { wrap } from "../wrap.js"
import * as Flags from "./flags.js"

/** A line of a list: what to type, and what it does. */
type Entry = readonly [term: string, description: string]

const commands: ReadonlyArray<Entry> = [
  ["run", "Test a server"],
  ["list", "List the requirements: id, level and when each holds"],
  ["openapi", "Print the contract as an OpenAPI 3.1 document"]
]

const general: ReadonlyArray<Entry> = [
  ["-h, --help", "Show this"],
  ["--version", "Show the version"],
  ["--completions SHELL", "Print completions for sh, bash, fish or zsh"],
  ["--wizard", "Be asked for each flag"]
]

const exitCodes: ReadonlyArray<Entry> = [
  ["0", "the server conforms"],
  ["1", "it violates the contract"],
  ["2", "wrong usage"],
  ["3", "it could not be told"]
]

const examples: ReadonlyArray<Entry> = [
  ["inbox-contract run", "tests the sandbox, which it starts"],
  [
    "inbox-contract run --url http://127.0.0.1:8787/api/v1 --thread thread1",
    "tests your server, with the token in INBOX_API_TOKEN"
  ]
]

const valued = (flags: Readonly<Record<string, Flags.Flag>>, suffix: string): ReadonlyArray<Entry> =>
  Object.entries(flags).map(([name, { description, value }]) => [`--${name} ${value}${suffix}`, description] as const)

const runFlags: ReadonlyArray<Entry> = [
  ...valued(Flags.single, ""),
  ...valued(Flags.several, " ..."),
  ...Object.entries(Flags.switches).map(([name, description]) => [`--${name}`, description] as const)
]

/** Two columns, or one below the other where the page is narrow. */
const list = (title: string, entries: ReadonlyArray<Entry>, width: number): ReadonlyArray<string> => {
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

/** Whether the words ask for help, whatever else they say. */
export const isAskedFor = (words: ReadonlyArray<string>): boolean =>
  words.some((word) => word === "--help" || word === "-h")

/** The help of a command, or of all of them. */
export const render = (command: string | undefined, pageWidth: number): string => {
  const width = Math.min(100, pageWidth)
  const body = (): ReadonlyArray<string> => {
    switch (command) {
      case "run":
        return [
          "inbox-contract run [flags]",
          "",
          ...wrap(
            "Tests a server, and proves every promise that it breaks with the smallest request that shows it. It sends real messages.",
            width
          ),
          ...list("Flags (those with ... may be repeated)", runFlags, width),
          ...list("Exit codes", exitCodes, width),
          ...list("Examples", examples, width)
        ]
      case "list":
        return [
          "inbox-contract list [--verbose]",
          "",
          ...wrap(
            "Lists the requirements: id, level and when each holds. With --verbose also the sentence that each rests on, and what a client suffers where it does not hold.",
            width
          )
        ]
      case "openapi":
        return ["inbox-contract openapi", "", "Prints the contract as an OpenAPI 3.1 document."]
      default:
        return [
          "inbox-contract COMMAND [flags]",
          "",
          ...wrap(
            "Tests whether a server keeps the contract of the Inbox API's Send message endpoint, and proves it where it does not.",
            width
          ),
          ...list("Commands (inbox-contract COMMAND --help has their flags)", commands, width),
          ...list("Anywhere", general, width),
          ...list("Exit codes", exitCodes, width),
          ...list("Examples", examples, width)
        ]
    }
  }
  return `${body().join("\n")}\n`
}
