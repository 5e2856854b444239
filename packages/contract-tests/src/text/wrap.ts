/** Wraps, cuts and pads text by its width on a terminal. */
import stringWidth from "string-width"

/** Breaks a text at its spaces; a word that is longer than the width stands alone, whole. */
export const wrap = (text: string, width: number): ReadonlyArray<string> => {
  const lines: Array<string> = []
  for (const word of text.split(" ")) {
    const last = lines.at(-1)
    if (last !== undefined && stringWidth(last) + 1 + stringWidth(word) <= width)
      lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

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

/** A command as lines that can be pasted together: all but the last end in a backslash. */
export const continued = (command: string, width: number): ReadonlyArray<string> =>
  wrapCommand(command, width - 4).map(
    (line, position, all) => `${position === 0 ? "" : "  "}${line}${position === all.length - 1 ? "" : " \\"}`
  )

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
