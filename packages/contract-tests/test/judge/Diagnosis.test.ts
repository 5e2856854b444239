import { assert, describe, it } from "@effect/vitest"
import * as Content from "@inbox-effect/contract-tests/Content"
import * as Diagnosis from "@inbox-effect/contract-tests/Diagnosis"
import * as fc from "fast-check"

const latin1 = (content: string) => Buffer.from(content, "utf8").toString("latin1")
const emoji = "😀".repeat(300)
const ascii = "lorem ipsum ".repeat(60)

/** The expected id, what was sent, what came back, and words that title or detail must hold. */
const positives: ReadonlyArray<readonly [id: string, sent: string, received: string, ...words: ReadonlyArray<string>]> =
  [
    ["trimmed", " a", "a", "at the start", "U+0020 space"],
    ["trimmed", "a\u3000", "a", "at the end", "ideographic space"],
    ["trimmed", "\t a \n", "a", "at both ends", "U+000A line feed"],
    ["trimmed", "\ufeffa", "a", "byte-order mark"],
    ["trimmed", " \n ", "", "trimmed to nothing"],
    ["emptied", "abc", ""],
    ["normalised", "e\u0301", "\u00e9", "NFC"],
    ["normalised", "\u00e9", "e\u0301", "NFD"],
    ["normalised", "ﬁ", "fi", "NFKC"],
    ["normalised", "ﬁ\u00e9", "fie\u0301", "NFKD"],
    ["recased", "Hello", "hello", "lower"],
    ["recased", "Hello", "HELLO", "upper"],
    ["recased", "hello you", "Hello You"],
    ["recased", "straße", "strasse", "folded"],
    ["html-escaped", "a<b", "a&lt;b"],
    ["html-escaped", "it's", "it&#39;s"],
    ["html-escaped", "a&b", "a&amp;amp;b", "twice"],
    ["html-unescaped", "a&amp;b", "a&b"],
    ["html-unescaped", "&#39;", "'"],
    ["tags-stripped", "<b>x</b>", "x"],
    ["cut", ascii, ascii.slice(0, 280), "280 characters"],
    ["cut", emoji, "😀".repeat(140), "280 UTF-16 units", "140 code points", "560"],
    ["cut", emoji, `${"😀".repeat(64)}\ud83d`, "129 UTF-16 units", "surrogate pair"],
    ["cut", "é".repeat(200), `${"é".repeat(127)}\ufffd`, "255", "UTF-8 bytes"],
    ["ellipsis", ascii, `${ascii.slice(0, 137)}...`, "137"],
    ["ellipsis", ascii, `${ascii.slice(0, 139)}…`, "139"],
    ["in-pieces", "\u2002", "\ufffd\ufffd\ufffd", "U+2002"],
    ["in-pieces", "né 東", "n\ufffd\ufffd \ufffd\ufffd", "U+00E9"],
    ["cut-start", "abcdefghij", "efghij"],
    ["white-space-collapsed", "a  b", "a b"],
    ["white-space-removed", "a b c", "abc"],
    ["white-space-replaced", "a\u00a0b", "a b", "no-break"],
    ["line-ends", "a\r\nb", "a\nb", "CR LF"],
    ["line-ends", "a\nb", "a\r\nb"],
    ["line-ends", "a\nb", "a<br>b"],
    ["mojibake", "é", latin1("é"), "Latin-1"],
    ["mojibake", "it’s", "itâ€™s", "Windows-1252"],
    ["question-marks", "漢字ok", "??ok"],
    ["question-marks", "a😀b", "a????b", "per byte"],
    ["replacement-characters", "a😀b", "a\ufffdb"],
    ["unaccented", "déjà", "deja"],
    ["dropped-variation-selectors", "❤\ufe0f!", "❤!"],
    ["dropped-zwj", "👩\u200d💻", "👩💻"],
    ["dropped-zero-width", "a\u200bb", "ab"],
    ["dropped-bidi", "a\u202eb", "ab"],
    ["dropped-controls", "a\u0007b", "ab"],
    ["dropped-astral", "a𐍈b", "ab"],
    ["dropped-combining-marks", "q\u0301x", "qx"],
    ["dropped-non-characters", "a\ufdd0b", "ab"],
    ["dropped-byte-order-mark", "a\ufeffb", "ab"],
    ["dropped-soft-hyphens", "a\u00adb", "ab"],
    ["dropped-emoji", "hi 😀!", "hi !"],
    ["dropped-tags", "a\u{e0041}b", "ab"],
    ["dropped-mentions", "hi @jane!", "hi !"],
    ["dropped-links", "see https://a.example/x now", "see  now"],
    ["quotes-straightened", "it’s “x”", 'it\'s "x"'],
    ["typography", "wait...", "wait…"],
    ["typography", "a -- b", "a – b"],
    ["emoticons", "ok :)", "ok 🙂"],
    ["repetition-collapsed", "sooooo", "so"],
    ["percent-decoded", "a%20b", "a b"],
    ["percent-decoded", "100% a%41", "100% aA"],
    ["percent-encoded", "a b/é", "a%20b%2F%C3%A9"],
    ["plus-decoded", "1+1", "1 1"],
    ["backslash-unescaped", "a\\nb", "a\nb"],
    ["backslash-unescaped", "\\u0041", "A"],
    ["backslash-escaped", "it's", "it\\'s"],
    ["backslash-escaped", "é", "\\u00e9"],
    ["quotes-doubled", "it's", "it''s"],
    ["json-quoted", "hi", '"hi"'],
    ["json-unquoted", '"x"', "x"],
    ["json-parsed", '{ "a" : 1 }', '{"a":1}'],
    ["formula-guarded", "=1+1", "'=1+1"],
    ["number-normalised", "007", "7"],
    ["number-normalised", "1e3", "1000"],
    ["digits-converted", "٣٤ १", "34 1"],
    ["digits-converted", "๑๒", "12"],
    ["duplicated", "abc", "abcabc"],
    ["reversed", "abc", "cba"],
    ["appended", "abc", "abc -- sent by x", "sent by x"],
    ["prepended", "abc", "Re: abc", "Re: "],
    ["wrapped", "abc", "<p>abc</p>"],
    ["masked", "oh damn it", "oh **** it", "damn"],
    ["masked", "my secret plan", "my [redacted] plan"],
    ["link-rewritten", "go https://a.example/?x=1 now", "go https://t.co/abc now"],
    ["replaced", "a-b-c-d-e", "a_b_c_d_e", "U+002D"],
    ["dropped", "abcdef", "abdef", 'U+0063 "c"'],
    ["inserted", "abcdef", "abcXXdef", "code point 3"],
    ["changed", "abc", "xyz", "code point 1", 'sent U+0061 "a"', 'got U+0078 "x"']
  ]

const chains: ReadonlyArray<readonly [sent: string, received: string, parts: ReadonlyArray<string>]> = [
  [" e\u0301 ", "\u00e9", ["trimmed", "normalised"]],
  ["A  B <i>", "a b <i>", ["white-space-collapsed", "recased"]],
  [" <b> ", "&lt;b&gt;", ["trimmed", "html-escaped"]],
  [`  ${ascii}`, ascii.slice(0, 100), ["trimmed", "cut"]]
]

/** Contents that look like the named change and are not. */
const nearMisses: ReadonlyArray<readonly [not: string, sent: string, received: string]> = [
  ["trimmed", "xa", "a"],
  ["normalised", "\u00e9", "e"],
  ["recased", "Hello", "hellO!"],
  ["html-escaped", "a<b", "a&lt b"],
  ["html-unescaped", "&bogus;", "bogus"],
  ["tags-stripped", "<b>x</b>", "<b>x"],
  ["cut", "abcdef", "abcdeg"],
  ["ellipsis", "abc", "abc..."],
  ["white-space-collapsed", "a  b", "a\tb"],
  ["line-ends", "a\r\nb", "a b c"],
  ["mojibake", "é", "Ãª"],
  ["question-marks", "漢字ok", "??no"],
  ["dropped-bidi", "a\u202eb", "a"],
  ["dropped-controls", "a\u0007b\u0008", "ab\u0008!"],
  ["percent-decoded", "a%20b", "a%20b "],
  ["plus-decoded", "1+1", "1-1"],
  ["backslash-unescaped", "a\\nb", "anbn"],
  ["json-unquoted", '"x', "x"],
  ["number-normalised", "007", "8"],
  ["digits-converted", "٣", "4"],
  ["duplicated", "abc", "abcab"],
  ["reversed", "abc", "acb"],
  ["masked", "oh damn it", "oh darn it"],
  ["link-rewritten", "go https://a.example now", "went https://t.co/x now"],
  ["replaced", "a-b-c", "a_b*c"],
  ["dropped", "abcdef", "abdefx"],
  ["unchanged", "a", "b"]
]

describe("diagnose", () => {
  for (const [id, sent, received, ...words] of positives) {
    it(`${id}: ${Diagnosis.show(sent, { max: 24 })} -> ${Diagnosis.show(received, { max: 24 })}`, () => {
      const found = Diagnosis.diagnose(sent, received)
      assert.strictEqual(found.id, id)
      for (const word of words) assert.include(`${found.title}; ${found.detail}`, word)
    })
  }

  it.each(nearMisses)("is not %s: %j -> %j", (not, sent, received) => {
    assert.notStrictEqual(Diagnosis.diagnose(sent, received).id, not)
  })

  it.each(chains)("names two steps in a row: %j", (sent, received, parts) => {
    assert.sameMembers(Diagnosis.diagnose(sent, received).id.split("+"), [...parts])
  })

  it("recognises the content of another message", () => {
    const found = Diagnosis.diagnose("my own words", "someone else's", (content) => content === "someone else's")
    assert.strictEqual(found.id, "other-message")
    assert.include(found.detail, "someone else's")
    assert.strictEqual(Diagnosis.diagnose("my own", "other", () => "message 7").detail, "message 7")
    assert.notStrictEqual(Diagnosis.diagnose("my own words", "stranger", () => false).id, "other-message")
    assert.strictEqual(Diagnosis.diagnose(" a", "a", () => true).id, "trimmed", "a sure sign wins over chance")
    assert.strictEqual(Diagnosis.diagnose("abc", "a", () => true).id, "other-message", "chance loses against a record")
  })

  it("takes a short content that this one can be made of for no other message's", () => {
    const lookup = () => true
    const held = ["e\u0301"]
    assert.strictEqual(Diagnosis.diagnose("\u212b", "\u00c5", lookup).id, "normalised")
    assert.notStrictEqual(Diagnosis.diagnose("\u212b", "\u00c5", lookup, held).id, "other-message")
    assert.strictEqual(Diagnosis.diagnose("\u212b", "b", lookup, held).id, "other-message")
  })

  it("says nothing of equal contents", () => {
    fc.assert(fc.property(fc.fullUnicodeString(), (s) => assert.strictEqual(Diagnosis.diagnose(s, s).id, "unchanged")))
  })

  it("never throws and always has something to say", () => {
    const any = fc.oneof(
      fc.fullUnicodeString(),
      fc.string16bits(),
      ...Content.classes.map(({ arbitrary }) => arbitrary)
    )
    fc.assert(
      fc.property(any, any, (sent, received) => {
        const { detail, id, title } = Diagnosis.diagnose(sent, received)
        assert.match(id, /^[a-z0-9+-]+$/)
        assert.isNotEmpty(title)
        assert.strictEqual(sent === received, id === "unchanged")
        assert.notMatch(title + detail, /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
      }),
      { numRuns: 300, seed: 3 }
    )
  })

  it("takes no longer than the content is, many times over", () => {
    /** Microseconds of the processor for the quickest of a few: whatever else there is to do makes one slower. */
    const quickest = (repeats: number): number => {
      const sent = "漢 &<a>\\n%20 é".repeat(repeats)
      const times = Array.from({ length: 4 }, () => {
        const before = process.cpuUsage()
        Diagnosis.diagnose(sent, `${sent.slice(0, -5)}x${sent.slice(-4)}y`)
        const { system, user } = process.cpuUsage(before)
        return system + user
      })
      return Math.min(...times)
    }
    // Four times where time is linear, sixteen times where it is quadratic.
    assert.isBelow(quickest(4_000) / quickest(1_000), 13)
  })
})

describe("show", () => {
  it("makes the invisible visible", () => {
    assert.strictEqual(Diagnosis.show("a\u200bb\n\u202e\u001b[0m"), '"a⟨U+200B⟩b⟨U+000A⟩⟨U+202E⟩⟨U+001B⟩[0m"')
    assert.strictEqual(Diagnosis.show("👩\u200d💻❤\ufe0f"), '"👩⟨U+200D⟩💻❤⟨U+FE0F⟩"')
    assert.strictEqual(Diagnosis.show("\u0301e\u0301"), '"⟨U+0301⟩e\u0301"')
    assert.strictEqual(Diagnosis.show("\ud83d\uffff\ue000\u00a0⟨"), '"⟨U+D83D⟩⟨U+FFFF⟩⟨U+E000⟩⟨U+00A0⟩⟨U+27E8⟩"')
  })

  it("keeps what can be read", () => {
    assert.strictEqual(Diagnosis.show("Grüße, мир, שלום, 漢字 😀!"), '"Grüße, мир, שלום, 漢字 😀!"')
    assert.strictEqual(Diagnosis.show("x", { quotes: false }), "x")
  })

  it("shortens runs and long contents", () => {
    assert.strictEqual(Diagnosis.show("a".repeat(998)), '"a⟨×998⟩"')
    assert.strictEqual(Diagnosis.show("abcdefghij", { max: 6 }), '"abcd⟨… 4 more …⟩ij"')
  })

  it("is one safe line, whatever the content", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string16bits({ maxLength: 200 }), fc.fullUnicodeString({ maxLength: 200 })),
        (content) => {
          assert.match(Diagnosis.show(content), /^"[^\p{C}\p{Zl}\p{Zp}]*"$/u)
        }
      ),
      { numRuns: 2000, seed: 5 }
    )
  })
})
