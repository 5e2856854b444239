import { Headers } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import * as RateLimit from "@inbox-effect/client/RateLimit"
import { Arbitrary, DateTime, Duration, FastCheck, Option, Schema } from "effect"

const now = Date.parse("2026-11-23T12:00:00Z")

const millis = (text: string) => Option.map(RateLimit.parseRetryAfter(text, now), Duration.toMillis)

describe("RateLimit", () => {
  it.each([
    ["0", 0],
    ["1", 1000],
    ["120", 120_000],
    [" 7 ", 7000],
    ["00000000007", 7000],
    ["Mon, 23 Nov 2026 12:00:30 GMT", 30_000],
    ["Mon, 23 Nov 2026 12:00:00 GMT", 0],
    ["Mon, 23 Nov 2026 11:59:59 GMT", 0],
    ["Sun, 06 Nov 1994 08:49:37 GMT", 0],
    ["Sunday, 06-Nov-94 08:49:37 GMT", 0],
    ["Tuesday, 24-Nov-26 12:00:00 GMT", 86_400_000],
    ["Sun Nov  6 08:49:37 1994", 0],
    ["Tue Nov 24 12:00:00 2026", 86_400_000],
    ["Tue, 24 Nov 2026 11:59:60 GMT", 86_400_000]
  ])("waits as Retry-After %j says", (text, expected) => {
    assert.deepStrictEqual(millis(text), Option.some(expected))
  })

  it.each([
    "",
    "soon",
    "-1",
    "+1",
    "1.5",
    "1e3",
    "0x10",
    "1, 2",
    "Infinity",
    "NaN",
    "123456789012",
    "٣",
    "2026-11-23T12:00:30Z",
    "Mon, 23 Nov 2026 12:00:30",
    "Mon, 23 Nov 2026 12:00:30 UTC",
    "Mon, 23 Nov 2026 24:00:00 GMT",
    "Mon, 23 Nov 2026 12:60:00 GMT",
    "Mon, 31 Nov 2026 12:00:00 GMT",
    "Mon, 00 Nov 2026 12:00:00 GMT",
    "mon, 23 nov 2026 12:00:30 gmt",
    "Xyz, 23 Nov 2026 12:00:30 GMT"
  ])("takes nothing from Retry-After %j", (text) => {
    assert.deepStrictEqual(millis(text), Option.none())
  })

  it("agrees with Date on the dates that Date writes", () => {
    FastCheck.assert(
      FastCheck.property(
        FastCheck.date({ min: new Date(now), max: new Date("9999-12-31T23:59:59Z"), noInvalidDate: true }),
        (date) => {
          const seconds = Math.floor(date.getTime() / 1000)
          assert.deepStrictEqual(millis(date.toUTCString()), Option.some(seconds * 1000 - now))
        }
      )
    )
  })

  it("reads the headers that are there", () => {
    assert.deepStrictEqual(
      RateLimit.fromHeaders(
        Headers.fromInput({
          "X-RateLimit-Limit": "300",
          "X-RateLimit-Remaining": "0",
          "X-RateLimit-Reset": "1699335116"
        })
      ),
      Option.some({ limit: 300, remaining: 0, reset: DateTime.unsafeMake(1699335116000) })
    )
    assert.deepStrictEqual(
      RateLimit.fromHeaders(Headers.fromInput({ "x-ratelimit-remaining": "12", "x-ratelimit-limit": "many" })),
      Option.some({ remaining: 12 })
    )
  })

  it.each(["", "many", "-1", "1.5", "1 2", "123456789012345"])("takes nothing from %j", (text) => {
    const headers = Headers.fromInput({ "x-ratelimit-limit": text, "x-ratelimit-reset": text })
    assert.deepStrictEqual(RateLimit.fromHeaders(headers), Option.none())
  })

  it("survives encode and decode", () => {
    FastCheck.assert(
      FastCheck.property(Arbitrary.make(RateLimit.RateLimit), (rateLimit) => {
        const encoded = Schema.encodeSync(RateLimit.RateLimit)(rateLimit)
        const again = Schema.decodeUnknownSync(RateLimit.RateLimit)(JSON.parse(JSON.stringify(encoded)))
        assert.deepStrictEqual(Schema.encodeSync(RateLimit.RateLimit)(again), encoded)
      })
    )
  })
})
