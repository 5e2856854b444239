import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Sandbox } from "@inbox-effect/sandbox"
import { Effect, Redacted } from "effect"
import { storage } from "./suites/storage.js"

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
      assert.include(none.message, "text.db cannot be opened: file is not a database")
      const nowhere = yield* Effect.flip(Sandbox.make({ database: join(folder, "no", "such.db") }))
      assert.include(nowhere.message, "folder")
    }).pipe(Effect.scoped)
  )
})
