import { assert, describe, it } from "@effect/vitest"
import { type Gateway, Journal } from "@inbox-effect/gateway"
import { Effect, Either, Exit, Scope } from "effect"
import * as Crash from "./support/crash.js"
import { broken, content, sendOnce, statusOf } from "./support/outcomes.js"
import * as Simulated from "./support/simulated.js"
import * as VirtualTime from "./support/virtualTime.js"
import { type Fault, faults } from "./v2/faults.js"
import { plain, type Reading } from "./v2/readings.js"
import { Simulator } from "./v2/Simulator.js"

const fault = (name: string): Fault => {
  const found = faults.find((each) => each.name === name)
  assert.isDefined(found, name)
  return found
}

const simulatorWith = (reading: Partial<Reading>, ...script: ReadonlyArray<string>) => {
  const simulator = new Simulator({ reading: { ...plain, ...reading } })
  simulator.faults.push(...script.map(fault))
  return simulator
}

const gatewayWith = (simulator: Simulator, options?: Gateway.Options) =>
  Effect.flatMap(Simulated.gateway(simulator, options), (gateway) =>
    Effect.map(gateway.authorize(Simulated.token), (caller) => ({
      send: (text: string, idempotencyKey?: string) =>
        Effect.either(gateway.send(caller, { threadId: "thread1", content: text }, { idempotencyKey }))
    }))
  )

const idOf = (result: Either.Either<Gateway.Answer, Gateway.Refusal>) => Either.getOrThrow(result).json.id

const delivered = (simulator: Simulator) => simulator.delivered("thread1").length

describe("without a key of the caller's", () => {
  it.live("two equal requests are two messages, under two keys", () =>
    Effect.gen(function* () {
      const simulator = new Simulator()
      const { send } = yield* gatewayWith(simulator)
      assert.notStrictEqual(idOf(yield* send(content)), idOf(yield* send(content)))
      assert.strictEqual(delivered(simulator), 2)
      assert.strictEqual(new Set(simulator.sends.map(({ key }) => key)).size, 2)
    }).pipe(Effect.scoped, VirtualTime.run)
  )

  it.live("every attempt has the same key and the same bytes", () =>
    Effect.gen(function* () {
      const simulator = simulatorWith(
        {},
        "reset after storing",
        "platform unavailable",
        "internal error before storing"
      )
      yield* sendOnce(simulator)
      assert.isAtLeast(simulator.sends.length, 2)
      assert.strictEqual(new Set(simulator.sends.map((each) => JSON.stringify(each))).size, 1)
      assert.match(simulator.sends[0]?.key ?? "", /^gw[0-9a-f]{32}$/)
    })
  )
})

describe("with a key of the caller's", () => {
  it.live("the same message is sent once, however often it is asked for, together or later", () =>
    Effect.gen(function* () {
      const simulator = simulatorWith({}, "slow")
      const { send } = yield* gatewayWith(simulator)
      const together = yield* Effect.all([send(content, "k"), send(content, "k")], { concurrency: 2 })
      const later = yield* send(content, "k")
      assert.strictEqual(new Set([...together, later].map(idOf)).size, 1)
      assert.strictEqual(delivered(simulator), 1)
    }).pipe(Effect.scoped, VirtualTime.run)
  )

  it.live("another message under it is refused with 422, together or later, and not sent", () =>
    Effect.gen(function* () {
      const simulator = simulatorWith({}, "slow")
      const { send } = yield* gatewayWith(simulator)
      const [first, second] = yield* Effect.all([send("one", "k"), send("two", "k")], { concurrency: 2 })
      assert.deepStrictEqual([first, second, yield* send("three", "k")].map(statusOf), [200, 422, 422])
      assert.strictEqual(delivered(simulator), 1)
    }).pipe(Effect.scoped, VirtualTime.run)
  )

  it.live("its form does not matter, and it does not go to the other side", () =>
    Effect.gen(function* () {
      const simulator = new Simulator()
      const { send } = yield* gatewayWith(simulator)
      const keys = ["1", '"1"', "é\u{1F600}", "x".repeat(4000), "gw1"]
      for (const key of keys) assert.strictEqual(statusOf(yield* send(content, key)), 200)
      assert.strictEqual(delivered(simulator), keys.length)
      for (const { key } of simulator.sends) assert.match(key ?? "", /^gw[0-9a-f]{64}$/)
    }).pipe(Effect.scoped, VirtualTime.run)
  )

  it.live("a refused message may be tried again", () =>
    Effect.gen(function* () {
      const simulator = simulatorWith({}, "plan required")
      const { send } = yield* gatewayWith(simulator)
      assert.strictEqual(statusOf(yield* send(content, "k")), 403)
      assert.strictEqual(statusOf(yield* send("another", "k")), 422)
      assert.strictEqual(statusOf(yield* send(content, "k")), 200)
    }).pipe(Effect.scoped, VirtualTime.run)
  )

  it.live("a message of which nobody knows is asked for again within the window, and not after it", () =>
    Effect.gen(function* () {
      const lost = Array.from({ length: 20 }, () => "reset after storing")
      const within = simulatorWith({}, ...lost)
      const { send } = yield* gatewayWith(within, { deadline: "2 seconds" })
      assert.strictEqual(statusOf(yield* send(content, "k")), 200)

      const hanging = simulatorWith({}, "no answer after storing")
      const other = yield* gatewayWith(hanging, { deadline: "2 seconds" })
      assert.strictEqual(statusOf(yield* other.send(content, "k")), 500)
      yield* Effect.sleep("1 minute")
      assert.strictEqual(statusOf(yield* other.send(content, "k")), 200)
      assert.strictEqual(delivered(hanging), 1)

      const late = simulatorWith({ keyLifetime: 60_000 }, "no answer after storing")
      const third = yield* gatewayWith(late, { deadline: "2 seconds" })
      assert.strictEqual(statusOf(yield* third.send(content, "k")), 500)
      yield* Effect.sleep("3 minutes")
      assert.strictEqual(statusOf(yield* third.send(content, "k")), 500)
      assert.strictEqual(delivered(late), 1)
    }).pipe(Effect.scoped, VirtualTime.run)
  )

  it.live("an unconfirmed message is looked up again, and never sent again", () =>
    Effect.gen(function* () {
      const simulator = simulatorWith({ unconfirmed: "WithoutPlatformId", afterUnconfirmed: "SendsAgain" })
      simulator.faults.push({ ...fault("unconfirmed, delivered"), confirmedAfter: 20_000 })
      const { send } = yield* gatewayWith(simulator)
      assert.strictEqual(statusOf(yield* send(content, "k")), 500)
      assert.strictEqual(statusOf(yield* send(content, "k")), 500)
      yield* Effect.sleep("30 seconds")
      assert.strictEqual(statusOf(yield* send(content, "k")), 200)
      assert.strictEqual(simulator.sends.length, 1)
    }).pipe(Effect.scoped, VirtualTime.run)
  )
})

describe("after a crash", () => {
  for (const moment of Crash.moments) {
    it.live(
      `${moment.after ? "behind" : "before"} attempt ${moment.at}, nothing is sent by itself, and the caller's key sends once`,
      () =>
        Effect.forEach(
          faults.filter(({ name }) => Crash.crashed.has(name)),
          (each) =>
            Effect.map(Crash.observe({ reading: plain }, each, moment), (observed) => {
              assert.strictEqual(observed.byItself, 0, each.name)
              assert.deepStrictEqual(broken(observed), [], each.name)
            })
        )
    )
  }

  it.live("what was under way is listed", () =>
    Effect.gen(function* () {
      const simulator = Crash.crashing(new Simulator(), { at: 1, after: true })
      const journal = yield* Journal.makeMemory()
      const scope = yield* Scope.make()
      const gateway = yield* Simulated.gateway(simulator, { grace: 1 }, journal).pipe(Scope.extend(scope))
      const caller = yield* gateway.authorize(Simulated.token)
      yield* Effect.fork(gateway.send(caller, { threadId: "thread1", content }))
      yield* Effect.sleep("1 second")
      yield* Scope.close(scope, Exit.void)
      const [entry, ...others] = yield* journal.unsettled
      assert.strictEqual(entry?.key, simulator.sends[0]?.key)
      assert.strictEqual(entry?.threadId, "thread1")
      assert.lengthOf(others, 0)
    }).pipe(VirtualTime.run)
  )
})
