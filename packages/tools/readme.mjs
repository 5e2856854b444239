/** Reads out of a README what it tells its readers to type. */
import { readFile } from "node:fs/promises"
import { join } from "node:path"

/** A chapter, by its heading, without the chapters after it. */
const chapterOf = (text, heading) => text.split(/^## /m).find((chapter) => chapter.startsWith(`${heading}\n`)) ?? ""

/** The blocks of a language, each as one text. */
export const blocksOf = (text, language) =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms"))].map(([, block]) => block)

const linesOf = (text) =>
  blocksOf(text, "sh")
    .flatMap((block) => block.split("\n"))
    .map((line) => line.replace(/\s+#.*$/, "").trim())
    .filter((line) => line !== "")

/**
 * What a README says of getting started: the lines that install by package manager, the lines of the clone, and of the
 * quick start the lines, the variables and the first program, with its name where it has one.
 */
export const read = async (folder) => {
  const text = await readFile(join(folder, "README.md"), "utf8")
  const install = linesOf(chapterOf(text, "Install"))
  const start = chapterOf(text, "Quick start")
  const lines = linesOf(start)
  return {
    install: (word) => install.filter((line) => line.startsWith(`${word} `) && !/^npm (ci|pack)|\.tgz/.test(line)),
    packs: [...text.matchAll(/npm pack [^`\n]+/g)].map(([line]) => line),
    fromClone: install.filter((line) => line.includes(".tgz")),
    lines,
    variables: Object.fromEntries(
      lines.map((line) => /^export (\w+)=(\S+)$/.exec(line)?.slice(1)).filter((pair) => pair !== undefined)
    ),
    file: /Save this as `([^`]+)`/.exec(start)?.[1],
    program: blocksOf(start, "ts")[0]
  }
}

/** The words of a line, which has no quotes. */
export const wordsOf = (line) => line.split(/\s+/)
