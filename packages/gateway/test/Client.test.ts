import { HttpClient, HttpClientError } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { InboxClient, RateLimiter, RetryPolicy } from "@inbox-effect/client"
import { createInboxClient } from "@inbox-effect/client/promise"
import * as Transport from "@inbox-effect/client/Transport"
import { Gateway } from "@inbox-effect/gateway"
import { Clock, Context, Duration, Effect, Either, Layer, Logger, Redacted, TestClock } from "effect"
import { content } from "./support/outcomes.js"
import * as Simulated from "./support/simulated.js"
import * as VirtualTime from "./support/virtualTime.js"
import { type Fault, faults } from "./v2/faults.js"
import { plain } from "./v2/readings.js"
import { Simulator } from "./v2/Simulator.js"

const request = { threadId: "thread1", content }

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
      const sent = Either.getOrThrow(yield* sendWith(Simulated.clientLayer(simulator)))
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
        const result = yield* sendWith(Simulated.clientLayer(simulator))
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
      }).pipe(Effect.provide(Simulated.clientLayer(simulator)), Effect.orDie, VirtualTime.run)
      assert.strictEqual(error._tag, "TimedOut")
      assert.strictEqual(simulator.sends.length, 1)
      assert.strictEqual(simulator.delivered("thread1").length, 1)
    })
  )

  it.live("sends with a token of its own upstream, where it is given one", () =>
    Effect.gen(function* () {
      const simulator = new Simulator({ tokens: { upstream: "team1" } })
      assert.isTrue(Either.isLeft(yield* sendWith(Simulated.clientLayer(simulator))))
      const own = Simulated.clientLayer(simulator, { token: Redacted.make("upstream") })
      assert.isTrue(Either.isRight(yield* sendWith(own)))
    })
  )

  it.live("refuses a thread of another platform before anything is sent", () =>
    Effect.gen(function* () {
      const simulator = new Simulator({ threads: [{ id: "thread1", team: "team1", platform: "instagram" }] })
      const error = Either.getOrThrow(Either.flip(yield* sendWith(Simulated.clientLayer(simulator))))
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
      }).pipe(Effect.provide(Simulated.clientLayer(simulator)), Effect.orDie)
      assert.lengthOf(simulator.requests, 7)
    })
  )
})

describe("InboxClient behind the end of the hosted API", () => {
  const hostedEnd = Date.parse("2026-12-03T00:00:00Z")

  /** Log of the client as it is made, without a base URL of its own. */
  const logged = (http: HttpClient.HttpClient) =>
    Effect.gen(function* () {
      const lines: Array<string> = []
      const logger = Logger.replace(
        Logger.defaultLogger,
        Logger.make(({ message }) => void lines.push(String(message)))
      )
      yield* TestClock.setTime(hostedEnd + 1)
      yield* InboxClient.make({ token: Simulated.token }).pipe(
        Effect.provideService(HttpClient.HttpClient, http),
        Effect.provide(logger)
      )
      return lines
    })

  it.scoped("is told so where nothing stands in for that API, and not over the gateway", () =>
    Effect.gen(function* () {
      const bare = Simulated.clientOf(new Simulator())
      const context = yield* Layer.build(Simulated.clientLayer(new Simulator()))
      const gateway = Context.get(context, HttpClient.HttpClient)
      assert.isTrue(Transport.isGateway(gateway))
      assert.isFalse(Transport.isGateway(bare))
      assert.lengthOf(yield* logged(bare), 1)
      assert.lengthOf(yield* logged(gateway), 0)
    })
  )
})

describe("a rate limiter before the gateway", () => {
  it.live("keeps to what v2 says of its limits, and the gateway sends nothing twice", () =>
    Effect.gen(function* () {
      const simulator = new Simulator({ reading: { ...plain, resetUnit: "SecondsFromNow" } })
      simulator.faults.push(undefined, fault("rate limited for an hour"))
      const seen = yield* Effect.gen(function* () {
        const limiter = yield* RateLimiter.make()
        const inbox = yield* InboxClient.make({ token: Simulated.token, limiter, timeout: "2 hours" })
        yield* inbox.sendMessage(request)
        const refused = yield* Effect.either(inbox.sendMessage(request, { retry: RetryPolicy.none }))
        const waits = yield* limiter.wait ?? Effect.succeed(Duration.zero)
        const before = yield* Clock.currentTimeMillis
        yield* inbox.sendMessage(request)
        return { refused, waits, waited: (yield* Clock.currentTimeMillis) - before }
      }).pipe(Effect.provide(Simulated.clientLayer(simulator)), Effect.orDie, VirtualTime.run)
      assert.strictEqual(Either.isLeft(seen.refused) && seen.refused.left._tag, "RateLimited")
      assert.isAtLeast(Duration.toSeconds(seen.waits), 3_590)
      assert.isAtLeast(seen.waited, 3_590_000)
      assert.lengthOf(simulator.delivered("thread1"), 2)
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
      }).pipe(Effect.provide(Simulated.clientLayer(simulator)), Effect.orDie, VirtualTime.run)
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
          }).pipe(Effect.provide(Simulated.clientLayer(simulator)), Effect.orDie, VirtualTime.run)
          assert.isAtMost(simulator.delivered("thread1").length, 2, each.name)
        })
    )
  )
})

describe("the promise entry over the gateway", () => {
  it("sends, and says that it was", async () => {
    const simulator = new Simulator()
    const inbox = createInboxClient({
      token: "Secret0Token1",
      httpClient: Simulated.clientLayer(simulator).pipe(Layer.orDie)
    })
    const result = await inbox.sendMessage(request)
    await inbox.close()
    assert.strictEqual(result.delivery, "Delivered")
    assert.strictEqual(simulator.delivered("thread1").length, 1)
  })
})
