import { assert, describe, it } from "@effect/vitest"
import { Message } from "@inbox-effect/client"
import { Mapping } from "@inbox-effect/gateway"
import { Arbitrary, FastCheck as fc, Option, Schema } from "effect"
import * as Cursor from "../src/mapping/cursor.js"
import { rowOf } from "../src/mapping/errors.js"
import * as headers from "../src/mapping/headers.js"
import { alwaysLost, toV1 } from "../src/mapping/message.js"
import * as V2 from "../src/v2/message.js"
import { toBody } from "../src/v2/sendRequest.js"

const id = fc.stringMatching(/^[0-9a-z]{1,24}$/)

/** Any message of v2 that v1 can express: on twitter, with ids of v1's pattern. */
const messages = fc
  .tuple(Arbitrary.make(V2.Message), id, id, fc.constantFrom("inbound", "outbound"))
  .map(([message, own, threadId, direction]) => ({
    ...message,
    id: own,
    threadId,
    direction,
    platform: "twitter",
    sentBy: message.sentBy === null ? null : { type: message.sentBy.type, campaignId: null }
  }))

const sent = { content: "Hi", requestId: "gw1", at: "2026-12-04T09:00:00.000Z" }

const known = { teamId: "team1", threadId: "thread1", profileId: "profile1" }

const isMessage = Schema.is(Schema.encodedSchema(Message.Message))

const decodes = (json: unknown) => Option.isSome(Schema.decodeUnknownOption(Message.Message, { exact: true })(json))

describe("a message of v2", () => {
  it("becomes a valid v1 message with all its keys, as an answer and in a list", () => {
    fc.assert(
      fc.property(messages, fc.boolean(), (message, isAnswer) => {
        const { json } = toV1(V2.read(message), isAnswer ? { ...known, sent } : known)
        assert.deepStrictEqual(Object.keys(json), [...Message.keys])
        assert.isTrue(decodes(json) && isMessage(json))
      }),
      { numRuns: 200 }
    )
  })

  it("is read although it has keys and members that nobody knows", () => {
    fc.assert(
      fc.property(messages, fc.jsonValue(), fc.string(), (message, news, type) => {
        const { json } = toV1(V2.read({ ...message, news, sentBy: { type, news } }), known)
        assert.isTrue(decodes(json))
      })
    )
  })

  it("keeps what was sent, and names what was lost, whatever is spoilt", () => {
    fc.assert(
      fc.property(messages, fc.constantFrom(...Object.keys(V2.fields)), (message, key) => {
        const { json, lost } = toV1(V2.read({ ...message, [key]: Symbol.iterator }), { ...known, sent })
        assert.deepStrictEqual(Object.keys(json), [...Message.keys])
        assert.isTrue(decodes(json))
        assert.includeMembers([...lost], [...alwaysLost])
      })
    )
  })

  it("that cannot be read at all is answered from what is known", () => {
    const { json, lost } = toV1(V2.read("<html>"), { ...known, sent: { ...sent, replyToMessageId: "m1" } })
    assert.isTrue(decodes(json))
    assert.deepInclude(json, {
      id: "gw1",
      content: "Hi",
      origin: "api",
      isEdited: false,
      replyData: { messageId: "m1" }
    })
    assert.include(lost, "id")
  })

  it("that cannot be read in a list lacks keys, so that nobody takes it for one that was", () => {
    assert.isFalse(decodes(toV1(V2.read({ content: 7 }), known).json))
  })
})

describe("the tables", () => {
  it("have a row for each key of v1, in the order of its document", () => {
    assert.deepStrictEqual(
      Mapping.keys.map(({ key }) => key),
      [...Message.keys]
    )
    assert.deepStrictEqual([...alwaysLost], ["userId", "updatedAt", "platformDeletedAt"])
  })

  it("hand on no status upon which a caller's client acts by itself", () => {
    for (const status of [407, 408, 421, 425]) {
      assert.deepInclude(rowOf(status, undefined), { verdict: "Refused", v1: { status: 400, code: "REFUSED" } })
    }
    assert.strictEqual(rowOf(413, undefined).v1.status, 413)
  })

  it("have a row for each of the 24 errors, with one status each", () => {
    assert.strictEqual(new Set(Mapping.errors.map(({ code }) => code)).size, 24)
    for (const row of Mapping.errors) assert.strictEqual(rowOf(row.status, row.code), row)
  })

  it("never call an answer a refusal that may have sent the message", () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 999 }), fc.option(fc.string(), { nil: undefined }), (status, code) => {
        const { v1, verdict } = rowOf(status, code)
        const isRefusal = status >= 400 && status <= 499
        assert.strictEqual(v1.status >= 500, !isRefusal)
        assert.strictEqual(verdict === "Refused" || verdict === "Throttled", isRefusal)
      })
    )
    for (const { code, status, v1, verdict } of Mapping.errors) {
      const mayBeSent = ["Transient", "InProgress", "Unconfirmed", "Broken"].includes(verdict)
      assert.strictEqual(v1.status, mayBeSent ? 500 : status, code)
    }
  })

  it("do not repeat a 502 of an unknown kind, which may mean unconfirmed", () => {
    assert.strictEqual(rowOf(502, "somethingNew").verdict, "Broken")
    assert.strictEqual(rowOf(502, undefined).verdict, "Broken")
    assert.strictEqual(rowOf(500, "sendUnconfirmed").verdict, "Transient")
  })
})

describe("a send", () => {
  it("has the three keys that v2 knows, and the code points of the content", () => {
    fc.assert(
      fc.property(fc.string16bits({ minLength: 1 }), fc.option(id, { nil: undefined }), (content, reply) => {
        const request = {
          threadId: "t1",
          content,
          ...(reply === undefined ? {} : { replyToMessageId: reply }),
          extra: 1
        }
        assert.deepStrictEqual(JSON.parse(toBody(request)), {
          target: { type: "thread", threadId: "t1" },
          content,
          ...(reply === undefined ? {} : { replyToMessageId: reply })
        })
      })
    )
  })
})

describe("a cursor", () => {
  it("comes back as it came", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1, maxLength: 100 }), (cursor) => {
        const made = Option.getOrThrow(Cursor.toId(cursor))
        assert.match(made, /^[0-9a-z]+$/)
        assert.deepStrictEqual(Cursor.fromId(made), Option.some(cursor))
      })
    )
  })

  it("is none of an id, and none that is too long", () => {
    fc.assert(fc.property(id, (text) => assert.isTrue(Option.isNone(Cursor.fromId(text)))))
    assert.isTrue(Option.isNone(Cursor.toId("x".repeat(3000))))
  })
})

describe("X-RateLimit-Reset", () => {
  const now = Date.parse("2026-12-04T09:00:30Z")

  it.each([
    ["Unix seconds", String(now / 1000 + 30)],
    ["Unix milliseconds", String(now + 30_000)],
    ["seconds from now", "30"],
    ["RFC 3339", "2026-12-04T09:01:00.000Z"]
  ])("is Unix seconds, if v2 gives %s", (_, text) => {
    assert.strictEqual(headers.toV1({ "x-ratelimit-reset": text }, now)["x-ratelimit-reset"], String(now / 1000 + 30))
  })

  it("is left out where it means nothing", () => {
    assert.deepStrictEqual(headers.toV1({ "x-ratelimit-reset": "soon", "set-cookie": "a=b" }, now), {})
  })
})
