import { assert, it } from "@effect/vitest"
import { Message } from "@inbox-effect/client/Message"
import { DateTime, Either, Schema } from "effect"
import { isInbound, receive, toLine } from "../MessageStore.js"

const body = {
  platform: "twitter",
  teamId: "df6jbw4h36",
  threadId: "l44e15irdq4db30i77cgphhx",
  id: "m1",
  userId: null,
  createdAt: "2026-01-02T03:04:05+01:00",
  updatedAt: null,
  platformId: "1234567890",
  content: "Where is my parcel?",
  campaignId: null,
  authorId: "1234567890",
  origin: "external",
  replyData: null,
  forwardData: null,
  entities: [],
  attachment: null,
  reactions: [],
  isEncrypted: null,
  isEdited: false,
  deletedAt: null,
  platformDeletedAt: null
}

it("takes a message, with its times as times", () => {
  const message = Either.getOrThrow(receive(JSON.stringify(body)))
  assert.strictEqual(DateTime.formatIso(message.createdAt), "2026-01-02T02:04:05.000Z")
  assert.isTrue(isInbound(message))
})

it("refuses what breaks the contract, and names every key that does", () => {
  const { id: _, ...incomplete } = { ...body, createdAt: "2026-02-31T00:00:00Z" }
  assert.deepStrictEqual(receive(JSON.stringify(incomplete)), Either.left({ paths: ["id", "createdAt"] }))
  assert.isTrue(Either.isLeft(receive("<html>")))
})

it.prop("stores any message such that it comes back the same", [Schema.typeSchema(Message)], ([message]) => {
  const again = Either.getOrThrow(receive(toLine(message)))
  assert.deepStrictEqual(toLine(again), toLine(message))
})
