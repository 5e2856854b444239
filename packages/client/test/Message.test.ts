import { assert, describe, it } from "@effect/vitest"
import * as Message from "@inbox-effect/client/Message"
import { Arbitrary, DateTime, Either, FastCheck, ParseResult, Schema } from "effect"
import { expectTypeOf } from "vitest"
import * as Servers from "./Servers.js"

const documented: Record<string, unknown> = {
  ...Servers.message,
  platformId: "1234567890",
  authorId: "Some-External_ID 1"
}

const decode = Schema.decodeUnknownEither(Message.Message)

/** The keys that the decoder blames. */
const blamed = (input: unknown): ReadonlyArray<PropertyKey> =>
  Either.match(Schema.decodeUnknownEither(Message.Message, { errors: "all" })(input), {
    onLeft: (error) => [
      ...new Set(ParseResult.ArrayFormatter.formatErrorSync(error).map((issue) => issue.path[0] as PropertyKey))
    ],
    onRight: () => []
  })

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
const ids = ["teamId", "threadId", "id", "userId", "campaignId"]
const dateTimes = ["createdAt", "updatedAt", "deletedAt", "platformDeletedAt"]

describe("Message", () => {
  it("has the documented keys in the order of the document", () => {
    assert.deepStrictEqual([...Message.keys], Object.keys(documented) as never)
    assert.strictEqual(Message.keys.length, 21)
  })

  it("decodes the documented example to instants", () => {
    const message = Schema.decodeUnknownSync(Message.Message)(documented)
    expectTypeOf(message.createdAt).toEqualTypeOf<DateTime.Utc>()
    expectTypeOf(message.threadId).toEqualTypeOf<string>()
    expectTypeOf(message.entities).toEqualTypeOf<unknown>()
    assert.strictEqual(DateTime.toEpochMillis(message.createdAt), 1699335116000)
    assert.strictEqual(message.authorId, "Some-External_ID 1")
  })

  it.each(Object.keys(documented))("requires %s to be present", (key) => {
    const { [key]: _, ...rest } = documented
    assert.deepStrictEqual(blamed(rest), [key])
    assert.deepStrictEqual(blamed({ ...rest, [key]: undefined }), [key])
  })

  it.each(Object.keys(documented))("takes null in %s only where the document does", (key) => {
    assert.deepStrictEqual(blamed({ ...documented, [key]: null }), nullable.includes(key) ? [] : [key])
  })

  it.each(["replyData", "forwardData", "entities", "attachment"])("takes any value in %s", (key) => {
    for (const value of [0, "", false, [], {}, { deep: [1] }]) {
      assert.deepStrictEqual(blamed({ ...documented, [key]: value }), [])
    }
  })

  it("takes any reactions, in an array", () => {
    assert.deepStrictEqual(blamed({ ...documented, reactions: [null, 1, "x", {}] }), [])
    assert.deepStrictEqual(blamed({ ...documented, reactions: {} }), ["reactions"])
  })

  it.each(ids)("holds %s to the pattern", (key) => {
    for (const value of ["", "A", "a-b", "a\n", 1]) {
      assert.deepStrictEqual(blamed({ ...documented, [key]: value }), [key])
    }
  })

  it.each(dateTimes)("holds %s to RFC 3339", (key) => {
    for (const value of ["", "2023", "2023-11-07 05:31:56", "2023-02-31T00:00:00Z", 1699335116000]) {
      assert.deepStrictEqual(blamed({ ...documented, [key]: value }), [key])
    }
  })

  it("holds the enumerations and booleans", () => {
    assert.deepStrictEqual(blamed({ ...documented, platform: "Twitter" }), ["platform"])
    assert.deepStrictEqual(blamed({ ...documented, origin: "web" }), ["origin"])
    assert.deepStrictEqual(blamed({ ...documented, isEdited: 0 }), ["isEdited"])
    assert.deepStrictEqual(blamed({ ...documented, isEncrypted: "false" }), ["isEncrypted"])
  })

  it("ignores keys that are not documented", () => {
    assert.deepStrictEqual(blamed({ ...documented, extra: 1 }), [])
    const message = Either.getOrThrow(decode({ ...documented, extra: 1 }))
    assert.notProperty(message, "extra")
  })

  it.each([null, undefined, [], "text", 1])("refuses %j", (input) => {
    assert.isTrue(Either.isLeft(decode(input)))
  })

  it("survives encode and decode", () => {
    FastCheck.assert(
      FastCheck.property(Arbitrary.make(Message.Message), (message) => {
        const json = JSON.parse(JSON.stringify(Schema.encodeSync(Message.Message)(message)))
        const again = Schema.encodeSync(Message.Message)(Schema.decodeUnknownSync(Message.Message)(json))
        assert.deepStrictEqual(JSON.parse(JSON.stringify(again)), json)
      })
    )
  })
})
