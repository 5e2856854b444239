import { assert, describe, it } from "@effect/vitest"
import type * as Check from "@inbox-effect/contract-tests/Check"
import * as Conformance from "@inbox-effect/contract-tests/Conformance"
import * as Har from "@inbox-effect/contract-tests/Har"
import * as Report from "@inbox-effect/contract-tests/Report"
import * as Series from "@inbox-effect/contract-tests/Series"
import * as Honest from "@inbox-effect/zoo/Honest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { targetOf } from "../../src/kit/selfTest/server.js"
import type * as Exchange from "../../src/model/Exchange.js"

/** An honest server with one change, for as long as the scope lives. */
const serving = (change: Honest.Change = {}) =>
  Effect.acquireRelease(
    Effect.promise(() => Honest.start(change)),
    (server) => Effect.promise(() => server.close())
  )

const trims: Honest.Change = {
  message: (_, draft) => {
    draft.content = String(draft.content).trim() || draft.content
  }
}

const quick = { budget: "quick", runs: 1, seed: 7, only: ["semantics.content"] } as const

const bodyOf = ({ request }: Exchange.Exchange): string => new TextDecoder().decode(request.body)

describe("a token that does not last", () => {
  /** A server whose token is another one after each so many messages; and the effect that gives the one of the moment. */
  const rotating = (lasts: number) => {
    let accepted = 0
    let asked = 0
    const current = () => `rotating-token-number-${Math.floor(accepted / lasts)}`
    const change: Honest.Change = {
      authenticate: (_, header = "") => /^bearer /i.test(header) && header.slice("Bearer ".length) === current(),
      accept: () => void accepted++
    }
    const token = Effect.sync(() => {
      asked++
      return Redacted.make(current())
    })
    return { change, token, asked: () => asked, current }
  }

  it.scoped("is replaced when it is refused, and no answer of the change is held against the target", () =>
    Effect.gen(function* () {
      const { asked, change, token } = rotating(25)
      const server = yield* serving(change)
      const entries: Array<string> = []
      const target = { ...targetOf(server), token }
      const report = yield* Conformance.run({
        ...target,
        ...quick,
        only: ["semantics", "auth", "reject.content"],
        concurrency: 1,
        onExchange: (exchange) => entries.push(JSON.stringify(Har.entry(exchange, target)))
      })
      assert.strictEqual(report.verdict, "conforms", report.reason ?? "")
      assert.isAbove(asked(), 2)
      assert.isBelow(asked(), 60, "the effect is run only when a token is refused")
      assert.notInclude(`${JSON.stringify(report)}${entries.join("")}`, "rotating-token-number")
    })
  )

  it.scoped("stays out of a counterexample, whichever of the tokens was sent", () =>
    Effect.gen(function* () {
      const { change, token } = rotating(25)
      const server = yield* serving({ ...trims, ...change })
      const report = yield* Conformance.run({ ...targetOf(server), ...quick, token, concurrency: 1 })
      assert.strictEqual(report.verdict, "violates")
      assert.notInclude(JSON.stringify(report), "rotating-token-number")
      assert.include(JSON.stringify(report), "INBOX_API_TOKEN")
    })
  )

  it.scoped("is wrong, and not expired, where it never was let in", () =>
    Effect.gen(function* () {
      const server = yield* serving()
      let asked = 0
      const token = Effect.sync(() => `wrong${++asked}`)
      const report = yield* Conformance.run({ ...targetOf(server), ...quick, token })
      assert.strictEqual(report.verdict, "inconclusive")
      assert.include(report.reason, "the token was refused (401")
      assert.strictEqual(asked, 1)
    })
  )

  it.scoped("ends the run with one sentence where no other can be had, and tells nothing of the error", () =>
    Effect.gen(function* () {
      const { change, token } = rotating(10)
      const server = yield* serving(change)
      let asked = 0
      const failing = Effect.suspend(() => (asked++ === 0 ? token : Effect.fail(new Error("it is s3cret"))))
      const report = yield* Conformance.run({ ...targetOf(server), ...quick, token: failing })
      assert.strictEqual(report.verdict, "inconclusive")
      assert.strictEqual(
        report.reason,
        "the token has expired or was refused, and the effect that gives the token failed"
      )
      const first = yield* Effect.flip(
        Conformance.run({ ...targetOf(server), ...quick, token: Effect.fail(new Error("it is s3cret")) })
      )
      assert.strictEqual(first.message, "token is missing: the effect that gives the token failed")
    })
  )

  it.scoped("is replaced before it expires where it says when, as a JSON Web Token does", () =>
    Effect.gen(function* () {
      const claims = (exp: number) => `e30.${Buffer.from(JSON.stringify({ exp })).toString("base64url")}.c2ln`
      const expired = claims(1)
      const fresh = claims(4_102_444_800)
      const server = yield* serving({
        authenticate: (_, header) => [expired, fresh].includes(header?.replace(/^bearer /i, "") ?? "")
      })
      let asked = 0
      const sent: Array<string | undefined> = []
      yield* Conformance.run({
        ...targetOf(server),
        ...quick,
        token: Effect.sync(() => (asked++ === 0 ? expired : fresh)),
        onExchange: ({ token }) => sent.push(token === undefined ? undefined : Redacted.value(token))
      })
      assert.strictEqual(asked, 2)
      assert.deepStrictEqual([...new Set(sent)], [fresh])
    })
  )
})

describe("contents of one's own", () => {
  it.scoped("are sent once each, and judged as all others are", () =>
    Effect.gen(function* () {
      const contents = ["a content of mine", "another one  "]
      const sent: Array<string> = []
      const server = yield* serving(trims)
      const report = yield* Conformance.run({
        ...targetOf(server),
        ...quick,
        only: ["auth.missing"],
        contents,
        onExchange: (exchange) => sent.push(bodyOf(exchange))
      })
      for (const content of contents) assert.isAbove(sent.filter((body) => body.includes(content)).length, 0, content)
      assert.include(report.notes, "2 contents of your own were part of the run")
      const wrong = yield* Effect.flip(Conformance.run({ ...targetOf(server), contents: ["a", ""] }))
      assert.strictEqual(wrong.message, "contents has an empty text at index 1; leave it out")
    })
  )
})

describe("a rerun", () => {
  it.scoped("sends what failed last time first, and tells what has become of it", () =>
    Effect.gen(function* () {
      const faulty = yield* serving(trims)
      const before = yield* Conformance.run({ ...targetOf(faulty), ...quick })
      assert.strictEqual(before.verdict, "violates")
      const decoded = yield* Schema.decodeUnknown(Report.Report)(JSON.parse(JSON.stringify(before)))
      const smallest = before.requirements.find(({ id }) => id === "semantics.content")?.counterexample
      const body = smallest?.exchanges[smallest.offending]?.request.body?.text ?? ""
      const sent: Array<string> = []
      const again = yield* Conformance.run({
        ...targetOf(faulty),
        ...quick,
        rerun: decoded,
        onExchange: (exchange) => sent.push(bodyOf(exchange))
      })
      // The messages that show that the target can be tested come before.
      assert.isBelow(sent.indexOf(body), 12)
      assert.include(again.notes.at(-1), "of 1 requirement that the earlier run broke, broken again: semantics.content")

      const mended = yield* serving()
      const fixed = yield* Conformance.run({ ...targetOf(mended), ...quick, rerun: decoded })
      assert.strictEqual(fixed.verdict, "conforms")
      assert.include(fixed.notes.at(-1), "not broken in this run: semantics.content")
    })
  )
})

describe("runs in a row", () => {
  it.scoped("have seeds that follow one another, and end with the first that fails", () =>
    Effect.gen(function* () {
      let isFaulty = false
      const server = yield* serving({ message: (x, draft) => (isFaulty ? trims.message?.(x, draft) : undefined) })
      const seeds: Array<number> = []
      const report = yield* Series.run({
        ...targetOf(server),
        ...quick,
        untilFailure: true,
        onRun: ({ seed, verdict }) => {
          seeds.push(seed)
          assert.strictEqual(verdict, isFaulty ? "violates" : "conforms")
          isFaulty = seeds.length === 2
        }
      })
      assert.deepStrictEqual(seeds, [7, 8, 9])
      assert.strictEqual(report.verdict, "violates")
      assert.strictEqual(report.seed, 9, "the seed that shows it")
      assert.deepStrictEqual(report.series, {
        runs: 3,
        firstSeed: 7,
        lastSeed: 9,
        broken: [{ seed: 9, requirements: ["semantics.content"] }]
      })
      assert.isAtLeast(report.requests, server.requests() - 4)
      const encoded = Schema.encodeSync(Report.Report)(report)
      assert.deepStrictEqual(yield* Schema.decodeUnknown(Report.Report)(encoded), report)
    })
  )

  it.scoped("end with a report of all of them when they are interrupted, without holding that against the target", () =>
    Effect.gen(function* () {
      const server = yield* serving()
      const stop = yield* Deferred.make<void>()
      let runs = 0
      const report = yield* Series.run({
        ...targetOf(server),
        ...quick,
        duration: "1 hour",
        onRun: () => {
          if (++runs === 2) Effect.runSync(Deferred.succeed(stop, undefined))
        },
        interrupt: Deferred.await(stop)
      })
      assert.strictEqual(report.verdict, "conforms")
      assert.strictEqual(report.series?.runs, 3)
    })
  )

  it.scoped("end where the target can no longer be tested", () =>
    Effect.gen(function* () {
      let runs = 0
      const server = yield* serving({ authenticate: () => (runs === 0 ? undefined : false) })
      const report = yield* Series.run({ ...targetOf(server), ...quick, duration: "1 hour", onRun: () => void runs++ })
      assert.strictEqual(report.verdict, "inconclusive")
      assert.strictEqual(report.series?.runs, 2)
    })
  )
})

describe("a check of one's own", () => {
  const check = (id: string, look: Check.Check["check"], options: Partial<Check.Check> = {}): Check.Check => ({
    id,
    title: `${id} holds`,
    check: look,
    ...options
  })

  it.scoped("has a row with the smallest request that fails it: a MUST fails the run, a SHOULD warns", () =>
    Effect.gen(function* () {
      const server = yield* serving()
      const look: Check.Check["check"] = ({ content, json, response }) =>
        response?.status === 200 && content.includes("\n")
          ? [{ expected: "no line break", actual: `\u001b[31m${JSON.stringify(json).length > 0}`, place: "$.content" }]
          : []
      const report = yield* Conformance.run({
        ...targetOf(server),
        ...quick,
        checks: [check("must", look), check("should", look, { level: "SHOULD" })]
      })
      assert.strictEqual(report.verdict, "violates")
      const row = report.requirements.find(({ id }) => id === "own.must")
      assert.strictEqual(row?.status, "failed")
      const proof = row?.counterexample
      assert.strictEqual(proof?.actual, "⟨U+001B⟩[31mtrue")
      assert.strictEqual(proof?.reproducible, "always")
      assert.strictEqual(proof?.exchanges.length, 1)
      assert.strictEqual(proof?.exchanges[0]?.request.body?.text, '{"content":"\\n"}')
      assert.strictEqual(report.requirements.find(({ id }) => id === "own.should")?.status, "warned")
    })
  )

  it.scoped("cannot break the run, nor change what others see", () =>
    Effect.gen(function* () {
      const server = yield* serving()
      const spoil: Check.Check["check"] = ({ request, response }) => {
        request.body?.fill(0)
        response?.body.fill(0)
        throw new TypeError("it is s3cret")
      }
      const report = yield* Conformance.run({
        ...targetOf(server),
        ...quick,
        checks: [check("throws", spoil), check("nonsense", (() => "nonsense") as never)]
      })
      assert.strictEqual(report.requirements.find(({ id }) => id === "semantics.content")?.status, "passed")
      assert.strictEqual(report.verdict, "inconclusive")
      const because = (id: string) => report.requirements.find((row) => row.id === id)?.because
      assert.strictEqual(because("own.throws"), "the check threw TypeError")
      assert.include(because("own.nonsense"), "returned no list")
      const twice = yield* Effect.flip(
        Conformance.run({ ...targetOf(server), checks: [check("a", () => []), check("a", () => [])] })
      )
      assert.include(twice.message, 'checks has the id "a" twice')
    })
  )
})
