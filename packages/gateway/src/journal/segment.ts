/**
 * The file of the journal: appended to in groups, each of which is on disk before anybody goes on.
 */
import * as Fs from "node:fs/promises"
import * as Path from "node:path"
import * as Schema from "effect/Schema"
import { Ended, type Entry, Line, Noted } from "./entry.js"

const encode = Schema.encodeSync(Line)
const decode = Schema.decodeUnknownSync(Line)

/** The name of segment `n`. */
const nameOf = (n: number): string => `journal-${String(n).padStart(12, "0")}.jsonl`

const numbered = /^journal-(\d{12})\.jsonl$/

/** A line that is not one, before the last line of a segment. */
export class Damaged extends Error {
  override readonly name = "Damaged"
}

/** The lines of an entry. */
export const linesOf = ({ ending, ...entry }: Entry): ReadonlyArray<string> => [
  encode(Noted.make(entry)),
  ...(ending === undefined ? [] : [encode(Ended.make({ key: entry.key, ending }))])
]

/** A record as a line, without its end. */
export const lineOf = (record: Noted | Ended): string => encode(record)

const flush = async (path: string): Promise<void> => {
  const handle = await Fs.open(path, "r")
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Lists the segments of a directory, oldest first. */
const segmentsOf = async (directory: string): Promise<ReadonlyArray<number>> =>
  (await Fs.readdir(directory))
    .flatMap((name) => numbered.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b)

/** Reads a segment. A last line without an end was never waited for by anybody: a crash cut it short. */
const readSegment = async (directory: string, n: number): Promise<ReadonlyArray<Noted | Ended>> => {
  const lines = (await Fs.readFile(Path.join(directory, nameOf(n)), "utf8")).split("\n")
  return lines.slice(0, -1).map((line, index) => {
    try {
      return decode(line)
    } catch {
      throw new Damaged(`${nameOf(n)} is damaged in line ${index + 1}`)
    }
  })
}

/** Reads all that is on disk, oldest first. */
export const readAll = async (directory: string): Promise<ReadonlyArray<Noted | Ended>> => {
  const records: Array<Noted | Ended> = []
  for (const n of await segmentsOf(directory)) {
    for (const record of await readSegment(directory, n)) records.push(record)
  }
  return records
}

/** A segment that is written to. */
export class Segment {
  readonly #handle: Fs.FileHandle
  #size: number
  #sound = true

  private constructor(handle: Fs.FileHandle, size: number) {
    this.#handle = handle
    this.#size = size
  }

  /** Begins a segment with what has to be kept, and removes those before it once that is on disk. */
  static async begin(directory: string, entries: ReadonlyArray<Entry>): Promise<Segment> {
    const before = await segmentsOf(directory)
    const path = Path.join(directory, nameOf((before[before.length - 1] ?? 0) + 1))
    const kept = entries
      .flatMap(linesOf)
      .map((line) => `${line}\n`)
      .join("")
    const beginning = `${path}.new`
    await Fs.writeFile(beginning, kept, { mode: 0o600, flush: true } as never)
    await Fs.rename(beginning, path)
    await flush(directory)
    for (const n of before) await Fs.rm(Path.join(directory, nameOf(n)), { force: true })
    return new Segment(await Fs.open(path, "a", 0o600), Buffer.byteLength(kept))
  }

  /** Its size in bytes. */
  get size(): number {
    return this.#size
  }

  /** True while everything that was appended is on disk: after a failed write, half a line may be. */
  get isSound(): boolean {
    return this.#sound
  }

  /** Appends lines. When it is over they are on disk. */
  async append(lines: ReadonlyArray<string>): Promise<void> {
    const text = `${lines.join("\n")}\n`
    this.#sound = false
    await this.#handle.appendFile(text)
    await this.#handle.datasync()
    this.#size += Buffer.byteLength(text)
    this.#sound = true
  }

  async close(): Promise<void> {
    await this.#handle.close()
  }
}
