import { assert, describe, it } from "@effect/vitest"
import * as Message from "@inbox-effect/client/Message"
import * as ReceivedMessage from "@inbox-effect/client/ReceivedMessage"
import { SendMessage } from "@inbox-effect/client/SendMessage"
import { Arbitrary, DateTime, Effect, Either, FastCheck as fc, ParseResult, Schema } from "effect"
import { decoder } from "../src/internal/decode/reader.js"
import * as Servers from "./Servers.js"

const options = { errors: "all", exact: true } as const

/** Asserts that a value decodes as the schema itself decodes it, problems included. */
const agree = <A, I>(schema: Schema.Schema<A, I>) => {
  const decode = decoder(schema)
  const parse = Schema.decodeUnknownEither(schema, options)
  return (value: unknown) => {
    const [own, other] = [decode(value), parse(value)]
    assert.strictEqual(own._tag, other._tag, JSON.stringify(value))
    if (Either.isRight(own) && Either.isRight(other)) assert.deepStrictEqual(own.right, other.right)
    if (Either.isLeft(own) && Either.isLeft(other)) {
      const [problems, others] = [own, other].map(({ left }) => ParseResult.ArrayFormatter.formatErrorSync(left))
      assert.deepStrictEqual(problems, others)
    }
  }
}

/** Values that are nearly right: instants, ids and members as they are and as they are not. */
const near = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>(
    undefined,
    null,
    "",
    "abc1",
    "abc\n",
    "ABC",
    "twitter",
    "api",
    "2023-02-31T00:00:00Z",
    "2023-11-07T05:31:56+02:00",
    "2016-12-31T23:59:60Z",
    "2023",
    [undefined],
    Object.create({ id: "inherited" })
  )
)

const changed = <A>(value: fc.Arbitrary<A>, keys: ReadonlyArray<string>): fc.Arbitrary<unknown> =>
  fc
    .tuple(
      value,
      fc.dictionary(fc.constantFrom(...keys, "extra", "__proto__"), near, { maxKeys: 3 }),
      fc.subarray([...keys], { maxLength: 2 })
    )
    .map(([object, edits, gone]) =>
      Object.fromEntries(Object.entries({ ...object, ...edits }).filter(([key]) => !gone.includes(key)))
    )

describe("a reader", () => {
  const encoded = Arbitrary.make(Message.Message).map((message) => Schema.encodeSync(Message.Message)(message))

  it("decodes answers as the schema does", () => {
    fc.assert(
      fc.property(fc.oneof(encoded, changed(encoded, Message.keys), near), agree(ReceivedMessage.ReceivedMessage))
    )
    for (const key of Message.keys) {
      fc.assert(
        fc.property(near, (value) => agree(ReceivedMessage.ReceivedMessage)({ ...Servers.message, [key]: value })),
        { numRuns: 40 }
      )
    }
  })

  it("decodes requests as the schema does", () => {
    const requests = Arbitrary.make(SendMessage)
    fc.assert(
      fc.property(fc.oneof(requests, changed(requests, Object.keys(SendMessage.fields)), near), agree(SendMessage))
    )
  })

  it("takes what a server answers with, without asking the parser", () => {
    const failing = Schema.transformOrFail(Schema.String, Schema.String, {
      decode: (text, _, ast) =>
        text === "asked" ? ParseResult.fail(new ParseResult.Type(ast, text)) : ParseResult.succeed(text),
      encode: ParseResult.succeed
    })
    let parsed = 0
    const counted = Schema.Struct({ text: failing, rest: Schema.Array(Schema.NullOr(Schema.Boolean)) }).annotations({
      decodingFallback: (issue) => {
        parsed++
        return Effect.fail(issue)
      }
    })
    const decode = decoder(counted)
    assert.isTrue(Either.isRight(decode({ text: "as it is", rest: [true, null] })))
    assert.strictEqual(parsed, 0)
    assert.isTrue(Either.isLeft(decode({ text: "asked", rest: [] })))
    assert.strictEqual(parsed, 1)
  })

  it("leaves to the parser what it cannot read", () => {
    const schemas = [
      Schema.Struct({ count: Schema.Number }),
      Schema.Record({ key: Schema.String, value: Schema.String }),
      Schema.Tuple(Schema.String, Schema.String),
      Schema.Union(Schema.Number, Schema.String),
      Schema.DateTimeUtcFromNumber
    ]
    const values = [{ count: 1 }, { count: "1" }, { a: "b" }, ["a", "b"], ["a"], 1, "a", null]
    for (const schema of schemas) for (const value of values) agree(schema as Schema.Schema<unknown>)(value)
    assert.deepStrictEqual(decoder(Schema.DateTimeUtcFromNumber)(0), Either.right(DateTime.unsafeMake(0)))
  })
})
