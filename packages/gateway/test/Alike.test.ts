import { assert, describe, it } from "@effect/vitest"
import { Effect, Logger, LogLevel, type Scope } from "effect"
import { exchange, type Options } from "../../server/test/support/http.js"
import * as Ways from "./support/ways.js"
import { faults } from "./v2/faults.js"
import { Simulator } from "./v2/Simulator.js"

const path = "/api/v1/threads/thread1/messages"

const headers = { authorization: "Bearer Secret0Token1", "content-type": "application/json" }

const good = { path, headers, body: '{"content":"x"}' }

/** Requests that are answered, or refused by one part or another of the gateway. */
const asked: Readonly<Record<string, Options>> = {
  "a send": good,
  "a send with a key": { ...good, headers: { ...headers, "idempotency-key": "k" } },
  "a list": { method: "GET", path, headers },
  "a list without its body": { method: "HEAD", path, headers },
  "the methods of a path": { method: "OPTIONS", path },
  "another method": { ...good, method: "PUT" },
  "another path": { ...good, path: "/api/v1/messages" },
  "an escape that is none": { ...good, path: "/api/v1/threads/%zz/messages" },
  "an escaped letter": { ...good, path: "/api/v1/%74hreads/thread1/messages" },
  "an escaped slash": { ...good, path: "/api/v1/threads/a%2Fb/messages" },
  "dot segments": { ...good, path: "/api/v1/x/../threads/thread1/messages" },
  "a malformed thread": { ...good, path: "/api/v1/threads/A-B/messages" },
  "an unknown thread": { ...good, path: "/api/v1/threads/nosuch/messages" },
  "no token": { path, body: good.body },
  "a wrong token, and all else wrong": { path: "/api/v1/threads/A-B/messages", headers: { authorization: "Bearer x" } },
  "a malformed thread and a wrong body": { ...good, path: "/api/v1/threads/A-B/messages", body: "" },
  "no media type": { ...good, headers: { authorization: headers.authorization } },
  "no body": { ...good, body: "" },
  "a body over the limit": { ...good, body: `{"content":"${"x".repeat(2 ** 20)}"}` },
  "no JSON": { ...good, body: "{" },
  "no content": { ...good, body: "{}" },
  "a NUL": { ...good, body: '{"content":"\\u0000"}' },
  "an empty key": { ...good, headers: { ...headers, "idempotency-key": " " } },
  "an empty key, and a wrong body": { ...good, headers: { ...headers, "idempotency-key": " " }, body: "{}" },
  "half a cursor": { method: "GET", path: `${path}?cursorId=a`, headers },
  "a limit that is given twice": { method: "GET", path: `${path}?limit=5&limit=6`, headers },
  "a limit in a query behind a fragment's sign": { method: "GET", path: `${path}?limit=0%23`, headers }
}

/** Headers by which a caller decides. Ids and instants are of one answer alone. */
const compared = [
  "accept-idempotency-key",
  "allow",
  "content-type",
  "retry-after",
  "www-authenticate",
  "x-inbox-gateway-delivery",
  "x-inbox-gateway-lost"
]

type Serve = (typeof Ways.all)[number][1]

const answer = (url: string, request: Options) =>
  Effect.map(exchange(url, request), ({ headers, status, text }) => ({
    status,
    headers: Object.fromEntries(compared.map((header) => [header, headers[header]])),
    // What a path would have to be is told with the base that the server has, and the process has none.
    error: text === "" ? "" : JSON.stringify(JSON.parse(text).error)?.replace("/api/v1", "")
  }))

const inBothWays = <A>(use: (serve: Serve) => Effect.Effect<A, never, Scope.Scope>) =>
  Effect.forEach(Ways.all, ([, serve]) => use(serve), { concurrency: 2 }).pipe(
    Effect.scoped,
    Logger.withMinimumLogLevel(LogLevel.None)
  )

describe("both ways", () => {
  it.live("answer alike, status, headers and words", () =>
    Effect.gen(function* () {
      const [inProcess, asServer = []] = yield* inBothWays((serve) =>
        Effect.gen(function* () {
          const simulator = new Simulator()
          const url = yield* serve(simulator)
          return yield* Effect.forEach(Object.entries(asked), ([name, request]) => {
            const sends = simulator.sends.length
            return Effect.map(answer(url, request), (answered) => {
              // What breaks the contract of v1 is not sent on.
              const isSent = simulator.sends.length > sends
              return { name, isSent, ...answered }
            })
          })
        })
      )
      assert.deepStrictEqual(inProcess, asServer)
      for (const { headers, isSent, name, status } of asServer) {
        assert.strictEqual(isSent, status === 200 && !name.startsWith("a list"), name)
        assert.strictEqual(headers["accept-idempotency-key"], "?1", name)
        assert.strictEqual(headers["x-inbox-gateway-delivery"], status < 400 ? undefined : "NotDelivered", name)
      }
    })
  )

  it.live.each([
    ["content rejected", "NotDelivered"],
    ["rate limited for an hour", "NotDelivered"],
    ["a 502 of a new kind", "Unknown"]
  ])("say alike what became of a message where v2 had a fault: %s", ([name, delivery]) =>
    Effect.gen(function* () {
      const fault = faults.find((each) => each.name === name)
      assert.isDefined(fault)
      const [inProcess, asServer] = yield* inBothWays((serve) => {
        const simulator = new Simulator()
        simulator.faults.push(fault)
        return Effect.flatMap(serve(simulator), (url) => answer(url, good))
      })
      assert.deepStrictEqual(inProcess, asServer)
      assert.strictEqual(asServer?.headers["x-inbox-gateway-delivery"], delivery)
    })
  )
})
