import { SqlClient } from "@effect/sql"
import { assert, describe, it } from "@effect/vitest"
import { InboxClient, InboxError } from "@inbox-effect/client"
import { DurableError, Outbox } from "@inbox-effect/durable"
import { Fault, Sandbox } from "@inbox-effect/sandbox"
import { Chunk, Context, DateTime, Deferred, Effect, Fiber, Layer, Option, Stream } from "effect"
import * as Databases from "./support/databases.js"
import { postgresOfSuite } from "./support/server.js"
import { inboxOf, ledgerOf, quick, sentTo } from "./support/world.js"

const [threadId = ""] = Sandbox.defaultThreads

const request = { threadId, content: "Your parcel P-1 is on its way" }

/** An outbox, and the database below it. */
const outboxIn = (place: Databases.Place) =>
  Effect.gen(function* () {
    const database = Layer.succeedContext(yield* Layer.build(yield* place.fresh))
    const context = yield* Layer.build(Layer.provide(Layer.orDie(Outbox.layer()), database))
    const sql = Context.get(yield* Layer.build(database), SqlClient.SqlClient)
    return { database, outbox: Context.get(context, Outbox.Outbox), sql }
  })

/** A message that nobody can tell about: two others of its text came from elsewhere. */
const inDoubt = (place: Databases.Place, key = "key") =>
  Effect.gen(function* () {
    const world = yield* outboxIn(place)
    const sandbox = yield* Sandbox.make()
    const ledger = yield* ledgerOf(sandbox, world.database, quick)
    const byHand = Effect.provide(
      Effect.flatMap(InboxClient.InboxClient, (client) => client.sendMessage(request)),
      inboxOf(sandbox)
    )
    yield* Effect.all([byHand, byHand])
    yield* sandbox.addFault(Fault.Reset.make({ when: "before" }), { times: 1 })
    yield* world.outbox.enqueue(key, request)
    assert.strictEqual((yield* ledger.sendOnce(key, request))._tag, "Doubt")
    return { ...world, sandbox, ledger }
  })

const suite = (place: Databases.Place) => {
  it.scopedLive("enters a message with the transaction of its caller", () =>
    Effect.gen(function* () {
      const { outbox, sql } = yield* outboxIn(place)
      assert.isTrue(yield* sql.withTransaction(outbox.enqueue("key", request)))
      const found = Option.getOrThrow(yield* outbox.state("key"))
      assert.strictEqual(found.state, "queued")
      assert.strictEqual(found.attempts, 0)
      assert.isNull(found.outcome)
    })
  )

  it.scopedLive("was never asked for a message whose transaction is rolled back", () =>
    Effect.gen(function* () {
      const { outbox, sql } = yield* outboxIn(place)
      const rolledBack = yield* Effect.exit(
        sql.withTransaction(Effect.zipRight(outbox.enqueue("key", request), Effect.fail("no")))
      )
      assert.strictEqual(rolledBack._tag, "Failure")
      assert.isTrue(Option.isNone(yield* outbox.state("key")))
      assert.isTrue(yield* outbox.enqueue("key", { ...request, content: "Something else" }))
    })
  )

  it.scopedLive("takes one key for one message, however many enter it at once", () =>
    Effect.gen(function* () {
      const { outbox, sql } = yield* outboxIn(place)
      const enter = sql.withTransaction(outbox.enqueue("key", request))
      const answers = yield* Effect.all(
        Array.from({ length: 10 }, () => enter),
        { concurrency: "unbounded" }
      )
      assert.lengthOf(
        answers.filter((isNew) => isNew),
        1
      )
      const conflict = yield* Effect.flip(outbox.enqueue("key", { ...request, content: "Something else" }))
      assert.instanceOf(conflict, DurableError.KeyConflict)
      const rows = yield* sql`SELECT key FROM inbox_sends`
      assert.lengthOf(rows, 1)
    })
  )

  it.scopedLive("refuses what could never be sent", () =>
    Effect.gen(function* () {
      const { outbox } = yield* outboxIn(place)
      const error = yield* Effect.flip(outbox.enqueue("key", { threadId, content: "" }))
      assert.instanceOf(error, InboxError.InvalidRequest)
      assert.instanceOf(yield* Effect.flip(outbox.enqueue("", request)), DurableError.InvalidKey)
    })
  )

  it.scopedLive("shows what is in doubt, with its evidence, and lets a person settle it once", () =>
    Effect.gen(function* () {
      const { ledger, outbox, sandbox } = yield* inDoubt(place)
      const [doubt] = Chunk.toReadonlyArray(yield* Stream.runCollect(outbox.doubts))
      assert.strictEqual(doubt?.key, "key")
      assert.strictEqual(doubt?.outcome?._tag === "Doubt" && doubt.outcome.evidence.candidates.length, 2)
      const settled = yield* outbox.settle("key", "Delivered", { by: "Ada" })
      assert.strictEqual(settled.outcome?._tag, "Sent")
      const again = yield* Effect.flip(outbox.settle("key", "SendAgain", { by: "Bob" }))
      assert.strictEqual(again._tag === "NotInDoubt" && again.state, "sent")
      assert.strictEqual((yield* ledger.sendOnce("key", request))._tag, "Sent")
      assert.lengthOf(yield* sentTo(sandbox, threadId), 2)
      const nobody = yield* Effect.flip(outbox.settle("nobody", "GiveUp", { by: "Ada" }))
      assert.strictEqual(nobody._tag === "NotInDoubt" && nobody.state, null)
    })
  )

  it.scopedLive("sends again, or gives up, where a person says so", () =>
    Effect.gen(function* () {
      const { ledger, outbox, sandbox } = yield* inDoubt(place)
      yield* outbox.settle("key", "SendAgain", { by: "Ada" })
      assert.strictEqual((yield* ledger.sendOnce("key", request))._tag, "Sent")
      assert.lengthOf(yield* sentTo(sandbox, threadId), 3)
      const other = yield* inDoubt(place)
      yield* other.outbox.settle("key", "GiveUp", { by: "Ada" })
      const outcome = yield* other.ledger.sendOnce("key", request)
      assert.strictEqual(outcome._tag === "GivenUp" && outcome.by, "Ada")
    })
  )

  it.scopedLive("tells of each message that comes to an end or into doubt, once", () =>
    Effect.gen(function* () {
      const { ledger, outbox } = yield* inDoubt(place, "first")
      const since = DateTime.unsafeMake(0)
      yield* ledger.sendOnce("second", { threadId, content: "Second" })
      const begun = yield* Deferred.make<void>()
      const fiber = yield* outbox.changes({ since, pollInterval: "5 millis" }).pipe(
        Stream.map(({ key, state }) => `${key} ${state}`),
        Stream.tap((line) => (line === "first doubt" ? Deferred.succeed(begun, undefined) : Effect.void)),
        Stream.take(5),
        Stream.runCollect,
        Effect.fork
      )
      yield* Deferred.await(begun)
      yield* ledger.sendOnce("third", { threadId: "nosuchthread", content: "Third" })
      yield* outbox.settle("first", "GiveUp", { by: "Ada" })
      yield* ledger.sendOnce("fourth", { threadId, content: "Fourth" })
      assert.sameMembers(
        [...(yield* Fiber.join(fiber))],
        ["first doubt", "second sent", "third refused", "first abandoned", "fourth sent"]
      )
      const dead = Chunk.toReadonlyArray(yield* Stream.runCollect(outbox.deadLetters))
      assert.deepStrictEqual(
        dead.map(({ key, lastError }) => [key, lastError?._tag]),
        [["third", "ThreadNotFound"]]
      )
    })
  )
}

describe("an outbox in SQLite", () => {
  suite(Databases.sqlite)
})

describe.skipIf(!Databases.installed)("an outbox in PostgreSQL", () => {
  const place = postgresOfSuite()
  suite(place)

  it.scopedLive("makes its tables over a single connection, from several processes at once", () =>
    Effect.gen(function* () {
      const database = yield* place.freshOf(1)
      const process = Layer.build(Layer.provide(Outbox.layer(), Layer.fresh(database)))
      const made = yield* Effect.all([process, process, process], { concurrency: "unbounded" })
      assert.lengthOf(made, 3)
    })
  )
})
