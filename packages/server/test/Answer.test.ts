import { assert, describe, it } from "@effect/vitest"
import { ListMessages, Message } from "@inbox-effect/client"
import { Answer } from "@inbox-effect/server"
import { Arbitrary, FastCheck as fc, Schema } from "effect"

/** Whatever is answered has the text that its schema encodes it into. */
const agrees = <A extends Message.Message | ListMessages.Page, I>(
  schema: Schema.Schema<A, I>,
  numRuns: number
): void => {
  const encode = Schema.encodeSync(schema)
  const holds = fc.property(Arbitrary.make(schema), (value) => {
    assert.deepStrictEqual(
      Answer.json(value),
      new Answer.Answer(200, { "content-type": "application/json" }, JSON.stringify(encode(value)))
    )
  })
  fc.assert(holds, { numRuns })
}

describe("the text of a 200", () => {
  it("is that of the message, encoded by its schema", () => agrees(Message.Message, 300))

  it("is that of the page, encoded by its schema", () => agrees(ListMessages.Page, 50))
})
