import { assert, describe, it } from "@effect/vitest"
import * as Identifier from "@inbox-effect/client/Identifier"
import { Arbitrary, FastCheck, Schema } from "effect"

const decodes = (input: unknown): boolean => Schema.is(Identifier.InboxId)(input)

describe("Identifier", () => {
  it.each(["a", "0", "df6jbw4h36", "l44e15irdq4db30i77cgphhx", "0".repeat(5000)])("takes %j", (id) => {
    assert.isTrue(decodes(id))
    assert.isTrue(Identifier.pattern.test(id))
  })

  it.each([
    "",
    "A",
    "aB",
    "a-b",
    "a.b",
    "a b",
    " a",
    "a\n",
    "\na",
    "a\r\n",
    "a\u0000",
    "é",
    "٣",
    "\uff41",
    "𝟎",
    "ß",
    null,
    1
  ])("refuses %j", (id) => {
    assert.isFalse(decodes(id))
  })

  it("generates what it takes", () => {
    FastCheck.assert(FastCheck.property(Arbitrary.make(Identifier.InboxId), (id) => Identifier.pattern.test(id)))
  })
})
