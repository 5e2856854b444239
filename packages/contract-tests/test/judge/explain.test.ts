import { assert, describe, it } from "@effect/vitest"
import * as Explain from "../../src/judge/explain.js"
import type { Violation } from "../../src/judge/violation.js"
import * as Ledger from "../../src/model/Ledger.js"

const changed = (expected: string, actual: string): Violation => ({
  requirement: "semantics.content",
  level: "MUST",
  step: 0,
  facet: "changed",
  place: "$.content",
  expected,
  actual
})

const facetOf = (expected: string, actual: string) => Explain.explained(changed(expected, actual), Ledger.make()).facet

const isExplained = (facet: string, expected: string, actual: string) =>
  Explain.isExplainedBy(facet, changed(expected, actual), Ledger.make())

describe("what changed one content", () => {
  it("explains another that it changes in the same way, however long that is", () => {
    const long = "Füße und Cafe\u0301 ".repeat(3_000)
    for (const change of [
      (content: string) => content.toUpperCase(),
      (content: string) => content.normalize("NFC"),
      (content: string) => content.normalize("NFC").trim(),
      (content: string) => content.slice(0, 16)
    ]) {
      const small = " F\u00fc\u00dfe im Cafe\u0301, bitte! "
      assert.isTrue(isExplained(facetOf(small, change(small)), long, change(long)), change.toString())
    }
  })

  it("explains what the same kind of trimming takes away, by whatever language it is defined", () => {
    const facet = facetOf("a\u001f", "a")
    assert.isTrue(isExplained(facet, "a\n", "a"))
    assert.isTrue(isExplained(facet, "\u0085a\u001c \u3000", "a"))
    assert.isFalse(isExplained(facet, "ab", "a"))
  })

  it("explains what comes of bytes that are decoded apart, in as many parts as they may be", () => {
    const facet = facetOf("\u2002", "\ufffd\ufffd\ufffd")
    assert.isTrue(isExplained(facet, "a \u{1f308}", "a \ufffd\ufffd"))
    assert.isTrue(isExplained(facet, "\u00e9\u00e8", "\ufffd\ufffd\u00e8"))
    assert.isFalse(isExplained(facet, "\u00e9\u00e8", "\ufffd\ufffd" + "e"))
    assert.isFalse(isExplained(facet, "a".repeat(40), "a".repeat(30)))
  })

  it("tells which contents it would have changed, where it is known", () => {
    const isChanged = Explain.changedBy(changed("a\n", "a"), Ledger.make())
    assert.deepStrictEqual(
      ["a\n", " a ", " a", "a\nb", "a"].map((content) => isChanged?.(content)),
      [true, true, false, false, false]
    )
    assert.isUndefined(Explain.changedBy(changed("abcdef", "abcdeg"), Ledger.make()))
  })

  it("does not explain another change", () => {
    const facet = facetOf("Cafe\u0301", "Caf\u00e9")
    assert.isFalse(isExplained(facet, "Hello", "hello"))
    assert.isFalse(isExplained(facet, "Hello <b>", "Hello &lt;b&gt;"))
    assert.isFalse(isExplained(facetOf(" a ", "a"), "Hello", "Hell"))
  })
})
