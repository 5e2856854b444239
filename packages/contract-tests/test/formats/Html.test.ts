import * as Fs from "node:fs"
import { createRequire } from "node:module"
import * as Os from "node:os"
import * as Path from "node:path"
import { pathToFileURL } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { Html, type Report } from "@inbox-effect/contract-tests"
import type { Matrix } from "@inbox-effect/contract-tests/Matrix"
import * as fc from "fast-check"
import { type DefaultTreeAdapterTypes, parse } from "parse5"
import type { Browser, BrowserContextOptions } from "playwright-core"
import { afterAll, beforeAll } from "vitest"
import { Screen } from "../../../sandbox/test/support/screen.js"
import { executablePath, launch } from "../../../tools/browser.mjs"
import { attacks, fixedWords, hostileText, withTexts } from "../support/hostile.js"
import { counterexample, exchange, matrixOf, report } from "../support/report.js"

const sequence = counterexample("semantics.concurrent", {
  exchanges: ["one", "two", "three"].map((content) => exchange(JSON.stringify({ content }))),
  offending: 1,
  together: true,
  also: ["semantics.plain"],
  alike: ["another edit"],
  when: "with 3 requests in flight together"
})

const violating = report(
  {
    "response.key.createdAt": {
      status: "failed",
      counterexample: counterexample("response.key.createdAt", {
        place: "$.createdAt",
        actual: '"2026-01-02 03:04:05"'
      })
    },
    "semantics.content": {
      status: "failed",
      counterexample: counterexample("semantics.content", { actual: '"a⟨U+200B⟩b": trimmed' }),
      furtherCounterexamples: [counterexample("semantics.content", { replay: "OTHER" })]
    },
    "semantics.concurrent": { status: "warned", counterexample: sequence },
    "auth.missing": { status: "waived", waived: "until May", counterexample: counterexample("auth.missing") },
    "reject.utf8": { status: "skipped", because: "not asked for" },
    "protocol.method": { status: "inconclusive", because: "the time was up" }
  },
  { verdict: "violates", notes: ["one thread only"], staleWaivers: ["auth.wrong"] }
)

const matrix = matrixOf({ name: "ours", report: violating }, { name: "next", report: report() })

type Element = DefaultTreeAdapterTypes.Element

const elements = (node: DefaultTreeAdapterTypes.Node): ReadonlyArray<Element> => [
  ...("tagName" in node ? [node] : []),
  ...("childNodes" in node ? node.childNodes.flatMap(elements) : [])
]

const textOf = (node: DefaultTreeAdapterTypes.Node): string =>
  "value" in node ? node.value : "childNodes" in node ? node.childNodes.map(textOf).join("") : ""

/** Each element with its attributes; but not what sets off a spelled character, whose number depends on the text. */
const shape = (html: string): ReadonlyArray<string> =>
  elements(parse(html))
    .filter(({ attrs }) => !attrs.some(({ name, value }) => name === "class" && value === "chr"))
    .map(({ attrs, tagName }) => `${tagName} ${attrs.map(({ name }) => name).join(" ")}`)

const find = (html: string, predicate: (element: Element) => boolean): ReadonlyArray<string> =>
  elements(parse(html)).filter(predicate).map(textOf)

const hasClass = (name: string) => (element: Element) =>
  element.attrs.some((attribute) => attribute.name === "class" && attribute.value.split(" ").includes(name))

describe("the page", () => {
  const html = Html.render(violating)

  it("has the command that sends the same requests again", () => {
    const again = (changes: Partial<Report.Report>) =>
      find(Html.render({ ...violating, ...changes }), ({ tagName }) => tagName === "code").find((each) =>
        each.includes(" --seed ")
      )
    const command =
      "npx -p @inbox-effect/contract-tests inbox-contract run --url http://127.0.0.1:8787/api/v1 --thread t1 --thread t2 --skip reject.utf8 --seed 42"
    assert.strictEqual(again({}), command)
    const rows = violating.requirements.map((row) =>
      row.group === "auth" || row.id === "semantics.thread"
        ? row
        : { ...row, status: "skipped" as const, because: "not asked for" }
    )
    assert.include(again({ requirements: rows }), " --only semantics.thread,auth --seed")
    assert.strictEqual(again({ budget: "quick", runs: 20, strict: true }), `${command} --budget quick --strict`)
    assert.strictEqual(again({ budget: "deep", runs: 20 }), `${command} --budget deep --runs 20`)
  })

  it("has the verdict, the facts, every requirement and every finding once", () => {
    assert.deepStrictEqual(
      find(html, ({ tagName }) => tagName === "h1"),
      ["✖ Violates the contract"]
    )
    for (const fact of [violating.target, "t1, t2", "1,203, 1,100 accepted", "4.2 s"]) assert.include(html, fact)
    const rows = find(html, ({ attrs }) => attrs.some(({ name, value }) => name === "scope" && value === "row"))
    assert.deepStrictEqual(
      rows,
      violating.requirements.map(({ id }) => id)
    )
    assert.deepStrictEqual(
      find(html, (element) => element.tagName === "h3" && !hasClass("small")(element)),
      ["response.key.createdAt", "semantics.content", "semantics.content", "semantics.concurrent", "auth.missing"]
    )
  })

  it("marks what is at fault, and what was sent for it", () => {
    const wrong = find(html, hasClass("wrong"))
    assert.include(wrong, '"createdAt": "2026-01-02 03:04:05"')
    assert.include(wrong, '"content": "Hello"')
    assert.include(find(html, hasClass("sent")), '"Hello"')
    const missing = counterexample("response.key.id", { place: "$.reactions" })
    const other = Html.render(report({ "response.key.id": { status: "failed", counterexample: missing } }))
    assert.include(find(other, hasClass("wrong")), '"reactions" is missing')
  })

  it("tells what was left out, and why", () => {
    const text = textOf(parse(html))
    for (const part of ["1 requirement, not asked for: reject.utf8", "contents of 1 class: sql", "one thread only"]) {
      assert.include(text, part)
    }
  })

  it("spells what cannot be seen, and keeps a curl line to be copied as it is", () => {
    const curl = "curl 'http://127.0.0.1' \\\n  --data-binary 'a\"b`$x<&>'"
    const self = counterexample("semantics.content", { curl, exchanges: [exchange('{"content":"a\u202eb⟨c"}')] })
    const page = Html.render(report({ "semantics.content": { status: "failed", counterexample: self } }))
    assert.include(
      find(page, ({ tagName }) => tagName === "code"),
      curl
    )
    assert.isTrue(find(page, hasClass("chr")).includes("⟨U+202E⟩"))
    assert.include(textOf(parse(page)), "b⟨U+27E8⟩c")
  })

  it("asks for nothing, and allows nothing that it does not hold itself", () => {
    assert.notMatch(html.replace(/http:\/\/127\.0\.0\.1/g, ""), /\b(?:src|action|ping|poster)=|url\(|@import|https?:/)
    const [policy] = elements(parse(html)).flatMap(({ attrs }) =>
      attrs.some(({ value }) => value === "Content-Security-Policy")
        ? attrs.filter(({ name }) => name === "content")
        : []
    )
    assert.match(policy?.value ?? "", /^default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-[^']+';/)
    assert.notInclude(html, " style=")
  })

  it("has no element and no attribute but its own, whatever the texts in the report are", () => {
    const own = new Set([...shape(html), ...shape(Html.render(withTexts(violating, () => "{", fixedWords)))])
    fc.assert(
      fc.property(fc.array(hostileText, { minLength: 1, maxLength: 20 }), (texts) => {
        let next = 0
        const page = Html.render(withTexts(violating, () => texts[next++ % texts.length] ?? "", fixedWords))
        assert.deepStrictEqual(
          shape(page).filter((each) => !own.has(each)),
          []
        )
        assert.notMatch(
          page,
          /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]|\p{Cs}/u
        )
      }),
      { numRuns: 20 }
    )
  })
})

describe("the page of a matrix", () => {
  const html = Html.renderMatrix(matrix)
  const cells = (page: string) => elements(parse(page)).filter(hasClass("cell"))

  it("has each server, each requirement, and a mark for each of both", () => {
    assert.deepStrictEqual(
      find(html, ({ tagName }) => tagName === "h1"),
      ["✖ 1 of 2 servers violates the contract"]
    )
    assert.deepStrictEqual(
      find(html, ({ attrs }) => attrs.some(({ name, value }) => name === "scope" && value === "row")),
      violating.requirements.map(({ id }) => id)
    )
    const marks = cells(html).filter(({ tagName }) => tagName === "td")
    assert.strictEqual(marks.length, 2 * violating.requirements.length)
    assert.include(marks.map(textOf), "ours ✖ failed")
    assert.include(marks.map(textOf), "next ✔ passed")
  })

  it("leads from a mark to its finding, and from there to what tests that server again", () => {
    const anchors = new Set(
      elements(parse(html))
        .flatMap(({ attrs }) => attrs.filter(({ name }) => name === "id"))
        .map(({ value }) => value)
    )
    const links = elements(parse(html)).flatMap(({ attrs }) => attrs.filter(({ name }) => name === "href"))
    for (const { value } of links) assert.isTrue(anchors.has(value.slice(1)), value)
    assert.isAbove(links.filter(({ value }) => value.startsWith("#server-1-finding-")).length, 3)
    const pasted = find(
      Html.renderMatrix(matrix, { commandOf: ({ name }) => `test ${name}` }),
      ({ tagName }) => tagName === "pre"
    )
    assert.include(pasted, "test ours --replay TOKEN")
    assert.include(pasted, "test next --seed 42")
  })

  it("has no element and no attribute but its own, whatever the texts in it are", () => {
    const own = new Set([...shape(html), ...shape(Html.renderMatrix(withTexts(matrix, () => "{", fixedWords)))])
    for (const attack of attacks) {
      const page = Html.renderMatrix(withTexts(matrix, () => attack, fixedWords))
      assert.deepStrictEqual(
        shape(page).filter((each) => !own.has(each)),
        []
      )
    }
  })
})

const pages: ReadonlyArray<readonly [string, Report.Report | Matrix]> = [
  ["violating", violating],
  ["conforming", report()],
  ["matrix", matrix],
  [
    "inconclusive",
    report(
      {},
      { verdict: "inconclusive", reason: "the run was interrupted", latency: { ...report().latency, histogram: [] } }
    )
  ]
]

if (executablePath === undefined)
  process.stderr.write("no Chromium on this machine: the tests of the page in a browser are skipped\n")

describe.skipIf(executablePath === undefined)("the page in a browser", () => {
  const folder = Fs.mkdtempSync(Path.join(Os.tmpdir(), "inbox-contract-"))
  let browser: Browser | undefined
  beforeAll(async () => {
    browser = await launch()
    for (const [name, self] of pages) {
      const page = "targets" in self ? Html.renderMatrix(self) : Html.render(self)
      Fs.writeFileSync(Path.join(folder, `${name}.html`), page)
    }
  })
  afterAll(async () => {
    await browser?.close()
    Fs.rmSync(folder, { recursive: true })
  })

  const visit = async (name: string, options: BrowserContextOptions, use: (screen: Screen) => Promise<void>) => {
    const context = await browser?.newContext(options)
    const page = await context?.newPage()
    if (page === undefined) throw new Error("no browser")
    const requests: Array<string> = []
    const problems: Array<string> = []
    page.on("request", (request) => requests.push(request.url()))
    page.on("console", (message) => problems.push(message.text()))
    page.on("pageerror", (error) => problems.push(error.message))
    const url = pathToFileURL(Path.join(folder, `${name}.html`)).href
    await page.goto(url)
    await use(new Screen(page))
    await context?.close()
    assert.deepStrictEqual(requests, [url])
    assert.deepStrictEqual(problems, [])
  }

  const axe = Fs.readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8")

  /** Holds once the table shows these requirements. */
  const lists = (screen: Screen, expected: ReadonlyArray<string>) =>
    screen.css("tbody tr:visible th").texts((texts) => assert.deepStrictEqual(texts, expected))

  const all = violating.requirements.map(({ id }) => id)

  for (const [name] of pages) {
    it(`asks for nothing, and fits a narrow screen: ${name}`, async () => {
      await visit(name, { viewport: { width: 390, height: 800 } }, async (screen) => {
        await screen.script("document.documentElement.scrollWidth", (width) => assert.strictEqual(width, 390))
      })
    })
  }

  for (const [name, colorScheme] of [
    ["violating", "light"],
    ["violating", "dark"],
    ["matrix", "dark"]
  ] as const) {
    it(`is accessible when it is ${colorScheme}: ${name}`, async () => {
      await visit(name, { colorScheme }, async (screen) => {
        await screen.run("for (const each of document.querySelectorAll('details')) each.open = true")
        await screen.run(axe)
        await screen.script<{
          readonly violations: ReadonlyArray<{
            readonly id: string
            readonly nodes: ReadonlyArray<{ readonly html: string; readonly failureSummary: string }>
          }>
        }>("axe.run({ resultTypes: ['violations'] })", ({ violations }) =>
          assert.deepStrictEqual(
            violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`),
            []
          )
        )
      })
    })
  }

  it("filters by status with the keyboard alone", async () => {
    await visit("violating", {}, async (screen) => {
      await lists(screen, all)
      await screen.css("#show-all").focus()
      await screen.key("ArrowDown")
      await screen.key("ArrowDown")
      await lists(screen, ["response.key.createdAt", "semantics.content"])
      await screen.css("caption:visible").counts(2)
    })
  })

  it("shows what differs between servers first, and everything at a key", async () => {
    await visit("matrix", {}, async (screen) => {
      await lists(screen, [
        "response.key.createdAt",
        "semantics.content",
        "semantics.concurrent",
        "auth.missing",
        "reject.utf8",
        "protocol.method"
      ])
      await screen.css("#show-telling").focus()
      await screen.key("ArrowDown")
      await lists(screen, all)
      await screen.role("link", "failed").first.click()
      await screen.css("#server-1-finding-1 .versus").isShown()
    })
  })

  it("copies a line exactly, opens the finding that is linked to, and unfolds everything to be printed", async () => {
    const folded = "document.querySelectorAll('details:not([open])').length"
    await visit("violating", { permissions: ["clipboard-read", "clipboard-write"] }, async (screen) => {
      await screen.role("link", "see the finding").nth(1).click()
      await screen.button("Copy the replay line of semantics.content").first.click()
      await screen.text("the replay line of semantics.content copied").counts(1)
      await screen.copied((text) =>
        assert.strictEqual(
          text,
          "npx -p @inbox-effect/contract-tests inbox-contract run --url http://127.0.0.1:8787/api/v1 --thread t1 --thread t2 --replay TOKEN"
        )
      )
      await screen.run("dispatchEvent(new Event('beforeprint'))")
      await screen.script<number>(folded, (count) => assert.strictEqual(count, 0))
      await screen.run("dispatchEvent(new Event('afterprint'))")
      await screen.script<number>(folded, (count) => assert.isAbove(count, 0))
    })
  })
})
