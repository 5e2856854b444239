import { FetchHttpClient } from "@effect/platform"
import { SqlClient } from "@effect/sql"
import { assert, describe, it } from "@effect/vitest"
import { InboxClient, InboxError, Reconcile } from "@inbox-effect/client"
import * as Undici from "@inbox-effect/client/undici"
import { DurableError, SendLedger, Tables } from "@inbox-effect/durable"
import { Fault, Sandbox } from "@inbox-effect/sandbox"
import { Cause, Deferred, Effect, Exit, Fiber, Inspectable, Layer, Schedule } from "effect"
import { Point } from "../src/store/point.js"
import * as Databases from "./support/databases.js"
import { postgresOfSuite } from "./support/server.js"
import { inboxOf, ledgerOf, quick, sentTo, soonGivenUp } from "./support/world.js"

const [threadId = "", otherThread = ""] = Sandbox.defaultThreads

const request = { threadId, content: "Your parcel P-1 is on its way" }

const stored = (status: number) => Fault.Status.make({ status, stored: true })

/** A sandbox, a database, and a ledger between them. */
const world = (place: Databases.Place, options: SendLedger.Options = quick) =>
  Effect.gen(function* () {
    const sandbox = yield* Sandbox.make()
    // The embedded database is one for all ledgers of a test; its layer is built once.
    const database = Layer.succeedContext(yield* Layer.build(yield* place.fresh))
    const ledger = yield* ledgerOf(sandbox, database, options)
    return { sandbox, database, ledger }
  })

const sendOnce = (ledger: SendLedger.Service, key = "key", what: InboxClient.Request = request) =>
  Effect.retry(ledger.sendOnce(key, what), SendLedger.schedule)

/**
 * A run that stops for ever at a point, until it is let go on. On a busy machine its lease may be over before it is there,
 * so it tries until it is.
 */
const stopped = <A, E, R>(name: string, effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const reached = yield* Deferred.make<void>()
    const goOn = yield* Deferred.make<void>()
    let stands = false
    const fiber = yield* effect.pipe(
      Effect.provideService(Point, {
        // All of a process stands still, with whatever it does besides.
        reach: (point) =>
          Effect.suspend(() => {
            stands ||= point === name
            return stands ? Effect.zipRight(Deferred.succeed(reached, undefined), Deferred.await(goOn)) : Effect.void
          })
      }),
      Effect.retry({ schedule: Schedule.spaced("20 millis"), while: () => !stands }),
      Effect.exit,
      Effect.fork
    )
    yield* Effect.raceFirst(
      Deferred.await(reached),
      Effect.zipRight(Fiber.join(fiber), Effect.dieMessage(`The run ended without "${name}"`))
    )
    return Effect.zipRight(Deferred.succeed(goOn, undefined), Fiber.join(fiber))
  })

const suite = (place: Databases.Place) => {
  it.scopedLive("sends a message once, however often it is asked to", () =>
    Effect.gen(function* () {
      const { ledger, sandbox } = yield* world(place)
      const first = yield* sendOnce(ledger)
      assert.strictEqual(first._tag, "Sent")
      assert.deepStrictEqual(yield* sendOnce(ledger), first)
      assert.deepStrictEqual(yield* sentTo(sandbox, threadId), [request.content])
    })
  )

  it.scopedLive("sends a message once where ten ledgers are asked to at the same time", () =>
    Effect.gen(function* () {
      const { database, sandbox } = yield* world(place)
      const ledgers = yield* Effect.replicateEffect(ledgerOf(sandbox, database), 10)
      const outcomes = yield* Effect.forEach(ledgers, (ledger) => sendOnce(ledger), { concurrency: "unbounded" })
      assert.strictEqual(new Set(outcomes.map((outcome) => JSON.stringify(outcome))).size, 1)
      assert.deepStrictEqual(yield* sentTo(sandbox, threadId), [request.content])
    })
  )

  it.scopedLive("refuses another request under the same key, also where the text is forgotten", () =>
    Effect.gen(function* () {
      const { database, ledger } = yield* world(place, { ...quick, forgetTextsAfter: 0 })
      yield* sendOnce(ledger)
      const rows = yield* Effect.provide(
        Effect.flatMap(SqlClient.SqlClient, (sql) => sql`SELECT content FROM inbox_sends`),
        database
      )
      assert.deepStrictEqual(rows, [{ content: null }])
      const error = yield* Effect.flip(ledger.sendOnce("key", { ...request, content: "Something else" }))
      assert.instanceOf(error, DurableError.KeyConflict)
      assert.strictEqual((yield* ledger.sendOnce("key", request))._tag, "Sent")
    })
  )

  it.scopedLive("finds a message that was stored before the answer was lost", () =>
    Effect.gen(function* () {
      const { ledger, sandbox } = yield* world(place)
      for (const fault of [stored(502), Fault.Reset.make({ when: "after" })]) {
        yield* sandbox.addFault(fault, { times: 1 })
        const content = `after ${fault._tag}`
        const outcome = yield* sendOnce(ledger, content, { threadId, content })
        assert.strictEqual(outcome._tag === "Sent" && outcome.messageId !== null, true, content)
        assert.lengthOf(
          (yield* sentTo(sandbox, threadId)).filter((text) => text === content),
          1
        )
      }
    })
  )

  it.scopedLive("sends again what was certainly not stored", () =>
    Effect.gen(function* () {
      const { ledger, sandbox } = yield* world(place)
      yield* sandbox.addFault(Fault.Reset.make({ when: "before" }), { times: 2 })
      yield* sandbox.addFault(Fault.Status.make({ status: 503, stored: false }), { times: 1 })
      assert.strictEqual((yield* sendOnce(ledger))._tag, "Sent")
      assert.deepStrictEqual(yield* sentTo(sandbox, threadId), [request.content])
    })
  )

  it.scopedLive("calls a message sent that the server accepted with an answer nobody can read", () =>
    Effect.gen(function* () {
      const { ledger, sandbox } = yield* world(place)
      yield* sandbox.addFault(Fault.MalformedJson.make(), { times: 1 })
      const outcome = yield* sendOnce(ledger)
      assert.strictEqual(outcome._tag === "Sent" && outcome.messageId === null, true)
      assert.deepStrictEqual(yield* sentTo(sandbox, threadId), [request.content])
    })
  )

  it.scopedLive("refuses what the server refuses, and does not ask again", () =>
    Effect.gen(function* () {
      const { ledger } = yield* world(place)
      const unknown = { ...request, threadId: "nosuchthread" }
      const outcome = yield* sendOnce(ledger, "key", unknown)
      assert.strictEqual(outcome._tag === "Refused" && outcome.error?._tag, "ThreadNotFound")
      assert.deepStrictEqual(yield* ledger.sendOnce("key", unknown), outcome)
    })
  )

  it.scopedLive("says how long to wait where the server says so", () =>
    Effect.gen(function* () {
      const { ledger, sandbox } = yield* world(place)
      yield* sandbox.addFault(Fault.RateLimited.make({ retryAfter: 3600, format: "seconds" }), { times: 1 })
      const first = yield* Effect.flip(ledger.sendOnce("key", request))
      const second = yield* Effect.flip(ledger.sendOnce("key", request))
      for (const error of [first, second]) {
        assert.instanceOf(error, DurableError.NotSettled)
        if (error._tag === "NotSettled") {
          assert.strictEqual(error.reason, "Waiting")
          assert.strictEqual(error.error?._tag, "RateLimited")
          assert.closeTo(Number(error.retryAfter.value._tag === "Millis" && error.retryAfter.value.millis), 3.6e6, 6e4)
        }
      }
      assert.deepStrictEqual(yield* sentTo(sandbox, threadId), [])
    })
  )

  for (const point of ["claim a message: after", "send a message: before"]) {
    it.scopedLive(`lets no first byte leave after the lease: a run that stood still at "${point}"`, () =>
      Effect.gen(function* () {
        const { database, ledger, sandbox } = yield* world(place, soonGivenUp)
        const other = yield* ledgerOf(sandbox, database)
        const goOn = yield* stopped(point, ledger.sendOnce("key", request))
        assert.strictEqual((yield* sendOnce(other))._tag, "Sent")
        const exit = yield* goOn
        assert.isTrue(Exit.isSuccess(exit) || Cause.isFailure(exit.cause))
        assert.deepStrictEqual(yield* sentTo(sandbox, threadId), [request.content])
        assert.strictEqual((yield* ledger.sendOnce("key", request))._tag, "Sent")
      })
    )
  }

  it.scopedLive("finds the message of a run that stood still between the answer and its entry", () =>
    Effect.gen(function* () {
      const { database, ledger, sandbox } = yield* world(place, { ...soonGivenUp, attemptTimeout: "2 seconds" })
      const other = yield* ledgerOf(sandbox, database)
      const goOn = yield* stopped("enter that a message was sent: before", ledger.sendOnce("key", request))
      const found = yield* sendOnce(other)
      assert.strictEqual(found._tag, "Sent")
      yield* goOn
      assert.deepStrictEqual(yield* sendOnce(ledger), found)
      assert.deepStrictEqual(yield* sentTo(sandbox, threadId), [request.content])
    })
  )

  it.scopedLive("goes on looking for a message in the place of a run that stood still while it looked", () =>
    Effect.gen(function* () {
      const options = { ...soonGivenUp, reconcileTimeout: "1 hour" } satisfies SendLedger.Options
      const { database, ledger, sandbox } = yield* world(place, options)
      const other = yield* ledgerOf(sandbox, database, options)
      yield* sandbox.addFault(stored(502), { times: 1 })
      const goOn = yield* stopped("look for a message: before", ledger.sendOnce("key", request))
      const found = yield* sendOnce(other)
      assert.strictEqual(found._tag, "Sent")
      yield* goOn
      assert.deepStrictEqual(yield* sendOnce(ledger), found)
      assert.deepStrictEqual(yield* sentTo(sandbox, threadId), [request.content])
    })
  )

  for (const when of ["before", "after"] as const) {
    it.scopedLive(`counts what an answer that nobody can read leaves open: a twin that was reset ${when} storing`, () =>
      Effect.gen(function* () {
        const { ledger, sandbox } = yield* world(place)
        yield* sandbox.addFault(Fault.MalformedJson.make(), { times: 2 })
        yield* Effect.forEach(["one", "two"], (key) => sendOnce(ledger, key))
        yield* sandbox.addFault(Fault.Reset.make({ when }), { times: 1 })
        yield* sendOnce(ledger, "three")
        const outcomes = yield* Effect.forEach(["one", "two", "three"], (key) => sendOnce(ledger, key))
        const ids = outcomes.map((outcome) => (outcome._tag === "Sent" ? outcome.messageId : outcome._tag))
        const messages = (yield* sandbox.messages(threadId)).filter(({ origin }) => origin === "api")
        assert.sameMembers(
          ids,
          messages.map(({ id }) => id)
        )
      })
    )
  }

  it.scopedLive("leaves a doubt to a person, with evidence, and sends nothing more", () =>
    Effect.gen(function* () {
      const { ledger, sandbox } = yield* world(place)
      const inbox = yield* Effect.map(Layer.build(inboxOf(sandbox)), (context) => context)
      const byHand = Effect.provide(
        Effect.flatMap(InboxClient.InboxClient, (client) => client.sendMessage(request)),
        inbox
      )
      const twins = [yield* byHand, yield* byHand].map(({ id }) => id)
      yield* sandbox.addFault(Fault.Reset.make({ when: "before" }), { times: 1 })
      const outcome = yield* sendOnce(ledger)
      assert.strictEqual(outcome._tag, "Doubt")
      if (outcome._tag === "Doubt") {
        assert.deepStrictEqual(outcome.evidence.reasons, ["Several"])
        assert.sameMembers([...outcome.evidence.candidates], twins)
      }
      assert.deepStrictEqual(yield* sendOnce(ledger), outcome)
      assert.lengthOf(yield* sentTo(sandbox, threadId), 2)
    })
  )

  it.scopedLive("tells sends of one text apart by their number, whatever became of each", () =>
    Effect.gen(function* () {
      const { ledger, sandbox } = yield* world(place)
      yield* sandbox.addFault(Fault.Reset.make({ when: "after" }), { times: 3 })
      yield* sandbox.addFault(Fault.Reset.make({ when: "before" }), { times: 2 })
      const keys = Array.from({ length: 8 }, (_, index) => `twin ${index}`)
      const outcomes = yield* Effect.forEach(keys, (key) => sendOnce(ledger, key), { concurrency: "unbounded" })
      const ids = outcomes.map((outcome) => (outcome._tag === "Sent" ? outcome.messageId : outcome._tag))
      assert.strictEqual(new Set(ids).size, keys.length, JSON.stringify(outcomes))
      assert.lengthOf(yield* sentTo(sandbox, threadId), keys.length)
    })
  )

  it.scopedLive("does not send within a transaction of its caller", () =>
    Effect.gen(function* () {
      const { database, ledger, sandbox } = yield* world(place)
      const error = yield* Effect.flatMap(SqlClient.SqlClient, (sql) =>
        Effect.flip(sql.withTransaction(ledger.sendOnce("key", request)))
      ).pipe(Effect.provide(database))
      assert.strictEqual(error._tag, "InTransaction")
      assert.deepStrictEqual(yield* sentTo(sandbox, threadId), [])
    })
  )

  it.scopedLive("keeps every text as it is", () =>
    Effect.gen(function* () {
      const { database, ledger, sandbox } = yield* world(place)
      yield* sandbox.addFault(Fault.Reset.make({ when: "before" }), { times: 3 })
      const contents = [
        "\u0000",
        "\ud83d",
        "'; DROP TABLE inbox_sends; --",
        "\u{1F469}\u200D\u{1F680} \u202E",
        '"\\u0000',
        " "
      ]
      yield* Effect.forEach(contents, (content, index) =>
        sendOnce(ledger, `key ${index}`, { threadId: otherThread, content })
      )
      const rows = yield* Effect.provide(
        Effect.flatMap(
          SqlClient.SqlClient,
          (sql) => sql<{ readonly content: string }>`SELECT content FROM inbox_sends ORDER BY number`
        ),
        database
      )
      assert.deepStrictEqual(
        rows.map(({ content }) => JSON.parse(content)),
        contents
      )
      // The sandbox has its own opinion of the first two.
      assert.includeMembers([...(yield* sentTo(sandbox, otherThread))], contents.slice(2))
    })
  )

  it.scopedLive("records nothing of a key or a request that cannot be", () =>
    Effect.gen(function* () {
      const { ledger } = yield* world(place)
      for (const key of ["", "a\u0000b", "x".repeat(256), "\ud800"]) {
        assert.instanceOf(yield* Effect.flip(ledger.sendOnce(key, request)), DurableError.InvalidKey)
      }
      const error = yield* Effect.flip(ledger.sendOnce("key", { threadId: "Not an id", content: "secret words" }))
      assert.instanceOf(error, InboxError.InvalidRequest)
      assert.notInclude(Inspectable.format(error), "secret words")
    })
  )
}

describe("a ledger in SQLite", () => {
  suite(Databases.sqlite)
})

describe.skipIf(!Databases.installed)("a ledger in PostgreSQL", () => {
  suite(postgresOfSuite())
})

describe("a ledger", () => {
  it.scopedLive("refuses a client that cannot keep the lease, unless it is told otherwise", () =>
    Effect.gen(function* () {
      const database = yield* Databases.sqlite.fresh
      const sandbox = yield* Sandbox.make()
      const reach = { token: sandbox.token, baseUrl: sandbox.url }
      const build = (options: SendLedger.Options) =>
        SendLedger.make(options).pipe(
          Effect.provide(Layer.merge(InboxClient.layer(reach), Reconcile.layer(reach))),
          Effect.provide(FetchHttpClient.layer),
          Effect.provide(Tables.layer),
          Effect.provide(database)
        )
      assert.instanceOf(yield* Effect.flip(build({})), DurableError.UnsafeClient)
      const ledger = yield* build({ unsafeSendAfterLease: true })
      assert.isFunction(ledger.sendOnce)
    })
  )

  it.effect("hands on that the database fails, with neither the text nor a defect", () =>
    Effect.gen(function* () {
      const failing = yield* Effect.flip(
        Effect.scoped(
          Effect.gen(function* () {
            const ledger = yield* SendLedger.make({ databasePatience: 0 })
            yield* Effect.flatMap(SqlClient.SqlClient, (sql) => sql`DROP TABLE inbox_sends`)
            return yield* ledger.sendOnce("key", { threadId, content: "secret words" })
          })
        ).pipe(
          Effect.provide(Layer.merge(InboxClient.layerTest(), Reconcile.layer({ token: Sandbox.defaultToken }))),
          Effect.provide(Undici.layer()),
          Effect.provide(Tables.layer),
          Effect.provide(yield* Databases.sqlite.fresh)
        )
      )
      assert.strictEqual(failing._tag, "StoreUnavailable")
      assert.notInclude(`${Inspectable.format(failing)} ${String(failing)}`, "secret words")
    })
  )
})
