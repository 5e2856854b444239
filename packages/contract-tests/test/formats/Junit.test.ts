import { assert, describe, it } from "@effect/vitest"
import { Junit, Requirement } from "@inbox-effect/contract-tests"
import { XMLParser, XMLValidator } from "fast-xml-parser"
import { counterexample, exchange, report } from "../support/report.js"

interface Case {
  readonly name: string
  readonly classname: string
  readonly failure?: string | { readonly message: string; readonly "#text"?: string }
  readonly error?: { readonly message: string }
  readonly skipped?: unknown
  readonly "system-out"?: string
}

interface Suite {
  readonly name: string
  readonly tests: string
  readonly failures: string
  readonly errors: string
  readonly skipped: string
  readonly testcase: ReadonlyArray<Case>
}

const parse = (xml: string): ReadonlyArray<Suite> => {
  assert.strictEqual(XMLValidator.validate(xml), true)
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: "",
    isArray: (name) => name === "testsuite" || name === "testcase"
  })
  return (parser.parse(xml) as { testsuites: { testsuite: ReadonlyArray<Suite> } }).testsuites.testsuite
}

const cases = (xml: string): ReadonlyMap<string, Case> =>
  new Map(parse(xml).flatMap((suite) => suite.testcase.map((each) => [each.name, each] as const)))

describe("JUnit", () => {
  it("has a suite for each chapter and a case for each requirement", () => {
    const suites = parse(Junit.render(report()))
    assert.deepStrictEqual(
      suites.map(({ name }) => name),
      Requirement.groups.map((group) => Requirement.groupTitles[group])
    )
    assert.deepStrictEqual(
      suites.flatMap((suite) => suite.testcase.map(({ name }) => name)),
      Requirement.groups.flatMap((group) => Requirement.all.filter((each) => each.group === group).map(({ id }) => id))
    )
    assert.isTrue(suites.every((suite) => suite.failures === "0" && suite.errors === "0" && suite.skipped === "0"))
  })

  it("gives every status the form that continuous integration understands", () => {
    const rows = {
      "accept.content": { status: "failed", counterexample: counterexample("accept.content") },
      "semantics.plain": { status: "warned", counterexample: counterexample("semantics.plain") },
      "auth.missing": { status: "waived", waived: "fixed in May", counterexample: counterexample("auth.missing") },
      "auth.wrong": { status: "skipped" },
      "auth.near": { status: "inconclusive" }
    } as const
    const found = cases(Junit.render(report(rows, { reason: "the run was interrupted" })))
    const failure = found.get("accept.content")?.failure
    assert.isObject(failure)
    if (typeof failure !== "object") return
    assert.strictEqual(failure.message, "something else")
    assert.include(failure["#text"] ?? "", "expected  what was documented")
    assert.include((failure["#text"] ?? "").replace(/ \\\n\s*/g, " "), "--thread t1 --thread t2 --replay TOKEN")
    assert.isUndefined(found.get("semantics.plain")?.failure)
    assert.include(found.get("semantics.plain")?.["system-out"] ?? "", "semantics.plain")
    assert.isDefined(found.get("auth.missing")?.skipped)
    assert.include(found.get("auth.missing")?.["system-out"] ?? "", "waived: fixed in May")
    assert.isDefined(found.get("auth.wrong")?.skipped)
    assert.strictEqual(found.get("auth.near")?.error?.message, "the run was interrupted")

    const strict = cases(Junit.render(report(rows, { strict: true })))
    assert.isDefined(strict.get("semantics.plain")?.failure)
  })

  it("has the elements and attributes that Jenkins and GitLab know, in their order", () => {
    const known: Readonly<
      Record<string, { readonly inside: ReadonlyArray<string>; readonly has: ReadonlyArray<string> }>
    > = {
      testsuites: { inside: ["testsuite"], has: ["name", "tests", "failures", "errors", "time"] },
      testsuite: {
        inside: ["properties", "testcase", "system-out", "system-err"],
        has: ["name", "tests", "failures", "errors", "skipped", "time", "timestamp"]
      },
      properties: { inside: ["property"], has: [] },
      property: { inside: [], has: ["name", "value"] },
      testcase: {
        inside: ["skipped", "error", "failure", "system-out", "system-err"],
        has: ["name", "classname", "time"]
      },
      failure: { inside: ["#text"], has: ["message", "type"] },
      error: { inside: ["#text"], has: ["message", "type"] },
      skipped: { inside: [], has: ["message"] },
      "system-out": { inside: ["#text"], has: [] }
    }
    const rows = {
      "accept.content": { status: "failed", counterexample: counterexample("accept.content") },
      "auth.missing": { status: "waived", waived: "until May", counterexample: counterexample("auth.missing") },
      "auth.wrong": { status: "skipped", because: "not asked for" },
      "auth.near": { status: "inconclusive", because: "the time was up" }
    } as const
    const xml = Junit.render(report(rows))
    type Nodes = ReadonlyArray<Readonly<Record<string, unknown>>>
    const check = (nodes: Nodes, parent: string) => {
      const names = nodes.map((node) => Object.keys(node).find((key) => key !== ":@") ?? "")
      const allowed = known[parent]
      for (const name of names) assert.include(allowed?.inside ?? [], name, parent)
      const order = names.map((name) => allowed?.inside.indexOf(name) ?? -1)
      assert.deepStrictEqual(
        order,
        [...order].sort((a, b) => a - b),
        parent
      )
      nodes.forEach((node, position) => {
        const name = names[position] ?? ""
        if (name === "#text") return
        for (const attribute of Object.keys(node[":@"] ?? {})) assert.include(known[name]?.has ?? [], attribute, name)
        check(node[name] as Nodes, name)
      })
    }
    const [, root] = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: "", preserveOrder: true }).parse(
      xml
    ) as Nodes
    check(root?.testsuites as Nodes, "testsuites")
    const found = cases(xml)
    assert.strictEqual(found.get("auth.near")?.error?.message, "the time was up")
    assert.strictEqual(found.get("auth.wrong")?.["system-out"], "not asked for")
  })

  it("fails a stale waiver", () => {
    const found = cases(Junit.render(report({}, { staleWaivers: ["auth.wrong"] })))
    assert.isDefined(found.get("auth.wrong")?.failure)
  })

  it("stays well-formed whatever is in a finding", () => {
    const evil = "\u0000\u0008\u001b \ud800 \uffff ]]> <b>&amp; \u2028 \"quoted\" 'é' 😀"
    const row = {
      "accept.content": {
        status: "failed",
        counterexample: counterexample("accept.content", {
          actual: evil,
          expected: evil,
          curl: evil,
          exchanges: [exchange(evil, evil)]
        })
      }
    } as const
    const xml = Junit.render(report(row))
    assert.notMatch(xml, /(?![\t\n\r])\p{Cc}|[\ufffe\uffff]|\p{Surrogate}/u)
    const failure = cases(xml).get("accept.content")?.failure
    assert.include(typeof failure === "object" ? failure.message : "", "⟨U+0000⟩")
    assert.include(typeof failure === "object" ? failure["#text"] : "", "]]<U+003E> <b>&amp;")
  })
})
