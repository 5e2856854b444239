import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/TestClock"
import type * as Exchange from "../../src/model/Exchange.js"
import type { Pace } from "../../src/model/Target.js"
import type { Connection } from "../../src/send/connection.js"
import { makeSender } from "../../src/send/sender.js"

type Answer = Exchange.Outcome | { readonly status: number; readonly headers?: Exchange.RawResponse["headers"] }

const request: Exchange.RawRequest = {
  method: "POST",
  path: "/threads/t1/messages",
  headers: [],
  body: undefined,
  framing: { kind: "length" }
}

const outcomeOf = (answer: Answer): Exchange.Outcome =>
  "kind" in answer
    ? answer
    : {
        kind: "answered",
        response: { statusText: "", httpVersion: "1.1", headers: [], body: new Uint8Array(0), ...answer }
      }

/** A connection that gives its answers in turn, and the last one again and again; and the seconds at which it was used. */
const scripted = (...answers: ReadonlyArray<Answer>) =>
  Effect.map(Effect.clock, (clock) => {
    const usedAt: Array<number> = []
    const connection: Connection = {
      close: () => {},
      send: (_, { done }) => {
        const answer = answers[Math.min(usedAt.length, answers.length - 1)]
        usedAt.push(Math.round(clock.unsafeCurrentTimeMillis() / 100) / 10)
        queueMicrotask(() => done(outcomeOf(answer ?? { status: 200 }), {}))
        return () => {}
      }
    }
    const sender = (pace: Partial<Pace> = {}) =>
      makeSender(
        { url: new URL("http://127.0.0.1:1/api/v1"), token: Redacted.make("secret"), threads: ["t1"] },
        { timeout: 10_000, maxDuration: 600_000, interval: 0, ...pace },
        () => Number(clock.unsafeCurrentTimeNanos()) / 1_000_000,
        undefined
      )
    return { connection, sender, usedAt }
  })

/** Result of an effect once so much time has passed. */
const within = <A, E>(time: Parameters<typeof TestClock.adjust>[0], self: Effect.Effect<A, E>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.fork(self)
    yield* TestClock.adjust(time)
    return yield* Fiber.join(fiber)
  })

describe("a limit", () => {
  it.effect("is waited for as long as it says", () =>
    Effect.gen(function* () {
      const limited = { status: 429, headers: [["Retry-After", "30"] as const] }
      const { connection, sender, usedAt } = yield* scripted(limited, { status: 200 })
      const { send, stats } = sender()
      const exchange = yield* within("30 seconds", send(request, connection, {}))
      assert.strictEqual(exchange.outcome.kind, "answered")
      assert.deepStrictEqual(usedAt, [0, 30])
      assert.deepStrictEqual([stats.limited, stats.waited, stats.accepted], [1, 30_000, 1])
    })
  )

  it.effect("that does not say how long is tried again later and later, and given up", () =>
    Effect.gen(function* () {
      const { connection, sender, usedAt } = yield* scripted({ status: 429 })
      const stop = yield* Effect.flip(within("2 minutes", sender().send(request, connection, {})))
      assert.strictEqual(stop.reason, "limited")
      assert.match(stop.message, /was not lifted within 7\d s/)
      assert.deepStrictEqual(usedAt.slice(0, 5), [0, 0.3, 0.8, 1.8, 3.8])
    })
  )

  it.effect("beyond the end of the run is not waited for", () =>
    Effect.gen(function* () {
      const limited = { status: 429, headers: [["Retry-After", "900"] as const] }
      const { connection, sender } = yield* scripted(limited)
      const stop = yield* Effect.flip(sender().send(request, connection, {}))
      assert.match(stop.message, /asks to wait 900 s, beyond the end of the run/)
    })
  )
})

describe("the pace", () => {
  it.effect("keeps requests apart, and ends with the time of the run", () =>
    Effect.gen(function* () {
      const { connection, sender, usedAt } = yield* scripted({ status: 200 })
      const { send } = sender({ interval: 1_000, maxDuration: 2_500 })
      const stop = yield* Effect.flip(within("10 seconds", Effect.forever(send(request, connection, {}))))
      assert.strictEqual(stop.reason, "time")
      assert.deepStrictEqual(usedAt, [0, 1, 2])
    })
  )

  it.effect("waits for a target that takes no connection, and gives up", () =>
    Effect.gen(function* () {
      const { connection, sender, usedAt } = yield* scripted({ kind: "unreachable", reason: "refused" })
      const stop = yield* Effect.flip(within("1 minute", sender().send(request, connection, {})))
      assert.strictEqual(stop.reason, "gone")
      assert.deepStrictEqual(usedAt, [0, 0.2, 0.6, 1.4, 3, 6.2])
    })
  )

  it.effect("ends with a target that answers nothing any more", () =>
    Effect.gen(function* () {
      const { connection, sender, usedAt } = yield* scripted({ kind: "silent", timeout: 2_000 })
      const stop = yield* Effect.flip(Effect.forever(sender().send(request, connection, {})))
      assert.strictEqual(stop.reason, "unanswered")
      assert.lengthOf(usedAt, 31)
    })
  )
})
