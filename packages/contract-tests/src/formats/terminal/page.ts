import { Chalk, type ChalkInstance } from "chalk"
import type { Level } from "../../contract/Requirement.js"
import type { Status } from "../../report/Report.js"
import { wrap } from "../../text/wrap.js"

/** Layout of the output: colour, width, characters and detail. */
export interface Page {
  readonly paint: ChalkInstance
  readonly width: number
  readonly ascii: boolean
  readonly verbose: boolean
  /** Shows each finding in one line. */
  readonly brief: boolean
}

export const makePage = ({ ascii, brief, color, verbose, width }: Options): Page => ({
  // The sixteen basic colours follow the theme of the terminal.
  paint: new Chalk({ level: color === true ? 1 : 0 }),
  width: Math.max(40, width ?? 100),
  ascii: ascii ?? false,
  verbose: verbose ?? false,
  brief: brief ?? false
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

export const labelWidth = 10

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

export const levelWidth = "SHOULD".length

/** A level, as wide as the other one. */
export const coloredLevel = (level: Level, { paint }: Page): string =>
  level === "MUST" ? paint.bold("MUST".padEnd(levelWidth)) : paint.dim("SHOULD")

/**
 * Layout of a report.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** Colours the output; false unless given. */
  readonly color?: boolean | undefined
  /** Columns. 100 unless given; never fewer than 40. */
  readonly width?: number | undefined
  /** Spells everything outside ASCII in ASCII; false unless given. */
  readonly ascii?: boolean | undefined
  /** Shows every row, every class of contents and every long request; false unless given. */
  readonly verbose?: boolean | undefined
  /** Shows each finding in one line, without requests and answers; false unless given. */
  readonly brief?: boolean | undefined
  /** The command to which `--replay` is added. Made from the report's target and threads unless given. */
  readonly command?: string | undefined
}
