import { inspect } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import { InboxClient, InboxError, SendAll } from "@inbox-effect/client"
import { Chunk, Effect, Exit, Fiber, Option, Stream, TestClock } from "effect"
import * as fc from "effect/FastCheck"
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
