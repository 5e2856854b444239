import { assert, describe, it } from "@effect/vitest"
import * as Diff from "@inbox-effect/contract-tests/Diff"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { broken } from "../src/zoo/broken.js"
import { honest, start } from "../src/zoo/Specimen.js"

const side = (id: string, seed: number) =>
  Effect.acquireRelease(
    Effect.promise(() => start([honest, ...broken].find((each) => each.id === id) ?? honest, { seed })),
    (server) => Effect.promise(() => server.close())
  ).pipe(Effect.map(({ inbound, threads, token, url }) => ({ url, token, threadId: threads, replyTo: inbound[0] })))

const compare = (one: string, other: string, options: Partial<Diff.Options> = {}) =>
  Effect.gen(function* () {
    const a = yield* side(one, 1)
    const b = yield* side(other, 2)
    return yield* Diff.run({ a, b, seed: 1, budget: "quick", ...options })
  })

describe("a comparison", { timeout: 120_000 }, () => {
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
          when: ["valid messages"]
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
