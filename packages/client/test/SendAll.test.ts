import { inspect } from "node:util"
import { FetchHttpClient, HttpClient } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { InboxClient, InboxError, SendAll } from "@inbox-effect/client"
import {
  Chunk,
  Clock,
  Context,
  DateTime,
  Deferred,
  Effect,
  Exit,
  Fiber,
  Option,
  Queue,
  Redacted,
  Stream,
  TestClock
} from "effect"
import * as fc from "effect/FastCheck"
import { expectTypeOf } from "vitest"
import * as Servers from "./Servers.js"
import { message } from "./Servers.js"
import { runInVirtualTime } from "./virtualTime.js"

type Answer = "Delivered" | "Unreadable" | "NotDelivered" | "Unknown" | "Defect"

const expected: Record<Answer, SendAll.Outcome["_tag"]> = {
  Delivered: "Delivered",
  Unreadable: "Delivered",
  NotDelivered: "NotDelivered",
  Unknown: "Unknown",
  Defect: "Unknown"
}

const answers: Record<Answer, Effect.Effect<InboxClient.Sent, InboxError.InboxError>> = {
  Delivered: Effect.succeed({ message, metadata: {} } as never),
  Unreadable: Effect.fail(new InboxError.MalformedResponse({ status: 200, reason: "Empty", keys: [] })),
  NotDelivered: Effect.fail(new InboxError.Forbidden({ status: 403 })),
  Unknown: Effect.fail(new InboxError.ConnectionLost({})),
  Defect: Effect.die("a defect")
}

interface Planned {
  readonly thread: number
  readonly takes: number
  readonly answer: Answer
}

/** A client that does as planned (the content is the place in the plan), and notes when sends begin and end. */
const clientOf = (plan: ReadonlyArray<Planned>) => {
  const events: Array<readonly [what: "begin" | "end", index: number]> = []
  const underWay = { now: 0, most: 0 }
  const service = {
    sendMessageWithMetadata: ({ content }: InboxClient.Request) => {
      const index = Number(content)
      const { answer, takes } = plan[index] as Planned
      return Effect.suspend(() => {
        events.push(["begin", index])
        underWay.now++
        underWay.most = Math.max(underWay.most, underWay.now)
        return Effect.zipRight(Effect.sleep(takes), answers[answer])
      }).pipe(
        Effect.ensuring(
          Effect.sync(() => {
            underWay.now--
            events.push(["end", index])
          })
        )
      )
    }
  } as unknown as InboxClient.Service
  return { service, events, underWay }
}

const requestsOf = (plan: ReadonlyArray<Planned>) =>
  plan.map(({ thread }, index) => ({ threadId: `thread${thread}`, content: String(index) }))

const collect = <E>(stream: Stream.Stream<SendAll.Outcome, E, InboxClient.InboxClient>, service: InboxClient.Service) =>
  Stream.runCollect(stream).pipe(
    Effect.map(Chunk.toReadonlyArray),
    Effect.provideService(InboxClient.InboxClient, service)
  )

const plans = fc.array(
  fc.record({
    thread: fc.nat(3),
    takes: fc.nat(50),
    answer: fc.constantFrom<Answer>("Delivered", "Unreadable", "NotDelivered", "Unknown", "Defect")
  }),
  { maxLength: 40 }
)

const byIndex = (a: { readonly index: number }, b: { readonly index: number }) => a.index - b.index

describe("SendAll", () => {
  it("loses nothing, keeps the order of each thread, and has no more under way than allowed", () =>
    fc.assert(
      fc.property(plans, fc.integer({ min: 1, max: 8 }), fc.boolean(), (plan, concurrency, fails) => {
        const program = Effect.gen(function* () {
          const { events, service, underWay } = clientOf(plan)
          const told: Array<SendAll.Outcome> = []
          const source = Stream.fromIterable(requestsOf(plan))
          const stream = SendAll.sendAll(fails ? Stream.concat(source, Stream.fail("source")) : source, {
            concurrency,
            onOutcome: (outcome) => Effect.sync(() => void told.push(outcome))
          })
          const seen: Array<SendAll.Outcome> = []
          const fiber = yield* Effect.fork(
            Effect.exit(
              collect(
                Stream.tap(stream, (outcome) => Effect.sync(() => void seen.push(outcome))),
                service
              )
            )
          )
          const exit = yield* Fiber.join(fiber)
          assert.strictEqual(Exit.isFailure(exit), fails)
          assert.deepStrictEqual(
            [...seen].sort(byIndex).map((outcome) => [outcome.index, outcome._tag]),
            plan.map(({ answer }, index) => [index, expected[answer]])
          )
          assert.sameMembers(told, seen)
          assert.isAtMost(underWay.most, concurrency)
          for (const thread of new Set(plan.map((planned) => planned.thread))) {
            const inThread = events.filter(([, index]) => plan[index]?.thread === thread)
            const inOrder = plan.flatMap((planned, index) =>
              planned.thread === thread ? [["begin", index] as const, ["end", index] as const] : []
            )
            assert.deepStrictEqual(inThread, inOrder)
          }
        })
        runInVirtualTime(program)
      }),
      { numRuns: 25 }
    ))

  it("of what was interrupted tells what was being sent, what was not, and nothing twice", () =>
    fc.assert(
      fc.property(plans, fc.nat(150), (plan, after) => {
        const program = Effect.gen(function* () {
          const { events, service } = clientOf(plan)
          const told: Array<SendAll.Outcome> = []
          const stream = SendAll.sendAll(Stream.fromIterable(requestsOf(plan)), {
            concurrency: 4,
            onOutcome: (outcome) => Effect.sync(() => void told.push(outcome))
          })
          const fiber = yield* Effect.fork(collect(stream, service))
          yield* Effect.sleep(after)
          const endedBefore = new Set(events.filter(([what]) => what === "end").map(([, index]) => index))
          yield* Fiber.interrupt(fiber)
          const begun = new Set(events.filter(([what]) => what === "begin").map(([, index]) => index))
          assert.strictEqual(new Set(told.map(({ index }) => index)).size, told.length)
          for (const [index, planned] of plan.entries()) {
            const outcome = told.find((one) => one.index === index)
            if (!begun.has(index)) {
              assert.include([undefined, "NotDelivered"], outcome?._tag)
            } else {
              assert.strictEqual(outcome?._tag, endedBefore.has(index) ? expected[planned.answer] : "Unknown")
            }
          }
        })
        runInVirtualTime(program)
      }),
      { numRuns: 25 }
    ))

  const plan = (answersInOrder: ReadonlyArray<Answer>, thread = (index: number) => index): ReadonlyArray<Planned> =>
    answersInOrder.map((answer, index) => ({ answer, takes: 10, thread: thread(index) }))

  it.effect("stops on an outcome: finishes what is under way, and takes nothing more", () =>
    Effect.gen(function* () {
      const many = plan(["Delivered", "NotDelivered", ...Array.from({ length: 50 }, () => "Delivered" as const)])
      const { events, service } = clientOf(many)
      let taken = 0
      const source = Stream.tap(Stream.fromIterable(requestsOf(many)), () => Effect.sync(() => void taken++))
      const fiber = yield* Effect.fork(
        collect(SendAll.sendAll(source, { concurrency: 2, stopOn: (outcome) => outcome._tag !== "Delivered" }), service)
      )
      yield* TestClock.adjust("1 minute")
      const outcomes = yield* Fiber.join(fiber)
      const begun = events.filter(([what]) => what === "begin").map(([, index]) => index)
      assert.isAtMost(begun.length, 4)
      assert.isBelow(taken, 10)
      for (const outcome of outcomes) {
        assert.strictEqual(
          outcome._tag,
          outcome.index === 1 || !begun.includes(outcome.index) ? "NotDelivered" : "Delivered"
        )
      }
      assert.includeMembers(
        outcomes.map(({ index }) => index),
        begun
      )
    })
  )

  it.effect("gives up a thread, so that nothing in it overtakes, and goes on with the others", () =>
    Effect.gen(function* () {
      const two = plan(["Delivered", "Delivered", "NotDelivered", "Delivered", "Delivered", "Delivered"], (n) => n % 2)
      const { events, service } = clientOf(two)
      const fiber = yield* Effect.fork(
        collect(
          SendAll.sendAll(Stream.fromIterable(requestsOf(two)), { stopThreadOn: ({ _tag }) => _tag !== "Delivered" }),
          service
        )
      )
      yield* TestClock.adjust("1 minute")
      const outcomes = [...(yield* Fiber.join(fiber))].sort(byIndex)
      assert.deepStrictEqual(
        outcomes.map(({ _tag, error }) => [_tag, error?._tag]),
        [
          ["Delivered", undefined],
          ["Delivered", undefined],
          ["NotDelivered", "Forbidden"],
          ["Delivered", undefined],
          ["NotDelivered", undefined],
          ["Delivered", undefined]
        ]
      )
      assert.isFalse(events.some(([, index]) => index === 4))
    })
  )

  it.effect("where an outcome cannot be written: finishes what is under way, tells of it, and then fails", () =>
    Effect.gen(function* () {
      const twenty = plan(Array.from({ length: 20 }, () => "Delivered" as const))
      const { events, service } = clientOf(twenty)
      class Database extends Context.Tag("Database")<
        Database,
        { write: (index: number) => Effect.Effect<void, "full"> }
      >() {}
      const written: Array<number> = []
      const write = (index: number) =>
        index === 5 ? Effect.fail("full" as const) : Effect.sync(() => void written.push(index))
      const seen: Array<number> = []
      const stream = SendAll.sendAll(Stream.fromIterable(requestsOf(twenty)), {
        concurrency: 4,
        onOutcome: ({ index }) => Effect.flatMap(Database, (database) => database.write(index))
      })
      expectTypeOf(stream).toEqualTypeOf<
        Stream.Stream<
          SendAll.Outcome<ReturnType<typeof requestsOf>[number]>,
          "full",
          InboxClient.InboxClient | Database
        >
      >()
      const fiber = yield* Stream.runForEach(stream, ({ index }) => Effect.sync(() => void seen.push(index))).pipe(
        Effect.provideService(Database, { write }),
        Effect.provideService(InboxClient.InboxClient, service),
        Effect.exit,
        Effect.fork
      )
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(yield* Fiber.join(fiber), Exit.fail("full" as const))
      const begun = events.filter(([what]) => what === "begin").map(([, index]) => index)
      assert.isBelow(begun.length, 20)
      assert.includeMembers(seen, begun)
      assert.sameMembers([...written, 5], seen)
    })
  )

  it.effect("finishes what is under way where onOutcome throws, and then dies of that", () =>
    Effect.gen(function* () {
      const four = plan(Array.from({ length: 4 }, () => "Delivered" as const))
      const { service } = clientOf(four)
      const seen: Array<number> = []
      const stream = SendAll.sendAll(Stream.fromIterable(requestsOf(four)), {
        concurrency: 4,
        onOutcome: ({ index }) => (index === 0 ? Effect.die("a defect") : Effect.void)
      })
      const fiber = yield* Stream.runForEach(stream, ({ index }) => Effect.sync(() => void seen.push(index))).pipe(
        Effect.provideService(InboxClient.InboxClient, service),
        Effect.exit,
        Effect.fork
      )
      yield* TestClock.adjust("1 minute")
      const exit = yield* Fiber.join(fiber)
      assert.sameMembers(seen, [0, 1, 2, 3])
      assert.deepStrictEqual(exit, Exit.die("a defect"))
    })
  )

  it.effect("drains: ends although the source waits for more, and finishes what is under way", () =>
    Effect.gen(function* () {
      const three = plan(["Delivered", "Delivered", "Unknown"])
      const { service } = clientOf(three)
      const shutdown = yield* Deferred.make<void>()
      const source = Stream.concat(Stream.fromIterable(requestsOf(three)), Stream.never)
      const fiber = yield* Effect.fork(collect(SendAll.sendAll(source, { drain: Deferred.await(shutdown) }), service))
      yield* TestClock.adjust("5 millis")
      yield* Deferred.succeed(shutdown, undefined)
      assert.isNull(yield* Fiber.poll(fiber).pipe(Effect.map(Option.getOrNull)))
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(
        [...(yield* Fiber.join(fiber))].sort(byIndex).map(({ _tag }) => _tag),
        ["Delivered", "Delivered", "Unknown"]
      )
    })
  )

  it.effect("stops on an outcome although the source waits for more", () =>
    Effect.gen(function* () {
      const one = plan(["NotDelivered"])
      const { service } = clientOf(one)
      const source = Stream.concat(Stream.fromIterable(requestsOf(one)), Stream.never)
      const fiber = yield* Effect.fork(collect(SendAll.sendAll(source, { stopOn: () => true }), service))
      yield* TestClock.adjust("1 minute")
      assert.lengthOf(yield* Fiber.join(fiber), 1)
    })
  )

  it("when interrupted gives all that is under way one time to finish, and tells what is known of the rest", () =>
    fc.assert(
      fc.property(plans, fc.nat(100), fc.integer({ min: 1, max: 60 }), (plan, after, within) => {
        const program = Effect.gen(function* () {
          const { events, service } = clientOf(plan)
          const told: Array<SendAll.Outcome> = []
          const stream = SendAll.sendAll(Stream.fromIterable(requestsOf(plan)), {
            concurrency: 4,
            drainWithin: within,
            onOutcome: (outcome) => Effect.sync(() => void told.push(outcome))
          })
          const fiber = yield* Effect.fork(collect(stream, service))
          yield* Effect.sleep(after)
          const begunBefore = new Set(events.filter(([what]) => what === "begin").map(([, index]) => index))
          const endedBefore = new Set(events.filter(([what]) => what === "end").map(([, index]) => index))
          const at = yield* Clock.currentTimeMillis
          yield* Fiber.interrupt(fiber)
          assert.isAtMost((yield* Clock.currentTimeMillis) - at, within)
          const begun = events.filter(([what]) => what === "begin").map(([, index]) => index)
          assert.sameMembers(begun, [...begunBefore])
          assert.strictEqual(new Set(told.map(({ index }) => index)).size, told.length)
          for (const index of begun) {
            const outcome = told.find((one) => one.index === index)
            const planned = plan[index] as Planned
            if (endedBefore.has(index) || planned.takes < within - 50) {
              assert.strictEqual(outcome?._tag, expected[planned.answer])
            }
            assert.include([expected[planned.answer], "Unknown"], outcome?._tag)
          }
        })
        runInVirtualTime(program)
      }),
      { numRuns: 25 }
    ))

  it.live("says of what a shutdown interrupts what the transport knows, and when it was under way", () =>
    Effect.gen(function* () {
      const arrived = yield* Queue.unbounded<void>()
      const answered = yield* Queue.unbounded<void>()
      const server = yield* Servers.http((response, { url }) => {
        Queue.unsafeOffer(arrived, undefined)
        if (url?.includes("refused")) response.writeHead(403, { "content-length": "10" }).write("{")
        if (url?.includes("accepted")) response.writeHead(200, { "content-length": "10" }).write("{")
      })
      const told: Array<SendAll.Outcome> = []
      const requests = ["silent", "refused", "accepted"].map((threadId) => ({ threadId, content: "On my way" }))
      const fiber = yield* SendAll.sendAll(Stream.concat(Stream.fromIterable(requests), Stream.never), {
        onOutcome: (outcome) => Effect.sync(() => void told.push(outcome))
      }).pipe(
        Stream.runDrain,
        Effect.provide(
          InboxClient.layer({
            token: Redacted.make("token"),
            baseUrl: server.baseUrl,
            transformClient: HttpClient.tap(() => Queue.offer(answered, undefined))
          })
        ),
        Effect.provide(FetchHttpClient.layer),
        Effect.fork
      )
      yield* Queue.takeN(arrived, 3)
      yield* Queue.takeN(answered, 2)
      const before = yield* DateTime.now
      yield* Fiber.interrupt(fiber)
      assert.deepStrictEqual(
        [...told].sort(byIndex).map(({ _tag }) => _tag),
        ["Unknown", "NotDelivered", "Delivered"]
      )
      const [unknown] = [...told].sort(byIndex)
      assert(unknown?._tag === "Unknown")
      assert.isTrue(DateTime.lessThan(unknown.window.from, before))
      assert.isTrue(DateTime.greaterThanOrEqualTo(unknown.window.until, before))
    }).pipe(Effect.scoped)
  )

  it("keeps the type of its requests", () => {
    interface Parcel extends InboxClient.Request {
      readonly parcel: number
    }
    const parcels: Stream.Stream<Parcel> = Stream.empty
    const stream = SendAll.sendAll(parcels, {
      stopOn: ({ request }) => request.parcel > 1,
      onOutcome: ({ request }) => Effect.succeed(request.parcel)
    })
    expectTypeOf(stream).toEqualTypeOf<Stream.Stream<SendAll.Outcome<Parcel>, never, InboxClient.InboxClient>>()
  })

  it.effect("takes no more from the stream than it can send", () =>
    Effect.gen(function* () {
      const many = plan(Array.from({ length: 200 }, () => "Delivered" as const))
      const { service } = clientOf(many)
      let taken = 0
      const source = Stream.tap(Stream.fromIterable(requestsOf(many)), () => Effect.sync(() => void taken++))
      const fiber = yield* Effect.fork(
        SendAll.sendAll(source, { concurrency: 4 }).pipe(
          Stream.runForEach(() => Effect.never),
          Effect.provideService(InboxClient.InboxClient, service)
        )
      )
      yield* TestClock.adjust("1 minute")
      // Those that are sent while the first outcome waits to be taken, and a buffer of outcomes.
      assert.isAtMost(taken, 30)
      yield* Fiber.interrupt(fiber)
    })
  )

  it.effect("shows no text, whatever an outcome is rendered with", () =>
    Effect.gen(function* () {
      const text = "the text of the message"
      const client = {
        sendMessageWithMetadata: ({ threadId }: InboxClient.Request) =>
          threadId === "thread0" ? answers.NotDelivered : Effect.succeed({ message: { ...message, content: text } })
      } as unknown as InboxClient.Service
      const requests = [0, 1].map((n) => ({ threadId: `thread${n}`, content: text }))
      const outcomes = yield* collect(SendAll.sendAll(Stream.fromIterable(requests)), client)
      assert.strictEqual(outcomes.length, 2)
      for (const outcome of outcomes) {
        const renderings = [
          String(outcome),
          JSON.stringify([outcome]),
          inspect([outcome], { depth: 9, showHidden: true })
        ]
        for (const rendering of renderings) {
          assert.notInclude(rendering, text)
          assert.include(rendering, outcome.request.threadId)
        }
      }
      const delivered = outcomes.find((outcome) => outcome._tag === "Delivered")
      assert.strictEqual(delivered?.sent?.message.content, text)
      assert.strictEqual(delivered?.request.content, text)
      assert.isTrue(Option.isSome(Option.fromNullable(delivered)))
    })
  )
})
