import * as Zlib from "node:zlib"
import { assert, describe, it } from "@effect/vitest"
import * as Either from "effect/Either"
import * as fc from "fast-check"
import * as Case from "../../src/model/Case.js"
import * as Generated from "../../src/plan/generated.js"
import * as Replay from "../../src/report/Replay.js"

describe("Replay", () => {
  it("gives back any case exactly, lone surrogates included", () => {
    fc.assert(
      fc.property(Generated.caseArbitrary({ twoThreads: true }), (self) => {
        const decoded = Replay.decode(Replay.encode("semantics.content", self))
        assert.deepStrictEqual(decoded._tag === "Right" && decoded.right.case, self)
      })
    )
    const odd = Case.sequence("odd", [
      Case.step("\ud800\u0000", { edit: { id: "reject.content/value", value: [1e21] } })
    ])
    const decoded = Replay.decode(Replay.encode("reject.content", odd))
    assert.deepStrictEqual(decoded._tag === "Right" && decoded.right, {
      version: 1,
      requirement: "reject.content",
      isIntermittent: false,
      case: odd
    })
  })

  it("is one word that a shell leaves alone", () => {
    const token = Replay.encode("accept.content", Case.sequence("x", [Case.step("$(rm) 'quoted' \"too\" \u{1f600}")]))
    assert.match(token, /^[A-Za-z0-9_-]+$/)
  })

  it("keeps a long repetitive content short", () => {
    const token = Replay.encode("accept.content.long", Case.sequence("x", [Case.step("a".repeat(10_000))]))
    assert.isBelow(token.length, 400)
  })

  it("says that a token is of another version, which knows what this one does not", () => {
    const packed = (value: unknown) => Zlib.deflateRawSync(JSON.stringify(value)).toString("base64url")
    const plain = Case.sequence("plain", [Case.step("Hello")])
    const withStep = (options: Partial<Case.Step>) => Case.sequence("plain", [Case.step("Hello", options)])
    const others: ReadonlyArray<readonly [value: unknown, told: string]> = [
      [{ version: 2, requirement: "accept.content", case: plain, more: 1 }, "is of another version"],
      [{ version: 1, requirement: "accept.telepathy", case: plain }, "is of another version"],
      [{ version: 1, requirement: "accept.content", case: Case.sequence("plain", []) }, "is of another version"],
      [
        { version: 1, requirement: "reject.content", case: withStep({ edit: { id: "reject.content/sung" } }) },
        'names the edit "reject.content/sung"'
      ],
      [{ version: 1, requirement: "accept.content", case: withStep({ http: "http-9" }) }, 'the form of HTTP "http-9"'],
      [{ version: 1, requirement: "accept.content", case: withStep({ json: "json-9" }) }, 'the style of JSON "json-9"'],
      [{ version: 1, requirement: "accept.content", case: withStep({ extra: "more-9" }) }, 'the extra keys "more-9"']
    ]
    for (const [value, told] of others) {
      const decoded = Replay.decode(packed(value))
      assert.isTrue(Either.isLeft(decoded), told)
      if (Either.isLeft(decoded)) {
        assert.include(decoded.left, told)
        assert.match(decoded.left, /another version .*take the token of a new report$/)
      }
    }
  })

  it("says what is wrong with something else", () => {
    for (const word of ["", "nonsense", "AAAA", Buffer.from("{}").toString("base64url")]) {
      const decoded = Replay.decode(word)
      assert.strictEqual(decoded._tag, "Left")
      if (decoded._tag === "Left") assert.match(decoded.left, /is not a replay token; copy the whole word/)
    }
  })
})
