import { assert, describe, it } from "@effect/vitest"
import * as Conformance from "@inbox-effect/contract-tests/Conformance"
import type * as Requirement from "@inbox-effect/contract-tests/Requirement"
import { broken } from "@inbox-effect/zoo/broken"
import * as Honest from "@inbox-effect/zoo/Honest"
import * as Specimen from "@inbox-effect/zoo/Specimen"
import * as Effect from "effect/Effect"
import { targetOf } from "../../src/kit/selfTest/server.js"
import * as Case from "../../src/model/Case.js"
import { goAway } from "../support/goAway.js"

/** Replays a case on a server of the zoo. */
const replay = (id: string, requirement: Requirement.Id, self: Case.Case) =>
  Effect.acquireUseRelease(
    Effect.promise(() => {
      const specimen = [Specimen.honest, ...broken].find((each) => each.id === id)
      return specimen === undefined ? Promise.reject(new Error(`there is no ${id}`)) : Specimen.start(specimen)
    }),
    (server) => Conformance.replay(targetOf(server), requirement, self),
    (server) => Effect.promise(() => server.close())
  )

describe("a replay", () => {
  const slash = Case.sequence("plain", [Case.step("1/2")])
  const almostJson = Case.step("Hello")
  const missing = Case.sequence("edits", [almostJson, { ...almostJson, edit: { id: "reject.content/missing" } }])

  it.effect("sees a spelling refused again, although the case is spelled in the plain way", () =>
    Effect.gen(function* () {
      const { outcome } = yield* replay("raw-solidus-refused", "accept.encoding.json", slash)
      assert.strictEqual(outcome, "still violates")
    })
  )

  it.effect("says fixed where everything was sent and is right", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* replay("honest", "accept.encoding.json", slash)).outcome, "fixed")
      assert.strictEqual((yield* replay("honest", "reject.content", missing)).outcome, "fixed")
    })
  )

  it.effect("never says fixed where a valid request is refused too, since that hides what was asked", () =>
    Effect.gen(function* () {
      const hidden = Case.sequence("edits", [slash.steps[0] ?? almostJson, ...missing.steps.slice(1)])
      const { outcome, reason } = yield* replay("raw-solidus-refused", "reject.content", hidden)
      assert.strictEqual(outcome, "inconclusive")
      assert.include(reason, "reject.content was not put to the test")
    })
  )

  it.effect("sends a message into the other thread, where that is replied to", () =>
    Effect.gen(function* () {
      const foreign = [almostJson, { ...almostJson, edit: { id: "reject.reply.other-thread/latest" } }]
      const replayed = (id: string) => replay(id, "reject.reply.other-thread", Case.sequence("edits", foreign))
      assert.strictEqual((yield* replayed("reply-other-thread")).outcome, "still violates")
      assert.strictEqual((yield* replayed("honest")).outcome, "fixed")
    })
  )

  it.live("says of a request that ends the target that it still does", () =>
    Effect.gen(function* () {
      const crash = Case.step("Hello", { edit: { id: "reject.body/array" } })
      for (const self of [Case.sequence("ended", [crash, almostJson]), Case.together("ended", [crash, crash])]) {
        const server = yield* Effect.promise(() => Honest.start({ request: goAway }))
        const { outcome, violations } = yield* Conformance.replay(targetOf(server), "protocol.no-server-error", self)
        assert.strictEqual(outcome, "still violates")
        assert.include(violations[0]?.actual, "no more connections")
      }
    })
  )

  it.live("says of no other requirement that it is fixed, or broken, where the target ends", () =>
    Effect.gen(function* () {
      let requests = 0
      const server = yield* Effect.promise(() =>
        Honest.start({ request: (x) => (++requests < 6 ? undefined : goAway(x)) })
      )
      const self = Case.sequence("plain", [almostJson, almostJson])
      const { outcome } = yield* Conformance.replay(targetOf(server), "accept.content", self)
      assert.strictEqual(outcome, "inconclusive")
    })
  )

  it.effect("refuses a case that names what this version does not have", () =>
    Effect.gen(function* () {
      const unknown = Case.sequence("plain", [Case.step("Hello", { http: "http-9" })])
      const error = yield* Effect.flip(replay("honest", "accept.content", unknown))
      assert.include(error.message, 'the form of HTTP "http-9"')
    })
  )
})
