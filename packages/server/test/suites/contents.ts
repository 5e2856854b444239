/**
 * Contents that a server of the contract takes as they are.
 */
import { assert, describe, it } from "@effect/vitest"
import { Message } from "@inbox-effect/client"
import { Array as Arr, Effect, FastCheck as fc, Schema } from "effect"
import { post, type Served, send, type WithServed } from "../support/http.js"

/** The contents of the messages that the server has in its first thread, oldest first. */
export type Stored = (served: Served) => Effect.Effect<ReadonlyArray<string>>

/** Any code point but NUL and the surrogates, with the troublesome ones often. */
const codePoint = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 0x20, max: 0x7e }) },
  { weight: 3, arbitrary: fc.integer({ min: 0x1, max: 0x1f }) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      ...Arr.map(
        [..."\"\\/'`%_;\u007f\u0085\u00a0\u200b\u200d\u2028\u202e\ufeff\ufffd\ufffe\uffff"],
        (char) => char.codePointAt(0) ?? 1
      )
    )
  },
  { weight: 3, arbitrary: fc.integer({ min: 0x80, max: 0xd7ff }) },
  { weight: 2, arbitrary: fc.integer({ min: 0xe000, max: 0xffff }) },
  { weight: 3, arbitrary: fc.integer({ min: 0x10000, max: 0x10ffff }) }
)

const content = fc.array(codePoint, { minLength: 1, maxLength: 60 }).map((points) => String.fromCodePoint(...points))

/** The text that the schema of a message makes of it. */
const encoded = (text: string): string => {
  const json = Schema.parseJson(Message.Message)
  return Schema.encodeSync(json)(Schema.decodeSync(json)(text))
}

/** Sends contents, and finds them in the answers and in what is stored. */
const assertKept = (served: Served, stored: Stored, contents: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const before = (yield* stored(served)).length
    for (const text of contents) {
      const answer = yield* send(served, { content: text })
      assert.strictEqual(answer.status, 200, answer.text)
      assert.strictEqual(JSON.parse(answer.text).content, text)
      assert.strictEqual(answer.text, encoded(answer.text))
    }
    assert.deepStrictEqual((yield* stored(served)).slice(before), contents)
  })

/** Any text, and any body. */
export const contents = (withServed: WithServed, stored: Stored): void => {
  describe("contents", () => {
    it.live(
      "come back and are stored code point for code point",
      withServed((served) =>
        Effect.forEach(fc.sample(fc.array(content, { minLength: 1, maxLength: 10 }), 60), (contents) =>
          assertKept(served, stored, contents)
        )
      )
    )

    it.live(
      "may be any one code point of the lowest planes' edges, and as long as the body limit allows",
      withServed((served) => {
        const controls = Arr.makeBy(0x20, (index) => String.fromCharCode(index + 1))
        const planes = Arr.makeBy(17, (plane) =>
          String.fromCodePoint(plane * 0x10000 + 0xfffe, plane * 0x10000 + 0xffff)
        )
        const long = ["x".repeat(10_000), "\u{1f600}".repeat(100_000), "\u0001".repeat(1_000), "   \r\n\t ", "\ufeff"]
        const looks = [
          "007",
          "null",
          "true",
          "{}",
          "' OR 1=1 --",
          "$(x)",
          "{{x}}",
          "../../etc/passwd",
          "e\u0301",
          "\u00e9"
        ]
        return assertKept(served, stored, [...controls, ...planes, ...long, ...looks])
      })
    )

    it.live(
      "with NUL or a surrogate alone are refused, the same way every time, and leave nothing behind",
      withServed((served) =>
        Effect.gen(function* () {
          const texts = ["\0", "a\0", "\ud800", "\udfff", "x\udc00\ud800y", "\ud83d\ude00\ud83d"]
          const escaped = texts.map((text) => `{"content":${JSON.stringify(text)}}`)
          const answers = yield* Effect.forEach(Arr.flatten(Arr.replicate(escaped, 3)), (body) => post(served, body))
          assert.deepStrictEqual([...new Set(answers.map((answer) => `${answer.status} ${answer.text}`))].length, 1)
          assert.strictEqual(answers[0]?.status, 422)
          assert.strictEqual((yield* stored(served)).length, 1)
        })
      )
    )

    it.live(
      "may not be any bytes and any JSON: those are refused",
      withServed((served) => {
        const bodies = fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.json(), fc.string16bits({ maxLength: 50 }))
        return Effect.forEach(
          fc.sample(bodies, 200),
          (body) =>
            Effect.map(post(served, body), (answer) => {
              assert.include([400, 422], answer.status)
              assert.hasAllKeys(JSON.parse(answer.text).error, ["code", "message", "status"])
            }),
          { concurrency: 8 }
        )
      })
    )
  })
}
