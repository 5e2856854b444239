import { Chalk, type ChalkInstance } from "chalk"
import stringWidth from "string-width"
import type { Level } from "../../contract/Requirement.js"
import type { Status } from "../../report/Report.js"
import { wrap } from "../../text/wrap.js"
import type { Options } from "../Terminal.js"

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

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" })

/** As much of a text as fits: whole characters, and whole words where that leaves most of it. */
export const cut = (text: string, width: number): string => {
  let end = 0
  let taken = 0
  // Only as much is looked at as could be shown: texts may be long.
  for (const { index, segment } of graphemes.segment(text)) {
    taken += stringWidth(segment)
    if (taken > width) break
    if (taken < width) end = index + segment.length
  }
  if (taken <= width) return text
  const kept = text.slice(0, end)
  const space = text[kept.length] === " " ? kept.length : kept.lastIndexOf(" ")
  return `${(3 * space > 2 * kept.length ? kept.slice(0, space) : kept).trimEnd()}…`
}

/** A text with spaces behind it, so that it takes so many columns. */
export const pad = (text: string, width: number): string => text + " ".repeat(Math.max(0, width - stringWidth(text)))

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
