import { HttpClient, type HttpClientRequest, HttpClientResponse } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Delivery, InboxClient, RetryPolicy } from "@inbox-effect/client"
import * as Undici from "@inbox-effect/client/undici"
import { Gateway } from "@inbox-effect/gateway"
import { Data, type Duration, Effect, Either, Equal, Layer, Logger, LogLevel } from "effect"
import { cases } from "../../client/test/parity/Misbehaviour.js"
import { misbehaviours } from "../../client/test/parity/wire.js"
import * as Servers from "../../client/test/Servers.js"
import * as Simulated from "./support/simulated.js"
import { Simulator } from "./v2/Simulator.js"

const request = { threadId: "thread1", content: "On my way" }

/** v2 that reads well, and whose sends go somewhere else. */
const sendsGo = (elsewhere: HttpClient.HttpClient) =>
  Effect.map(HttpClient.HttpClient, (simulated) =>
    HttpClient.make((each) => (each.method === "GET" ? simulated : elsewhere).execute(each))
  ).pipe(Effect.provide(Simulated.layer(new Simulator())))

type Times = Pick<Gateway.Options, "attemptTimeout" | "deadline">

/** Sends messages, one after the other, through a gateway that never repeats one: the client's table holds as it is. */
const sendAllOver = (elsewhere: HttpClient.HttpClient, baseUrl: string, messages: number, times: Times = {}) =>
  Effect.gen(function* () {
    const http = yield* sendsGo(elsewhere)
    const layer = Gateway.layerClient({
      baseUrl,
      repeat: "Never",
      attemptTimeout: "5 seconds",
      deadline: "10 seconds",
      ...times
    })
    return yield* Effect.flatMap(
      InboxClient.make({ token: Simulated.token, retry: RetryPolicy.none, timeout: "1 minute" }),
      (inbox) => Effect.replicateEffect(Effect.either(inbox.sendMessage(request)), messages)
    ).pipe(Effect.provide(Layer.provide(layer, Layer.succeed(HttpClient.HttpClient, http))))
  }).pipe(Effect.orDie, Logger.withMinimumLogLevel(LogLevel.None))

/** Sends one message. */
const sendOver = (elsewhere: HttpClient.HttpClient, baseUrl: string, times: Times) =>
  Effect.flatMap(sendAllOver(elsewhere, baseUrl, 1, times), ([result]) => Effect.fromNullable(result))

const deliveryOf = (result: Either.Either<unknown, { readonly delivery: Delivery.Delivery }>): Delivery.Delivery =>
  Either.isRight(result) ? "Delivered" : result.left.delivery

const v2 = (url: string): string => url.replace("/api/v1", "/api/v2")

/** Rows without a connection are left out: the gateway tries until its deadline, which has tests of its own. */
const connected = cases.filter(({ expected }) => expected.requests > 0)

describe.concurrent("a v2 that, once the message has been sent,", () => {
  it.live.each(connected)("$name", ({ expected, or, server: behaviour, stalls }) => {
    const observe = (timeout: Duration.DurationInput) =>
      Effect.gen(function* () {
        const server = yield* Servers.socket(behaviour)
        const result = yield* sendOver(yield* HttpClient.HttpClient, v2(server.baseUrl), { attemptTimeout: timeout })
        return { delivery: deliveryOf(result), requests: server.requests.count }
      }).pipe(Effect.scoped, Effect.provide(Undici.layer()))
    return Effect.gen(function* () {
      const soon = yield* observe(stalls ? "400 millis" : "5 seconds")
      // On a busy machine, the time may be up before the server stalls.
      const wanted = { delivery: expected.delivery, requests: expected.requests }
      const isEarly = stalls && !Equal.equals(Data.struct(soon), Data.struct(wanted))
      const seen = isEarly ? yield* observe("5 seconds") : soon
      if (or !== undefined && seen.requests === or.requests) assert.strictEqual(seen.delivery, or.delivery)
      else assert.deepStrictEqual(seen, wanted)
    })
  })

  // What is asserted holds however soon the gateway gives up.
  const times: Times = { attemptTimeout: "400 millis", deadline: "1 second" }

  it.live("does anything at all on the wire, makes the gateway lie in nothing, nor send twice", () =>
    Effect.forEach(
      misbehaviours,
      ({ name, on }) =>
        Effect.gen(function* () {
          const server = yield* Servers.socket(on)
          const result = yield* sendOver(yield* HttpClient.HttpClient, v2(server.baseUrl), times)
          if (deliveryOf(result) === "NotDelivered") assert.strictEqual(server.requests.count, 0, name)
          assert.isAtMost(server.requests.count, 1, name)
        }).pipe(Effect.scoped),
      { concurrency: 8, discard: true }
    ).pipe(Effect.provide(Undici.layer()))
  )
})

/** Every status of the table, at both ends of its range. */
const statuses = [...new Set(Delivery.table.flatMap((row) => ("statuses" in row ? row.statuses : [])))].filter(
  (status) => status >= 200 && status <= 599
)

const bodies: ReadonlyArray<readonly [kind: string, body: string | null]> = [
  ["nothing", null],
  ["HTML", "<html>It works</html>"],
  ["an envelope of v1", '{"error":{"code":"X","message":"m","status":400}}'],
  ["an envelope of v2 of a new kind", '{"code":"somethingNew","message":"m","details":{},"requestId":"r"}']
]

describe("the client's table of delivery holds over the gateway", () => {
  it.effect.each(statuses)("for an answer of v2 with status %d", (status) =>
    Effect.gen(function* () {
      const left = bodies.map(([, body]) => body)
      const elsewhere = HttpClient.make((each: HttpClientRequest.HttpClientRequest) =>
        Effect.sync(() => {
          const body = left.shift() ?? null
          return HttpClientResponse.fromWeb(
            each,
            new Response([204, 205, 304].includes(status) ? null : body, { status })
          )
        })
      )
      const results = yield* sendAllOver(elsewhere, Simulated.base, bodies.length)
      assert.deepStrictEqual(
        results.map((result, index) => [bodies[index]?.[0], deliveryOf(result)]),
        bodies.map(([kind]) => [kind, Delivery.ofStatus(status).delivery])
      )
    })
  )
})
