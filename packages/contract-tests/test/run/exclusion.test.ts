import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import { makeExclusion } from "../../src/run/exclusion.js"

describe("exclusion", () => {
  it.effect("lets many go on side by side, and each of those who want to be alone while nobody else does", () =>
    Effect.gen(function* () {
      const exclusion = makeExclusion()
      const inside = new Set<string>()
      let most = 0
      const use = (name: string) =>
        Effect.gen(function* () {
          inside.add(name)
          most = Math.max(most, inside.size)
          for (let turn = 0; turn < 3; turn++) {
            if (name.startsWith("alone")) assert.deepStrictEqual([...inside], [name])
            yield* Effect.yieldNow()
          }
          inside.delete(name)
        })
      const rounds = (lane: number) =>
        Effect.replicateEffect(
          Effect.zipRight(exclusion.within(use(`within ${lane}`)), exclusion.alone(use(`alone ${lane}`))),
          5
        )
      const lanes = yield* Effect.forEach([0, 1, 2, 3], rounds, { concurrency: "unbounded" })
      assert.lengthOf(lanes.flat(), 20)
      assert.isAbove(most, 1)
    })
  )

  it.effect("goes on after what has failed, and after what was interrupted", () =>
    Effect.gen(function* () {
      const exclusion = makeExclusion()
      for (const side of [exclusion.within, exclusion.alone]) {
        assert.strictEqual(yield* Effect.flip(side(Effect.fail("no"))), "no")
        const fiber = yield* Effect.fork(side(Effect.never))
        yield* Effect.yieldNow()
        yield* fiber.interruptAsFork(fiber.id())
      }
      assert.strictEqual(yield* exclusion.alone(Effect.succeed(1)), 1)
      assert.strictEqual(yield* exclusion.within(Effect.succeed(2)), 2)
    })
  )

  it.effect("lets nobody in who comes while one waits to be alone", () =>
    Effect.gen(function* () {
      const exclusion = makeExclusion()
      const order: Array<string> = []
      const note = (name: string) => Effect.sync(() => order.push(name))
      const first = yield* Effect.fork(exclusion.within(Effect.zipRight(Effect.sleep("1 second"), note("first"))))
      yield* Effect.yieldNow()
      const alone = yield* Effect.fork(exclusion.alone(note("alone")))
      yield* Effect.yieldNow()
      const late = yield* Effect.fork(exclusion.within(note("late")))
      yield* TestClock.adjust("1 second")
      for (const fiber of [first, alone, late]) yield* fiber
      assert.deepStrictEqual(order, ["first", "alone", "late"])
    })
  )
})
