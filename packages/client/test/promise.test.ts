import { inspect } from "node:util"
import { HttpClient, HttpClientResponse } from "@effect/platform"
import { NodeHttpClient } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import {
  Aborted,
  Closed,
  createInboxClient,
  type Options,
  type SendError,
  type SendResult,
  type Signal,
  Unexpected
} from "@inbox-effect/client/promise"
import { Arbitrary, Effect, FastCheck as fc, Layer, Schema } from "effect"
import { expectTypeOf } from "vitest"
import * as Servers from "./Servers.js"

const token = "a-secret-token"

const request = { threadId: "thread1", content: "the text of the message" }

/** Runs a test with a server, and a client that is closed in the end. */
const withClient = (
  server: Effect.Effect<Servers.HttpServer, never, import("effect").Scope.Scope>,
  body: (
    client: ReturnType<typeof createInboxClient>,
    server: Servers.HttpServer,
    again: (options: Partial<Options>) => ReturnType<typeof createInboxClient>
  ) => Promise<void>,
  options?: Partial<Options>
) =>
  Effect.gen(function* () {
    const running = yield* server
    const again = (more: Partial<Options>) =>
      createInboxClient({ token, baseUrl: running.baseUrl, ...options, ...more })
    const client = again({})
    yield* Effect.promise(() => body(client, running, again).finally(() => client.close()))
  }).pipe(Effect.scoped)

const answered = Servers.fixed(200, JSON.stringify(Servers.message), { "content-type": "application/json" })

/** A server that says nothing until it is told to. */
const silent = Effect.gen(function* () {
  const arrived: Array<() => void> = []
  const server = yield* Servers.http(() => arrived.shift()?.())
  const arrival = () => new Promise<void>((resolve) => arrived.push(resolve))
  return { ...server, arrival }
})

describe("createInboxClient", () => {
  it.live("sends, and gives the message as plain JSON", () =>
    withClient(answered, async (client, server) => {
      const result = await client.sendMessage(request)
      assert.isTrue(result.ok)
      if (!result.ok) return
      assert.deepStrictEqual(JSON.parse(JSON.stringify(result.message)), {
        ...Servers.message,
        createdAt: "2023-11-07T05:31:56.000Z"
      })
      assert.strictEqual(result.metadata.status, 200)
      assert.strictEqual(server.received[0]?.headers.authorization, `Bearer ${token}`)
      assert.deepStrictEqual(await client.sendMessageOrThrow(request), result.message)
    })
  )

  it.live("sends over another HttpClient", () =>
    withClient(
      answered,
      async (client, server) => {
        assert.isTrue((await client.sendMessage(request)).ok)
        assert.strictEqual(server.received.length, 1)
      },
      { httpClient: NodeHttpClient.layer }
    )
  )

  it.live("asks for the token each time, and again after a 401", () => {
    const tokens = ["stale", "fresh", "fresh"]
    const server = Servers.http((response, { headers }) => {
      const ok = headers.authorization === "Bearer fresh"
      response.writeHead(ok ? 200 : 401).end(ok ? JSON.stringify(Servers.message) : "")
    })
    return withClient(
      server,
      async (client) => {
        const result = await client.sendMessage(request)
        assert.isTrue(result.ok)
        assert.strictEqual(result.ok ? result.metadata.attempts.length : 0, 2)
      },
      { token: async () => tokens.shift() ?? "fresh" }
    )
  })

  it.live("tells what is known of the delivery, never rejects, and shows neither token nor text", () => {
    const answers: ReadonlyArray<readonly [status: number, tag: SendError["_tag"], delivery: string]> = [
      [403, "Forbidden", "NotDelivered"],
      [404, "ThreadNotFound", "NotDelivered"],
      [500, "ServerError", "Unknown"],
      [200, "MalformedResponse", "Delivered"]
    ]
    const statuses = answers.flatMap(([status]) => [status, status])
    const echo = JSON.stringify({ error: { code: "NOPE", message: `${request.content} ${token}` } })
    return withClient(
      Servers.http((response) => response.writeHead(statuses.shift() ?? 500).end(echo)),
      async (client) => {
        for (const [status, tag, delivery] of answers) {
          const result = await client.sendMessage(request)
          assert.isFalse(result.ok)
          if (result.ok) return
          assert.deepStrictEqual([result.error._tag, result.delivery, result.error.delivery], [tag, delivery, delivery])
          assert.instanceOf(result.error, Error)
          const thrown = await client.sendMessageOrThrow(request).catch((error: unknown) => error)
          assert.strictEqual((thrown as SendError)._tag, tag)
          for (const rendering of [inspect(result, { depth: 9 }), JSON.stringify(result), String(result.error)]) {
            assert.notInclude(rendering, token, String(status))
            assert.notInclude(rendering, request.content, String(status))
          }
        }
      }
    )
  })

  it.live("says of what breaks the schema that nothing was sent, whatever plain JavaScript passes", () =>
    withClient(answered, async (client, server) => {
      for (const odd of [
        undefined,
        null,
        1,
        "text",
        {},
        { ...request, content: "" },
        { ...request, threadId: "A-B" }
      ]) {
        const result = await client.sendMessage(odd as never)
        assert.deepInclude({ ...result }, { ok: false, delivery: "NotDelivered" })
      }
      assert.strictEqual(server.received.length, 0)
    })
  )

  describe("a signal", () => {
    const aborted = (result: SendResult, delivery: string) => {
      assert.strictEqual(result.delivery, delivery)
      assert.strictEqual(result.ok ? "ok" : result.error._tag, "Aborted")
    }

    it.live("aborted before: nothing is sent", () =>
      withClient(answered, async (client, server) => {
        aborted(await client.sendMessage(request, { signal: AbortSignal.abort() }), "NotDelivered")
        assert.strictEqual(server.received.length, 0)
      })
    )

    it.live("aborted while the server is silent: nobody knows", () =>
      Effect.gen(function* () {
        const server = yield* silent
        const client = createInboxClient({ token, baseUrl: server.baseUrl })
        const controller = new AbortController()
        const arrival = server.arrival()
        const result = client.sendMessage(request, { signal: controller.signal })
        yield* Effect.promise(() => arrival)
        controller.abort()
        aborted(yield* Effect.promise(() => result), "Unknown")
        assert.strictEqual(server.received.length, 1)
        yield* Effect.promise(() => client.close())
      }).pipe(Effect.scoped)
    )

    it.live("aborted between attempts, or while waiting for its turn: nothing was delivered", () => {
      const logged: Array<string> = []
      return withClient(
        Servers.fixed(429, "", { "retry-after": "30" }),
        async (client, server, again) => {
          const first = new AbortController()
          const retried = client.sendMessage(request, { signal: first.signal })
          while (logged.length === 0) await new Promise((resolve) => setTimeout(resolve, 10))
          assert.strictEqual(server.received.length, 1)
          first.abort()
          aborted(await retried, "NotDelivered")
          assert.deepStrictEqual(logged, ["INFO Sending again in 30s: RateLimited"])
          const limited = again({ retry: false, rateLimit: { quotas: [{ limit: 1, window: "1 hour" }] } })
          assert.isFalse((await limited.sendMessage(request)).ok)
          const second = new AbortController()
          const waiting = limited.sendMessage(request, { signal: second.signal })
          await new Promise((resolve) => setTimeout(resolve, 100))
          second.abort()
          aborted(await waiting, "NotDelivered")
          assert.strictEqual(server.received.length, 2)
          await limited.close()
        },
        { onLog: ({ level, message }) => void logged.push(`${level} ${message}`) }
      )
    })

    it.live("aborted while the body of a 200 arrives: it was delivered", () =>
      Effect.gen(function* () {
        const server = yield* Servers.http((response) =>
          response.writeHead(200, { "content-length": "1000" }).write("{")
        )
        const isRead = yield* Servers.headRead(server)
        yield* withClient(Effect.succeed(server), async (client) => {
          const controller = new AbortController()
          const result = client.sendMessage(request, { signal: controller.signal })
          await isRead
          controller.abort()
          aborted(await result, "Delivered")
        })
      }).pipe(Effect.scoped)
    )

    it.live("aborted after the answer: the message stays", () =>
      withClient(answered, async (client) => {
        const controller = new AbortController()
        const result = await client.sendMessage(request, { signal: controller.signal })
        controller.abort()
        assert.isTrue(result.ok)
      })
    )
  })

  it.live("when closed, waits for what is under way and takes no more", () =>
    withClient(
      Servers.http((response) => void setTimeout(() => response.end(JSON.stringify(Servers.message)), 200)),
      async (client) => {
        const underWay = client.sendMessage(request)
        await Promise.all([client.close(), client.close()])
        const late = await client.sendMessage(request)
        assert.strictEqual(late.ok ? "ok" : late.error._tag, "Closed")
        assert.strictEqual(late.delivery, "NotDelivered")
        assert.isTrue((await underWay).ok)
      }
    )
  )

  it.live("makes a result of what should not have been thrown, without repeating it", () =>
    withClient(
      answered,
      async (client) => {
        const result = await client.sendMessage(request)
        assert.isFalse(result.ok)
        assert.notInclude(inspect(result, { depth: 9 }), token)
        assert.notStrictEqual(result.delivery, "Delivered")
      },
      {
        httpClient: Layer.succeed(
          HttpClient.HttpClient,
          HttpClient.make((request) => {
            throw new Error(`with ${token} ${HttpClientResponse.fromWeb(request, new Response()).status}`)
          })
        )
      }
    )
  )

  const unusable: ReadonlyArray<readonly [object, error: typeof Error]> = [
    [{ token: "" }, TypeError],
    [{ token: "two words" }, TypeError],
    [{ token: undefined }, TypeError],
    [{ baseUrl: "nowhere" }, TypeError],
    [{ baseUrl: null }, TypeError],
    [{ retry: { maxRetries: -1 } }, RangeError],
    [{ timeout: "10 secs" }, RangeError],
    [{ timeout: Number.NaN }, RangeError],
    [{ attemptTimeout: 0 }, RangeError],
    [{ rateLimit: { quotas: [{ limit: 0, window: "1 minute" }] } }, RangeError]
  ]

  it.each(unusable)("throws at once on %j, without repeating it", (options, error) => {
    const make = () => createInboxClient({ token, ...options })
    assert.throws(make, error)
    assert.throws(make, /^(?!.*two words)/)
  })

  it.live("sends no token that a function does not give", () =>
    withClient(
      answered,
      async (client, server) => {
        const result = await client.sendMessage(request)
        assert.strictEqual(result.ok ? "ok" : result.error._tag, "CredentialsUnavailable")
        assert.strictEqual(server.received.length, 0)
      },
      { token: () => undefined as never }
    )
  )

  it.live("sends nothing where the signal is none, and needs no options", () =>
    withClient(answered, async (client, server) => {
      const result = await client.sendMessage(request, { signal: new AbortController() as never })
      assert.deepInclude({ ...result }, { ok: false, delivery: "NotDelivered" })
      assert.strictEqual(server.received.length, 0)
      assert.isTrue((await client.sendMessage(request, null as never)).ok)
    })
  )

  it.live("goes on where what it logs to throws", () =>
    withClient(
      Servers.fixed(200, JSON.stringify(Servers.message), { sunset: "Thu, 03 Dec 2026 00:00:00 GMT" }),
      async (client) => assert.isTrue((await client.sendMessage(request)).ok),
      {
        onLog: () => {
          throw new Error("the disk is full")
        }
      }
    )
  )

  it("has errors that survive encode and decode", () => {
    const own = Schema.Union(Aborted, Closed, Unexpected)
    const schema = Schema.parseJson(own)
    fc.assert(
      fc.property(Arbitrary.make(own), (error) => {
        const again = Schema.decodeSync(schema)(Schema.encodeSync(schema)(error))
        assert.instanceOf(again, Error)
        assert.deepStrictEqual([again._tag, again.delivery, again.message], [error._tag, error.delivery, error.message])
      })
    )
  })

  it("has results that narrow by ok", () => {
    const read = (result: SendResult) => {
      if (result.ok) {
        expectTypeOf(result.message.createdAt).toEqualTypeOf<string>()
        expectTypeOf(result.delivery).toEqualTypeOf<"Delivered">()
        expectTypeOf(result).not.toHaveProperty("error")
      } else {
        expectTypeOf(result.delivery).toEqualTypeOf<"NotDelivered" | "Unknown" | "Delivered">()
        expectTypeOf(result.error).toEqualTypeOf<SendError>()
        expectTypeOf(result).not.toHaveProperty("message")
        if (result.error._tag === "Closed") expectTypeOf(result.error.delivery).toEqualTypeOf<"NotDelivered">()
      }
    }
    assert.isFunction(read)
    expectTypeOf<AbortSignal>().toMatchTypeOf<Signal>()
    expectTypeOf(createInboxClient).parameter(0).toHaveProperty("token")
  })
})
