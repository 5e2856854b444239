import { assert, describe, it } from "@effect/vitest"
import type { Sandbox } from "@inbox-effect/sandbox"
import { Effect, Redacted } from "effect"
import type { WithSandbox } from "../support/databases.js"
import { errorOf, exchange, firstThread, pathOf, type Running, send } from "../support/http.js"

/** A token. */
export const token = (text: string) => Redacted.make(text)

const as = (text: string) => ({ headers: { authorization: `Bearer ${text}` } })

/** Two teams, of which the second may write first. */
export const two: Sandbox.Options = {
  teams: [
    { token: token("first"), threads: ["a", "b"] },
    { token: token("second"), threads: ["c"], outboundAddon: true }
  ]
}

const openSilent = (sandbox: Running, id: string, teamId?: string) =>
  exchange(sandbox.url, {
    path: "/sandbox/threads",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ id, inbound: false, teamId })
  })

/** Several teams in one sandbox, on whatever database. */
export const teams = (withSandbox: WithSandbox): void => {
  describe("several teams", () => {
    it.live(
      "are closed to each other: another team's thread is a 403",
      withSandbox(
        (sandbox) =>
          Effect.gen(function* () {
            const [first, second] = sandbox.teams
            assert.notStrictEqual(first?.id, second?.id)
            assert.deepStrictEqual(
              sandbox.teams.map(({ threads }) => threads.map(({ id }) => id)),
              [["a", "b"], ["c"]]
            )
            assert.deepStrictEqual([Redacted.value(sandbox.token), firstThread(sandbox).id], ["first", "a"])
            for (const [secret, own, others] of [
              ["first", ["a", "b"], ["c"]],
              ["second", ["c"], ["a", "b"]]
            ] as const) {
              for (const id of own) {
                const answer = yield* send(sandbox, { content: "x" }, { path: pathOf(id), ...as(secret) })
                assert.strictEqual(answer.status, 200)
                const team = sandbox.teams.find((candidate) => Redacted.value(candidate.token) === secret)
                assert.strictEqual(JSON.parse(answer.text).teamId, team?.id)
              }
              for (const id of others) {
                const answer = yield* send(sandbox, { content: "x" }, { path: pathOf(id), ...as(secret) })
                assert.deepInclude(errorOf(answer), { status: 403, code: "FORBIDDEN" })
                const list = yield* exchange(sandbox.url, { method: "GET", path: pathOf(id), ...as(secret) })
                assert.strictEqual(list.status, 403)
                assert.strictEqual(
                  (yield* sandbox.messages(id)).filter(({ origin }) => origin === "api").length,
                  id === "c" ? 0 : 1
                )
              }
            }
          }),
        two
      )
    )

    it.live(
      "have limits of their own",
      withSandbox(
        (sandbox) =>
          Effect.gen(function* () {
            const remaining = (secret: string, id: string) =>
              Effect.map(
                send(sandbox, { content: "x" }, { path: pathOf(id), ...as(secret) }),
                ({ headers }) => headers["x-ratelimit-remaining"]
              )
            assert.strictEqual(yield* remaining("first", "a"), "299")
            assert.strictEqual(yield* remaining("first", "b"), "298")
            assert.strictEqual(yield* remaining("second", "c"), "299")
          }),
        two
      )
    )
  })

  describe("the outbound add-on", () => {
    it.live(
      "is wanted for the first message in a thread, and for no other",
      withSandbox(
        (sandbox) =>
          Effect.gen(function* () {
            yield* openSilent(sandbox, "silent")
            const path = pathOf("silent")
            const refused = yield* send(sandbox, { content: "x" }, { path, ...as("first") })
            assert.deepInclude(errorOf(refused), { status: 403, code: "FORBIDDEN" })
            assert.include(errorOf(refused).message, "Outbound Messages add-on")
            assert.deepStrictEqual(yield* sandbox.messages("silent"), [])
            yield* exchange(sandbox.url, {
              path: "/sandbox/threads/silent/inbound",
              headers: { "content-type": "application/json" },
              body: JSON.stringify({ content: "Hello?" })
            })
            assert.strictEqual((yield* send(sandbox, { content: "x" }, { path, ...as("first") })).status, 200)
          }),
        two
      )
    )

    it.live(
      "lets a team write first",
      withSandbox(
        (sandbox) =>
          Effect.gen(function* () {
            yield* openSilent(sandbox, "silent", sandbox.teams[1]?.id)
            const path = pathOf("silent")
            assert.strictEqual((yield* send(sandbox, { content: "x" }, { path, ...as("second") })).status, 200)
          }),
        two
      )
    )
  })
}
