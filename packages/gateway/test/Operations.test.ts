import { assert, describe, it } from "@effect/vitest"
import { type Gateway, Journal } from "@inbox-effect/gateway"
import { Clock, Effect, Either, Exit, Fiber, Scope, Tracer } from "effect"
import { content, statusOf } from "./support/outcomes.js"
import * as Simulated from "./support/simulated.js"
import * as VirtualTime from "./support/virtualTime.js"
import type { Fault } from "./v2/faults.js"
import { Simulator } from "./v2/Simulator.js"

const request = { threadId: "thread1", content }

const slow = (millis: number): Fault => ({ name: "slow", when: "Slow", how: "Answer", millis })

const hanging: Fault = { name: "hanging", when: "BeforeAnything", how: "Hang" }

const unconfirmed: Fault = { name: "unconfirmed", when: "Unconfirmed", how: "Answer", delivered: false }

const sending = (simulator: Simulator, options: Gateway.Options = {}, journal?: Journal.Service) =>
  Effect.gen(function* () {
    const gateway = yield* Simulated.gateway(simulator, options, journal)
    const caller = yield* gateway.authorize(Simulated.token)
    return Effect.either(gateway.send(caller, request))
  })

describe("a gateway that closes", () => {
  it.live("waits for the sends under way, and notes their ends", () =>
    Effect.gen(function* () {
      const simulator = new Simulator()
      simulator.faults.push(slow(5_000))
      const journal = yield* Journal.makeMemory()
      const scope = yield* Scope.make()
      const send = yield* sending(simulator, {}, journal).pipe(Scope.extend(scope))
      const fiber = yield* Effect.fork(send)
      yield* Effect.sleep("1 second")
      yield* Scope.close(scope, Exit.void)
      assert.lengthOf(yield* journal.unsettled, 0)
      assert.strictEqual(statusOf(yield* Fiber.join(fiber)), 200)
    }).pipe(VirtualTime.run)
  )

  it.live("does not wait for longer than it is told to", () =>
    Effect.gen(function* () {
      const simulator = new Simulator()
      simulator.faults.push(...Array.from({ length: 20 }, () => hanging))
      const scope = yield* Scope.make()
      const send = yield* sending(simulator, { grace: "2 seconds" }).pipe(Scope.extend(scope))
      yield* Effect.fork(send)
      yield* Effect.sleep("1 second")
      const before = yield* Clock.currentTimeMillis
      yield* Scope.close(scope, Exit.void)
      assert.strictEqual((yield* Clock.currentTimeMillis) - before, 2_000)
    }).pipe(VirtualTime.run)
  )
})

describe("the bounds of a gateway", () => {
  it.live("are the deadline, in which all attempts and waits have room, whatever v2 does", () =>
    Effect.forEach(
      [hanging, { ...hanging, how: "Reset" }, { ...hanging, how: "Answer" }] as ReadonlyArray<Fault>,
      (fault) =>
        Effect.gen(function* () {
          const simulator = new Simulator()
          simulator.faults.push(...Array.from({ length: 100 }, () => fault))
          const send = yield* sending(simulator, { deadline: "25 seconds" })
          const before = yield* Clock.currentTimeMillis
          assert.strictEqual(statusOf(yield* send), 500)
          assert.isAtMost((yield* Clock.currentTimeMillis) - before, 25_000)
          assert.isAbove(simulator.sends.length, 1)
        }).pipe(Effect.scoped, VirtualTime.run)
    )
  )

  it.live("let as many sends go at once as they say, and send nothing of those that wait for too long", () =>
    Effect.gen(function* () {
      const simulator = new Simulator()
      // Each is looked up for a while, in which the next one waits.
      simulator.faults.push(...Array.from({ length: 8 }, () => unconfirmed))
      const send = yield* sending(simulator, { concurrency: 1, deadline: "10 seconds" })
      const results = yield* Effect.all(
        Array.from({ length: 8 }, () => send),
        { concurrency: "unbounded" }
      )
      const codes = results.filter(Either.isLeft).map(({ left }) => `${left.code} ${left.delivery}`)
      const refused = codes.filter((code) => code === "TOO_BUSY NotDelivered").length
      assert.isAbove(refused, 0)
      assert.strictEqual(simulator.sends.length, 8 - refused)
      assert.strictEqual(codes.filter((code) => code === "DELIVERY_UNKNOWN Unknown").length, 8 - refused)
    }).pipe(Effect.scoped, VirtualTime.run)
  )

  it.live("hold for answers: one that is larger is delivered, and not read", () =>
    Effect.gen(function* () {
      const simulator = new Simulator()
      simulator.faults.push({
        name: "large",
        when: "AfterStoring",
        how: "Answer",
        garble: (success) => ({ ...success, body: success.body + " ".repeat(100_000) })
      })
      const send = yield* sending(simulator, { maxAnswerSize: 50_000 })
      const large = Either.getOrThrow(yield* send)
      const next = Either.getOrThrow(yield* send)
      const [first, second] = simulator.delivered("thread1")
      assert.match(String(large.json.id), /^gw/)
      assert.notStrictEqual(large.json.id, first?.id)
      assert.include(large.headers["x-inbox-gateway-lost"], "id")
      assert.strictEqual(next.json.id, second?.id)
    }).pipe(Effect.scoped, VirtualTime.run)
  )
})

describe("the span of a send", () => {
  it.live("has the ids of both sides, and neither token nor text", () =>
    Effect.gen(function* () {
      const spans: Array<Tracer.Span> = []
      const native = yield* Effect.tracer
      const tracer = Tracer.make({
        span: (...parts) => {
          const span = native.span(...parts)
          spans.push(span)
          return span
        },
        context: native.context
      })
      const sent = Either.getOrThrow(
        yield* Effect.flatten(sending(new Simulator())).pipe(Effect.scoped, Effect.withTracer(tracer))
      )
      const span = spans.find(({ name }) => name === "Gateway.send")
      assert.strictEqual(span?.attributes.get("inbox.gateway.request"), sent.headers["x-inbox-gateway-request"])
      assert.strictEqual(span?.attributes.get("inbox.request_id"), sent.headers["x-request-id"])
      const told = JSON.stringify(spans.map(({ attributes, name }) => [name, ...attributes]))
      assert.notMatch(told, /Secret0Token1|On my way/)
    })
  )
})
