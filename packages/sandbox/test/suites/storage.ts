import { assert, describe, it } from "@effect/vitest"
import { Sandbox } from "@inbox-effect/sandbox"
import { Effect, Redacted, type Scope } from "effect"
import { firstThread, pathOf, send } from "../support/http.js"

/** Declares tests of what outlives a sandbox, for a database that does. */
export const storage = (fresh: Effect.Effect<string, never, Scope.Scope>): void => {
  describe("a database", () => {
    it.live("loses nothing when the sandbox restarts, and goes on where it was", () =>
      Effect.gen(function* () {
        const database = yield* fresh
        const run = <A, E>(body: (sandbox: typeof Sandbox.Sandbox.Service) => Effect.Effect<A, E>) =>
          Effect.scoped(Effect.flatMap(Sandbox.make({ database }), body))

        const before = yield* run((sandbox) =>
          Effect.gen(function* () {
            const { id, inboundMessageId } = firstThread(sandbox)
            yield* Effect.forEach([1, 2, 3], (n) =>
              send(sandbox, { content: `before ${n}`, replyToMessageId: inboundMessageId })
            )
            return { threads: sandbox.threads, messages: yield* sandbox.messages(id) }
          })
        )
        assert.strictEqual(before.messages.length, 4)

        yield* run((sandbox) =>
          Effect.gen(function* () {
            const { id } = firstThread(sandbox)
            assert.deepStrictEqual(sandbox.threads, before.threads)
            assert.deepStrictEqual(yield* sandbox.messages(id), before.messages)
            const answer = yield* send(sandbox, { content: "after", replyToMessageId: before.messages[1]?.id })
            const message = JSON.parse(answer.text)
            assert.strictEqual(message.teamId, before.messages[1]?.teamId)
            assert.strictEqual(message.authorId, before.messages[1]?.authorId)
            assert.isAtLeast(Date.parse(message.createdAt), before.messages[3]?.createdAt.epochMillis ?? Infinity)
            assert.strictEqual((yield* sandbox.messages(id)).length, 5)
          })
        )
      }).pipe(Effect.scoped)
    )

    it.live("adds the threads and the token of another start to the same team", () =>
      Effect.gen(function* () {
        const database = yield* fresh
        yield* Effect.scoped(Sandbox.make({ database, threads: ["one"] }))
        const sandbox = yield* Sandbox.make({ database, threads: ["two", "one"], token: Redacted.make("another") })
        assert.deepStrictEqual(
          sandbox.threads.map((thread) => thread.id),
          ["two", "one"]
        )
        assert.strictEqual((yield* send(sandbox, { content: "x" }, { path: pathOf("one") })).status, 200)
        assert.strictEqual((yield* sandbox.messages("one")).length, 2)
      }).pipe(Effect.scoped)
    )
  })
}
