import { Headers } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import * as Sunset from "@inbox-effect/client/Sunset"
import { DateTime, Option } from "effect"

const now = Date.parse("2026-11-23T00:00:00Z")

const read = (headers: Record<string, string>) =>
  Option.getOrUndefined(
    Option.map(Sunset.fromHeaders(Headers.fromInput(headers), now), ({ deprecatedAt, sunsetAt }) => [
      deprecatedAt && DateTime.formatIso(deprecatedAt),
      sunsetAt && DateTime.formatIso(sunsetAt)
    ])
  )

const cases: ReadonlyArray<readonly [Record<string, string>, ReturnType<typeof read>]> = [
  [{}, undefined],
  [{ Deprecation: "false" }, undefined],
  [{ Deprecation: "?0" }, undefined],
  [{ Deprecation: "" }, undefined],
  [{ Sunset: "Thu, 03 Dec 2026 00:00:00 GMT" }, [undefined, "2026-12-03T00:00:00.000Z"]],
  [{ Sunset: "Thursday, 03-Dec-26 00:00:00 GMT" }, [undefined, "2026-12-03T00:00:00.000Z"]],
  [{ Deprecation: "@1772323200" }, ["2026-03-01T00:00:00.000Z", undefined]],
  [{ Deprecation: "@253402300799" }, ["9999-12-31T23:59:59.000Z", undefined]],
  [{ Deprecation: "@253402300800" }, [undefined, undefined]],
  [{ Deprecation: "@-62135596800" }, ["0001-01-01T00:00:00.000Z", undefined]],
  [{ Deprecation: "@-62135596801" }, [undefined, undefined]],
  [{ Deprecation: "@999999999999999" }, [undefined, undefined]],
  [{ Deprecation: '@1772323200;a=1;b="x"' }, ["2026-03-01T00:00:00.000Z", undefined]],
  // Fifty years ahead, to the second: beyond that, the date is of the century before.
  [{ Sunset: "Monday, 23-Nov-76 00:00:00 GMT" }, [undefined, "2076-11-23T00:00:00.000Z"]],
  [{ Sunset: "Monday, 23-Nov-76 00:00:01 GMT" }, [undefined, "1976-11-23T00:00:01.000Z"]],
  [{ Sunset: "Wednesday, 30-Dec-76 00:00:00 GMT" }, [undefined, "1976-12-30T00:00:00.000Z"]],
  [{ Deprecation: "true" }, [undefined, undefined]],
  [{ Deprecation: "Sun, 01 Mar 2026 00:00:00 GMT", Sunset: "soon" }, ["2026-03-01T00:00:00.000Z", undefined]],
  [{ Sunset: "Thu, 31 Feb 2026 00:00:00 GMT" }, [undefined, undefined]]
]

describe("Sunset", () => {
  it.each(cases)("%j", (headers, expected) => {
    assert.deepStrictEqual(read(headers), expected)
  })

  it("reads well", () => {
    const sunsetAt = DateTime.unsafeMake("2026-12-03T00:00:00Z")
    const deprecatedAt = DateTime.unsafeMake("2026-03-01T00:00:00Z")
    assert.strictEqual(
      Sunset.toSentence({ deprecatedAt, sunsetAt }),
      "The server announces that this API stops responding on 2026-12-03T00:00:00.000Z"
    )
    assert.strictEqual(
      Sunset.toSentence({ deprecatedAt }),
      "The server announces that this API is deprecated as of 2026-03-01T00:00:00.000Z"
    )
    assert.strictEqual(Sunset.toSentence({}), "The server announces that this API is deprecated")
  })
})
