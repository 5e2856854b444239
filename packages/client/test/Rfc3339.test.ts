import { assert, describe, it } from "@effect/vitest"
import * as Rfc3339 from "@inbox-effect/client/Rfc3339"
import { Arbitrary, DateTime, Either, FastCheck, JSONSchema, Option, Schema } from "effect"

const millis = (iso: string): number => new Date(iso).getTime()

describe("Rfc3339", () => {
  it.each([
    ["2023-11-07T05:31:56Z", "2023-11-07T05:31:56.000Z"],
    ["2023-11-07t05:31:56z", "2023-11-07T05:31:56.000Z"],
    ["2023-11-07T05:31:56+00:00", "2023-11-07T05:31:56.000Z"],
    ["2023-11-07T05:31:56-00:00", "2023-11-07T05:31:56.000Z"],
    ["2023-11-07T05:31:56.1Z", "2023-11-07T05:31:56.100Z"],
    ["2023-11-07T05:31:56.123456789012345678901234567890Z", "2023-11-07T05:31:56.123Z"],
    ["2023-11-07T05:31:56+05:30", "2023-11-07T00:01:56.000Z"],
    ["2023-11-07T23:31:56-01:00", "2023-11-08T00:31:56.000Z"],
    ["2023-11-07T05:31:56+23:59", "2023-11-06T05:32:56.000Z"],
    ["2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000Z"],
    ["2000-02-29T00:00:00Z", "2000-02-29T00:00:00.000Z"],
    ["0000-01-01T00:00:00Z", "0000-01-01T00:00:00.000Z"],
    ["0099-12-31T23:59:59Z", "0099-12-31T23:59:59.000Z"],
    ["1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"],
    ["9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"],
    ["1990-12-31T23:59:60Z", "1991-01-01T00:00:00.000Z"],
    ["1990-12-31T15:59:60-08:00", "1991-01-01T00:00:00.000Z"],
    ["2017-01-01T05:29:60+05:30", "2017-01-01T00:00:00.000Z"],
    ["1969-12-31T23:59:60.5Z", "1970-01-01T00:00:00.500Z"],
    ["1935-06-30T23:59:60Z", "1935-07-01T00:00:00.000Z"],
    ["2024-02-29T23:59:60Z", "2024-03-01T00:00:00.000Z"],
    ["2023-04-30T23:59:60Z", "2023-05-01T00:00:00.000Z"],
    ["1937-01-01T12:00:27.87+00:20", "1937-01-01T11:40:27.870Z"]
  ])("reads %s as %s", (input, expected) => {
    assert.isTrue(Rfc3339.isDateTime(input))
    assert.deepStrictEqual(Rfc3339.toEpochMillis(input), Option.some(millis(expected)))
    assert.strictEqual(DateTime.formatIso(Schema.decodeSync(Rfc3339.DateTimeUtc)(input)), expected)
  })

  it.each([
    "",
    "2023",
    "2023-11-07",
    "2023-11-07T05:31:56",
    "2023-11-07 05:31:56Z",
    "2023-11-07T05:31Z",
    "2023-11-07T05:31:56.Z",
    "2023-11-07T05:31:56,1Z",
    "2023-11-07T05:31:56+0530",
    "2023-11-07T05:31:56+05",
    "2023-11-07T05:31:56+24:00",
    "2023-11-07T05:31:56+05:60",
    "2023-11-07T05:31:56Z ",
    "2023-11-07T05:31:56Z\n",
    " 2023-11-07T05:31:56Z",
    "2023-02-29T00:00:00Z",
    "2023-02-31T00:00:00Z",
    "1900-02-29T00:00:00Z",
    "2023-04-31T00:00:00Z",
    "2023-00-10T00:00:00Z",
    "2023-13-10T00:00:00Z",
    "2023-01-00T00:00:00Z",
    "2023-01-32T00:00:00Z",
    "2023-11-07T24:00:00Z",
    "2023-11-07T05:60:00Z",
    "2023-11-07T05:31:61Z",
    "1998-12-31T23:58:60Z",
    "1998-12-31T22:59:60Z",
    "1998-12-31T23:59:60+01:00",
    "2023-11-07T23:59:60Z",
    "1990-12-30T23:59:60Z",
    "1991-01-01T23:59:60Z",
    "2024-02-28T23:59:60Z",
    "2023-11-30T23:59:60-08:00",
    "2023-12-01T15:59:60-08:00",
    "23-11-07T05:31:56Z",
    "+002023-11-07T05:31:56Z",
    "-0001-11-07T05:31:56Z",
    "٢٠٢٣-11-07T05:31:56Z",
    "1699335116",
    "Tue, 07 Nov 2023 05:31:56 GMT"
  ])("refuses %j", (input) => {
    assert.isFalse(Rfc3339.isDateTime(input))
    assert.isTrue(Either.isLeft(Schema.decodeEither(Rfc3339.DateTimeUtc)(input)))
  })

  it("agrees with Date on what Date writes", () => {
    FastCheck.assert(
      FastCheck.property(Arbitrary.make(Rfc3339.DateTimeString), (text) => {
        assert.deepStrictEqual(Rfc3339.toEpochMillis(text), Option.some(millis(text)))
      })
    )
  })

  it("survives encode and decode", () => {
    FastCheck.assert(
      FastCheck.property(Arbitrary.make(Rfc3339.DateTimeUtc), (utc) => {
        const text = Schema.encodeSync(Rfc3339.DateTimeUtc)(utc)
        assert.isTrue(Rfc3339.isDateTime(text))
        assert.isTrue(DateTime.Equivalence(Schema.decodeSync(Rfc3339.DateTimeUtc)(text), utc))
      })
    )
  })

  it("does not write a year that RFC 3339 cannot spell", () => {
    const encode = Schema.encodeEither(Rfc3339.DateTimeUtc)
    assert.isTrue(Either.isLeft(encode(DateTime.unsafeMake(millis("+010000-01-01T00:00:00.000Z")))))
    assert.isTrue(Either.isLeft(encode(DateTime.unsafeMake(millis("-000001-12-31T23:59:59.999Z")))))
  })

  it("is a date-time in JSON Schema", () => {
    const { $schema: _, ...schema } = JSONSchema.make(Rfc3339.DateTimeUtc)
    assert.deepStrictEqual(schema, { type: "string", format: "date-time" } as never)
  })
})
