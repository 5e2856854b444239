import * as fc from "fast-check"

/** Texts that try to be something else than text. */
export const attacks: ReadonlyArray<string> = [
  "<script>alert(1)</script>",
  "</pre></style></script><img src=x onerror=alert(1)>",
  `"' onmouseover='alert(1)' x="`,
  "<!-- --> <![CDATA[ ]]> &lt;b&gt; &#x3c;b&#x3e;",
  "javascript:alert(1)",
  "</details>\n\n# heading\n\n| a | b |\n|---|---|\n",
  "```\n~~~\n````````\n<b>",
  "`code` ``two`` \\` \\\\| | \\|",
  "![x](https://example.invalid/x.png) [y](javascript:alert(1)) <https://example.invalid> www.example.invalid @octocat #1",
  "::error file=x::y\n::add-mask::z\r\n##[command]w",
  "\u202eabc\u2066def\u200b\ufeff",
  "\u0000\u0007\u001b[31m\u009b",
  "\ud800 \udfff \ufffe \u{10ffff}",
  "e\u0301\u0301\u0301 \u0301"
]

/** Attacks, and whatever else there is, joined. */
export const hostileText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(fc.constantFrom(...attacks), fc.string16bits({ maxLength: 8 }), fc.fullUnicodeString({ maxLength: 8 })),
    {
      minLength: 1,
      maxLength: 3
    }
  )
  .map((parts) => parts.join("") || "<b>")

/** A value with a text put for each of the texts in it, but for those under the given keys. */
export const withTexts = <A>(value: A, text: () => string, kept: ReadonlySet<string>): A => {
  const replaced = (inner: unknown): unknown => {
    if (typeof inner === "string") return text()
    if (Array.isArray(inner)) return inner.map(replaced)
    if (typeof inner !== "object" || inner === null) return inner
    return Object.fromEntries(
      Object.entries(inner).map(([key, each]) => [key, kept.has(key) ? each : replaced(each)] as const)
    )
  }
  return replaced(value) as A
}

/** What the schema of a report fixes to a few words. */
export const fixedWords: ReadonlySet<string> = new Set([
  "budget",
  "verdict",
  "status",
  "level",
  "group",
  "reproducible",
  "encoding"
])
