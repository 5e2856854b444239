import { assert, describe, it } from "@effect/vitest"
import * as Markdown from "@inbox-effect/contract-tests/Markdown"
import * as Matrix from "@inbox-effect/contract-tests/Matrix"
import { broken } from "@inbox-effect/zoo/broken"
import { honest, start } from "@inbox-effect/zoo/Specimen"
import { Ajv } from "ajv"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import * as Terminal from "../../src/formats/terminal/matrix.js"
import { targetOf } from "../../src/kit/selfTest/server.js"
import { matrixOf, report } from "../support/report.js"

const target = (id: string) =>
  Effect.acquireRelease(
    Effect.promise(() => start([honest, ...broken].find((each) => each.id === id) ?? honest)),
    (server) => Effect.promise(() => server.close())
  ).pipe(Effect.map((server) => ({ name: id, ...targetOf(server) })))

const options = { seed: 1, budget: "quick", only: ["semantics.content", "semantics.thread"] } as const

const violating = report(
  { "semantics.content": { status: "failed" }, "reject.utf8": { status: "warned" } },
  { verdict: "violates" }
)

describe("a matrix", () => {
  it.scopedLive("tests all targets with one seed, and takes the worst verdict", () =>
    Effect.gen(function* () {
      const seen = new Set<string>()
      const matrix = yield* Matrix.run({
        ...options,
        targets: [yield* target("trims-both"), yield* target("honest")],
        onProgress: (progress) => seen.add(progress.target)
      })
      assert.deepStrictEqual([...seen], ["trims-both", "honest"])
      assert.deepStrictEqual(
        matrix.targets.map((each) => [each.name, each.report.verdict, each.report.seed, each.report.budget]),
        [
          ["trims-both", "violates", 1, "quick"],
          ["honest", "conforms", 1, "quick"]
        ]
      )
      assert.strictEqual(matrix.verdict, "violates")
      assert.strictEqual(Matrix.exitCode(matrix), 1)
      const telling = Matrix.rows(matrix).filter(Matrix.isTelling)
      assert.deepStrictEqual(
        telling.map(({ requirement, statuses }) => [requirement.id, ...statuses]),
        [["semantics.content", "failed", "passed"]]
      )
      const encoded = JSON.parse(JSON.stringify(Schema.encodeSync(Matrix.Matrix)(matrix))) as object
      const validate = new Ajv({ strict: false }).compile(Matrix.jsonSchema)
      assert.isTrue(validate(encoded), JSON.stringify(validate.errors))
      assert.isFalse(validate({ ...encoded, targets: [{}] }))
    })
  )

  it.scopedLive("has a column for a target that cannot be reached, and for those after an interrupt", () =>
    Effect.gen(function* () {
      const own = yield* target("honest")
      const gone = { ...own, name: "gone", url: "http://127.0.0.1:1/api/v1" }
      const matrix = yield* Matrix.run({ ...options, targets: [gone, own] })
      assert.deepStrictEqual(
        matrix.targets.map((each) => each.report.verdict),
        ["inconclusive", "conforms"]
      )
      assert.strictEqual(Matrix.exitCode(matrix), 3)
      const stopped = yield* Matrix.run({
        targets: [own, { ...own, name: "next" }],
        interval: "100 millis",
        interrupt: Effect.sleep("300 millis")
      })
      assert.deepStrictEqual(
        stopped.targets.map(({ name, report }) => [name, report.verdict, report.reason]),
        [
          ["honest", "inconclusive", "the run was interrupted"],
          ["next", "inconclusive", "the run was interrupted"]
        ]
      )
      assert.isBelow(stopped.durationMs, 60_000)
    })
  )

  it.live("refuses what makes no sense before anything is sent, and says which target it is about", () =>
    Effect.gen(function* () {
      const own = { name: "own", url: "http://127.0.0.1:1/api/v1", token: "t", threadId: "t1" }
      const hosted = { ...own, name: "hosted", url: "https://inboxapp.com/api/v1" }
      const problem = (targets: ReadonlyArray<Matrix.Target>) =>
        Effect.map(
          Effect.flip(Matrix.run({ targets, onProgress: () => assert.fail("something was sent") })),
          ({ message }) => message
        )
      assert.match(yield* problem([own, hosted]), /^target hosted: url is the hosted service/)
      assert.match(yield* problem([own, { ...own }]), /"own" twice/)
      assert.match(yield* problem([]), /empty/)
    })
  )

  it("shows the rows that differ, and as many columns as there are targets however narrow the page", () => {
    const names = Array.from({ length: 9 }, (_, position) => `environment-${position + 1}`)
    const many = matrixOf(...names.map((name) => ({ name, report: violating })))
    for (const width of [80, 120]) {
      const text = Terminal.render(many, { width })
      for (const line of text.split("\n")) assert.isAtMost(line.length, width, line)
      assert.match(text, /^semantics: .* 1 {2}2 {2}3 .* 9$/m)
      assert.match(text, /^ {2}semantics\.content .*(?: {2}✖){9}$/m)
      assert.notInclude(text, "auth.missing")
    }
    const two = matrixOf({ name: "a", report: violating }, { name: "b", report: report() })
    assert.include(Terminal.render(two, { verbose: true }), "auth.missing")
    assert.match(Terminal.render(two), /^not shown: \d+ requirements passed everywhere/m)
    assert.match(
      Terminal.render(matrixOf({ name: "a", report: report() }, { name: "b", report: report() })),
      /CONFORMS/
    )
  })

  it("is a table of markdown in which names stay text", () => {
    const text = Markdown.renderMatrix(matrixOf({ name: "<b>@me", report: violating }, { name: "b", report: report() }))
    assert.match(text, /^## ✖ Violates the contract: 2 servers\n/)
    assert.include(text, "&lt;b&gt;@<!-- -->me")
    const [telling = ""] = text.split("<details>")
    assert.include(telling, "semantics.content")
    assert.notInclude(telling, "auth.missing")
    assert.include(text, "auth.missing")
  })

  it("reads a file of targets, and says what is wrong with one without repeating a token", () => {
    const entry = { name: "staging", url: "http://127.0.0.1:1/api/v1", threads: ["t1"], tokenVariable: "TOKEN" }
    assert.deepStrictEqual(Either.getOrThrow(Matrix.parseTargets(JSON.stringify([entry]))), [entry])
    const secret = "s3cret"
    const problems = [
      [`[{"token": "${secret}" `, "is not JSON"],
      [JSON.stringify({ ...entry, token: secret }), "Expected ReadonlyArray<TargetEntry>"],
      [JSON.stringify([secret]), "0 Expected TargetEntry"],
      [JSON.stringify([{ ...entry, name: "two words" }]), "name is no name of a target"],
      [JSON.stringify([{ ...entry, threads: [] }]), "threads has to have one or two ids"],
      [JSON.stringify([{ ...entry, tokenVariable: secret }]), "tokenVariable is the name of an environment variable"],
      [JSON.stringify([{ ...entry, token: secret }]), "token"]
    ] as const
    for (const [text, part] of problems) {
      const problem = Either.getOrThrow(Either.flip(Matrix.parseTargets(text)))
      assert.include(problem, part)
      assert.notInclude(problem, secret)
    }
  })
})
