/**
 * The journal: every send is noted here under its key before the first attempt, so that a crash leaves behind what was
 * under way, and a caller's key is known again. It holds no token and no text.
 *
 * @since 0.1.0
 */
import { randomBytes } from "node:crypto"
import { join, resolve } from "node:path"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import { Book } from "./journal/book.js"
import * as Directory from "./journal/directory.js"
import type { Ended, Entry, Noted } from "./journal/entry.js"
import * as Segment from "./journal/segment.js"

/**
 * A request as the journal knows it: its key towards API v2, when it was first noted (milliseconds since the Unix epoch),
 * its thread, and, where the caller sent a key, the hashes of that key and of the message.
 *
 * @since 0.1.0
 * @category models
 */
export type { Ended, Ending, Entry, Noted } from "./journal/entry.js"

/**
 * The journal cannot be read or written, has no room left, or belongs to another process.
 *
 * @since 0.1.0
 * @category errors
 */
export class JournalError extends Data.TaggedError("JournalError")<{
  readonly reason: "Unreadable" | "Unwritable" | "Full" | "InUse"
  readonly cause?: unknown
}> {
  override get message(): string {
    const detail = this.cause instanceof Error ? `: ${this.cause.message}` : ""
    return `The journal is ${this.reason === "InUse" ? "in use" : this.reason.toLowerCase()}${detail}`
  }
}

/**
 * The operations of a journal.
 *
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /** Notes a request. Once it succeeds the note outlives the process. */
  readonly note: (noted: Noted) => Effect.Effect<void, JournalError>
  /** Notes how a request ended, soon. A crash before that leaves the request without an end, which is safe. */
  readonly end: (ended: Ended) => Effect.Effect<void>
  /** The request that was noted under a caller's key, given as its hash. */
  readonly find: (client: string) => Effect.Effect<Entry | undefined>
  /** The requests without a known end, oldest first: under way, interrupted by a crash, or never confirmed. */
  readonly unsettled: Effect.Effect<ReadonlyArray<Entry>>
  /** True if the last write came to the disk. */
  readonly isSound: Effect.Effect<boolean>
  /** The secret that callers' keys and messages are hashed with. It stays the same for as long as the journal does. */
  readonly secret: Redacted.Redacted<Uint8Array>
}

/**
 * The journal as a service.
 *
 * @since 0.1.0
 * @category tags
 */
export class Journal extends Context.Tag("@inbox-effect/gateway/Journal")<Journal, Service>() {}

/**
 * Bounds of a journal.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** The time that a caller's key and an unsettled request are remembered. Default: 24 hours. */
  readonly retention?: Duration.DurationInput | undefined
  /** The number of requests that are remembered. Where there is no room, sends are refused. Default: 100,000. */
  readonly capacity?: number | undefined
}

/**
 * Bounds of a journal on disk, and its place.
 *
 * @since 0.1.0
 * @category models
 */
export interface DirectoryOptions extends Options {
  /** The directory, made when missing. It belongs to one process at a time. */
  readonly directory: string
  /** The size of a file, in bytes, at which a new one is begun. Default: 16 MiB. */
  readonly segmentSize?: number | undefined
}

const boundsOf = (options: Options) => ({
  retention: Duration.toMillis(options.retention ?? "24 hours"),
  capacity: options.capacity ?? 100_000
})

const isUnsettled = ({ ending }: Entry): boolean => ending === undefined || ending._tag === "Unknown"

const commits = Metric.timer("inbox_gateway_journal_note", "Time until a note is on disk")

interface Store {
  /** Writes a note and enters it into the book; once it succeeds it is on disk. */
  readonly note: (noted: Noted) => Effect.Effect<void, JournalError>
  /** Writes an ending when there is time. */
  readonly end: (ended: Ended) => Effect.Effect<void>
  readonly isSound: Effect.Effect<boolean>
}

const service = (book: Book, secret: Uint8Array, store: Store): Service => ({
  note: (noted) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) =>
      book.isFull(now) ? new JournalError({ reason: "Full" }) : store.note(noted)
    ),
  end: (ended) =>
    Effect.zipRight(
      Effect.sync(() => book.end(ended)),
      store.end(ended)
    ),
  find: (client) => Effect.map(Clock.currentTimeMillis, (now) => book.find(client, now)),
  unsettled: Effect.sync(() => book.entries.filter(isUnsettled)),
  isSound: store.isSound,
  secret: Redacted.make(secret)
})

/**
 * A journal in memory. It knows callers' keys again for as long as the process lives, and remembers nothing after it.
 *
 * @since 0.1.0
 * @category constructors
 */
export const makeMemory = (options: Options = {}): Effect.Effect<Service> =>
  Effect.sync(() => {
    const book = new Book(boundsOf(options))
    return service(book, randomBytes(32), {
      note: (noted) => Effect.sync(() => book.note(noted)),
      end: () => Effect.void,
      isSound: Effect.succeed(true)
    })
  })

const io = <A>(reason: JournalError["reason"], run: () => Promise<A>): Effect.Effect<A, JournalError> =>
  Effect.tryPromise({
    try: run,
    catch: (cause) => new JournalError({ reason, cause })
  })

/** Takes the directory for this process, by a module that is native: a journal in memory does without. */
const own = (directory: string): Effect.Effect<void, JournalError, Scope.Scope> =>
  io("Unreadable", () => import("@inbox-effect/sqlite/FileLock")).pipe(
    Effect.flatMap((FileLock) => FileLock.acquire(join(directory, "lock"))),
    Effect.catchTag("OpenError", (cause) =>
      cause.reason === "Locked"
        ? new JournalError({ reason: "InUse", cause: new Error(`${directory} belongs to another process`) })
        : new JournalError({ reason: "Unreadable", cause })
    )
  )

const enter = (book: Book, record: Noted | Ended): void => {
  if (record._tag === "Noted") book.note(record)
  else book.end(record)
}

const load = (directory: string, book: Book, now: number) =>
  Effect.map(
    io("Unreadable", () => Segment.readAll(directory)),
    (records) => {
      for (const record of records) enter(book, record)
      book.expire(now)
    }
  )

interface Waiting {
  readonly record: Noted | Ended
  readonly done: (error: JournalError | undefined) => void
}

/** The largest number of records that are written at once, and of those that wait for it. */
const group = 1024
const longestQueue = 4 * group

/** Owns the file: writes groups, and begins a new file where the old one is large or half written. */
const makeWriter = (directory: string, book: Book, segmentSize: number) => {
  let segment: Segment.Segment | undefined
  const renew = async () => {
    const old = segment
    segment = undefined
    await old?.close().catch(() => undefined)
    segment = await Segment.Segment.begin(directory, book.entries)
    return segment
  }
  return {
    renew,
    close: async () => segment?.close(),
    write: async (records: ReadonlyArray<Noted | Ended>): Promise<void> => {
      const usable = segment?.isSound === true && segment.size < segmentSize ? segment : await renew()
      await usable.append(records.map(Segment.lineOf))
      // Before anything else is written: the next file begins with what the book says.
      for (const record of records) enter(book, record)
    }
  }
}

type Writer = ReturnType<typeof makeWriter>

/**
 * Writes in the background, one group after the other. A plain loop and not a fiber: a fiber that is interrupted as it
 * takes from a queue loses what it took.
 */
const makeStore = (writer: Writer): Effect.Effect<Store, never, Scope.Scope> =>
  Effect.gen(function* () {
    const waiting: Array<Waiting> = []
    let running: Promise<void> | undefined
    let sound = true

    const run = async () => {
      while (waiting.length > 0) {
        const taken = waiting.splice(0, group)
        const error = await writer.write(taken.map(({ record }) => record)).then(
          () => undefined,
          (cause: unknown) => new JournalError({ reason: "Unwritable", cause })
        )
        sound = error === undefined
        for (const { done } of taken) done(error)
      }
      running = undefined
    }

    const write = (record: Noted | Ended, done: Waiting["done"]): void => {
      if (waiting.length >= longestQueue) {
        done(new JournalError({ reason: "Full" }))
      } else {
        waiting.push({ record, done })
        running ??= run()
      }
    }

    yield* Effect.addFinalizer(() => Effect.promise(async () => running))
    return {
      note: (record) =>
        Effect.async<void, JournalError>((resume) =>
          write(record, (error) => resume(error === undefined ? Effect.void : error))
        ).pipe(Metric.trackDuration(commits)),
      // Nobody waits for it, and losing it is safe.
      end: (record) => Effect.sync(() => write(record, () => undefined)),
      isSound: Effect.sync(() => sound)
    }
  })

/**
 * A journal on disk. Notes that wait at the same time are written, and flushed to the disk, as one group. Fails where
 * the directory cannot be used, is in use by another process, or holds a damaged file.
 *
 * @since 0.1.0
 * @category constructors
 */
export const makeDirectory = (options: DirectoryOptions): Effect.Effect<Service, JournalError, Scope.Scope> =>
  Effect.gen(function* () {
    const { directory } = options
    const book = new Book(boundsOf(options))
    yield* io("Unreadable", () => Directory.make(resolve(directory)))
    yield* own(directory)
    yield* load(directory, book, yield* Clock.currentTimeMillis)
    const secret = yield* io("Unwritable", () => Directory.secret(directory))
    const writer = makeWriter(directory, book, options.segmentSize ?? 16 * 1024 * 1024)
    yield* Effect.acquireRelease(
      io("Unwritable", () => writer.renew()),
      () => Effect.ignore(io("Unwritable", () => writer.close()))
    )
    return service(book, secret, yield* makeStore(writer))
  })

/**
 * {@link makeMemory} as a layer.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerMemory = (options: Options = {}): Layer.Layer<Journal> => Layer.effect(Journal, makeMemory(options))

/**
 * {@link makeDirectory} as a layer.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerDirectory = (options: DirectoryOptions): Layer.Layer<Journal, JournalError> =>
  Layer.scoped(Journal, makeDirectory(options))
