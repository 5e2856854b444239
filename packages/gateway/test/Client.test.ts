import { HttpClient, HttpClientError } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { InboxClient, Reconcile } from "@inbox-effect/client"
import { createInboxClient } from "@inbox-effect/client/promise"
import { Gateway } from "@inbox-effect/gateway"
import { DateTime, Effect, Either, Layer, Redacted } from "effect"
import { content } from "./support/outcomes.js"
import * as Simulated from "./support/simulated.js"
import * as VirtualTime from "./support/virtualTime.js"
import { type Fault, faults } from "./v2/faults.js"
import { Simulator } from "./v2/Simulator.js"

const request = { threadId: "thread1", content }

const gatewayClient = (simulator: Simulator, options: Gateway.ClientOptions = {}) =>
  Gateway.layerClient({ baseUrl: Simulated.base, ...options }).pipe(Layer.provide(Simulated.layer(simulator)))

const fault = (name: string): Fault => {
  const found = faults.find((each) => each.name === name)
  assert.isDefined(found, name)
  return found
}

const sendWith = (layer: Layer.Layer<HttpClient.HttpClient, unknown>) =>
  Effect.gen(function* () {
    const inbox = yield* InboxClient.make({ token: Simulated.token })
    return yield* Effect.either(inbox.sendMessage(request))
  }).pipe(Effect.provide(layer), Effect.orDie, VirtualTime.run)

describe("InboxClient over the gateway", () => {
  it.live("sends, and gets a message with all keys", () =>
    Effect.gen(function* () {
      const simulator = new Simulator()
      const sent = Either.getOrThrow(yield* sendWith(gatewayClient(simulator)))
      assert.strictEqual(sent.content, content)
      assert.strictEqual(sent.teamId, "team1")
      assert.strictEqual(sent.id, simulator.delivered("thread1")[0]?.id)
    })
  )

  it.live("never takes for undelivered what may have been delivered, nor for unknown what is known", () =>
    Effect.forEach(faults, (each) =>
      Effect.gen(function* () {
        const simulator = new Simulator()
        simulator.faults.push(...Array.from({ length: 12 }, () => each))
        const result = yield* sendWith(gatewayClient(simulator))
        const delivered = simulator.delivered("thread1").length
        assert.isAtMost(delivered, 1, each.name)
        if (Either.isRight(result)) assert.strictEqual(delivered, 1, each.name)
        else if (result.left.delivery === "NotDelivered") assert.strictEqual(delivered, 0, each.name)
      })
    )
  )

  it.live("knows that nothing was sent where v2 cannot be reached", () =>
    Effect.gen(function* () {
      const refused = HttpClient.make((request) =>
        Effect.fail(
          new HttpClientError.RequestError({
            request,
            reason: "Transport",
            cause: Object.assign(new Error(), { code: "ECONNREFUSED", syscall: "connect" })
          })
        )
      )
      const layer = Gateway.layerClient({ baseUrl: Simulated.base }).pipe(
        Layer.provide(Layer.succeed(HttpClient.HttpClient, refused))
      )
      const error = Either.getOrThrow(Either.flip(yield* sendWith(layer)))
      assert.strictEqual(error._tag, "ConnectionFailed")
      assert.strictEqual(error.delivery, "NotDelivered")
    })
  )

  it.live("goes on sending when nobody waits any more", () =>
    Effect.gen(function* () {
      const simulator = new Simulator()
      simulator.faults.push(fault("slow"))
      const error = yield* Effect.gen(function* () {
        const inbox = yield* InboxClient.make({ token: Simulated.token, timeout: "1 second" })
        const error = yield* Effect.flip(inbox.sendMessage(request))
        yield* Effect.sleep("10 seconds")
        return error
      }).pipe(Effect.provide(gatewayClient(simulator)), Effect.orDie, VirtualTime.run)
      assert.strictEqual(error._tag, "TimedOut")
      assert.strictEqual(simulator.sends.length, 1)
      assert.strictEqual(simulator.delivered("thread1").length, 1)
    })
  )

  it.live("sends with a token of its own upstream, where it is given one", () =>
    Effect.gen(function* () {
      const simulator = new Simulator({ tokens: { upstream: "team1" } })
      assert.isTrue(Either.isLeft(yield* sendWith(gatewayClient(simulator))))
      const own = gatewayClient(simulator, { token: Redacted.make("upstream") })
      assert.isTrue(Either.isRight(yield* sendWith(own)))
    })
  )

  it.live("refuses a thread of another platform before anything is sent", () =>
    Effect.gen(function* () {
      const simulator = new Simulator({ threads: [{ id: "thread1", team: "team1", platform: "instagram" }] })
      const error = Either.getOrThrow(Either.flip(yield* sendWith(gatewayClient(simulator))))
      assert.strictEqual(error._tag, "UnprocessableContent")
      assert.lengthOf(simulator.sends, 0)
    })
  )

  it.live("asks for the team and the thread once", () =>
    Effect.gen(function* () {
      const simulator = new Simulator()
      yield* Effect.gen(function* () {
        const inbox = yield* InboxClient.make({ token: Simulated.token })
        for (let n = 0; n < 5; n++) yield* inbox.sendMessage(request)
      }).pipe(Effect.provide(gatewayClient(simulator)), Effect.orDie)
      assert.lengthOf(simulator.requests, 7)
    })
  )
})

describe("InboxClient, which sends a key to a server that takes one", () => {
  it.live("gets through where it would not know: nothing is sent twice", () =>
    Effect.gen(function* () {
      const simulator = new Simulator()
      const late: Fault = { ...fault("unconfirmed, delivered"), confirmedAfter: 6_000 }
      const result = yield* Effect.gen(function* () {
        const inbox = yield* InboxClient.make({ token: Simulated.token })
        // The first answer says that keys are taken.
        yield* inbox.sendMessage({ ...request, content: "first" })
        simulator.faults.push(late)
        return yield* inbox.sendMessageWithMetadata(request)
      }).pipe(Effect.provide(gatewayClient(simulator)), Effect.orDie, VirtualTime.run)
      assert.isAbove(result.metadata.attempts.length, 1)
      assert.lengthOf(simulator.sends, 2)
      assert.lengthOf(simulator.delivered("thread1"), 2)
    })
  )

  it.live("never sends twice, whatever goes wrong as long as it tries", () =>
    Effect.forEach(
      faults.filter(({ when }) => when === "AfterStoring" || when === "Unconfirmed").slice(0, 12),
      (each) =>
        Effect.gen(function* () {
          const simulator = new Simulator()
          yield* Effect.gen(function* () {
            const inbox = yield* InboxClient.make({ token: Simulated.token })
            yield* inbox.sendMessage({ ...request, content: "first" })
            simulator.faults.push(each, each, each)
            yield* Effect.either(inbox.sendMessage(request))
          }).pipe(Effect.provide(gatewayClient(simulator)), Effect.orDie, VirtualTime.run)
          assert.isAtMost(simulator.delivered("thread1").length, 2, each.name)
        })
    )
  )
})

describe("Reconcile over the gateway", () => {
  it.live("finds a message, page by page", () =>
    Effect.gen(function* () {
      const simulator = new Simulator()
      const outcome = yield* Effect.gen(function* () {
        const inbox = yield* InboxClient.make({ token: Simulated.token })
        const from = yield* DateTime.now
        yield* inbox.sendMessage({ threadId: "thread1", content: "the one" })
        for (let n = 0; n < 230; n++) yield* inbox.sendMessage({ threadId: "thread1", content: `message ${n}` })
        const reconciler = yield* Reconcile.make({ token: Simulated.token })
        return yield* reconciler.reconcile(
          { threadId: "thread1", content: "the one" },
          { from, until: yield* DateTime.now }
        )
      }).pipe(Effect.provide(gatewayClient(simulator)), Effect.orDie, VirtualTime.run)
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
      }).pipe(Effect.provide(gatewayClient(simulator)), Effect.orDie, VirtualTime.run)
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
    }).pipe(Effect.provide(gatewayClient(simulator)), Effect.orDie)

  const filled = Effect.gen(function* () {
    const simulator = new Simulator()
    yield* Effect.gen(function* () {
      const inbox = yield* InboxClient.make({ token: Simulated.token })
      for (let n = 0; n < 9; n++) yield* inbox.sendMessage({ threadId: "thread1", content: `message ${n}` })
    }).pipe(Effect.provide(gatewayClient(simulator)), Effect.orDie)
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
      const rest = yield* pages(simulator, `?limit=3&cursorId=${seventh?.id}&cursorTimestamp=x`)
      assert.deepStrictEqual(
        rest.messages.map(({ id }) => id),
        all.messages.slice(7, 9).map(({ id }) => id)
      )
      const unknown = yield* pages(simulator, "?cursorId=nosuch&cursorTimestamp=x")
      assert.strictEqual(unknown.status, 400)
    })
  )

  it.live("refuses half a cursor, and limits that v1 does not have", () =>
    Effect.gen(function* () {
      const simulator = new Simulator()
      for (const query of ["?cursorId=a", "?cursorTimestamp=x", "?limit=0", "?limit=101", "?limit=1e1"]) {
        assert.strictEqual((yield* pages(simulator, query)).status, 400, query)
      }
    })
  )
})

describe("the promise entry over the gateway", () => {
  it("sends, and says that it was", async () => {
    const simulator = new Simulator()
    const inbox = createInboxClient({
      token: "Secret0Token1",
      httpClient: gatewayClient(simulator).pipe(Layer.orDie)
    })
    const result = await inbox.sendMessage(request)
    await inbox.close()
    assert.strictEqual(result.delivery, "Delivered")
    assert.strictEqual(simulator.delivered("thread1").length, 1)
  })
})
