import { assert, describe, it } from "@effect/vitest"
import { Sandbox } from "@inbox-effect/sandbox"
import { Effect } from "effect"
import { errorOf, exchange } from "./support/http.js"

describe("the files of the page", () => {
  const get = (path: string, method = "GET") =>
    Effect.flatMap(Sandbox.Sandbox, ({ url }) => exchange(url, { method, path }))

  it.live("come with a policy that lets nothing in from elsewhere", () =>
    Effect.gen(function* () {
      for (const path of [
        "/",
        "/page/main.js",
        "/page/style/base.css",
        "/page/lit-html/lit-html.js",
        "/page/delivery.json",
        "/page/faults.json"
      ]) {
        const { headers, status } = yield* get(path)
        assert.strictEqual(status, 200, path)
        const policy = String(headers["content-security-policy"])
        assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self';/)
        assert.notInclude(policy, "unsafe")
        assert.notInclude(policy, "http")
        assert.strictEqual(headers["x-content-type-options"], "nosniff")
        assert.strictEqual(headers["referrer-policy"], "no-referrer")
      }
      const head = yield* get("/", "HEAD")
      assert.deepStrictEqual([head.status, head.text], [200, ""])
    }).pipe(Effect.provide(Sandbox.layer()))
  )

  it.live("are the only ones: any other path is refused in the vendor's envelope", () =>
    Effect.gen(function* () {
      for (const path of [
        "/index.html",
        "/page",
        "/page/",
        "/page/tsconfig.json",
        "/page/../package.json",
        "/page/x.js"
      ]) {
        const answer = yield* get(path)
        assert.strictEqual(answer.status, 404, path)
        assert.strictEqual(errorOf(answer).code, "NOT_FOUND")
      }
      assert.strictEqual((yield* get("/", "POST")).status, 404)
    }).pipe(Effect.provide(Sandbox.layer()))
  )

  it.live("are not there where there is no inspector", () =>
    Effect.gen(function* () {
      for (const path of ["/", "/page/main.js"]) {
        assert.strictEqual((yield* get(path)).status, 404)
      }
    }).pipe(Effect.provide(Sandbox.layer({ inspector: false })))
  )
})
