import { Chalk, type ChalkInstance } from "chalk"
import type { Status } from "../../Report.js"
import type { Level } from "../../Requirement.js"
import type { Options } from "../../Terminal.js"
import { wrap } from "../wrap.js"

/** How what is written looks: colour, width, and whether it is ASCII only. */
export interface Page {
  readonly paint: ChalkInstance
  readonly width: number
  readonly ascii: boolean
  readonly verbose: boolean
}

export const makePage = ({ ascii, color, verbose, width }: Options): Page => ({
  // The sixteen basic colours follow the theme of the terminal.
  paint: new Chalk({ level: color === true ? 1 : 0 }),
  width: Math.max(40, width ?? 100),
  ascii: ascii ?? false,
  verbose: verbose ?? false
})

/** The text of lines, with a newline at its end. */
export const finished = (page: Page, lines: ReadonlyArray<string>): string => {
  const text = `${lines.map((line) => line.trimEnd()).join("\n")}\n`
  return page.ascii ? toAscii(text) : text
}

const spellings: ReadonlyMap<string, string> = new Map([
  ["✔", "+"],
  ["✖", "x"],
  ["▲", "!"],
  ["○", "o"],
  ["·", "-"],
  ["…", "..."],
  ["⟨", "<"],
  ["⟩", ">"],
  ["×", "x"],
  ["→", "->"]
])

const toAscii = (text: string): string =>
  [...text]
    .map((character) =>
      character <= "\x7f"
        ? character
        : (spellings.get(character) ??
          `<U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}>`)
    )
    .join("")

/** As much of a text as fits. */
export const cut = (text: string, width: number): string =>
  text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1)).trimEnd()}…`

const labelWidth = 10

/** A label with a text beside it, wrapped under itself; below it where the page is narrow. */
export const labelled = (
  label: string,
  text: string,
  page: Page,
  indent: number,
  color: (line: string) => string = (line) => line
): ReadonlyArray<string> => {
  const margin = " ".repeat(indent + labelWidth)
  return wrap(text, page.width - margin.length).map((line, position) =>
    position === 0
      ? `${" ".repeat(indent)}${page.paint.dim(label.padEnd(labelWidth))}${color(line)}`
      : `${margin}${color(line)}`
  )
}

/** A heading. */
export const rule = (page: Page, title: string): string => page.paint.bold(title)

/** A text in the colour of a status. */
export const painted = (status: Status, text: string, { paint }: Page): string => {
  switch (status) {
    case "passed":
      return paint.green(text)
    case "failed":
      return paint.red(text)
    case "warned":
      return paint.yellow(text)
    case "waived":
      return paint.cyan(text)
    case "skipped":
      return paint.dim(text)
    case "inconclusive":
      return paint.magenta(text)
  }
}

/** A level, as wide as the other one. */
export const coloredLevel = (level: Level, { paint }: Page): string =>
  level === "MUST" ? paint.bold("MUST  ") : paint.dim("SHOULD")

/** Breaks before flags only, so that the pieces still are one command. */
export const wrapCommand = (command: string, width: number): ReadonlyArray<string> => {
  const lines: Array<string> = []
  for (const part of command.split(/ (?=--)/)) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + part.length <= width) lines[lines.length - 1] = `${last} ${part}`
    else lines.push(part)
  }
  return lines
}
