import { assert, describe, it } from "@effect/vitest"
import * as RepliedTo from "../../src/investigate/repliedTo.js"
import * as Case from "../../src/model/Case.js"
import * as Ledger from "../../src/model/Ledger.js"

/** Makes a message anew, of a run whose messages have these ids and reply to those. */
const remade = (replies: ReadonlyArray<readonly [id: string, replyId?: string]>, id: string) => {
  const ledger = Ledger.make()
  for (const [index, [id, replyId]] of replies.entries()) {
    ledger.add({ id, replyId, thread: 1, content: `content of ${id}`, index })
  }
  const known = ledger.get(id)
  assert.isDefined(known)
  return RepliedTo.remade(known, 1, ledger)
}

const message = (content: string) => Case.step(content, { thread: 1 })

const reply = (content: string) => Case.step(content, { thread: 1, reply: "previous" })

describe("a message that is made anew", () => {
  it("is a message, or a reply to the message that it replied to", () => {
    const replies = [["a"], ["b", "a"], ["c", "b"]] as const
    assert.deepStrictEqual(remade(replies, "a"), [message("content of a")])
    assert.deepStrictEqual(remade(replies, "b"), [message("content of a"), reply("content of b")])
    assert.deepStrictEqual(remade(replies, "c"), [
      message("content of a"),
      reply("content of b"),
      reply("content of c")
    ])
  })

  it("stays a reply where it replied to a message that is not of the run, or that stands too far up", () => {
    assert.deepStrictEqual(remade([["a", "inbound"]], "a"), [message(RepliedTo.repliesTo), reply("content of a")])
    const chain = [["a"], ["b", "a"], ["c", "b"], ["d", "c"], ["e", "d"]] as const
    const steps = remade(chain, "e")
    assert.strictEqual(steps.at(-1)?.reply, "previous")
    assert.isAtMost(steps.length, 4)
  })
})
