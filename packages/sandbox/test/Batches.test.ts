import { assert, describe, it } from "@effect/vitest"
import { Array as Arr, Deferred, Effect, Either, Fiber } from "effect"
import * as Batches from "../src/internal/storage/batches.js"

/** Batches that run until they are let go, and what has run so far. */
const gated = Effect.map(Deferred.make<void>(), (gate) => {
  const ran: Array<readonly [key: string, items: ReadonlyArray<number>]> = []
  const add = Batches.make((key, items: ReadonlyArray<number>) =>
    Effect.suspend(() => {
      ran.push([key, items])
      const result = items.includes(13) ? Effect.fail("unlucky") : Effect.succeed(items.length)
      return Effect.zipRight(Deferred.await(gate), result)
    })
  )
  return { add, open: Deferred.succeed(gate, undefined), ran }
})

const start = (adding: Effect.Effect<number, string>) =>
  Effect.zipLeft(Effect.fork(Effect.uninterruptible(Effect.either(adding))), Effect.yieldNow())

describe("batches", () => {
  it.effect("run one at a time for a key, with all that came meanwhile, in its order", () =>
    Effect.gen(function* () {
      const { add, open, ran } = yield* gated
      const fibers = yield* Effect.forEach(Arr.range(1, 5), (item) => start(add("a", item)))
      const other = yield* start(add("b", 6))
      assert.deepStrictEqual(ran, [
        ["a", [1]],
        ["b", [6]]
      ])
      yield* open
      assert.deepStrictEqual(yield* Fiber.join(other), Either.right(1))
      const results = yield* Effect.forEach(fibers, Fiber.join)
      assert.deepStrictEqual(results.map(Either.getOrThrow), [1, 4, 4, 4, 4])
      assert.deepStrictEqual(ran.slice(2), [["a", [2, 3, 4, 5]]])
      assert.strictEqual(yield* add("a", 7), 1)
      assert.deepStrictEqual(ran.at(-1), ["a", [7]])
    })
  )

  it.effect("hold a hundred items at most", () =>
    Effect.gen(function* () {
      const { add, open, ran } = yield* gated
      const fibers = yield* Effect.forEach(
        Arr.makeBy(250, (index) => index + 100),
        (item) => start(add("a", item))
      )
      yield* open
      yield* Effect.forEach(fibers, Fiber.join)
      assert.deepStrictEqual(
        ran.map(([, items]) => items.length),
        [1, 100, 100, 49]
      )
      assert.deepStrictEqual(
        ran.flatMap(([, items]) => items),
        Arr.makeBy(250, (index) => index + 100)
      )
    })
  )

  it.effect("fail together, and hold up nothing that comes after", () =>
    Effect.gen(function* () {
      const { add, open } = yield* gated
      const fibers = yield* Effect.forEach([13, 1, 13, 2], (item) => start(add("a", item)))
      yield* open
      assert.deepStrictEqual((yield* Effect.forEach(fibers, Fiber.join)).map(Either.isLeft), [true, true, true, true])
      assert.strictEqual(yield* add("a", 3), 1)
    })
  )

  it.effect("go on behind an item whose asker has left", () =>
    Effect.gen(function* () {
      const { add, open, ran } = yield* gated
      const first = yield* start(add("a", 1))
      const left = yield* start(add("a", 2))
      const leaving = yield* Effect.fork(Fiber.interrupt(left))
      yield* open
      yield* Fiber.join(first)
      yield* Fiber.join(leaving)
      assert.strictEqual(yield* add("a", 3), 1)
      assert.deepStrictEqual(
        ran.map(([, items]) => items),
        [[1], [2], [3]]
      )
    })
  )
})
