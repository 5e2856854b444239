import { assert, describe, it } from "@effect/vitest"
import * as SendMessage from "@inbox-effect/client/SendMessage"
import { Schema } from "effect"
import { expectTypeOf } from "vitest"

const isPayload = Schema.is(SendMessage.Payload)

describe("SendMessage", () => {
  it("is a thread, a content and perhaps a message to reply to, all plain strings", () => {
    expectTypeOf<SendMessage.SendMessage>().toEqualTypeOf<{
      readonly threadId: string
      readonly content: string
      readonly replyToMessageId?: string
    }>()
    assert.deepStrictEqual(Object.keys(SendMessage.SendMessage.fields), ["threadId", "content", "replyToMessageId"])
  })

  it.each(["x", " ", "\n", "\u0000", "\ud800", "😀", "007", "x".repeat(100_000)])("takes content", (content) => {
    assert.isTrue(isPayload({ content }))
  })

  it.each([undefined, null, "", 0, true, [], {}])("refuses %j as content", (content) => {
    assert.isFalse(isPayload({ content }))
  })

  it("has an optional replyToMessageId that is not nullable", () => {
    assert.isTrue(isPayload({ content: "x", replyToMessageId: "m1" }))
    for (const replyToMessageId of [null, undefined, "", "M1", "m-1", "m1\n", 1]) {
      assert.isFalse(isPayload({ content: "x", replyToMessageId }))
    }
  })

  it("has a threadId that matches the pattern", () => {
    assert.isTrue(Schema.is(SendMessage.Path)({ threadId: "t1" }))
    for (const threadId of [undefined, "", "..", "T1", "a/b", "a%20b"]) {
      assert.isFalse(Schema.is(SendMessage.Path)({ threadId }))
    }
  })
})
