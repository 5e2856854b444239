import { assert, describe, it } from "@effect/vitest"
import * as Message from "@inbox-effect/client/Message"
import * as ReceivedMessage from "@inbox-effect/client/ReceivedMessage"
import { Arbitrary, Either, FastCheck as fc, Schema } from "effect"
import { expectTypeOf } from "vitest"
import * as Servers from "./Servers.js"

const encoded = Arbitrary.make(Message.Message).map((message) => Schema.encodeSync(Message.Message)(message))

const without = (...keys: ReadonlyArray<keyof Message.Message>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(Servers.message).filter(([key]) => !keys.includes(key as never)))

const nullable = [
  "userId",
  "updatedAt",
  "platformId",
  "campaignId",
  "origin",
  "replyData",
  "forwardData",
  "entities",
  "attachment",
  "isEncrypted",
  "deletedAt",
  "platformDeletedAt"
]

describe("ReceivedMessage", () => {
  it("is what every documented message is", () => {
    expectTypeOf<Message.Message>().toMatchTypeOf<ReceivedMessage.ReceivedMessage>()
    fc.assert(
      fc.property(encoded, fc.constantFrom("Refuse" as const, "ReadAsNull" as const), (json, missingKeys) => {
        const { drift, message } = Either.getOrThrow(ReceivedMessage.decode(json, missingKeys))
        assert.deepStrictEqual(message, Schema.decodeUnknownSync(Message.Message)(json))
        assert.deepStrictEqual(drift, { unknownKeys: [], unknownMembers: [], missingKeys: [] })
      })
    )
  })

  it.each(Message.keys)("without %s", (key) => {
    assert.isTrue(Either.isLeft(ReceivedMessage.decode(without(key), "Refuse")))
    const read = ReceivedMessage.decode(without(key), "ReadAsNull")
    assert.strictEqual(Either.isRight(read), nullable.includes(key))
    if (Either.isRight(read)) {
      assert.isNull(read.right.message[key])
      assert.deepStrictEqual(read.right.drift.missingKeys, [key])
    }
  })

  it("reports keys and members that are not documented, and refuses other types all the same", () => {
    const { drift, message } = Either.getOrThrow(
      ReceivedMessage.decode({ ...Servers.message, platform: "telegram", origin: "bot", status: "sent" }, "Refuse")
    )
    assert.strictEqual(message.platform, "telegram")
    assert.strictEqual(message.origin, "bot")
    assert.notProperty(message, "status")
    assert.deepStrictEqual(drift, {
      unknownKeys: ["status"],
      unknownMembers: [
        { key: "platform", value: "telegram" },
        { key: "origin", value: "bot" }
      ],
      missingKeys: []
    })
    for (const wrong of [{ platform: 7 }, { platform: null }, { origin: {} }, { createdAt: "2023" }, { id: "A" }]) {
      assert.isTrue(Either.isLeft(ReceivedMessage.decode({ ...Servers.message, ...wrong }, "ReadAsNull")))
    }
  })

  it.each([null, 7, "text", [], [Servers.message]])("%j is none", (json) => {
    assert.isTrue(Either.isLeft(ReceivedMessage.decode(json, "Refuse")))
    assert.isTrue(Either.isLeft(ReceivedMessage.decode(json, "ReadAsNull")))
  })
})
