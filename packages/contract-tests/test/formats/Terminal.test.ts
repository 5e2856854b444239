import { stripVTControlCharacters } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import { type Conformance, Requirement, Terminal } from "@inbox-effect/contract-tests"
import { counterexample, exchange, report } from "../support/report.js"

const escape = "\u001b["

const broken = (id: string, changes: Parameters<typeof counterexample>[1] = {}) =>
  ({ [id]: { status: "failed", counterexample: counterexample(id, changes) } }) as const

const lines = (text: string) => text.split("\n")

describe("the table", () => {
  it("has a chapter for each group, and folds the keys of the answer only while all of them pass", () => {
    const passed = Terminal.render(report())
    for (const title of Object.values(Requirement.groupTitles)) assert.include(passed, title)
    assert.match(passed, /✔ response\.key\.\* \(21\) +every key is present .* 1,000\n/)
    assert.notInclude(passed, "response.key.id ")

    const failed = Terminal.render(report(broken("response.key.createdAt"), { verdict: "violates" }))
    assert.notInclude(failed, "response.key.*")
    assert.match(failed, /✖ response\.key\.createdAt +createdAt is present/)
    assert.match(failed, /✔ response\.key\.id /)
  })

  it("keeps to the width, down to forty columns, with whole ids", () => {
    for (const width of [40, 60, 80, 120]) {
      const text = Terminal.render(report(), { width })
      const widest = Math.max(...lines(text).map((line) => line.length))
      assert.isAtMost(widest, width, `${width} columns`)
      assert.include(text, "accept.content.whitespace")
    }
  })

  it("folds a chapter that was not asked for", () => {
    const rows = Object.fromEntries(
      Requirement.all
        .filter(({ group }) => group === "auth")
        .map(({ id }) => [id, { status: "skipped" as const, cases: 0 }])
    )
    assert.match(Terminal.render(report(rows)), /authentication\n {2}· auth\.\* \(7\) +not asked for/)
  })
})

describe("a chapter of which nothing could be told", () => {
  it("is folded, unless every row is asked for", () => {
    const rows = Object.fromEntries(
      Requirement.all.map(({ id }) => [id, { status: "inconclusive" as const, cases: id === "auth.near" ? 2 : 0 }])
    )
    const self = report(rows, { verdict: "inconclusive", reason: "the token was refused" })
    assert.match(Terminal.render(self), /authentication\n {2}\? auth\.\* \(7\) +could not be told +2\n/)
    assert.match(Terminal.render(self, { verbose: true }), /\? auth\.near +the right token/)
  })
})

describe("the catalogue", () => {
  it("breaks titles between words, beside the ids or below them", () => {
    for (const width of [40, 80, 120]) {
      const text = Terminal.renderCatalogue({ width })
      for (const line of lines(text)) assert.isAtMost(line.length, width, line)
      const words = text.split(/\s+/)
      for (const { title } of Requirement.all) for (const word of title.split(" ")) assert.include(words, word)
    }
    const wide = lines(Terminal.renderCatalogue({ width: Number.POSITIVE_INFINITY })).filter((line) => line !== "")
    assert.strictEqual(wide.length, Requirement.all.length)
  })
})

describe("colour and characters", () => {
  it("colours only when told to, and says the same with and without", () => {
    const self = report(broken("semantics.content"), { verdict: "violates" })
    const plain = Terminal.render(self)
    const colored = Terminal.render(self, { color: true })
    assert.notInclude(plain, escape)
    assert.include(colored, `${escape}31m`)
    assert.strictEqual(stripVTControlCharacters(colored), plain)
  })

  it("spells everything in ASCII when told to", () => {
    const self = report(broken("semantics.content", { actual: '"é"' }), { verdict: "violates" })
    const text = Terminal.render(self, { ascii: true })
    assert.match(text, /^[\n\x20-\x7e]+$/)
    assert.include(text, "<U+00E9>")
    assert.match(text, /x semantics\.content/)
  })

  it("shows what cannot be seen, and lets nothing through that a terminal acts on", () => {
    const evil = exchange('{"content":"a\u200bb"}', "\u001b]0;gotcha\u0007 not JSON", "O\u009bK")
    const self = report(broken("response.json", { exchanges: [evil], place: "body" }), { verdict: "violates" })
    const text = Terminal.render(self)
    assert.include(text, "a⟨U+200B⟩b")
    assert.include(text, "200 O⟨U+009B⟩K")
    assert.include(text, "⟨U+001B⟩]0;gotcha⟨U+0007⟩ not JSON")
    assert.notInclude(text, "\u001b")
  })
})

describe("a finding", () => {
  const finding = (changes: Parameters<typeof counterexample>[1], options = {}) => {
    const id = "response.key.createdAt"
    const self = report(broken(id, changes))
    const row = self.requirements.find((each) => each.id === id)
    assert.isDefined(row)
    return Terminal.renderFinding(row, counterexample(id, changes), { command: "inbox-contract run", ...options })
  }

  it("says what was expected, what came, when, by which sentence, and what a client suffers", () => {
    const text = finding({
      expected: "an RFC 3339 date-time",
      actual: '"2026-01-02 03:04:05"',
      place: "$.createdAt",
      when: "after another message",
      failures: 12,
      shrinkRequests: 7
    })
    assert.include(text, "✖ response.key.createdAt  MUST")
    assert.include(text, "expected  an RFC 3339 date-time")
    assert.include(text, 'actual    "2026-01-02 03:04:05"  ($.createdAt)')
    assert.include(text, "when      after another message")
    assert.include(text, "document  Response: createdAt, ")
    assert.include(text, "harm      Messages sort wrongly")
    const onOneLine = (each: string) => each.replace(/\s+/g, " ")
    assert.match(
      onOneLine(text),
      /in 12 cases; fails again each time .*\(3 of 3\).* as small as it gets with 7 requests/
    )
    assert.match(
      onOneLine(finding({ shrinkRequests: 7, unfinished: true })),
      /made smaller with 7 requests, and not yet as small as it may get/
    )
  })

  it.each([
    ["always", { times: 3, failed: 3 }, "fails again each time it is sent (3 of 3)"],
    ["sometimes", { times: 4, failed: 0 }, "intermittent: sent again 4 times, and did not fail"],
    ["sometimes", { times: 110, failed: 22 }, "intermittent: failed again 22 of 110 times"],
    ["unknown", { times: 0, failed: 0 }, "not sent again, so whether it is reproducible is not known"]
  ] as const)("claims of repeats only what was sent: %s, %o", (reproducible, repeated, words) => {
    assert.include(finding({ reproducible, repeated }).replace(/\s+/g, " "), words)
  })

  it("points at the offending key, and leaves out the keys that are far from it", () => {
    const text = lines(finding({ place: "$.createdAt" }))
    const at = text.findIndex((line) => line.startsWith("  >"))
    assert.strictEqual(text[at], '  >   "createdAt": "2026-01-02 03:04:05",')
    assert.strictEqual(text[at + 1], "      ^^^^^^^^^^^")
    assert.strictEqual(text[at]?.indexOf('"'), text[at + 1]?.indexOf("^"))
    assert.isTrue(text.some((line) => line.includes('"updatedAt": null')))
    assert.isFalse(text.some((line) => line.includes('"platform"')))
    assert.isTrue(text.some((line) => line.includes("… 2 more keys")))
  })

  it("names a key that is missing, and marks a status, a header and trouble where they are wrong", () => {
    assert.include(finding({ place: "$.replyData" }), '  >   "replyData" is missing')
    assert.include(finding({ place: "status" }), "  > 200 OK")
    assert.include(finding({ place: "header content-type" }), "  > content-type: application/json")
    const silent = { ...exchange("{}"), response: null, trouble: "no answer within 500 ms" }
    assert.include(finding({ place: "connection", exchanges: [silent] }), "  > no answer within 500 ms")
  })

  it("shows only the offending one of many exchanges in full", () => {
    const exchanges = ["one", "two", "three"].map((content) => exchange(JSON.stringify({ content })))
    const text = finding({ exchanges, offending: 1, together: true })
    assert.include(text, "3 requests in flight together")
    assert.strictEqual(text.split("POST http").length - 1, 1)
    assert.match(text, /request 1 {2}POST \{"content":"one"\} → 200/)
    assert.include(text, "request 2 (the offending one), a valid message")
  })

  it("puts a long replay token on a line of its own, whole", () => {
    assert.include(finding({ replay: "SHORT" }), "    inbox-contract run --replay SHORT")
    const replay = "x".repeat(500)
    const text = lines(finding({ replay }))
    const at = text.indexOf(replay)
    assert.isAbove(at, 0)
    assert.match(text[at - 1] ?? "", /--replay \\$/)
  })

  it("shortens a long body and a long curl line, and says where the whole is", () => {
    const content = Array.from({ length: 9_000 }, (_, position) => position % 10).join("")
    const text = finding({ exchanges: [exchange(JSON.stringify({ content }))], curl: `curl ${content}` })
    assert.isBelow(text.length, 4_000)
    assert.include(text, "more …⟩")
    assert.include(text, "--report json=FILE has it")
  })
})

describe("the end of a report", () => {
  it("tells warnings before failures, each fault once, and then the waivers to paste", () => {
    const shared = counterexample("semantics.content", { also: ["protocol.no-server-error"] })
    const text = Terminal.render(
      report(
        {
          "semantics.content": { status: "failed", counterexample: shared },
          "protocol.no-server-error": { status: "failed", counterexample: shared },
          "semantics.plain": { status: "warned", counterexample: counterexample("semantics.plain") },
          "auth.missing": { status: "waived", waived: "fixed in May" }
        },
        { verdict: "violates" }
      )
    )
    const order = [
      "auth.missing: fixed in May",
      "1 warning",
      "▲ semantics.plain  SHOULD",
      "1 failure",
      "✖ semantics.content  MUST",
      "--waive FILE",
      "66 requirements"
    ]
    const positions = order.slice(0, -1).map((part) => text.lastIndexOf(part))
    assert.notInclude(positions, -1)
    assert.deepStrictEqual(
      positions,
      [...positions].sort((a, b) => a - b)
    )
    assert.strictEqual(text.split("✖ semantics.content  MUST").length - 1, 1)

    const pasted = /\{ "waivers": \[[\s\S]*?\] \}/.exec(text)?.[0] ?? ""
    const ids = (JSON.parse(pasted) as { waivers: ReadonlyArray<{ id: string }> }).waivers.map(({ id }) => id)
    assert.sameMembers(ids, ["semantics.content", "protocol.no-server-error"])
    const total = Requirement.all.length
    assert.include(text, `${total - 4} requirements passed, 2 failed, 1 warned, 1 waived`)
  })

  it("tells a fault under the other requirement that it breaks, where the first one is waived", () => {
    const shared = counterexample("semantics.content", { also: ["protocol.no-server-error"] })
    const text = Terminal.render(
      report(
        {
          "semantics.content": { status: "waived", waived: "known", counterexample: shared },
          "protocol.no-server-error": { status: "failed", counterexample: shared }
        },
        { verdict: "violates" }
      )
    )
    assert.include(text, "✖ protocol.no-server-error  MUST")
  })

  it("closes with requests, time, seed, coverage and the verdict", () => {
    const text = Terminal.render(report())
    assert.include(text, "1,203 requests in 4.2 s, 1,100 accepted")
    assert.include(text, "seed 42")
    assert.include(text, "contents sent: 2 of 3 classes; least: bidi (3)")
    assert.include(text, "note: one thread only")
    assert.strictEqual(lines(text.trimEnd()).at(-1), "CONFORMS: every requirement that binds holds")
  })

  it("gives the reason of a verdict that is not a plain yes or no", () => {
    const reason = "the token was refused (401); check --token"
    assert.strictEqual(Terminal.verdict(report({}, { verdict: "inconclusive", reason })), `INCONCLUSIVE: ${reason}`)
    const warned = {
      "semantics.plain": { status: "warned", counterexample: counterexample("semantics.plain") }
    } as const
    assert.include(Terminal.verdict(report(warned)), "1 SHOULD broken, which --strict would fail")
    assert.include(
      Terminal.verdict(report(warned, { strict: true, verdict: "violates" })),
      "VIOLATES: 1 requirement of the contract is broken; start with semantics.plain"
    )
  })
})

describe("the list of findings", () => {
  it("has one line a finding above the verdict, and stands alone where that is asked for", () => {
    const self = report(broken("response.key.createdAt"), { verdict: "violates" })
    const whole = lines(Terminal.render(self))
    const at = whole.findIndex((line) => /✖ MUST +response\.key\.createdAt: something else/.test(line))
    assert.isAbove(
      at,
      whole.findIndex((line) => line.includes("expected"))
    )
    assert.isBelow(
      at,
      whole.findIndex((line) => line.startsWith("VIOLATES"))
    )
    const brief = Terminal.render(self, { brief: true })
    assert.match(brief, /✖ MUST +response\.key\.createdAt: something else/)
    assert.notInclude(brief, "expected")
    assert.notInclude(brief, "curl ")
    assert.isBelow(lines(brief).length, 24)
  })

  it("shows the command once where there are many findings, and warnings beside failures in short", () => {
    const row = (id: string, status: "failed" | "warned") => ({ [id]: { status, counterexample: counterexample(id) } })
    const self = report(
      {
        ...row("semantics.content", "failed"),
        ...row("auth.near", "failed"),
        ...row("auth.wrong", "failed"),
        ...row("semantics.plain", "warned")
      },
      { verdict: "violates" }
    )
    const text = Terminal.render(self, { command: "inbox-contract run" })
    assert.strictEqual(text.split("inbox-contract run").length - 1, 1)
    assert.strictEqual(text.split("\n--replay TOKEN\n").length - 1, 4)
    const [, warning = ""] = /▲ semantics\.plain {2}SHOULD\n(.*?)\n\n/s.exec(text) ?? []
    assert.include(warning, "curl ")
    assert.notInclude(warning, "  document  ")
    assert.strictEqual(
      Terminal.render(self, { command: "inbox-contract run", verbose: true }).split("run --replay TOKEN").length - 1,
      4
    )
  })
})

describe("a replay", () => {
  it("says in the first word what became of it", () => {
    const first = (outcome: Conformance.Replayed["outcome"]) =>
      lines(
        Terminal.renderReplayed({
          outcome,
          tries: 3,
          requirement: "auth.missing",
          violations: [],
          exchanges: [],
          together: false,
          reason: "the target is gone"
        })
      )[0]
    assert.strictEqual(first("still violates"), "still violates: auth.missing")
    assert.strictEqual(first("fixed"), "fixed: auth.missing (sent 3 times, and did not fail)")
    assert.match(first("not seen") ?? "", /^not seen: auth\.missing did not fail in 3 tries/)
    assert.strictEqual(first("inconclusive"), "inconclusive: the target is gone")
  })
})
