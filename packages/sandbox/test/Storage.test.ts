import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Sandbox } from "@inbox-effect/sandbox"
import { Effect, Redacted } from "effect"
import Database from "libsql"
import { storage } from "./suites/storage.js"
import { firstThread, send } from "./support/http.js"

const temporaryFolder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "inbox-sandbox-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
)

storage(Effect.map(temporaryFolder, (folder) => join(folder, "odd ?#% name.db")))

describe("a database in a file", () => {
  it.live("holds no token", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const secret = "a-token-of-some-length"
      yield* Effect.scoped(Sandbox.make({ database: join(folder, "inbox.db"), token: Redacted.make(secret) }))
      const files = readdirSync(folder)
      assert.include(files, "inbox.db")
      for (const file of files) assert.notInclude(readFileSync(join(folder, file), "latin1"), secret)
    }).pipe(Effect.scoped)
  )

  it.live("that is none, or has no folder, is a failure with a sentence", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const file = join(folder, "text.db")
      writeFileSync(file, "This is not a database, although it is long enough to have a header. ".repeat(20))
      const none = yield* Effect.flip(Sandbox.make({ database: file }))
      assert.strictEqual(none.reason, "Database")
      assert.include(none.message, "text.db cannot be opened: the file is not a SQLite database")
      const nowhere = yield* Effect.flip(Sandbox.make({ database: join(folder, "no", "such.db") }))
      assert.include(nowhere.message, "folder")
    }).pipe(Effect.scoped)
  )

  /** Runs statements as another program would. */
  const elsewhere = (file: string, statements: string) => {
    const database = new Database(file)
    database.exec(statements)
    database.close()
  }

  it.live("has everything in it at the end, for its owner alone", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const file = join(folder, "inbox.db")
      yield* Effect.scoped(
        Effect.flatMap(Sandbox.make({ database: file }), (sandbox) => send(sandbox, { content: "Kept in the file" }))
      )
      assert.isTrue(readFileSync(file).includes("Kept in the file"))
      assert.strictEqual(statSync(file).mode & 0o777, 0o600)
      for (const name of readdirSync(folder)) if (name !== "inbox.db") rmSync(join(folder, name))
      const sandbox = yield* Sandbox.make({ database: file })
      assert.strictEqual((yield* sandbox.messages(firstThread(sandbox).id)).at(-1)?.content, "Kept in the file")
    }).pipe(Effect.scoped)
  )

  it.live("of another application, or of a newer sandbox, is refused with a sentence and left alone", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const other = join(folder, "other.db")
      elsewhere(other, "CREATE TABLE teams (id); PRAGMA application_id = 7")
      const bytes = readFileSync(other)
      const foreign = yield* Effect.flip(Sandbox.make({ database: other }))
      assert.include(foreign.message, "other.db cannot be opened: the file is a database of another application")
      assert.deepStrictEqual(readFileSync(other), bytes)

      const newer = join(folder, "newer.db")
      yield* Effect.scoped(Sandbox.make({ database: newer }))
      elsewhere(newer, "INSERT INTO effect_sql_migrations (migration_id, name) VALUES (9999, 'later')")
      const error = yield* Effect.flip(Sandbox.make({ database: newer }))
      assert.include(error.message, "newer.db cannot be opened: a newer version of the sandbox has changed its tables")
    }).pipe(Effect.scoped)
  )

  it.live("of a sandbox that did not mark it yet is taken", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const file = join(folder, "old.db")
      yield* Effect.scoped(Sandbox.make({ database: file, threads: ["one"] }))
      elsewhere(file, "PRAGMA application_id = 0; PRAGMA wal_checkpoint(TRUNCATE)")
      const sandbox = yield* Sandbox.make({ database: file, threads: ["one"] })
      assert.strictEqual((yield* sandbox.messages("one")).length, 1)
    }).pipe(Effect.scoped)
  )

  it.live("that another process has locked is a failure with a sentence", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const file = join(folder, "locked.db")
      const other = yield* Effect.acquireRelease(
        Effect.sync(() => new Database(file)),
        (database) => Effect.sync(() => database.close())
      )
      other.exec("BEGIN EXCLUSIVE")
      const error = yield* Effect.flip(Sandbox.make({ database: file }))
      assert.include(error.message, "locked.db cannot be opened: another process holds a lock on it")
    }).pipe(Effect.scoped)
  )
})
