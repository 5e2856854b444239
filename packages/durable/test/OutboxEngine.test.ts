import { SqlClient } from "@effect/sql"
import { assert, describe, it } from "@effect/vitest"
import { InboxClient } from "@inbox-effect/client"
import { Outbox, OutboxDatabase, OutboxEngine } from "@inbox-effect/durable"
import { Fault, Sandbox } from "@inbox-effect/sandbox"
import { Array as Arr, Context, Deferred, Effect, Exit, Fiber, Layer, Option, Redacted, Schedule, Scope } from "effect"
import { Point } from "../src/store/point.js"
import * as Databases from "./support/databases.js"
import * as Proxy from "./support/proxy.js"
import { serverOfSuite } from "./support/server.js"
import { inboxOf, quick, sentTo } from "./support/world.js"

const threads = Arr.makeBy(6, (index) => `thread${index}`)

const [first = "", second = ""] = threads

const options: OutboxEngine.Options = { ...quick, pollInterval: "20 millis" }

/** A sandbox, and an outbox. */
const world = (place: Databases.Place, ofThreads = threads) =>
  Effect.gen(function* () {
    const sandbox = yield* Sandbox.make({ threads: ofThreads })
    const database = Layer.fresh(yield* place.fresh)
    const held = place.name === "SQLite" ? Layer.succeedContext(yield* Layer.build(database)) : database
    const context = yield* Layer.build(Layer.merge(Layer.provide(Outbox.layer(), held), held))
    return {
      sandbox,
      database: held,
      outbox: Context.get(context, Outbox.Outbox),
      sql: Context.get(context, SqlClient.SqlClient)
    }
  })

type World = Effect.Effect.Success<ReturnType<typeof world>>

/** Starts an engine, as a process of its own would. The effect that it gives ends it. */
const engine = ({ database, sandbox }: World, more: OutboxEngine.Options = {}) =>
  Effect.gen(function* () {
    const scope = yield* Effect.acquireRelease(Scope.make(), (opened) => Scope.close(opened, Exit.void))
    yield* OutboxEngine.layer({ ...options, ...more }).pipe(
      Layer.provide(inboxOf(sandbox)),
      Layer.provide(database),
      Layer.buildWithScope(scope)
    )
    return Scope.close(scope, Exit.void)
  })

const until = <E>(condition: Effect.Effect<boolean, E>) =>
  condition.pipe(Effect.repeat({ until: (holds) => holds, schedule: Schedule.spaced("10 millis") }), Effect.orDie)

const isIn =
  ({ outbox }: World, state: Outbox.Message["state"]) =>
  (key: string) =>
    Effect.map(outbox.state(key), (found) => Option.exists(found, (message) => message.state === state))

const allSent = (world: World, keys: ReadonlyArray<string>) =>
  until(Effect.map(Effect.forEach(keys, isIn(world, "sent")), (sent) => sent.every((holds) => holds)))

const suite = (place: Databases.Place) => {
  it.scopedLive("sends each thread's messages once, in their order", () =>
    Effect.gen(function* () {
      const here = yield* world(place)
      yield* here.sandbox.addFault(Fault.Reset.make({ when: "after" }), { times: 2 })
      yield* here.sandbox.addFault(Fault.Status.make({ status: 503, stored: false }), { times: 2 })
      yield* engine(here)
      const messages = Arr.makeBy(30, (index) => ({
        key: `key ${index}`,
        threadId: threads[index % threads.length] ?? "",
        content: `message ${index}`
      }))
      yield* Effect.forEach(messages, ({ key, ...request }) => here.outbox.enqueue(key, request))
      yield* allSent(
        here,
        messages.map(({ key }) => key)
      )
      for (const threadId of threads) {
        assert.deepStrictEqual(
          yield* sentTo(here.sandbox, threadId),
          messages.filter((message) => message.threadId === threadId).map(({ content }) => content)
        )
      }
    })
  )

  it.scopedLive("holds a thread behind a doubt, and no other, until a person decides", () =>
    Effect.gen(function* () {
      const here = yield* world(place)
      const twin = { threadId: first, content: "Twin" }
      const byHand = Effect.provide(
        Effect.flatMap(InboxClient.InboxClient, (client) => client.sendMessage(twin)),
        inboxOf(here.sandbox)
      )
      yield* Effect.all([byHand, byHand])
      yield* here.sandbox.addFault(Fault.Reset.make({ when: "before" }), { threadId: first, times: 1 })
      yield* engine(here)
      yield* here.outbox.enqueue("doubtful", twin)
      yield* here.outbox.enqueue("behind", { threadId: first, content: "Behind" })
      yield* until(isIn(here, "doubt")("doubtful"))
      yield* here.outbox.enqueue("elsewhere", { threadId: second, content: "Elsewhere" })
      yield* allSent(here, ["elsewhere"])
      assert.isTrue(yield* isIn(here, "queued")("behind"))
      yield* here.outbox.settle("doubtful", "Delivered", { by: "Ada" })
      yield* allSent(here, ["behind"])
      assert.deepStrictEqual(yield* sentTo(here.sandbox, first), ["Twin", "Twin", "Behind"])
    })
  )

  it.scopedLive("waits as long as the server asks, through an end of the engine", () =>
    Effect.gen(function* () {
      const here = yield* world(place)
      const limited = Fault.RateLimited.make({ retryAfter: 3600, format: "seconds" })
      yield* here.sandbox.addFault(limited, { threadId: first, times: 1 })
      const end = yield* engine(here)
      yield* here.outbox.enqueue("limited", { threadId: first, content: "Later" })
      yield* until(
        Effect.map(here.outbox.state("limited"), (found) =>
          Option.exists(found, ({ lastError, state }) => state === "queued" && lastError?._tag === "RateLimited")
        )
      )
      yield* end
      yield* engine(here)
      yield* here.outbox.enqueue("other", { threadId: second, content: "Other" })
      yield* allSent(here, ["other"])
      const waiting = Option.getOrThrow(yield* here.outbox.state("limited"))
      assert.strictEqual(waiting.state, "queued")
      assert.strictEqual(waiting.attempts, 1)
      yield* here.sql`UPDATE inbox_sends SET due_at = 0 WHERE key = 'limited'`
      yield* allSent(here, ["limited"])
    })
  )

  it.scopedLive("goes on with the next message after one that is refused, and lists it as a dead letter", () =>
    Effect.gen(function* () {
      const here = yield* world(place)
      yield* here.sandbox.addFault(Fault.Status.make({ status: 422, stored: false }), { times: 1 })
      yield* here.outbox.enqueue("refused", { threadId: first, content: "Refused" })
      yield* here.outbox.enqueue("next", { threadId: first, content: "Next" })
      yield* engine(here)
      yield* allSent(here, ["next"])
      assert.isTrue(yield* isIn(here, "refused")("refused"))
    })
  )

  it.scopedLive("does not send what has waited for too long", () =>
    Effect.gen(function* () {
      const here = yield* world(place)
      yield* here.outbox.enqueue("old", { threadId: first, content: "Old" })
      yield* here.sql`UPDATE inbox_sends SET created_at = created_at - 86400001`
      yield* here.outbox.enqueue("new", { threadId: first, content: "New" })
      yield* engine(here)
      yield* allSent(here, ["new"])
      const old = Option.getOrThrow(yield* here.outbox.state("old"))
      assert.isTrue(old.outcome?._tag === "Refused" && old.outcome.expired)
      assert.deepStrictEqual(yield* sentTo(here.sandbox, first), ["New"])
    })
  )

  for (const point of ["claim a message: after", "send a message: after"]) {
    it.scopedLive(`lets attempts come to their end before it ends: at "${point}"`, () =>
      Effect.gen(function* () {
        const here = yield* world(place)
        const stored = yield* Deferred.make<void>()
        const answered = yield* Deferred.make<void>()
        const slow: Point["Type"] = {
          reach: (name) =>
            name === point
              ? Effect.zipRight(Deferred.succeed(stored, undefined), Deferred.await(answered))
              : Effect.void
        }
        const end = yield* Effect.provideService(engine(here), Point, slow)
        yield* Effect.forEach(threads, (threadId) => here.outbox.enqueue(threadId, { threadId, content: threadId }))
        yield* Deferred.await(stored)
        const ending = yield* Effect.fork(end)
        // An engine that does not wait has ended long before this is asked and answered.
        yield* Effect.forEach(threads, isIn(here, "sending"))
        assert.isTrue(Option.isNone(yield* Fiber.poll(ending)))
        yield* Deferred.succeed(answered, undefined)
        yield* Fiber.join(ending)
        const states = yield* here.sql<{ readonly state: string }>`SELECT DISTINCT state FROM inbox_sends`
        const others = states.map(({ state }) => state).filter((state) => state !== "sent" && state !== "queued")
        assert.deepStrictEqual(others, [])
        const sent = yield* Effect.forEach(threads, (threadId) => sentTo(here.sandbox, threadId))
        const rows = yield* here.sql<{ readonly key: string }>`SELECT key FROM inbox_sends WHERE state = 'sent'`
        assert.isNotEmpty(rows)
        assert.sameMembers(
          sent.flat(),
          rows.map(({ key }) => key)
        )
      })
    )
  }
}

describe("an engine with SQLite", () => {
  suite(Databases.sqlite)
})

describe.skipIf(!Databases.installed)("an engine with PostgreSQL", () => {
  const server = serverOfSuite()
  const place = Databases.postgres(server)
  suite(place)

  it.scopedLive("shares the threads with other engines, which take over those of one that ends", () =>
    Effect.gen(function* () {
      const here = yield* world(place)
      const [end] = yield* Effect.all([engine(here), engine(here), engine(here)], { concurrency: 3 })
      const enqueue = (round: number) =>
        Effect.forEach(threads, (threadId) =>
          Effect.as(
            here.outbox.enqueue(`${threadId} ${round}`, { threadId, content: `${round}` }),
            `${threadId} ${round}`
          )
        )
      yield* allSent(here, yield* enqueue(1))
      yield* end
      yield* allSent(here, yield* enqueue(2))
      for (const threadId of threads) assert.deepStrictEqual(yield* sentTo(here.sandbox, threadId), ["1", "2"])
    })
  )

  it.scopedLive("waits for no thread that another engine has taken over", () =>
    Effect.gen(function* () {
      const many = Arr.makeBy(40, (index) => `shared${index}`)
      const here = yield* world(place, many)
      yield* Effect.forEach(many, (threadId) => here.outbox.enqueue(threadId, { threadId, content: threadId }))
      const goOn = yield* Deferred.make<void>()
      const standing: Point["Type"] = {
        reach: (name) => (name === "send a message: before" ? Deferred.await(goOn) : Effect.void)
      }
      // All other threads wait for its only place by then.
      const first = yield* Effect.provideService(engine(here, { concurrency: 1 }), Point, standing)
      yield* until(Effect.map(here.sql`SELECT 1 FROM inbox_sends WHERE state = 'sending'`, Arr.isNonEmptyReadonlyArray))
      const second = yield* engine(here)
      yield* until(Effect.map(here.sql`SELECT 1 FROM inbox_sends WHERE state = 'sent'`, Arr.isNonEmptyReadonlyArray))
      yield* Deferred.succeed(goOn, undefined)
      yield* allSent(here, many)
      yield* Effect.zipRight(first, second)
    })
  )

  it.scopedLive("goes on after all connections that it may have were not answered", () =>
    Effect.gen(function* () {
      const url = yield* server().fresh
      const here = yield* world({ name: place.name, fresh: Effect.succeed(Databases.clientOf(url)) })
      const proxy = yield* Proxy.make(url)
      const database = Layer.orDie(OutboxDatabase.layer(Redacted.make(proxy.url)))
      yield* engine({ ...here, database: Layer.fresh(database) }, { failover: "1 second" })
      yield* here.outbox.enqueue("before", { threadId: first, content: "Before" })
      yield* allSent(here, ["before"])
      yield* proxy.ignore
      yield* proxy.cut
      yield* until(Effect.map(proxy.ignored, (count) => count >= 10))
      yield* proxy.answer
      yield* here.outbox.enqueue("after", { threadId: first, content: "After" })
      yield* allSent(here, ["after"])
    })
  )
})
