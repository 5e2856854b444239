import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { SqlClient, Statement } from "@effect/sql"
import { assert, describe, it } from "@effect/vitest"
import { Sandbox, Storage } from "@inbox-effect/sandbox"
import { Effect, Fiber, Layer, Option, Ref } from "effect"
import Database from "libsql"
import * as Databases from "../src/internal/storage/database.js"
import { ask, send } from "./support/http.js"

const withFile = <A, E>(body: (file: string) => Effect.Effect<A, E>) =>
  Effect.acquireUseRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "inbox-big-"))),
    (folder) => body(join(folder, "inbox.db")),
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
  )

/** Writes so many messages into a thread of a database that nobody has open. */
const grow = (file: string, threadId: string, count: number) => {
  const database = new Database(file)
  database.exec(`WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${count})
    INSERT INTO messages (
      id, thread_id, team_id, platform, created_at, content, author_id, origin, reply_data, forward_data, entities,
      attachment, reactions, is_encrypted, is_edited
    ) SELECT 'big' || n, '${threadId}', team_id, 'twitter', n, 'message ' || n, 'author1', 'api', 'null', 'null', 'null',
      'null', '[]', 0, 0 FROM numbers, threads WHERE threads.id = '${threadId}'`)
  database.close()
}

/** Says how SQLite finds the rows of a statement. */
const planOf = (sql: SqlClient.SqlClient, text: string, values: ReadonlyArray<unknown>) =>
  Effect.map(sql.unsafe<{ readonly detail: string }>(`EXPLAIN QUERY PLAN ${text}`, [...values]), (rows) =>
    rows.map(({ detail }) => detail)
  )

describe("a thread of many messages", () => {
  it.scoped("is read through an index by everything that happens with a send, and by each slice of a deletion", () =>
    Effect.gen(function* () {
      const database = Databases.layer(":memory:")
      const context = yield* Layer.build(Layer.provideMerge(Storage.layer, database))
      const seen = yield* Ref.make<ReadonlyArray<readonly [text: string, values: ReadonlyArray<unknown>]>>([])
      const plans = yield* Effect.gen(function* () {
        const storage = yield* Storage.Storage
        const sql = yield* SqlClient.SqlClient
        const team = yield* storage.firstTeam
        yield* storage.addThread(team, "one")
        const thread = Option.getOrThrow(yield* storage.thread("one"))
        const draft = { thread, content: "x", replyTo: Option.none() }
        yield* Effect.gen(function* () {
          const message = yield* storage.append({ ...draft, origin: "external" })
          yield* storage.append({ ...draft, origin: "api" })
          // Stores a message by the same statement, in a transaction.
          yield* storage.openThread(team, "two", Option.some("hi"))
          yield* storage.hasMessages("one")
          yield* storage.message("one", message.id)
          yield* storage.firstInbound("one")
          yield* storage.page("one", { before: Option.some(message.id), limit: 10 })
          yield* storage.page("one", { before: Option.none(), limit: 10 })
          yield* storage.summary("one")
          yield* storage.summaries
          yield* storage.clear
        }).pipe(
          Statement.withTransformer((statement) => {
            const [text, values] = statement.compile()
            return Effect.as(
              Ref.update(seen, (all) => [...all, [text, values] as const]),
              statement
            )
          })
        )
        return yield* Effect.forEach(yield* Ref.get(seen), ([text, values]) =>
          Effect.map(planOf(sql, text, values), (plan) => [text, plan] as const)
        )
      }).pipe(Effect.provide(context))
      assert.isTrue(plans.some(([text]) => text.startsWith("INSERT INTO messages")))
      assert.isAtLeast(plans.length, 10)
      // Threads are listed as a whole: there are few of them.
      const isScan = (detail: string) =>
        /^SCAN (?!t\b|threads|CONSTANT ROW)/.test(detail) || /TEMP B-TREE(?! FOR ORDER BY)/.test(detail)
      for (const [text, plan] of plans) assert.isFalse(plan.some(isScan), `${text}\n${plan.join("\n")}`)
    })
  )

  it.live("is deleted in slices, between which others are answered", () =>
    withFile((database) =>
      Effect.gen(function* () {
        const count = 60_000
        yield* Effect.scoped(Sandbox.make({ database, threads: ["big", "other"] }))
        grow(database, "big", count)
        const sandbox = yield* Sandbox.make({ database, threads: ["big", "other"] })
        const deleting = yield* Effect.fork(ask(sandbox, "DELETE", "/messages"))
        const path = "/api/v1/threads/other/messages"
        let answered = 0
        while (Option.isNone(yield* Fiber.poll(deleting))) {
          assert.strictEqual((yield* send(sandbox, { content: `${answered}` }, { path })).status, 200)
          answered++
        }
        const { text } = yield* Fiber.join(deleting)
        // A slice is 500 messages: whoever waits for each gets a turn at least now and then.
        assert.isAbove(answered, count / 500 / 10)
        assert.isAtLeast(JSON.parse(text).deleted, count)
        assert.strictEqual((yield* sandbox.messages("big")).length, 1)
      }).pipe(Effect.scoped)
    )
  )
})
