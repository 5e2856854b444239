import { assert, describe, it } from "@effect/vitest"
import { ListMessages, Message } from "@inbox-effect/client"
import { Arbitrary, FastCheck as fc, Schema } from "effect"
import { accepted } from "../src/internal/messages.js"

/** Whatever is answered has the text that its schema encodes it into, and says how many bytes that is. */
const agrees = <A extends Message.Message | ListMessages.Page, I>(
  schema: Schema.Schema<A, I>,
  numRuns: number
): void => {
  const encode = Schema.encodeSync(schema)
  const holds = fc.property(Arbitrary.make(schema), (value) => {
    const expected = JSON.stringify(encode(value))
    const { body, headers, status } = accepted(value)
    assert.strictEqual(body._tag === "Raw" ? body.body : undefined, expected)
    assert.strictEqual(status, 200)
    assert.deepInclude(headers, {
      "content-type": "application/json",
      "content-length": String(Buffer.byteLength(expected))
    })
  })
  fc.assert(holds, { numRuns })
}

describe("the text of a 200", () => {
  it("is that of the message, encoded by its schema", () => agrees(Message.Message, 300))

  it("is that of the page, encoded by its schema", () => agrees(ListMessages.Page, 50))
})
