import { assert, describe, it } from "@effect/vitest"
import * as InboxClient from "@inbox-effect/client/InboxClient"
import * as InboxError from "@inbox-effect/client/InboxError"
import { Arbitrary, Duration, Effect, Either, Fiber, FastCheck as fc, type Schema, TestClock } from "effect"

const request = { threadId: "thread1", content: "On my way" }

const members = InboxError.InboxError.members.map(
  (member) => [member._tag, member as never as Schema.Schema<InboxError.InboxError>] as const
)

describe("layerTest", () => {
  it.effect.each(members)("fails with %s where the script says so, and then delivers", ([, member]) =>
    Effect.gen(function* () {
      const inbox = yield* InboxClient.InboxClient
      const test = yield* InboxClient.TestInbox
      for (const error of fc.sample(Arbitrary.make(member), 5)) {
        yield* test.script(error)
        assert.strictEqual(yield* Effect.flip(inbox.sendMessage(request)), error)
      }
      assert.lengthOf(yield* test.sends, 5)
      assert.lengthOf(yield* test.delivered, 0)
      const message = yield* inbox.sendMessage(request)
      assert.deepInclude(message, request)
      assert.deepStrictEqual(yield* test.delivered, [message])
    }).pipe(Effect.provide(InboxClient.layerTest()))
  )

  it.effect("answers in the order of the script, as late and with such fields as it says", () =>
    Effect.gen(function* () {
      const inbox = yield* InboxClient.InboxClient
      const fiber = yield* Effect.fork(inbox.sendMessageWithMetadata({ ...request, replyToMessageId: "message0" }))
      yield* TestClock.adjust("59 seconds")
      assert.isTrue((yield* Fiber.poll(fiber))._tag === "None")
      yield* TestClock.adjust("1 second")
      const { message, metadata } = yield* Fiber.join(fiber)
      assert.deepStrictEqual([message.authorId, message.content], ["author7", request.content])
      assert.strictEqual(metadata.attempts.length, 1)
      const results = yield* Effect.replicateEffect(Effect.either(inbox.sendMessage(request)), 3)
      assert.deepStrictEqual(
        results.map((result) => (Either.isRight(result) ? "Message" : result.left._tag)),
        ["RateLimited", "Message", "Message"]
      )
      const { delivered } = yield* InboxClient.TestInbox
      assert.strictEqual(new Set((yield* delivered).map(({ id }) => id)).size, 3)
    }).pipe(
      Effect.provide(
        InboxClient.layerTest(
          Effect.delay(Effect.succeed({ authorId: "author7" }), Duration.minutes(1)),
          new InboxError.RateLimited({ status: 429 }),
          "Deliver"
        )
      )
    )
  )

  it.effect("refuses what breaks the schema as the real client does, and leaves the script as it is", () =>
    Effect.gen(function* () {
      const inbox = yield* InboxClient.InboxClient
      const error = yield* Effect.flip(inbox.sendMessage({ threadId: "No Thread", content: "On my way" }))
      assert.strictEqual(error._tag, "InvalidRequest")
      const { sends } = yield* InboxClient.TestInbox
      assert.lengthOf(yield* sends, 0)
      assert.strictEqual((yield* Effect.flip(inbox.sendMessage(request)))._tag, "ThreadNotFound")
    }).pipe(Effect.provide(InboxClient.layerTest(new InboxError.ThreadNotFound({ status: 404 }))))
  )
})
