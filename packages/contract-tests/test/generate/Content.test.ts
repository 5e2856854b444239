import { assert, describe, it } from "@effect/vitest"
import * as Content from "@inbox-effect/contract-tests/Content"
import * as fc from "fast-check"

const examples = Content.classes.flatMap((contentClass) => contentClass.examples)
const points = (content: string) => Array.from(content)
const bytes = (content: string) => Buffer.byteLength(content, "utf8")
const isFaithful = (content: string) => content !== "" && !/[\u0000\p{Cs}]/u.test(content)
const isValid = (content: string) => isFaithful(content) && points(content).length <= 1000
const range = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => first + index)
const chars = (first: number, last: number) => range(first, last).map((code) => String.fromCodePoint(code))
const idsOf = (content: string) => Content.classify(content)

const spaces = [
  ...chars(0x09, 0x0d),
  ..." \u0085\u00a0\u1680\u180e\u2028\u2029\u202f\u205f\u2060\u3000\ufeff",
  ...chars(0x2000, 0x200b)
]

const limits = [
  ...[50, 64, 70, 100, 128, 140, 150, 160, 200, 250, 255, 256, 280, 300, 320, 400, 500, 512],
  ...[640, 750, 800, 900, 999, 1000]
]

describe("classes", () => {
  it("have kebab-case ids and titles of their own", () => {
    for (const { id } of Content.classes) assert.match(id, /^[a-z0-9]+(?:-[a-z0-9]+)*$/)
    assert.strictEqual(new Set(Content.classes.map(({ id }) => id)).size, Content.classes.length)
    assert.strictEqual(new Set(Content.classes.map(({ title }) => title)).size, Content.classes.length)
  })

  it("cost 500 to 700 requests, none of them twice", () => {
    assert.strictEqual(new Set(examples).size, examples.length)
    assert.isAtLeast(examples.length, 500)
    assert.isAtMost(examples.length, 700)
  })

  for (const { arbitrary, examples, id } of Content.classes) {
    it(`${id}: examples and generated members are valid and belong to the class`, () => {
      assert.isAbove(examples.length, 0)
      const strange = [...examples, ...fc.sample(arbitrary, { numRuns: 200, seed: 42 })].filter(
        (content) => !isValid(content) || !idsOf(content).includes(id)
      )
      assert.deepStrictEqual(strange, [])
    })

    it(`${id}: generates widely, and the same for a seed`, () => {
      const generated = fc.sample(arbitrary, { numRuns: 200, seed: 42 })
      assert.deepStrictEqual(fc.sample(arbitrary, { numRuns: 200, seed: 42 }), generated)
      assert.isAbove(new Set(generated).size, 30)
    })
  }
})

describe("curated examples", () => {
  const all = new Set(examples)
  const firsts = new Set(examples.filter((e) => points(e).length > 1).map((e) => points(e)[0]))
  const lasts = new Set(examples.filter((e) => points(e).length > 1).map((e) => points(e).at(-1)))
  const missing = (wanted: Iterable<string>, found: ReadonlySet<string | undefined>) =>
    [...wanted].filter((character) => !found.has(character)).map((character) => character.codePointAt(0)?.toString(16))

  it("hold every ASCII character, control and white space alone", () => {
    assert.deepStrictEqual(missing([...chars(0x01, 0x9f), ...spaces], all), [])
  })

  it("hold ASCII punctuation, controls and white space first and last", () => {
    const wanted = [...chars(0x01, 0x2f), ...chars(0x3a, 0x40), ...chars(0x5b, 0x60), ...chars(0x7b, 0x7f), ...spaces]
    assert.deepStrictEqual(missing(wanted, firsts), [])
    assert.deepStrictEqual(missing(wanted, lasts), [])
  })

  it("hold every C1 control at an edge", () => {
    assert.deepStrictEqual(missing(chars(0x80, 0x9f), new Set([...firsts, ...lasts])), [])
  })

  it("hold every white space inside and doubled inside", () => {
    const inside = (part: string) => examples.some((e) => e.slice(1, -1).includes(part) && /^\w.*\w$/s.test(e))
    assert.deepStrictEqual(
      spaces.filter((c) => !inside(c) || !inside(c + c)),
      []
    )
  })

  it("have every length up to 40, and lengths around the common limits in every unit", () => {
    const lengths = new Set(examples.map((e) => e.length))
    const wanted = [...range(1, 40), ...limits.flatMap((n) => [n - 1, n, n + 1])].filter((n) => n <= 1000)
    assert.deepStrictEqual(
      wanted.filter((n) => !lengths.has(n)),
      []
    )
    const wide = examples.filter((e) => points(e).length * 1.5 < e.length)
    for (const n of [64, 128, 140, 160, 255, 256, 280, 500, 512]) {
      assert.isTrue(
        wide.some((e) => points(e).length === n),
        `${n} code points`
      )
      assert.isTrue(
        examples.some((e) => bytes(e) === n && e.length < n),
        `${n} bytes`
      )
    }
  })

  it("fill a thousand code points with units of one to four bytes", () => {
    const full = examples.filter((e) => points(e).length === 1000)
    for (const unit of ["x", "é", "漢", "😀"])
      assert.isTrue(
        full.some((e) => e.endsWith(unit.repeat(900))),
        unit
      )
    assert.includeMembers(full.map(bytes), [1000, 2000, 3000, 4000])
  })

  it("keep look-alikes of other types alone", () => {
    for (const content of [
      ...["null", "true", "false", "undefined", "NaN", "007", "1e3", "1.0", "-0", "0x1F", "12345678901234567890"],
      ...["[]", "{}", '""', '"x"', "2023-11-07", "2023-11-07T05:31:56Z", "=1+1", "@SUM(1)", "__proto__", "constructor"],
      ...["STOP", "/help", "../../etc/passwd", "&amp;", "%E2%82%AC", "trailing\\", "[object Object]"]
    ]) {
      assert.isTrue(all.has(content), content)
    }
  })

  it("change under every kind of transformation that servers make", () => {
    const changes: Readonly<Record<string, (content: string) => string>> = {
      trim: (s) => s.trim(),
      NFC: (s) => s.normalize("NFC"),
      NFD: (s) => s.normalize("NFD"),
      NFKC: (s) => s.normalize("NFKC"),
      lower: (s) => s.toLowerCase(),
      upper: (s) => s.toUpperCase(),
      turkish: (s) => s.toLocaleLowerCase("tr"),
      html: (s) => s.replaceAll("<", "&lt;"),
      unescape: (s) => s.replaceAll("&amp;", "&"),
      percent: (s) => s.replaceAll("%20", " "),
      plus: (s) => s.replaceAll("+", " "),
      backslash: (s) => s.replaceAll("\\n", "\n"),
      unicodeEscape: (s) => s.replace(/\\u[0-9a-f]{4}/i, "A"),
      crlf: (s) => s.replaceAll("\r\n", "\n"),
      tabs: (s) => s.replaceAll("\t", " "),
      nbsp: (s) => s.replaceAll("\u00a0", " "),
      zwj: (s) => s.replaceAll("\u200d", ""),
      bom: (s) => s.replaceAll("\ufeff", ""),
      vs16: (s) => s.replaceAll("\ufe0f", ""),
      ivs: (s) => s.replace(/[\u{e0100}-\u{e01ef}]/gu, ""),
      tags: (s) => s.replace(/[\u{e0020}-\u{e007f}]/gu, ""),
      bidi: (s) => s.replace(/[\u202a-\u202e\u2066-\u2069]/g, ""),
      nonCharacters: (s) => s.replace(/\p{Noncharacter_Code_Point}/gu, ""),
      astral: (s) => s.replace(/[\u{10000}-\u{10ffff}]/gu, ""),
      quotes: (s) => s.replace(/[“”]/g, '"'),
      ellipsis: (s) => s.replaceAll("...", "…"),
      dashes: (s) => s.replaceAll("--", "—"),
      emoticon: (s) => s.replaceAll(":)", "🙂"),
      shortcode: (s) => s.replaceAll(":smile:", "😄"),
      mention: (s) => s.replace(/@\w+/g, ""),
      hashtag: (s) => s.replace(/#\w+/g, ""),
      tracking: (s) => s.replace(/[?&]utm_\w+=\w+/g, ""),
      template: (s) => s.replace(/\{\{\w+\}\}/g, ""),
      dollar: (s) => "x".replace("x", s.replaceAll("%", "")),
      sql: (s) => s.replace(/DROP TABLE/i, ""),
      repeat: (s) => s.replace(/(.)\1{3,}/gs, "$1"),
      ansi: (s) => s.replace(/\u001b\[[0-9;]*m/g, ""),
      digits: (s) => s.replace(/[٠-٩]/g, "0"),
      profanity: (s) => s.replace(/damn|shit/gi, "****"),
      secrets: (s) => s.replace(/password\s*[:=]\s*\S+/i, "***"),
      combiningFirst: (s) => s.replace(/^\p{M}/u, ""),
      cut999: (s) => points(s).slice(0, 999).join("")
    }
    for (const [name, change] of Object.entries(changes)) {
      assert.isTrue(
        examples.some((e) => change(e) !== e),
        name
      )
    }
  })
})

describe("classify", () => {
  it("labels what is special, and only that", () => {
    assert.deepStrictEqual(idsOf(" \n"), ["whitespace", "edge-space", "inner-space", "line-end"])
    assert.includeMembers([...idsOf("null")], ["literal-like"])
    assert.includeMembers([...idsOf("👩\u200d💻")], ["emoji", "emoji-zwj", "invisible", "supplementary"])
    for (const id of ["whitespace", "edge-space", "control", "emoji", "markup", "script", "url", "number-like"]) {
      assert.notInclude(idsOf("See you there"), id)
    }
    assert.notInclude(idsOf("not null"), "literal-like")
    assert.notInclude(idsOf(" a "), "whitespace")
    assert.notInclude(idsOf("ab"), "one-character")
  })
})

describe("sweep", () => {
  const contents = Content.sweep({ size: 1000 })
  const held = new Set(contents.join(""))

  it("holds the whole basic plane, variation selectors, tags, and the ends of every assigned plane", () => {
    const wanted = [
      ...range(0x01, 0xd7ff),
      ...range(0xe000, 0xffff),
      ...range(0x1d400, 0x1d7ff),
      ...range(0x1f300, 0x1faff),
      ...range(0xe0001, 0xe007f),
      ...range(0xe0100, 0xe01ef),
      ...[0x1fffe, 0x1ffff, 0x20000, 0x2f800, 0x2ffff, 0x30000, 0x3ffff, 0xeffff, 0xf0000, 0xfffff, 0x100000, 0x10ffff]
    ]
    assert.deepStrictEqual(
      wanted.filter((code) => !held.has(String.fromCodePoint(code))),
      []
    )
  })

  it("is valid, of the size asked for, with letters at the edges", () => {
    for (const size of [3, 40, 1000]) {
      for (const content of Content.sweep({ size }).slice(0, 500)) {
        assert.isTrue(isValid(content) && points(content).length <= size && /^a.+z$/su.test(content))
      }
    }
    assert.isBelow(contents.length, 130)
    assert.deepStrictEqual(Content.sweep({ size: 1000 }), contents)
  })
})

describe("long and huge", () => {
  const isLong = (content: string) => points(content).length > 1000 && points(content).length <= 10_000
  const isHuge = (content: string) => points(content).length > 10_000 && points(content).length <= 70_000

  it("are faithful and as long as promised", () => {
    for (const content of [...Content.long, ...fc.sample(Content.longArbitrary, { numRuns: 100, seed: 1 })]) {
      assert.isTrue(isFaithful(content) && isLong(content))
    }
    for (const content of [...Content.huge, ...fc.sample(Content.hugeArbitrary, { numRuns: 20, seed: 1 })]) {
      assert.isTrue(isFaithful(content) && isHuge(content))
    }
    assert.strictEqual(new Set(Content.long).size, Content.long.length)
  })

  it("reach the limits in UTF-16 units, code points and bytes", () => {
    const has = (n: number, measure: (content: string) => number, than: (content: string) => number) =>
      Content.long.some((content) => measure(content) === n && than(content) !== n)
    for (const n of [2000, 2048, 4000, 4096, 5000, 8000, 8192, 10_000]) {
      assert.isTrue(
        Content.long.some((content) => content.length === n),
        `${n} units`
      )
      assert.isTrue(
        has(
          n,
          (s) => points(s).length,
          (s) => s.length
        ),
        `${n} code points`
      )
      assert.isTrue(
        has(n, bytes, (s) => s.length),
        `${n} bytes`
      )
    }
  })
})

describe("unfaithful", () => {
  it("holds NUL or a lone surrogate every time, at every place", () => {
    for (const content of [
      ...Content.unfaithful,
      ...fc.sample(Content.unfaithfulArbitrary, { numRuns: 500, seed: 1 })
    ]) {
      assert.match(content, /[\u0000\p{Cs}]/u)
    }
    assert.isTrue(Content.unfaithful.every((content) => !examples.includes(content)))
    assert.includeMembers([...Content.unfaithful], ["\u0000", "\ud83d", "\ude00", "\ude00\ud83d"])
  })
})
