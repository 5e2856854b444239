import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import * as Malformed from "../../src/generate/json/malformed.js"
import * as JsonStyle from "../../src/generate/json/style.js"

const anyText = fc.string({
  unit: fc.oneof(fc.fullUnicode(), fc.char16bits(), fc.constantFrom("/", '"', "\\", "\n", "\u007f"))
})

const key = fc.oneof(anyText, fc.constantFrom("__proto__", "constructor", "content", ""))

const { value: anyJson } = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: "small", withCrossShrink: true }, tie("scalar"), tie("array"), tie("object")),
  scalar: fc.oneof(
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    anyText
  ),
  array: fc.array(tie("value"), { maxLength: 4 }),
  object: fc.dictionary(key, tie("value"), { maxKeys: 4 })
}))

const write = (value: unknown, style: Partial<JsonStyle.Style>) =>
  JsonStyle.write(value, { ...JsonStyle.plain, ...style })

const payload = { content: 'a/"é\n\u0001😀', replyToMessageId: "m1" }

const throws = (text: string): boolean => {
  try {
    JSON.parse(text)
    return false
  } catch {
    return true
  }
}

describe("write", () => {
  it("means the same in every style", () => {
    fc.assert(
      fc.property(anyJson, JsonStyle.arbitrary, (value, style) => {
        const text = JsonStyle.write(value, style)
        assert.deepStrictEqual(JSON.parse(text), value)
        assert.notMatch(text, /\p{Cs}/u)
      }),
      { numRuns: 2000, seed: 7 }
    )
  })

  it("spells as JSON.stringify does when plain", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const parsed = JSON.parse(JSON.stringify(value))
        assert.strictEqual(JsonStyle.write(parsed, JsonStyle.plain), JSON.stringify(parsed))
      })
    )
  })

  it("keeps a __proto__ key a key", () => {
    const value = JSON.parse('{"__proto__":{"a":1},"b":2}')
    for (const style of JsonStyle.styles) {
      assert.deepStrictEqual(
        Object.keys(JSON.parse(JsonStyle.write(value, style))).sort(),
        ["__proto__", "b"],
        style.id
      )
    }
  })

  it("spells each choice as it says", () => {
    assert.strictEqual(write("é/😀", { escape: "ascii" }), '"\\u00e9/\\ud83d\\ude00"')
    assert.strictEqual(write("é", { escape: "ascii", hex: "upper" }), '"\\u00E9"')
    assert.strictEqual(write("é/😀", { escape: "ascii", hex: "mixed" }), '"\\u00e9/\\ud83d\\uDE00"')
    assert.strictEqual(write({ a: 1 }, { space: "tabs" }), '\t{\t"a"\t:\t1\t}\t')
    assert.strictEqual(write({ a: "\n" }, { escape: "all" }), '{"\\u0061":"\\u000a"}')
    assert.strictEqual(write({ a: "b" }, { escape: "strings" }), '{"a":"\\u0062"}')
    assert.strictEqual(write({ a: "b" }, { escape: "keys" }), '{"\\u0061":"b"}')
    assert.strictEqual(write("a/b", { solidus: true }), '"a\\/b"')
    assert.strictEqual(write('\n"', { short: false }), '"\\u000a\\u0022"')
    assert.strictEqual(write({ a: 1, b: [2] }, { order: "reversed", final: "\n" }), '{"b":[2],"a":1}\n')
    assert.strictEqual(write({ a: [1], b: {} }, { space: "pretty" }), '{\n  "a": [\n    1\n  ],\n  "b": {}\n}')
    assert.match(write({ a: 1 }, { space: "wide" }), /^ \t\r\n\{ \t\r\n"a" \t\r\n: \t\r\n1 \t\r\n\} \t\r\n$/)
    assert.strictEqual(write("a\ud800", {}), '"a\\ud800"')
    assert.strictEqual(write({ a: undefined, b: Number.NaN, c: -0 }, {}), '{"b":null,"c":-0}')
  })
})

describe("styles", () => {
  it("have ids of their own and different texts", () => {
    assert.strictEqual(new Set(JsonStyle.styles.map(({ id }) => id)).size, JsonStyle.styles.length)
    assert.strictEqual(
      new Set(JsonStyle.styles.map((style) => JsonStyle.write(payload, style))).size,
      JsonStyle.styles.length
    )
  })

  it("use every choice", () => {
    const used = (choice: keyof JsonStyle.Style) => new Set(JsonStyle.styles.map((style) => style[choice])).size
    assert.deepStrictEqual(
      (["escape", "hex", "solidus", "short", "space", "order", "final"] as const).map(used),
      [5, 3, 2, 2, 7, 2, 4]
    )
  })
})

describe("malformations", () => {
  const named = (id: string, text = '{"content":"hello"}') =>
    Malformed.malformations(text).find((malformation) => malformation.id === id)?.text

  it("are refused by JSON.parse, whatever the object and its style", () => {
    const object = fc.dictionary(key, anyJson, { minKeys: 1, maxKeys: 4 })
    const withContent = fc.record({ content: anyText, replyToMessageId: anyText }, { requiredKeys: ["content"] })
    fc.assert(
      fc.property(fc.oneof(object, withContent), JsonStyle.arbitrary, (value, style) => {
        const found = Malformed.malformations(JsonStyle.write(value, style))
        assert.isAbove(found.length, 500)
        assert.deepStrictEqual(
          found.filter(({ text }) => !throws(text)),
          []
        )
      }),
      { numRuns: 15 }
    )
  })

  it("have ids and texts of their own, the same for every object", () => {
    const found = Malformed.malformations('{"content":"hello"}')
    assert.strictEqual(new Set(found.map(({ id }) => id)).size, found.length)
    assert.strictEqual(new Set(found.map(({ text }) => text)).size, found.length)
    assert.deepStrictEqual(
      Malformed.malformations('{ "replyToMessageId" : "m", "content" : "" }').map(({ id }) => id),
      found.map(({ id }) => id)
    )
  })

  it("begin with no byte-order mark, which a parser may ignore", () => {
    assert.isTrue(Malformed.malformations('{"content":"x"}').every(({ text }) => !text.startsWith("\ufeff")))
  })

  it("are damages, or extensions that some parser has", () => {
    const kindOf = (id: string) => Malformed.mistakes.find((mistake) => mistake.id === id)?.kind
    for (const id of ["cut-last-brace", "cut-after-backslash", "garbage-after", "second-text", "missing-value"]) {
      assert.strictEqual(kindOf(id), "damage", id)
    }
    for (const id of [
      "block-comment-item",
      "trailing-comma-inner",
      "raw-tab-key",
      "number-hex-value",
      "word-nan-item"
    ]) {
      assert.strictEqual(kindOf(id), "extension", id)
    }
  })

  it("stand in the content, in other values, in arrays and in keys", () => {
    assert.strictEqual(named("escape-x"), '{"content":"hello\\x41"}')
    assert.strictEqual(named("escape-x-value"), '{"content":"hello","extra":"a\\x41z"}')
    assert.strictEqual(named("escape-x-item"), '{"content":"hello","extra":["a\\x41z"]}')
    assert.strictEqual(named("escape-x-key"), '{"content":"hello","a\\x41z":1}')
    assert.strictEqual(named("number-leading-zero-item"), '{"content":"hello","extra":[1,012]}')
    assert.strictEqual(named("cut-after-backslash"), '{"content":"hello\\')
    assert.strictEqual(named("escape-high-u"), '{"content":"hello\\ud83d\\u"}')
  })

  it("of which only those in other places are left to another seed", () => {
    const always = Malformed.mistakes.filter(({ sameAs }) => sameAs === undefined)
    const groups = new Set(Malformed.mistakes.map(({ sameAs }) => sameAs))
    assert.isAbove(always.length, 250)
    assert.isBelow(always.length + groups.size, 420)
  })

  it("change one thing, in the member called content", () => {
    assert.strictEqual(named("trailing-comma"), '{"content":"hello",}')
    assert.strictEqual(named("missing-colon"), '{"content" "hello"}')
    assert.strictEqual(named("single-quotes"), "{\"content\":'hello'}")
    assert.strictEqual(named("unquoted-key"), '{content:"hello"}')
    assert.strictEqual(named("cut-in-string"), '{"content":"hel')
    assert.strictEqual(named("word-nan-value"), '{"content":"hello","extra":NaN}')
    assert.strictEqual(
      named("unquoted-content", '{"a":[{"content":1}],"content":"x"}'),
      '{"a":[{"content":1}],"content":hello}'
    )
    assert.strictEqual(named("raw-newline"), '{"content":"hello\n"}')
    assert.strictEqual(named("escape-short", '{"content":"ab\\"c"}'), '{"content":"ab\\"c\\u12"}')
  })

  it("has nothing to break in what is no object with a member", () => {
    for (const text of ["{}", "[]", "1", '""']) assert.deepStrictEqual(Malformed.malformations(text), [])
  })
})
