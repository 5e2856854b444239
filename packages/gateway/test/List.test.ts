import { HttpClient } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { InboxClient, Reconcile } from "@inbox-effect/client"
import { Clock, DateTime, Effect } from "effect"
import * as Simulated from "./support/simulated.js"
import * as VirtualTime from "./support/virtualTime.js"
import { Simulator } from "./v2/Simulator.js"

describe("Reconcile over the gateway", () => {
  it.live("finds a message, page by page", () =>
    Effect.gen(function* () {
      const simulator = new Simulator()
      const outcome = yield* Effect.gen(function* () {
        const inbox = yield* InboxClient.make({ token: Simulated.token })
        const from = yield* DateTime.now
        yield* inbox.sendMessage({ threadId: "thread1", content: "the one" })
        const now = yield* Clock.currentTimeMillis
        for (let n = 0; n < 230; n++) {
          simulator.add({ threadId: "thread1", content: `message ${n}`, replyToMessageId: undefined }, "outbound", now)
        }
        const reconciler = yield* Reconcile.make({ token: Simulated.token })
        return yield* reconciler.reconcile(
          { threadId: "thread1", content: "the one" },
          { from, until: yield* DateTime.now }
        )
      }).pipe(Effect.provide(Simulated.clientLayer(simulator)), Effect.orDie, VirtualTime.run)
      assert.strictEqual(outcome._tag, "Found")
      assert.strictEqual(outcome.evidence.pages, 3)
    })
  )

  it.live("does not rely on a list of a thread that is syncing", () =>
    Effect.gen(function* () {
      const simulator = new Simulator()
      const thread = simulator.threads.get("thread1")
      if (thread !== undefined) thread.syncing = true
      const outcome = yield* Effect.gen(function* () {
        const reconciler = yield* Reconcile.make({ token: Simulated.token })
        const now = yield* DateTime.now
        return yield* reconciler.reconcile({ threadId: "thread1", content: "x" }, { from: now, until: now })
      }).pipe(Effect.provide(Simulated.clientLayer(simulator)), Effect.orDie, VirtualTime.run)
      assert.strictEqual(outcome._tag, "Ambiguous")
    })
  )
})

describe("the list", () => {
  const pages = (simulator: Simulator, path: string) =>
    Effect.gen(function* () {
      const client = yield* HttpClient.HttpClient
      const response = yield* client.get(`https://inboxapp.com/api/v1/threads/thread1/messages${path}`, {
        headers: { authorization: "Bearer Secret0Token1" }
      })
      const json = (yield* response.json) as {
        readonly messages: ReadonlyArray<{ readonly id: string; readonly createdAt: string }>
        readonly nextCursor: { readonly id: string; readonly timestamp: string } | null
      }
      return { status: response.status, ...json, lost: response.headers["x-inbox-gateway-lost"] }
    }).pipe(Effect.provide(Simulated.clientLayer(simulator)), Effect.orDie)

  const filled = Effect.gen(function* () {
    const simulator = new Simulator()
    yield* Effect.gen(function* () {
      const inbox = yield* InboxClient.make({ token: Simulated.token })
      for (let n = 0; n < 9; n++) yield* inbox.sendMessage({ threadId: "thread1", content: `message ${n}` })
    }).pipe(Effect.provide(Simulated.clientLayer(simulator)), Effect.orDie)
    return simulator
  })

  it.live("goes on with v2's cursor inside v1's", () =>
    Effect.gen(function* () {
      const simulator = yield* filled
      const first = yield* pages(simulator, "?limit=4")
      assert.match(first.nextCursor?.id ?? "", /^[0-9a-z]+$/)
      const at = encodeURIComponent(first.nextCursor?.timestamp ?? "")
      const second = yield* pages(simulator, `?limit=4&cursorId=${first.nextCursor?.id}&cursorTimestamp=${at}`)
      const ids = [...first.messages, ...second.messages].map(({ id }) => id)
      assert.strictEqual(new Set(ids).size, 8)
      assert.strictEqual(first.lost, "userId, updatedAt, platformDeletedAt")
    })
  )

  it.live("goes on behind a message that a cursor of the old API names", () =>
    Effect.gen(function* () {
      const simulator = yield* filled
      const all = yield* pages(simulator, "")
      const seventh = all.messages[6]
      const rest = yield* pages(simulator, `?limit=3&cursorId=${seventh?.id}&cursorTimestamp=2026-01-01T00:00:00Z`)
      assert.deepStrictEqual(
        rest.messages.map(({ id }) => id),
        all.messages.slice(7, 9).map(({ id }) => id)
      )
      const unknown = yield* pages(simulator, "?cursorId=nosuch&cursorTimestamp=2026-01-01T00:00:00Z")
      assert.strictEqual(unknown.status, 400)
    })
  )

  it.live("refuses half a cursor, and limits that v1 does not have", () =>
    Effect.gen(function* () {
      const simulator = new Simulator()
      for (const query of [
        "?cursorId=a",
        "?cursorTimestamp=x",
        "?cursorId=a&cursorTimestamp=x",
        "?limit=0",
        "?limit=101",
        "?limit=1e1"
      ]) {
        assert.strictEqual((yield* pages(simulator, query)).status, 400, query)
      }
    })
  )
})
