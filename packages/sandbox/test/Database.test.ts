import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Array as Arr, Deferred, Effect, Either, Fiber, Layer } from "effect"
import * as Database from "../src/internal/database.js"

const temporaryFile = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "inbox-sandbox-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
).pipe(Effect.map((folder) => join(folder, "inbox.db")))

const addTeam = (id: string | null, createdAt: number) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) => sql`INSERT INTO teams ${sql.insert({ id, created_at: createdAt })}`)

const teams = Effect.flatMap(
  SqlClient.SqlClient,
  (sql) => sql<{ readonly id: string }>`SELECT id FROM teams ORDER BY rowid`
).pipe(Effect.map((rows) => rows.map(({ id }) => id)))

for (const [place, database] of [
  ["in memory", Effect.succeed(":memory:")],
  ["in a file", temporaryFile]
] as const) {
  const withDatabase = <A, E>(body: Effect.Effect<A, E, SqlClient.SqlClient>) =>
    Effect.flatMap(database, (name) => Effect.provide(body, Database.layer(name))).pipe(Effect.scoped)

  describe(`a database ${place}`, () => {
    it.live("stores what comes together in its order, and refuses nothing but what is wrong", () =>
      withDatabase(
        Effect.gen(function* () {
          const ids = Arr.makeBy(40, (index) => (index % 7 === 3 ? null : `team${index}`))
          const outcomes = yield* Effect.forEach(ids, (id, index) => Effect.either(addTeam(id, index)), {
            concurrency: "unbounded"
          })
          assert.deepStrictEqual(
            outcomes.map(Either.isLeft),
            ids.map((id) => id === null)
          )
          assert.deepStrictEqual(
            yield* teams,
            ids.filter((id) => id !== null)
          )
        })
      )
    )

    it.live("lets nothing into a transaction that is not part of it, and takes nothing back with it that is not", () =>
      withDatabase(
        Effect.gen(function* () {
          const sql = yield* SqlClient.SqlClient
          const isOpen = yield* Deferred.make<void>()
          const mayEnd = yield* Deferred.make<void>()
          const failing = addTeam("inside", 1).pipe(
            Effect.zipRight(Deferred.succeed(isOpen, undefined)),
            Effect.zipRight(Deferred.await(mayEnd)),
            Effect.zipRight(Effect.fail("given up")),
            sql.withTransaction,
            Effect.flip
          )
          const early = yield* Effect.fork(addTeam("early", 0))
          yield* Effect.yieldNow()
          const fiber = yield* Effect.fork(failing)
          yield* Deferred.await(isOpen)
          const outside = yield* Effect.fork(Effect.all([addTeam("one", 1), addTeam("two", 2)], { concurrency: 2 }))
          yield* Effect.sleep("20 millis")
          assert.isTrue((yield* Fiber.poll(outside))._tag === "None")
          yield* Deferred.succeed(mayEnd, undefined)
          assert.strictEqual(yield* Fiber.join(fiber), "given up")
          yield* Fiber.join(early)
          yield* Fiber.join(outside)
          assert.sameMembers([...(yield* teams)], ["early", "one", "two"])
        })
      )
    )
  })
}

describe("a database that is closed", () => {
  it.live("refuses statements, and ends no process", () =>
    Effect.gen(function* () {
      const context = yield* Effect.scoped(Layer.build(Database.layer(":memory:")))
      const outcomes = yield* Effect.all([Effect.either(addTeam("late", 1)), Effect.either(addTeam("later", 2))], {
        concurrency: 2
      }).pipe(Effect.provide(context))
      assert.deepStrictEqual(outcomes.map(Either.isLeft), [true, true])
    })
  )
})
