import { assert, describe, it } from "@effect/vitest"
import { Fault, Inspector } from "@inbox-effect/sandbox"
import { Array as Arr, Effect, Redacted, Schema } from "effect"
import { inMemory as withSandbox } from "./support/databases.js"
import { ask, exchange, firstThread, type Options, pathOf, type Running, send } from "./support/http.js"

const strangers: ReadonlyArray<NonNullable<Options["headers"]>> = [
  { authorization: undefined },
  { authorization: "Bearer other" },
  { host: "evil.example" },
  { origin: "http://evil.example" }
]

const exchanges = (sandbox: Running) =>
  Effect.flatMap(ask(sandbox, "GET", "/exchanges?limit=100"), ({ text }) =>
    Schema.decodeUnknown(Schema.parseJson(Inspector.Exchanges))(text)
  )

describe("requests without a token", () => {
  it.live(
    "use up no fault, and have none of their own",
    withSandbox((sandbox) =>
      Effect.gen(function* () {
        yield* sandbox.addFault(Fault.Status.make({ status: 503, stored: false }), { times: 1 })
        for (const headers of strangers) {
          for (const fault of [undefined, "reset=before", "latency=10m", "nonsense"]) {
            const answer = yield* send(sandbox, { content: "x" }, { headers: { ...headers, "x-sandbox-fault": fault } })
            assert.strictEqual(answer.status, 401, JSON.stringify(headers))
          }
        }
        assert.strictEqual((yield* send(sandbox, { content: "x" })).status, 503)
        assert.strictEqual((yield* send(sandbox, { content: "x" })).status, 200)
      })
    )
  )

  it.live(
    "push nothing of the developer's out of the traffic, and are shown, the newest hundred of them",
    withSandbox((sandbox) =>
      Effect.gen(function* () {
        const { headers } = yield* send(sandbox, { content: "mine" })
        const flood = Arr.range(1, 1_100)
        yield* Effect.forEach(flood, () => send(sandbox, {}, { headers: { authorization: undefined } }), {
          concurrency: 32
        })
        const kept = yield* ask(sandbox, "GET", `/exchanges/${headers["x-request-id"]}`)
        assert.strictEqual(kept.status, 200)
        const shown = yield* exchanges(sandbox)
        assert.isTrue(shown.exchanges.every(({ status }) => status === 401))
        const rest = yield* ask(sandbox, "GET", `/exchanges?limit=100&before=${shown.nextBefore}`)
        assert.strictEqual(JSON.parse(rest.text).exchanges.length, 1)
      })
    )
  )
})

describe("pages of other sites", () => {
  const origin = "http://localhost:5173"
  const ask = (sandbox: Running, headers: NonNullable<Options["headers"]>) =>
    exchange(sandbox.url, { method: "OPTIONS", path: pathOf(firstThread(sandbox).id), headers })
  const preflight = { "access-control-request-method": "POST", "access-control-request-headers": "authorization" }

  it.live(
    "are let in by none of the answers unless they were named",
    withSandbox((sandbox) =>
      Effect.gen(function* () {
        const asked = yield* ask(sandbox, { origin, ...preflight })
        const sent = yield* send(sandbox, { content: "x" }, { headers: { origin } })
        for (const { headers } of [asked, sent]) assert.notProperty(headers, "access-control-allow-origin")
      })
    )
  )

  it.live(
    "may call the API where they were named, and not the inspector",
    withSandbox(
      (sandbox) =>
        Effect.gen(function* () {
          const asked = yield* ask(sandbox, { origin: "https://app.example", ...preflight })
          assert.strictEqual(asked.status, 204)
          assert.deepInclude(asked.headers, {
            "access-control-allow-origin": "https://app.example",
            "access-control-allow-headers": "authorization",
            "access-control-allow-methods": "POST, GET, HEAD",
            vary: "Origin"
          })
          const sent = yield* send(sandbox, { content: "x" }, { headers: { origin: "https://app.example" } })
          assert.strictEqual(sent.status, 200)
          assert.strictEqual(sent.headers["access-control-allow-origin"], "https://app.example")
          assert.include(String(sent.headers["access-control-expose-headers"]), "X-RateLimit-Remaining")
          const refused = yield* send(
            sandbox,
            { content: "x" },
            { headers: { origin: "https://app.example", authorization: undefined } }
          )
          assert.strictEqual(refused.headers["access-control-allow-origin"], "https://app.example")
          const other = yield* send(sandbox, { content: "x" }, { headers: { origin: "https://other.example" } })
          assert.notProperty(other.headers, "access-control-allow-origin")
          assert.strictEqual(other.headers.vary, "Origin")
          const inspector = yield* exchange(sandbox.url, {
            method: "GET",
            path: "/sandbox/threads",
            headers: { origin: "https://app.example" }
          })
          assert.strictEqual(inspector.status, 403)
          assert.notProperty(inspector.headers, "access-control-allow-origin")
        }),
      { cors: ["https://app.example"], token: Redacted.make("own") }
    )
  )
})
