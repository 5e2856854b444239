import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Sandbox } from "@inbox-effect/sandbox"
import { Effect, Redacted } from "effect"
import { firstThread, pathOf, send } from "./support/http.js"

const temporaryFolder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "inbox-sandbox-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
)

describe("a database in a file", () => {
  it.live("loses nothing when the sandbox restarts, and goes on where it was", () =>
    Effect.gen(function* () {
      const database = join(yield* temporaryFolder, "odd ?#% name.db")
      const run = <A, E>(body: (sandbox: typeof Sandbox.Sandbox.Service) => Effect.Effect<A, E>) =>
        Effect.scoped(Effect.flatMap(Sandbox.make({ database }), body))

      const before = yield* run((sandbox) =>
        Effect.gen(function* () {
          const { id, inboundMessageId } = firstThread(sandbox)
          yield* Effect.forEach([1, 2, 3], (n) =>
            send(sandbox, { content: `before ${n}`, replyToMessageId: inboundMessageId })
          )
          return { threads: sandbox.threads, messages: yield* sandbox.messages(id) }
        })
      )
      assert.strictEqual(before.messages.length, 4)

      yield* run((sandbox) =>
        Effect.gen(function* () {
          const { id } = firstThread(sandbox)
          assert.deepStrictEqual(sandbox.threads, before.threads)
          assert.deepStrictEqual(yield* sandbox.messages(id), before.messages)
          const answer = yield* send(sandbox, { content: "after", replyToMessageId: before.messages[1]?.id })
          const message = JSON.parse(answer.text)
          assert.strictEqual(message.teamId, before.messages[1]?.teamId)
          assert.strictEqual(message.authorId, before.messages[1]?.authorId)
          assert.isAtLeast(Date.parse(message.createdAt), before.messages[3]?.createdAt.epochMillis ?? Infinity)
          assert.strictEqual((yield* sandbox.messages(id)).length, 5)
        })
      )
    }).pipe(Effect.scoped)
  )

  it.live("adds the threads and the token of another start to the same team", () =>
    Effect.gen(function* () {
      const database = join(yield* temporaryFolder, "inbox.db")
      yield* Effect.scoped(Sandbox.make({ database, threads: ["one"] }))
      const sandbox = yield* Sandbox.make({ database, threads: ["two", "one"], token: Redacted.make("another") })
      assert.deepStrictEqual(
        sandbox.threads.map((thread) => thread.id),
        ["two", "one"]
      )
      assert.strictEqual((yield* send(sandbox, { content: "x" }, { path: pathOf("one") })).status, 200)
      assert.strictEqual((yield* sandbox.messages("one")).length, 2)
    }).pipe(Effect.scoped)
  )

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
