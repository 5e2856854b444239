import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Sandbox } from "@inbox-effect/sandbox"
import { Effect, Redacted } from "effect"
import { inMemory as withSandbox } from "./support/databases.js"
import { ask, type Options, type Running, send } from "./support/http.js"

const withToken = (token: string, headers: Options["headers"] = {}): Options => ({
  headers: { authorization: `Bearer ${token}`, ...headers }
})

const statusOf = (sandbox: Running, token: string, headers?: Options["headers"]) =>
  Effect.map(send(sandbox, { content: "x" }, withToken(token, headers)), ({ status }) => status)

const withFile = <A, E>(body: (file: string) => Effect.Effect<A, E>) =>
  Effect.acquireUseRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "inbox-token-"))),
    (folder) => body(join(folder, "inbox.db")),
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
  )

const using = <A, E>(options: Sandbox.Options, body: (sandbox: Running) => Effect.Effect<A, E>) =>
  Effect.scoped(Effect.flatMap(Sandbox.make(options), body))

describe("the token that everybody knows", () => {
  it.live("is refused where other machines can come, although the database knows it", () =>
    withFile((database) =>
      Effect.gen(function* () {
        yield* using({ database }, (sandbox) =>
          Effect.map(statusOf(sandbox, "sandbox-token"), (status) => assert.strictEqual(status, 200))
        )
        yield* using({ database, host: "0.0.0.0" }, (sandbox) =>
          Effect.gen(function* () {
            const own = Redacted.value(sandbox.token)
            assert.match(own, /^[0-9a-z]{24}$/)
            assert.strictEqual(yield* statusOf(sandbox, own), 200)
            assert.strictEqual(yield* statusOf(sandbox, "sandbox-token"), 401)
          })
        )
        const chosen = yield* Effect.flip(using({ host: "0.0.0.0", token: Sandbox.defaultToken }, () => Effect.void))
        assert.include(chosen.message, "is known to everybody")
      })
    )
  )

  it.live(
    "is refused under a name that only points here, and to pages of other sites; another token is not",
    withSandbox((sandbox) =>
      Effect.gen(function* () {
        const strangers = [
          { host: "evil.example" },
          { host: "127.0.0.1.evil.example:80" },
          { origin: "http://evil.example" },
          { origin: "null" }
        ]
        const own = [
          {},
          { host: "localhost:1" },
          { host: "[::1]:80" },
          { host: "sandbox:8787" },
          { origin: "http://localhost:5173" }
        ]
        for (const headers of strangers) {
          assert.strictEqual(yield* statusOf(sandbox, "sandbox-token", headers), 401, JSON.stringify(headers))
        }
        for (const headers of own) {
          assert.strictEqual(yield* statusOf(sandbox, "sandbox-token", headers), 200, JSON.stringify(headers))
        }
      })
    )
  )

  it.live(
    "stands for what is no secret: one that is counts under every name",
    withSandbox(
      (sandbox) =>
        Effect.gen(function* () {
          assert.strictEqual(
            yield* statusOf(sandbox, "mine", { host: "inbox.example", origin: "http://a.example" }),
            200
          )
        }),
      { token: Redacted.make("mine") }
    )
  )
})

describe("a token", () => {
  it.live(
    "is accepted until it is revoked",
    withSandbox((sandbox) =>
      Effect.gen(function* () {
        const listed = yield* ask(sandbox, "GET", "/tokens")
        assert.notInclude(listed.text, "sandbox-token")
        const { tokens } = JSON.parse(listed.text)
        assert.strictEqual(tokens.length, 1)
        assert.strictEqual(yield* statusOf(sandbox, "sandbox-token"), 200)
        assert.deepStrictEqual(JSON.parse((yield* ask(sandbox, "DELETE", `/tokens/${tokens[0].id}`)).text), {
          tokens: []
        })
        assert.strictEqual(yield* statusOf(sandbox, "sandbox-token"), 401)
        assert.strictEqual((yield* ask(sandbox, "DELETE", `/tokens/${tokens[0].id}`)).status, 404)
      })
    )
  )

  it.live("of an earlier start remains, unless the others are revoked", () =>
    withFile((database) =>
      Effect.gen(function* () {
        const start = (token: string, revokeOthers = false) =>
          using({ database, token: Redacted.make(token), revokeOthers }, (sandbox) =>
            Effect.all([statusOf(sandbox, "first"), statusOf(sandbox, "second")])
          )
        assert.deepStrictEqual(yield* start("first"), [200, 401])
        assert.deepStrictEqual(yield* start("second"), [200, 200])
        assert.deepStrictEqual(yield* start("second", true), [401, 200])
        assert.deepStrictEqual(yield* start("second"), [401, 200])
      })
    )
  )
})
