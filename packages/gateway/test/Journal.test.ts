import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Journal } from "@inbox-effect/gateway"
import { Effect, Exit, Redacted, Scope } from "effect"

const directory = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "inbox-gateway-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

const noted = (n: number, at = Date.now()): Journal.Noted => ({
  _tag: "Noted",
  key: `gw${n}`,
  at,
  threadId: "thread1",
  client: { key: `client${n}`, fingerprint: "f" }
})

/** Opens a journal, uses it and closes it. */
const opened = <A, E>(
  options: Journal.DirectoryOptions,
  use: (journal: Journal.Service) => Effect.Effect<A, E>
): Effect.Effect<A, E | Journal.JournalError> => Effect.scoped(Effect.flatMap(Journal.makeDirectory(options), use))

const segments = (path: string) => readdirSync(path).filter((name) => name.endsWith(".jsonl"))

describe("a journal on disk", () => {
  it.scopedLive("knows after a restart what was noted, how it ended, and its secret", () =>
    Effect.gen(function* () {
      const path = yield* directory
      const secret = yield* opened({ directory: path }, (journal) =>
        Effect.gen(function* () {
          yield* Effect.forEach([1, 2, 3], (n) => journal.note(noted(n)), { concurrency: "unbounded" })
          yield* journal.end({ _tag: "Ended", key: "gw2", ending: { _tag: "Delivered", messageId: "m2" } })
          return journal.secret
        })
      )
      yield* opened({ directory: path }, (journal) =>
        Effect.gen(function* () {
          assert.deepStrictEqual(Redacted.value(journal.secret), Redacted.value(secret))
          assert.strictEqual((yield* journal.find("client1"))?.ending, undefined)
          assert.deepStrictEqual((yield* journal.find("client2"))?.ending, { _tag: "Delivered", messageId: "m2" })
          assert.deepStrictEqual(
            (yield* journal.unsettled).map(({ key }) => key),
            ["gw1", "gw3"]
          )
        })
      )
    })
  )

  it.scopedLive("holds a note by the time that it is noted", () =>
    Effect.gen(function* () {
      const path = yield* directory
      yield* opened({ directory: path }, (journal) =>
        Effect.gen(function* () {
          yield* journal.note(noted(1))
          const texts = segments(path).map((name) => readFileSync(join(path, name), "utf8"))
          assert.include(texts.join(""), '"gw1"')
        })
      )
    })
  )

  it.scopedLive("does not mind a last line that a crash cut short, and begins a new file", () =>
    Effect.gen(function* () {
      const path = yield* directory
      yield* opened({ directory: path }, (journal) => journal.note(noted(1)))
      appendFileSync(join(path, segments(path)[0] ?? ""), '{"_tag":"Noted","key":"gw')
      yield* opened({ directory: path }, (journal) => journal.note(noted(2)))
      yield* opened({ directory: path }, (journal) =>
        Effect.map(journal.unsettled, (entries) => assert.lengthOf(entries, 2))
      )
    })
  )

  it.scopedLive("refuses to start from a file that is damaged", () =>
    Effect.gen(function* () {
      const path = yield* directory
      yield* opened({ directory: path }, (journal) => journal.note(noted(1)))
      const file = join(path, segments(path)[0] ?? "")
      writeFileSync(file, `nonsense\n${readFileSync(file, "utf8")}`)
      const error = yield* Effect.flip(opened({ directory: path }, () => Effect.void))
      assert.strictEqual(error.reason, "Unreadable")
      assert.include(error.message, "line 1")
    })
  )

  it.scopedLive("belongs to one at a time", () =>
    Effect.gen(function* () {
      const path = yield* directory
      yield* opened({ directory: path }, () =>
        Effect.map(Effect.flip(opened({ directory: path }, () => Effect.void)), ({ reason }) =>
          assert.strictEqual(reason, "InUse")
        )
      )
      yield* opened({ directory: path }, () => Effect.void)
    })
  )

  it.scopedLive("stays small: files are replaced, and what is settled and old is dropped", () =>
    Effect.gen(function* () {
      const path = yield* directory
      yield* opened({ directory: path, segmentSize: 1_000, retention: "1 hour" }, (journal) =>
        Effect.gen(function* () {
          yield* Effect.forEach(
            Array.from({ length: 60 }, (_, n) => n),
            (n) => journal.note(noted(n, n < 50 ? Date.now() - 2 * 3_600_000 : Date.now())),
            { concurrency: 4 }
          )
          assert.lengthOf(segments(path), 1)
        })
      )
      yield* opened({ directory: path, retention: "1 hour" }, (journal) =>
        Effect.map(journal.unsettled, (entries) => assert.lengthOf(entries, 10))
      )
    })
  )

  it.scopedLive("refuses notes that it cannot write, and takes them again once it can", () =>
    Effect.gen(function* () {
      const path = yield* directory
      const journal = yield* Journal.makeDirectory({ directory: path, segmentSize: 1 })
      yield* journal.note(noted(1))
      rmSync(path, { recursive: true })
      writeFileSync(path, "")
      const error = yield* Effect.flip(journal.note(noted(2)))
      assert.strictEqual(error.reason, "Unwritable")
      assert.isFalse(yield* journal.isSound)
      rmSync(path)
      yield* Effect.promise(async () => (await import("node:fs/promises")).mkdir(path))
      yield* journal.note(noted(3))
      assert.isTrue(yield* journal.isSound)
    })
  )

  it.effect("is full when it is full of what it must not forget", () =>
    Effect.gen(function* () {
      const journal = yield* Journal.makeMemory({ capacity: 2 })
      yield* journal.note(noted(1))
      yield* journal.note(noted(2))
      assert.strictEqual((yield* Effect.flip(journal.note(noted(3)))).reason, "Full")
    })
  )

  it.scopedLive("holds nothing but hashes of what was said", () =>
    Effect.gen(function* () {
      const path = yield* directory
      const scope = yield* Scope.make()
      const journal = yield* Journal.makeDirectory({ directory: path }).pipe(Scope.extend(scope))
      yield* journal.note(noted(1))
      yield* Scope.close(scope, Exit.void)
      const keys = Object.keys(
        JSON.parse(readFileSync(join(path, segments(path)[0] ?? ""), "utf8").split("\n")[0] ?? "")
      )
      assert.sameMembers(keys, ["_tag", "key", "at", "threadId", "client"])
    })
  )
})
