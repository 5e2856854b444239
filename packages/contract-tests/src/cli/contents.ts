/**
 * A file of contents of the user's own.
 *
 * @since 0.1.0
 */
import * as Either from "effect/Either"
import type { Read } from "./read.js"

/**
 * Reads contents: a JSON array of strings where the file begins with a bracket, one a line otherwise. Left is the end of a
 * sentence that names the line, or the entry of the array.
 */
export const parse = (text: string): Read<ReadonlyArray<string>> => {
  const plain = text.replace(/^\ufeff/, "")
  return plain.trimStart().startsWith("[") ? entries(plain) : lines(plain)
}

const lines = (text: string): Read<ReadonlyArray<string>> => {
  const all = text.replace(/\r?\n$/, "").split(/\r?\n/)
  const empty = all.indexOf("")
  const damaged = all.findIndex((line) => line.includes("\ufffd"))
  if (damaged !== -1)
    return Either.left(
      `line ${damaged + 1} is not UTF-8, or has U+FFFD in it; such contents can stand in a JSON array, as "\\ufffd"`
    )
  return empty === -1
    ? Either.right(all)
    : Either.left(`line ${empty + 1} is empty, and a content has at least one character; leave the line out`)
}

const entries = (text: string): Read<ReadonlyArray<string>> =>
  Either.gen(function* () {
    const value = yield* Either.try({
      try: (): unknown => JSON.parse(text),
      catch: (error) => `it begins as a JSON array and is none${lineOf(error, text)}`
    })
    if (!Array.isArray(value)) return yield* Either.left("it begins as a JSON array and is none")
    const wrong = value.findIndex((each) => typeof each !== "string" || each === "")
    if (wrong !== -1) {
      const kind = value[wrong] === "" ? "is empty, and a content has at least one character" : "is not a string"
      return yield* Either.left(`entry ${wrong + 1} of the array ${kind}`)
    }
    return value.length === 0 ? yield* Either.left("the array is empty; give at least one content") : value
  })

/** The line of a syntax error, where the engine tells its position. */
const lineOf = (error: unknown, text: string): string => {
  const [, position] = /position (\d+)/.exec(error instanceof Error ? error.message : "") ?? []
  return position === undefined ? "" : ` (line ${text.slice(0, Number(position)).split("\n").length})`
}
