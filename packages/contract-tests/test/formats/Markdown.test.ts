import { assert, describe, it } from "@effect/vitest"
import { Requirement } from "@inbox-effect/contract-tests"
import * as Markdown from "@inbox-effect/contract-tests/Markdown"
import * as fc from "fast-check"
import { micromark } from "micromark"
import { gfm, gfmHtml } from "micromark-extension-gfm"
import { type DefaultTreeAdapterTypes, parseFragment } from "parse5"
import * as Annotations from "../../src/formats/annotations.js"
import { fixedWords, hostileText, withTexts } from "../support/hostile.js"
import { counterexample, exchange, report } from "../support/report.js"

const violating = report(
  {
    "response.key.createdAt": {
      status: "failed",
      counterexample: counterexample("response.key.createdAt", {
        place: "$.createdAt",
        also: ["semantics.created"],
        alike: ["another edit"],
        when: "after another message"
      })
    },
    "semantics.plain": { status: "warned", counterexample: counterexample("semantics.plain") },
    "auth.missing": { status: "waived", waived: "until May", counterexample: counterexample("auth.missing") },
    "reject.utf8": { status: "skipped", because: "not asked for" }
  },
  { verdict: "violates", notes: ["one thread only"], staleWaivers: ["auth.wrong"] }
)

type Node = DefaultTreeAdapterTypes.Node

/** The text as GitHub renders it, but for what it would take out. */
const rendered = (markdown: string): Node =>
  parseFragment(micromark(markdown, { allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] }))

const shape = (node: Node): ReadonlyArray<string> => [
  ...("tagName" in node ? [`${node.tagName} ${node.attrs.map(({ name }) => name).join(" ")}`] : []),
  ...("childNodes" in node ? node.childNodes.flatMap(shape) : [])
]

/** The texts that GitHub looks through for people, issues and links: those outside of code. */
const loose = (node: Node): ReadonlyArray<string> => {
  if ("value" in node) return [node.value]
  if ("tagName" in node && (node.tagName === "code" || node.tagName === "pre")) return []
  return "childNodes" in node ? node.childNodes.flatMap(loose) : []
}

const textOf = (node: Node): string =>
  "value" in node ? node.value : "childNodes" in node ? node.childNodes.map(textOf).join("") : ""

describe("markdown", () => {
  it("begins with the verdict, and tells each finding with what to paste", () => {
    const text = Markdown.render(violating)
    assert.match(text, /^## ✖ Violates the contract\n/)
    const page = textOf(rendered(text))
    for (const part of [
      `✔ ${Requirement.all.length - 4} passed, ✖ 1 failed, ▲ 1 warned, ○ 1 waived, · 1 skipped`,
      "✖ response.key.createdAt MUST",
      "what was documented",
      '-     "createdAt": "2026-01-02 03:04:05",',
      "curl http://127.0.0.1:8787",
      "--thread t2 --replay TOKEN",
      "1 requirement, not asked for: reject.utf8",
      '"reason":"CHANGE ME: explain why"'
    ]) {
      assert.include(page, part)
    }
    assert.isBelow(page.indexOf("response.key.createdAt"), page.indexOf("semantics.plain"))
  })

  it("lets no text be anything else, whatever is in it", () => {
    const own = new Set(shape(rendered(Markdown.render(violating))))
    fc.assert(
      fc.property(fc.array(hostileText, { minLength: 1, maxLength: 20 }), (texts) => {
        let next = 0
        const hostile = withTexts(violating, () => texts[next++ % texts.length] ?? "", fixedWords)
        const page = rendered(Markdown.render({ ...hostile, requirements: withIds(hostile.requirements) }))
        assert.deepStrictEqual(
          shape(page).filter((each) => !own.has(each)),
          []
        )
        for (const text of loose(page)) assert.notMatch(text, /[@#]\w/)
      }),
      { numRuns: 20 }
    )
  })

  /** Findings are told under the requirement that they name. */
  const withIds = (rows: (typeof violating)["requirements"]) =>
    rows.map((row, position) => {
      const { id } = violating.requirements[position] ?? row
      const { counterexample: own } = row
      return { ...row, id, ...(own === undefined ? {} : { counterexample: { ...own, requirement: id } }) }
    })

  it("fits where GitHub shows it, and says what is missing", () => {
    const content = "😀".repeat(1_500)
    const rows = Object.fromEntries(
      violating.requirements.map(({ id }) => [
        id,
        {
          status: "failed" as const,
          counterexample: counterexample(id, { actual: content, exchanges: [exchange(JSON.stringify({ content }))] })
        }
      ])
    )
    const large = report(rows, { verdict: "violates" })
    const comment = Markdown.render(large)
    assert.isAtMost(Buffer.byteLength(comment), Markdown.limits.comment)
    assert.include(comment, "Left out, since GitHub shows no more than 65,536 bytes here: the finding of")
    assert.isAtMost(Buffer.byteLength(Markdown.render(large, { limit: 10_000 })), 10_000)
    assert.isAbove(Markdown.render(large, { limit: Markdown.limits.summary }).length, comment.length)
  })
})

describe("annotations", () => {
  it("are an error for what fails the run, and a warning for the rest", () => {
    const lines = Annotations.render(violating).trimEnd().split("\n")
    assert.strictEqual(lines.length, 3)
    assert.match(lines[0] ?? "", /^::error title=Send message contract::VIOLATES/)
    assert.match(
      lines[1] ?? "",
      /^::error title=response\.key\.createdAt \(MUST\)::createdAt is present.*%0Aexpected: /
    )
    assert.match(lines[2] ?? "", /^::warning title=semantics\.plain \(SHOULD\)::/)
    assert.strictEqual(Annotations.render(report()), "")
    const strict = Annotations.render({ ...violating, strict: true })
    assert.notInclude(strict, "::warning")
  })

  it("are no more than GitHub shows, one line each, whatever is in them", () => {
    fc.assert(
      fc.property(fc.array(hostileText, { minLength: 1, maxLength: 20 }), (texts) => {
        let next = 0
        const rows = report().requirements.map((row) => ({
          ...row,
          status: "failed" as const,
          counterexample: withTexts(counterexample(row.id), () => texts[next++ % texts.length] ?? "", fixedWords)
        }))
        const told = rows.map((row) => ({ ...row, counterexample: { ...row.counterexample, requirement: row.id } }))
        const lines = Annotations.render(report({}, { requirements: told }))
          .trimEnd()
          .split(/[\r\n]/)
        assert.strictEqual(lines.length, 10)
        for (const line of lines) assert.match(line, /^::error title=[^:,]*::/)
        assert.include(lines[9] ?? "", `${told.length - 9} more`)
      }),
      { numRuns: 20 }
    )
  })

  it("cannot be forged by what is printed besides", () => {
    const text = Annotations.quoted("  ::error::forged\n", "secret")
    assert.strictEqual(text, "::stop-commands::secret\n  ::error::forged\n::secret::\n")
  })
})
