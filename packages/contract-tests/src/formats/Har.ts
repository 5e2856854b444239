/**
 * The traffic of a run as an HTTP Archive (HAR 1.2), which browsers and proxies open: written to disk as it happens,
 * without the token.
 *
 * @since 0.1.0
 */
import * as Fs from "node:fs"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type * as Exchange from "../model/Exchange.js"
import { version } from "../text/version.js"
import { entry, type Target } from "./har/entry.js"

export { type Entry, entry, type Pair, type Target } from "./har/entry.js"

/**
 * A file that could not be written. `message` says why in a few words.
 *
 * @since 0.1.0
 * @category errors
 */
export class RecordingFailed extends Data.TaggedError("RecordingFailed")<{
  readonly file: string
  readonly message: string
}> {}

/**
 * An archive that is being written.
 *
 * @since 0.1.0
 * @category models
 */
export interface Recorder {
  /** Adds an exchange. Never throws: what goes wrong is told by {@link Recorder.finish}. */
  readonly record: (exchange: Exchange.Exchange) => void
  /** Writes what is still held back, and says whether everything was written. */
  readonly finish: Effect.Effect<void, RecordingFailed>
}

/**
 * Opens a file for the traffic of a target, in place of what is there. Entries go to the file in the order in which
 * their outcome was known, a few at a time, so that memory stays flat; after each write the file is a whole archive,
 * whatever ends the run. Closed with the scope.
 *
 * @example
 * ```ts
 * import { Conformance, Har } from "@inbox-effect/contract-tests"
 * import { Effect } from "effect"
 *
 * const target = { url: "http://127.0.0.1:8787/api/v1", token: "secret" }
 * export const program = Effect.gen(function* () {
 *   const recorder = yield* Har.recorder("traffic.har", target)
 *   const report = yield* Conformance.run({ ...target, threadId: "t1", onExchange: recorder.record })
 *   yield* recorder.finish
 *   return report
 * }).pipe(Effect.scoped)
 * ```
 *
 * @since 0.1.0
 * @category recording
 */
export const recorder = (file: string, target: Target): Effect.Effect<Recorder, RecordingFailed, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(Effect.try({ try: () => open(file), catch: (error) => failed(file, error) }), (archive) =>
      Effect.sync(archive.close)
    ),
    (archive) => ({
      record: (exchange) => archive.add(() => JSON.stringify(entry(exchange, target))),
      finish: Effect.suspend(() => {
        archive.flush()
        return archive.trouble === undefined ? Effect.void : failed(file, archive.trouble)
      })
    })
  )

const failed = (file: string, error: unknown): RecordingFailed =>
  new RecordingFailed({ file, message: error instanceof Error ? error.message : String(error) })

const head = `{"log":{"version":"1.2","creator":${JSON.stringify({ name: "inbox-contract", version })},"entries":[`
const tail = "\n]}}\n"

/** Characters that are held back before they are written, and milliseconds for which they are. */
const held = { characters: 65_536, milliseconds: 250 } as const

interface Archive {
  readonly add: (text: () => string) => void
  readonly flush: () => void
  readonly close: () => void
  trouble: unknown
}

const open = (file: string): Archive => {
  const descriptor = Fs.openSync(file, "w")
  let position = 0
  let isFirst = true
  let pending: Array<string> = []
  let size = 0
  let flushed = performance.now()

  /** Writes over the end of the archive, and ends it anew. */
  const write = (text: string) => {
    const bytes = Buffer.from(text + tail)
    for (let written = 0; written < bytes.byteLength; ) {
      written += Fs.writeSync(descriptor, bytes, written, bytes.byteLength - written, position + written)
    }
    position += bytes.byteLength - tail.length
  }
  const attempt = (action: () => void) => {
    if (archive.trouble !== undefined) return
    try {
      action()
    } catch (error) {
      archive.trouble = error
      pending = []
    }
  }
  const archive: Archive = {
    trouble: undefined,
    add: (text) =>
      attempt(() => {
        const line = text()
        pending.push(line)
        size += line.length
        if (size >= held.characters || performance.now() - flushed >= held.milliseconds) archive.flush()
      }),
    flush: () =>
      attempt(() => {
        flushed = performance.now()
        if (pending.length === 0) return
        write(`${isFirst ? "\n" : ",\n"}${pending.join(",\n")}`)
        isFirst = false
        pending = []
        size = 0
      }),
    close: () => {
      archive.flush()
      Fs.closeSync(descriptor)
    }
  }
  write(head)
  return archive
}
