import { assert, describe, it } from "@effect/vitest"
import * as Message from "@inbox-effect/client/Message"
import * as Case from "../../src/model/Case.js"
import * as Ledger from "../../src/model/Ledger.js"
import { type Answered, judged, message, trial } from "../support/recorded.js"

const said = (answered: Answered) =>
  judged(trial([[Case.step("Hello"), answered]]), Ledger.make()).map(
    ({ facet, requirement }) => `${requirement} ${facet}`
  )

const without = (key: string) => Object.fromEntries(Object.entries(message("Hello")).filter(([name]) => name !== key))

describe("the message in a 200", () => {
  for (const key of Message.keys) {
    it(`has the key ${key}`, () => {
      assert.deepStrictEqual(said({ status: 200, body: without(key) }), [`response.key.${key} missing`])
    })
  }

  const wrong: ReadonlyArray<readonly [key: keyof Message.Message, ...values: ReadonlyArray<unknown>]> = [
    ["platform", "telegram", "", null, 1],
    ["teamId", 1, null, ["team1"]],
    ["threadId", 1, null],
    ["id", 1, null],
    ["userId", 1, false, {}],
    ["createdAt", 1764417600000, "2026-11-29", "2026-11-29 12:00:00Z", null],
    ["updatedAt", 0, "", "yesterday"],
    ["platformId", 1, []],
    ["content", 1, null, ["Hello"]],
    ["campaignId", 1, {}],
    ["authorId", 1, null],
    ["origin", "API", "", "platform"],
    ["isEncrypted", 0, "false"],
    ["isEdited", 0, null, "false"],
    ["reactions", null, {}, "none"],
    ["deletedAt", 0, "never"],
    ["platformDeletedAt", 0, "never"]
  ]
  for (const [key, ...values] of wrong) {
    it(`has ${key} in its documented type`, () => {
      for (const value of values) {
        assert.deepStrictEqual(
          said({ status: 200, body: message("Hello", { [key]: value }) }),
          [`response.key.${key} type`],
          JSON.stringify(value)
        )
      }
    })
  }

  it("is an object, bare, whatever else is in it", () => {
    assert.deepStrictEqual(said({ status: 200, body: message("Hello", { more: 1 }) }), [])
    for (const [body, facet] of [
      [[message("Hello")], "type"],
      ["Hello", "type"],
      [{ message: message("Hello") }, "wrapped"],
      [{ data: message("Hello") }, "wrapped"],
      [{ ok: true }, "other"]
    ] as const) {
      assert.deepStrictEqual(said({ status: 200, body }), [`response.json ${facet}`], JSON.stringify(body))
    }
  })

  it("says what was sent, of a message that was just made", () => {
    for (const [keys, expected] of [
      [{ threadId: "thread2" }, "semantics.thread threadId"],
      [{ content: "hello" }, "semantics.content changed"],
      [{ origin: "internal" }, "semantics.origin origin"],
      [{ origin: null }, "semantics.origin origin"],
      [{ isEdited: true }, "semantics.fresh isEdited"],
      [{ deletedAt: "2026-11-29T12:00:00Z" }, "semantics.fresh deletedAt"],
      [{ platformDeletedAt: "2026-11-29T12:00:00Z" }, "semantics.fresh platformDeletedAt"],
      [{ reactions: [{ emoji: "x" }] }, "semantics.plain reactions"],
      [{ forwardData: {} }, "semantics.plain forwardData"],
      [{ campaignId: "campaign1" }, "semantics.plain campaignId"],
      [{ replyData: {} }, "semantics.reply uninvited"],
      [{ createdAt: "2026-11-29T11:00:00Z" }, "semantics.created clock"],
      [{ updatedAt: "2026-11-29T11:00:00Z" }, "semantics.updated before"]
    ] as const) {
      assert.deepStrictEqual(said({ status: 200, body: message("Hello", keys) }), [expected])
    }
  })
})

describe("an answer to a valid request", () => {
  it("is a 200 in JSON", () => {
    const body = message("Hello")
    assert.deepStrictEqual(said({ status: 200, body }), [])
    assert.deepStrictEqual(said({ status: 201, body }), ["response.status status"])
    assert.deepStrictEqual(said({ status: 302, body }), ["response.status status"])
    assert.deepStrictEqual(said({ status: 400 }), ["accept refused"])
    assert.deepStrictEqual(said({ status: 500 }), ["protocol.no-server-error status-500", "accept refused"])
  })
})
