import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import * as Edits from "../../src/generate/edits/all.js"
import * as Beginnings from "../../src/investigate/shrink/beginnings.js"
import * as Shrink from "../../src/investigate/shrink/shrink.js"
import * as Case from "../../src/model/Case.js"

/** Shrinks a failing case as the engine does: what passed once is not asked again. */
const shrink = (failing: Case.Case, fails: (self: Case.Case) => boolean) => {
  const passes = new Set<string>()
  let asked = 0
  const details = fc.check(
    fc.property(Shrink.shrinkable(fc.constant(failing)), (self) => {
      const key = Case.key(self)
      if (passes.has(key)) return true
      asked++
      if (fails(self)) return false
      passes.add(key)
      return true
    }),
    { examples: [[failing]], numRuns: 1 }
  )
  return { smallest: details.counterexample?.[0] ?? failing, asked }
}

const single = (content: string, options: Partial<Case.Step> = {}) => Case.sequence("x", [Case.step(content, options)])

const contentOf = (self: Case.Case) => self.steps[0]?.content ?? ""

describe("Shrink", () => {
  it("takes everything away when anything fails", () => {
    const { asked, smallest } = shrink(
      single("long and special \u{1f600}", { json: "all-lower", http: "chunked", reply: "latest", thread: 1 }),
      () => true
    )
    assert.deepStrictEqual(smallest, single("a"))
    assert.isBelow(asked, 10)
  })

  it("keeps the message before a refused one, and none before wrong credentials that fail alone", () => {
    const pair = (id: string) => Case.sequence("x", [Case.step("a"), Case.step("a", { edit: { id } })])
    for (const id of ["reject.body/null", "auth.missing/absent"]) {
      const { smallest } = shrink(pair(id), (self) => self.steps.some(({ edit }) => edit !== null))
      assert.lengthOf(smallest.steps, id.startsWith("auth.") ? 1 : 2)
    }
    const { smallest } = shrink(pair("auth.missing/absent"), (self) => self.steps.length === 2)
    assert.deepStrictEqual(smallest, pair("auth.missing/absent"))
  })

  it("leaves out the keys that an edit need not add, and names the others", () => {
    const id = "protocol.no-server-error/message-keys"
    const { keys = [] } = Edits.get(id)
    assert.isAbove(keys.length, 10)
    for (const needed of [["id"], ["isEdited"], ["teamId", "reactions"]]) {
      const { asked, smallest } = shrink(
        Case.sequence("x", [Case.step("a"), Case.step("a", { edit: { id } })]),
        ({ steps }) => {
          const edit = steps.at(-1)?.edit
          const value = edit?.id === id ? (edit.value ?? keys) : []
          return needed.every((key) => Array.isArray(value) && value.includes(key))
        }
      )
      assert.deepStrictEqual(smallest.steps[1]?.edit, { id, value: needed })
      assert.isBelow(asked, 60)
    }
    assert.strictEqual(Edits.of({ id, value: ["id"] }).title, "the extra key id")
    assert.strictEqual(Edits.of({ id, value: ["id", "origin"] }).title, "the extra keys id and origin")
  })

  it("finds one character among a thousand", () => {
    const content = `${"x".repeat(700)}\u{1f600}${"y".repeat(299)}`
    const { asked, smallest } = shrink(single(content), (self) => contentOf(self).includes("\u{1f600}"))
    assert.strictEqual(contentOf(smallest), "\u{1f600}")
    assert.isBelow(asked, 50)
  })

  it("finds the shortest failing length by bisection", () => {
    for (const limit of [2, 141, 256, 999]) {
      const { asked, smallest } = shrink(single("word ".repeat(200)), (self) => contentOf(self).length >= limit)
      assert.strictEqual(contentOf(smallest), "a".repeat(limit))
      assert.isBelow(asked, 20)
    }
  })

  it("finds a limit in bytes for characters of several bytes", () => {
    const bytes = (self: Case.Case) => new TextEncoder().encode(contentOf(self)).length
    const { smallest } = shrink(single("\u{1f600}".repeat(1_000)), (self) => bytes(self) > 1_024)
    assert.isAtMost(bytes(smallest), 1_028)
  })

  it("keeps what has to stand at an edge, and what has to stand twice", () => {
    const trailing = shrink(single("some words and a space "), (self) => contentOf(self).endsWith(" "))
    assert.strictEqual(contentOf(trailing.smallest), " ")
    const twice = shrink(single("say **bold** words"), (self) => /\*\*.+\*\*/.test(contentOf(self)))
    assert.match(contentOf(twice.smallest), /^\*\*.\*\*$/)
  })

  it("keeps only the factor that matters", () => {
    const { smallest } = shrink(
      single("content \u00e9", { json: "wide", http: "charset-quoted", reply: "latest", thread: 1 }),
      (self) => self.steps[0]?.http === "charset-quoted"
    )
    assert.deepStrictEqual(smallest, single("a", { http: "charset-quoted" }))
  })

  it("keeps an edited request together with the accepted one that it edits", () => {
    const base = Case.step("base")
    const edited = { ...base, edit: { id: "reject.content/null" } }
    const other = { ...base, edit: { id: "reject.content/zero" } }
    const chain = Case.sequence("x", [base, other, base, edited, Case.step("after")])
    const { smallest } = shrink(chain, (self) => self.steps.some((step) => step.edit?.id === "reject.content/null"))
    assert.deepStrictEqual(
      smallest.steps.map((step) => step.edit?.id),
      [undefined, "reject.content/null"]
    )
    assert.strictEqual(smallest.steps[0]?.content, smallest.steps[1]?.content)
  })

  it("finds how many requests have to be in flight", () => {
    const burst = Case.together(
      "x",
      Array.from({ length: 24 }, (_, index) => Case.step(`message ${index}`))
    )
    const { asked, smallest } = shrink(burst, (self) => self.mode === "together" && self.steps.length >= 4)
    assert.strictEqual(smallest.steps.length, 4)
    assert.isBelow(asked, 80)
  })

  it("looks first whether requests in flight fail one after another as well", () => {
    const burst = Case.together(
      "x",
      Array.from({ length: 16 }, (_, index) => Case.step(`a long content ${index}`))
    )
    const { asked, smallest } = shrink(burst, (self) => self.steps.length > 1)
    assert.deepStrictEqual([smallest.mode, smallest.steps.length], ["sequence", 2])
    assert.isBelow(asked, 12)
  })

  it("takes the reply from a refused request and its base, unless it is needed", () => {
    const base = Case.step("base", { reply: "latest" })
    const chain = Case.sequence("x", [base, { ...base, edit: { id: "reject.content/null" } }])
    const isRefused = (self: Case.Case) => self.steps.some(({ edit }) => edit !== null)
    assert.deepStrictEqual(
      shrink(chain, isRefused).smallest.steps.map(({ reply }) => reply),
      [null, null]
    )
    const needed = shrink(chain, (self) => isRefused(self) && self.steps.every(({ reply }) => reply !== null))
    assert.deepStrictEqual(
      needed.smallest.steps.map(({ reply }) => reply),
      ["latest", "latest"]
    )
  })

  it("leaves of a crowd what has to meet, and asks for few requests in flight", () => {
    const burst = Case.together(
      "x",
      Array.from({ length: 12 }, (_, index) =>
        Case.step(`message ${index}`, { thread: index % 3 === 2 ? 1 : 0, reply: index % 4 === 3 ? "id:m1" : null })
      )
    )
    const meets: Record<string, (self: Case.Case) => boolean> = {
      "two threads": ({ steps }) => new Set(steps.map(({ thread }) => thread)).size === 2,
      "a reply and a send": ({ steps }) => new Set(steps.map(({ reply }) => reply !== null)).size === 2,
      "two of a thread": ({ steps }) => steps.filter(({ thread }) => thread === 1).length === 2
    }
    for (const [name, fails] of Object.entries(meets)) {
      for (const [offender] of burst.steps.entries()) {
        let requests = 0
        const isFound = (self: Case.Case) => {
          requests += self.steps.length
          return self.mode === "together" && fails(self)
        }
        const beginning = Beginnings.beginnings(burst, offender).find(isFound)
        assert.isDefined(beginning, name)
        const { smallest } = shrink(beginning, isFound)
        assert.lengthOf(smallest.steps, 2, name)
        assert.isTrue(smallest.steps.every(({ content }) => content.length <= 2))
        assert.isBelow(requests, 56, name)
      }
    }
  })

  it("begins with what was recorded where nothing is in flight together, or something is edited", () => {
    const edited = Case.together("x", [Case.step("a"), Case.step("a", { edit: { id: "reject.content/null" } })])
    for (const self of [single("a"), edited]) assert.deepStrictEqual(Beginnings.beginnings(self, 0), [self])
  })

  it("begins with an edit and what it is an edit of, whatever was refused between them", () => {
    const base = Case.step("a")
    const [one, other] = [
      { ...base, edit: { id: "reject.content/null" } },
      { ...base, edit: { id: "reject.content/zero" } }
    ]
    const begun = Beginnings.beginnings(Case.sequence("x", [Case.step("before"), base, one, other]), 3)
    assert.deepStrictEqual(begun[0]?.steps, [base, other])
    assert.strictEqual(begun.at(-1)?.steps.length, 4)
  })

  it("never offers the same case again as smaller", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 }), (content) => {
        const self = single(content, { json: "ascii-lower" })
        const arbitrary = Shrink.shrinkable(fc.constant(self))
        const candidates = [...arbitrary.shrink(self, undefined)].map((value) => Case.key(value.value))
        assert.notInclude(candidates, Case.key(self))
      })
    )
  })
})
