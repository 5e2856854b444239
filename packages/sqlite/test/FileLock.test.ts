import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { FileLock } from "@inbox-effect/sqlite"
import { Effect, Either } from "effect"

const temporaryFile = Effect.map(
  Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "inbox-lock-test-"))),
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
  ),
  (folder) => join(folder, "odd ?#% lock")
)

/** Takes the lock of a file and lets go of it. */
const tried = (file: string) => Effect.scoped(FileLock.acquire(file))

/** A process that holds the lock of a file until it is killed. */
const holder = (file: string) =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const program = `
        const Database = require("libsql")
        const database = new Database(process.argv[1])
        database.exec("BEGIN EXCLUSIVE")
        console.log("locked")
        setInterval(() => database, 1000)`
      const child = spawn(process.execPath, ["-e", program, file], {
        cwd: fileURLToPath(new URL("..", import.meta.url)),
        stdio: ["ignore", "pipe", "inherit"]
      })
      await once(child.stdout, "data")
      return child
    }),
    (child) => Effect.sync(() => child.kill("SIGKILL"))
  )

describe("a lock on a file", () => {
  it.scopedLive("is held once in a process, and free again after its scope", () =>
    Effect.gen(function* () {
      const file = yield* temporaryFile
      yield* Effect.scoped(
        Effect.zipRight(
          FileLock.acquire(file),
          Effect.map(Effect.flip(tried(file)), ({ reason }) => assert.strictEqual(reason, "Locked"))
        )
      )
      yield* tried(file)
    })
  )

  it.scopedLive("is another process's until that is killed, and nothing has to be tidied up", () =>
    Effect.gen(function* () {
      const file = yield* temporaryFile
      const child = yield* holder(file)
      assert.strictEqual((yield* Effect.flip(tried(file))).reason, "Locked")
      child.kill("SIGKILL")
      yield* Effect.promise(() => once(child, "exit"))
      yield* tried(file)
    })
  )

  it.scopedLive("needs a folder to be in", () =>
    Effect.gen(function* () {
      const file = yield* temporaryFile
      assert.strictEqual((yield* Effect.flip(tried(join(file, "below")))).reason, "NoFolder")
    })
  )

  it.scopedLive("is for the owner of the file, and free again for those that come at the same moment", () =>
    Effect.gen(function* () {
      const file = yield* temporaryFile
      const taken = yield* Effect.all(
        Array.from({ length: 4 }, () => Effect.either(tried(file))),
        { concurrency: "unbounded" }
      )
      assert.isTrue(taken.some(Either.isRight))
      assert.strictEqual(statSync(file).mode & 0o777, 0o600)
    })
  )

  // Root may write whatever a mode says.
  it.scopedLive.skipIf(process.getuid?.() === 0)("is refused for a file that may only be read", () =>
    Effect.gen(function* () {
      const file = yield* temporaryFile
      writeFileSync(file, "", { mode: 0o400 })
      assert.strictEqual((yield* Effect.flip(tried(file))).reason, "Unusable")
    })
  )
})
