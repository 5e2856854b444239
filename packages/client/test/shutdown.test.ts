import { assert, describe, it } from "@effect/vitest"
import { InboxClient, type InboxError } from "@inbox-effect/client"
import { Deferred, Effect, Exit, Fiber, Stream, TestClock } from "effect"
import * as Shutdown from "../examples/shutdown.js"

const request = { threadId: "thread1", content: "On my way" }

/** A client whose sends begin, and end when they are let. */
const held = (end: Effect.Effect<never, InboxError.InboxError> | Effect.Effect<void>) =>
  Effect.map(Deferred.make<void>(), (begun) => ({
    begun,
    layer: InboxClient.layerTest(Effect.zipRight(Deferred.succeed(begun, undefined), Effect.as(end, {})))
  }))

describe("the example of a shutdown", () => {
  it.effect("lets a single send end, although its fiber is interrupted", () =>
    Effect.gen(function* () {
      const answer = yield* Deferred.make<void>()
      const { begun, layer } = yield* held(Deferred.await(answer))
      const delivered = yield* Effect.gen(function* () {
        const fiber = yield* Effect.fork(Shutdown.send(request))
        yield* Deferred.await(begun)
        const interrupted = yield* Effect.fork(Fiber.interrupt(fiber))
        yield* Deferred.succeed(answer, undefined)
        yield* Fiber.join(interrupted)
        return yield* Effect.flatMap(InboxClient.TestInbox, (inbox) => inbox.delivered)
      }).pipe(Effect.provide(layer))
      assert.deepStrictEqual(
        delivered.map(({ content }) => content),
        [request.content]
      )
    })
  )

  it.effect("keeps of many what is not known, once their time is over", () =>
    Effect.gen(function* () {
      const { begun, layer } = yield* held(Effect.never)
      const kept: Array<InboxClient.Request> = []
      const store = { unknown: (one: InboxClient.Request) => Effect.sync(() => void kept.push(one)) }
      const source = Stream.concat(Stream.make(request), Stream.never)
      const fiber = yield* Shutdown.sendAll(source, store).pipe(Stream.runDrain, Effect.provide(layer), Effect.fork)
      yield* Deferred.await(begun)
      const ended = yield* Effect.fork(Fiber.interrupt(fiber))
      yield* TestClock.adjust("9 seconds")
      assert.isEmpty(kept)
      yield* TestClock.adjust("1 second")
      assert.isTrue(Exit.isInterrupted(yield* Fiber.join(ended)))
      assert.deepStrictEqual(kept, [request])
    })
  )
})
