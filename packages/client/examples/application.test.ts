import { assert, it } from "@effect/vitest"
import { InboxClient, InboxError } from "@inbox-effect/client"
import { Effect } from "effect"
import { tellCustomer } from "./application.js"

it.effect("tells a customer, and asks a person where nobody knows whether it did", () =>
  Effect.gen(function* () {
    const inbox = yield* InboxClient.TestInbox
    assert.strictEqual(yield* tellCustomer("thread1", "P-1"), "nothing")

    yield* inbox.script(new InboxError.RateLimited({ status: 429 }), new InboxError.ServerError({ status: 502 }))
    assert.strictEqual(yield* tellCustomer("thread1", "P-2"), "try again tomorrow")
    assert.strictEqual(yield* tellCustomer("thread1", "P-3"), "ask a person")

    assert.lengthOf(yield* inbox.sends, 3)
    assert.deepStrictEqual(
      (yield* inbox.delivered).map(({ content }) => content),
      ["Your parcel P-1 is on its way"]
    )
  }).pipe(Effect.provide(InboxClient.layerTest()))
)
