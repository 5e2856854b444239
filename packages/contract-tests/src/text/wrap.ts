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
