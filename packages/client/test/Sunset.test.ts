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
