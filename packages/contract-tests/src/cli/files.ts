import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { quoted } from "./actions.js"
import type { Host } from "./host.js"
import type { ReportFile } from "./read.js"
import { type Wrong, wrong } from "./wrong.js"

const reasons: Readonly<Record<string, string>> = {
  NotFound: "its path does not exist",
  PermissionDenied: "permission is denied",
  BadResource: "it is not a file"
}

const because = (error: PlatformError): string => {
  const reason = error._tag === "SystemError" ? reasons[error.reason] : undefined
  return reason === undefined ? "" : ` (${reason})`
}

/** Fails where a file cannot be written: better now than after minutes of testing. */
export const assertWritable = (
  flag: string,
  file: string | undefined
): Effect.Effect<void, Wrong, FileSystem.FileSystem> =>
  file === undefined
    ? Effect.void
    : Effect.flatMap(FileSystem.FileSystem, (files) => Effect.scoped(files.open(file, { flag: "a" }))).pipe(
        Effect.asVoid,
        Effect.mapError((error) => unwritable(flag, file, because(error)))
      )

/** Fails where a file of a report cannot be written. */
export const assertReportable = (
  reports: ReadonlyArray<ReportFile<string>>
): Effect.Effect<void, Wrong, FileSystem.FileSystem> =>
  Effect.forEach(reports, ({ file }) => assertWritable("--report", file), { discard: true })

/** A value as the JSON of its schema, in lines. */
export const json = <A, I>(schema: Schema.Schema<A, I>, value: A): string =>
  `${JSON.stringify(Schema.encodeSync(schema)(value), undefined, 2)}\n`

export const unwritable = (flag: string, file: string, reason: string): Wrong =>
  wrong(`${flag} cannot write ${file}${reason}; give a file in a folder that exists and may be written to`)

/** Reads the file of a flag. */
export const read = (flag: string, file: string, kind: string): Effect.Effect<string, Wrong, FileSystem.FileSystem> =>
  Effect.flatMap(FileSystem.FileSystem, (files) => files.readFileString(file)).pipe(
    Effect.mapError((error) => wrong(`${flag} ${file} cannot be read${because(error)}; give the path of a ${kind}`))
  )

/** Writes the file of a flag. */
const write = (flag: string, file: string, text: string): Effect.Effect<void, Wrong, FileSystem.FileSystem> =>
  Effect.flatMap(FileSystem.FileSystem, (files) => files.writeFileString(file, text)).pipe(
    Effect.mapError((error) => unwritable(flag, file, because(error)))
  )

/**
 * Writes the reports that are asked for, and tells what they say: as a text for people, or in one sentence on standard
 * error where standard output is a report's.
 */
export const report = <Format extends string>(
  files: ReadonlyArray<ReportFile<Format>>,
  make: (format: Format) => Promise<string>,
  {
    host,
    sentence,
    text,
    written = []
  }: {
    readonly host: Host
    readonly text: string
    readonly sentence: string
    /** Other files that were written, each in a line. */
    readonly written?: ReadonlyArray<string>
  }
): Effect.Effect<void, Wrong, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    for (const { file, format } of files) {
      const content = yield* Effect.promise(() => make(format))
      yield* file === undefined ? host.out(content) : write("--report", file, content)
    }
    if (files.some(({ file }) => file === undefined)) return yield* host.err(`${sentence}\n`)
    const lines = [...files.map(({ file, format }) => `${format} report: ${file}`), ...written]
    return yield* Effect.flatMap(quoted(`${text}${lines.map((line) => `${line}\n`).join("")}`, host), host.out)
  })
