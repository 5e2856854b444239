import { assert, describe, it } from "@effect/vitest"
import { broken } from "@inbox-effect/zoo/broken"
import * as Honest from "@inbox-effect/zoo/Honest"
import * as Specimen from "@inbox-effect/zoo/Specimen"
import { unusual } from "@inbox-effect/zoo/unusual"
import * as Effect from "effect/Effect"
import { check } from "../../src/kit/selfTest/server.js"
import type * as Report from "../../src/report/Report.js"
import { counterexamplesOf } from "../../src/report/summary.js"

/** Runs the kit, small, against a server of the zoo. */
const examine = (id: string, only?: ReadonlyArray<string>): Effect.Effect<Report.Report> =>
  check(
    () => {
      const specimen = [...broken, ...unusual].find((each) => each.id === id)
      return specimen === undefined ? Promise.reject(new Error(`there is no ${id}`)) : Specimen.start(specimen)
    },
    { seed: 1, runs: 10, only, maxDuration: "5 minutes" }
  ).pipe(Effect.orDie)

/** What each finding is about first of all, under which circumstances, and how many requests show it. */
const findings = (report: Report.Report): ReadonlyArray<string> =>
  report.requirements.flatMap((row) =>
    counterexamplesOf(row)
      .filter(({ requirement }) => requirement === row.id)
      .map(({ exchanges, when }) => `${row.id}, ${when === "" ? "always" : when}, ${exchanges.length}`)
  )

describe("what a fault comes down to", { concurrent: true }, () => {
  const expected: Readonly<Record<string, readonly [only: ReadonlyArray<string>, ...findings: ReadonlyArray<string>]>> =
    {
      "reused-second-refused": [["accept"], "accept.encoding.http, after another message on the same connection, 2"],
      "reused-first-refused": [
        ["accept"],
        "accept.encoding.http, as the first message on a connection, 1",
        "accept.encoding.http, with Connection: close, 1"
      ],
      "reused-reset-at-20": [["accept.encoding"], "accept.encoding.http, as message 20 on one connection, 20"],
      "stable-refused-reset": [["semantics"], "semantics.stable, after a refused request on the same connection, 2"],
      "raw-solidus-refused": [["accept"], "accept.encoding.json, always, 1"],
      "unique-conflict": [["accept.content", "semantics"], "semantics.unique, when the same content is sent again, 2"],
      "auth-percent-decoded": [["auth.equivalent"], "auth.equivalent, always, 1"],
      "reply-latest-only": [["accept.reply"], "accept.reply, replying to a message that is not the latest one, 3"],
      "reply-of-reply-refused": [["accept.reply"], "accept.reply, replying to a reply, 3"],
      "reply-to-long-refused": [["accept.reply"], 'accept.reply, replying to a message with the content "a⟨×1001⟩", 2'],
      "reply-old-refused": [
        ["accept.reply"],
        "accept.reply, replying to an earlier message of the run; a new one with the same content takes replies, 1"
      ],
      "reply-data-null-second": [["semantics.reply"], "semantics.reply, replying to the same message a second time, 3"],
      // Seen only where the id that is replied to has a k.
      "reply-kelvin": [["reject.reply"], "reject.reply, always, 2"],
      "auth-missing-on-reused": [["auth.missing"], "auth.missing, after an accepted message on the same connection, 1"],
      "json-error-in-200": [["response"], "response.json, always, 1"]
    }
  for (const [id, [only, ...told]] of Object.entries(expected)) {
    it.live(`is told for ${id}`, () =>
      Effect.map(examine(id, only), (report) => assert.deepStrictEqual(findings(report), told))
    )
  }

  it.live("is told by the refusal of the right token, where that is let in again", () =>
    Effect.map(examine("stable-refused-locks-out"), (report) => {
      assert.strictEqual(report.verdict, "violates")
      assert.match(findings(report).join("\n"), /^semantics\.stable, at request \d+ of the run, 1$/)
    })
  )
})

describe("two faults of one requirement", { concurrent: true }, () => {
  it.live("are told each by its own name, however many forms of a request show the first", () =>
    Effect.gen(function* () {
      const apart = broken.find(({ id }) => id === "chunked-decoded-apart")
      assert.isDefined(apart)
      const report = yield* check(
        () =>
          Honest.start({
            ...apart.change,
            message: ({ content }, message) => {
              message.content = content.slice(0, 4_096)
            }
          }),
        { seed: 1, runs: 10, only: ["semantics.content", "accept"], maxDuration: "5 minutes" }
      )
      const told = report.requirements.flatMap((row) =>
        row.id === "semantics.content" ? counterexamplesOf(row).map(({ actual }) => actual) : []
      )
      assert.lengthOf(told, 2)
      assert.match(told[0] ?? "", /bytes of a character decoded apart/)
      assert.match(told[1] ?? "", /cut off after 4096 characters/)
    })
  )
})

describe("a connection that a server closes of itself", { concurrent: true }, () => {
  for (const id of ["connection-closed-unannounced", "connection-idle-short"]) {
    it.live(`is no fault: ${id}`, () =>
      Effect.map(examine(id, ["accept.encoding", "reject.content"]), (report) => {
        assert.strictEqual(report.verdict, "conforms")
        assert.deepStrictEqual(findings(report), [])
      })
    )
  }
})
