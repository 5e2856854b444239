import { assert, describe, it } from "@effect/vitest"
import { Effect, Either, Redacted } from "effect"
import { RefusedTokens } from "../src/upstream/refused.js"
import { content, statusOf } from "./support/outcomes.js"
import * as Simulated from "./support/simulated.js"
import * as VirtualTime from "./support/virtualTime.js"
import { Simulator } from "./v2/Simulator.js"

const request = { threadId: "thread1", content }

const wrong = Redacted.make("A-wrong-token")

const asked = (simulator: Simulator) => simulator.requests.filter(({ path }) => path === "/team").length

describe("a token that v2 refuses", () => {
  it.live("is refused without asking again for a while, and asked for again after it", () =>
    Effect.gen(function* () {
      const simulator = new Simulator()
      const { authorize } = yield* Simulated.gateway(simulator)
      for (let n = 0; n < 50; n++) assert.strictEqual((yield* Effect.flip(authorize(wrong))).status, 401)
      assert.strictEqual(asked(simulator), 1)
      yield* Effect.sleep("5 seconds")
      assert.strictEqual((yield* Effect.flip(authorize(wrong))).status, 401)
      assert.strictEqual(asked(simulator), 2)
    }).pipe(Effect.scoped, VirtualTime.run)
  )

  it.live("keeps no other token out, and gets in once v2 takes it", () =>
    Effect.gen(function* () {
      const simulator = new Simulator()
      const { authorize } = yield* Simulated.gateway(simulator)
      yield* Effect.flip(authorize(wrong))
      assert.strictEqual((yield* authorize(Simulated.token)).teamId, "team1")
      simulator.tokens.set(Redacted.value(wrong), "team2")
      assert.strictEqual((yield* Effect.flip(authorize(wrong))).status, 401)
      yield* Effect.sleep("5 seconds")
      assert.strictEqual((yield* authorize(wrong)).teamId, "team2")
    }).pipe(Effect.scoped, VirtualTime.run)
  )

  it.live("is asked for beside no more than fifteen others at once", () =>
    Effect.gen(function* () {
      const simulator = new Simulator()
      const handle = simulator.handle.bind(simulator)
      let running = 0
      let most = 0
      simulator.handle = (each) =>
        Effect.sync(() => {
          running++
          most = Math.max(most, running)
        }).pipe(
          Effect.zipRight(Effect.delay(handle(each), "1 second")),
          Effect.ensuring(Effect.sync(() => void running--))
        )
      const { authorize } = yield* Simulated.gateway(simulator)
      const all = yield* Effect.forEach(
        Array.from({ length: 100 }, (_, n) => Redacted.make(`token ${n}`)),
        (token) => Effect.flip(authorize(token)),
        { concurrency: "unbounded" }
      )
      assert.deepStrictEqual([...new Set(all.map(({ status }) => status))], [401])
      assert.strictEqual(most, 16)
    }).pipe(Effect.scoped, VirtualTime.run)
  )
})

describe("a token that was revoked", () => {
  it.live("sends, lists and learns nothing, while its team is remembered and after", () =>
    Effect.gen(function* () {
      const simulator = new Simulator()
      const { authorize, list, send } = yield* Simulated.gateway(simulator)
      const enter = Effect.either(authorize(Simulated.token))
      const caller = Either.getOrThrow(yield* enter)
      yield* send(caller, request, { idempotencyKey: "k" })
      simulator.tokens.clear()
      const known = yield* Effect.either(send(caller, request, { idempotencyKey: "k" }))
      const fresh = yield* Effect.either(send(caller, request))
      const listed = yield* Effect.either(list(caller, { threadId: "thread1", query: {} }))
      assert.deepStrictEqual([known, fresh, listed].map(statusOf), [401, 401, 401])
      assert.strictEqual(Either.isLeft(yield* enter), true)
      assert.lengthOf(simulator.delivered("thread1"), 1)
    }).pipe(Effect.scoped, VirtualTime.run)
  )

  it.live("is asked for again as soon as v2 has refused it once, whatever it was used for", () =>
    Effect.gen(function* () {
      const simulator = new Simulator()
      const { authorize, list } = yield* Simulated.gateway(simulator)
      const caller = yield* authorize(Simulated.token)
      simulator.tokens.clear()
      yield* Effect.flip(list(caller, { threadId: "thread1", query: {} }))
      assert.strictEqual((yield* Effect.flip(authorize(Simulated.token))).status, 401)
      assert.strictEqual(asked(simulator), 2)
    }).pipe(Effect.scoped, VirtualTime.run)
  )

  it.live("leaves open what became of a message that was being sent", () =>
    Effect.gen(function* () {
      const simulator = new Simulator()
      const { authorize, send } = yield* Simulated.gateway(simulator)
      const caller = yield* authorize(Simulated.token)
      simulator.faults.push({ name: "", when: "Unconfirmed", how: "Answer", delivered: true })
      simulator.readFaults.push(undefined, { name: "", when: "BeforeAnything", how: "Answer", code: "unauthorized" })
      const refusal = yield* Effect.flip(send(caller, request))
      assert.deepStrictEqual([refusal.status, refusal.delivery], [500, "Unknown"])
    }).pipe(Effect.scoped, VirtualTime.run)
  )
})

describe("the memory of refused tokens", () => {
  const tokens = Array.from({ length: 5 }, (_, n) => Redacted.make(`token ${n}`))

  it("is bounded, and forgets the oldest first", () => {
    const refused = new RefusedTokens({ life: 1_000, capacity: 3 })
    for (const token of tokens) refused.add(token, 0)
    assert.strictEqual(refused.size, 3)
    assert.deepStrictEqual(
      tokens.map((token) => refused.has(token, 500)),
      [false, false, true, true, true]
    )
  })

  it("lets go of what is over, and holds no token", () => {
    const refused = new RefusedTokens({ life: 1_000, capacity: 3 })
    for (const token of tokens.slice(0, 3)) refused.add(token, 0)
    assert.isFalse(tokens.some((token) => refused.has(token, 1_000)))
    refused.add(tokens[4] ?? Redacted.make(""), 1_000)
    assert.strictEqual(refused.size, 1)
    assert.notInclude(JSON.stringify(refused), "token")
  })
})
