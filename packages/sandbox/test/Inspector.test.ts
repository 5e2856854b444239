import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { inspector } from "./suites/inspector.js"
import { inMemory as withSandbox } from "./support/databases.js"
import { ask, errorOf, type Options, send } from "./support/http.js"

inspector(withSandbox)

describe("the inspector", () => {
  it.live(
    "is closed to other sites and to names that only point here",
    withSandbox((sandbox) =>
      Effect.gen(function* () {
        const origin = new URL(sandbox.url).origin
        const strangers: ReadonlyArray<NonNullable<Options["headers"]>> = [
          { host: "evil.example:8787" },
          { host: "127.0.0.1.evil.example" },
          { host: "localhost.evil.example" },
          { origin: "http://evil.example" },
          { origin: "null" },
          { origin: "http://localhost:1" },
          { "sec-fetch-site": "cross-site" },
          { "sec-fetch-site": "same-site" }
        ]
        for (const headers of strangers) {
          for (const [method, path, body] of [
            ["GET", "/threads", undefined],
            ["GET", "/events", undefined],
            ["DELETE", "/messages", undefined],
            ["POST", "/threads", {}],
            ["PUT", "/settings", { rateLimits: true }]
          ] as const) {
            const answer = yield* ask(sandbox, method, path, body, { headers })
            assert.strictEqual(answer.status, 403, JSON.stringify(headers))
            assert.strictEqual(errorOf(answer).code, "FORBIDDEN")
          }
        }
        for (const headers of [
          { host: "localhost:1" },
          { origin, "sec-fetch-site": "same-origin" },
          { host: "[::1]" }
        ]) {
          assert.strictEqual((yield* ask(sandbox, "GET", "/threads", undefined, { headers })).status, 200)
        }
        const form = { "content-type": "text/plain" }
        assert.strictEqual((yield* ask(sandbox, "POST", "/threads", {}, { headers: form })).status, 415)
        const answer = yield* ask(sandbox, "GET", "/threads")
        assert.notProperty(answer.headers, "access-control-allow-origin")
      })
    )
  )

  it.live(
    "is not there when it was not asked for",
    withSandbox(
      (sandbox) =>
        Effect.gen(function* () {
          assert.strictEqual((yield* ask(sandbox, "GET", "/threads")).status, 404)
          assert.strictEqual((yield* send(sandbox, { content: "x" })).status, 200)
        }),
      { inspector: false }
    )
  )
})
