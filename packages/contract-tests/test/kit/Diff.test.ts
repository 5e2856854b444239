import { stripVTControlCharacters } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import * as Diff from "@inbox-effect/contract-tests/Diff"
import { broken } from "@inbox-effect/zoo/broken"
import { honest, start } from "@inbox-effect/zoo/Specimen"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import stringWidth from "string-width"
import * as Terminal from "../../src/formats/terminal/diff.js"
import { targetOf } from "../../src/kit/selfTest/server.js"
import { exchange } from "../support/report.js"

const side = (id: string, seed: number) =>
  Effect.acquireRelease(
    Effect.promise(() => start([honest, ...broken].find((each) => each.id === id) ?? honest, { seed })),
    (server) => Effect.promise(() => server.close())
  ).pipe(Effect.map(targetOf))

const compare = (one: string, other: string, options: Partial<Diff.Options> = {}) =>
  Effect.gen(function* () {
    const a = yield* side(one, 1)
    const b = yield* side(other, 2)
    return yield* Diff.run({ a, b, seed: 1, budget: "quick", ...options })
  })

describe("a comparison", () => {
  it.scopedLive("finds nothing between two servers that differ in ids and times only", () =>
    Effect.gen(function* () {
      const diff = yield* compare("honest", "honest", { only: ["accept", "reject.reply"] })
      assert.deepStrictEqual(diff.differences, [])
      assert.strictEqual(diff.verdict, "same")
      assert.strictEqual(diff.a.accepted, diff.b.accepted)
      assert.isAbove(diff.compared, 400)
      assert.strictEqual(Diff.exitCode(diff), 0)
    })
  )

  it.scopedLive(
    "shows one difference with its smallest request, both answers, and the side that breaks the contract",
    () =>
      Effect.gen(function* () {
        const diff = yield* compare("honest", "trims-both", { only: ["semantics.content"] })
        assert.strictEqual(diff.verdict, "different")
        assert.strictEqual(diff.differences.length, 1)
        const [difference] = Schema.decodeUnknownSync(Diff.Diff)(JSON.parse(JSON.stringify(diff))).differences
        assert.deepInclude(difference, {
          kind: "value",
          place: "$.content",
          breaks: { a: [], b: ["semantics.content"] },
          when: ["valid messages", "protocol.no-server-error"]
        })
        assert.strictEqual(JSON.parse(difference?.a ?? "").trim(), JSON.parse(difference?.b ?? ""))
        assert.strictEqual(difference?.exchanges.a.request.body?.text, difference?.exchanges.b.request.body?.text)
      })
  )

  it.scopedLive("is not led astray by a message that one side only has taken", () =>
    Effect.gen(function* () {
      const diff = yield* compare("honest", "refuses-astral")
      assert.deepStrictEqual(
        new Set(diff.differences.map(({ place }) => place)),
        new Set(["status"]),
        JSON.stringify(diff.differences.map(({ a, b, place }) => [place, a, b]))
      )
    })
  )

  it.scopedLive("is inconclusive where one side cannot be reached or does not let the kit in", () =>
    Effect.gen(function* () {
      const a = yield* side("honest", 1)
      const closed = yield* Diff.run({ a, b: { ...a, url: "http://127.0.0.1:1/api/v1" }, budget: "quick" })
      assert.strictEqual(closed.verdict, "inconclusive")
      assert.match(closed.reason ?? "", /^the second server: no connection/)
      const locked = yield* Diff.run({ a: { ...a, token: "another" }, b: a, budget: "quick" })
      assert.match(locked.reason ?? "", /^the first server: the token was refused/)
    })
  )

  it.live("refuses the hosted service on either side", () =>
    Effect.gen(function* () {
      const hosted = { url: "https://inboxapp.com/api/v1", token: "t", threadId: "t1" }
      const own = { ...hosted, url: "http://127.0.0.1:1/api/v1" }
      for (const [a, b] of [
        [hosted, own],
        [own, hosted]
      ] as const) {
        assert.include((yield* Effect.flip(Diff.run({ a, b }))).message, "hosted service")
      }
    })
  )
})

describe("a comparison on a terminal", () => {
  const difference = {
    kind: "value",
    place: "$.content",
    when: ["valid messages"],
    others: [{ a: '"漢字漢字"', b: `"${"漢字".repeat(80)}"` }],
    requests: 3,
    request: 7,
    breaks: { a: [], b: ["semantics.content"] },
    exchanges: { a: exchange('{"content":"a"}'), b: exchange('{"content":"a"}', '{"content":"漢字"}') }
  } as const
  const side = { target: "http://127.0.0.1:1/api/v1", threads: ["t1"], requests: 9, accepted: 8 }
  const diff: Diff.Diff = {
    version: 1,
    verdict: "different",
    reason: null,
    a: side,
    b: side,
    seed: 1,
    budget: "quick",
    runs: 5,
    startedAt: "2026-01-02T03:04:05.000Z",
    durationMs: 12,
    compared: 9,
    differences: [{ ...difference, a: '"\u202eevil\u009b31m"', b: '"a\u200b"' }]
  }

  it("lets nothing through that a terminal acts on, and sets off what breaks the contract", () => {
    const text = Terminal.render(diff, { color: true })
    assert.include(text, "⟨U+202E⟩evil⟨U+009B⟩31m")
    assert.include(text, "a⟨U+200B⟩")
    assert.match(stripVTControlCharacters(text), /^(?:\n|[^\p{Cc}\p{Cf}])*$/u)
    assert.include(text, "\u001b[31m$.content")
  })

  it("keeps to the width, and its columns in line, with characters that take two", () => {
    for (const width of [60, 80, 120]) {
      const lines = Terminal.render(diff, { width }).split("\n")
      for (const line of lines) assert.isAtMost(stringWidth(line), width, line)
    }
    const [first = "", second = ""] = Terminal.render(diff, { width: 120 })
      .split("\n")
      .filter((line) => line.includes("content-type") || line.includes('"content": "漢字"'))
    const at = (line: string, part: string) => stringWidth(line.slice(0, line.lastIndexOf(part)))
    assert.strictEqual(at(first, "content-type"), at(second, '"content": "漢字"') - 2)
  })
})
