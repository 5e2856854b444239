import { HttpClient, HttpClientRequest, type HttpClientResponse } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { InboxClient } from "@inbox-effect/client"
import * as Undici from "@inbox-effect/client/undici"
import { Outbox, OutboxWorker } from "@inbox-effect/durable"
import { Fault, Sandbox } from "@inbox-effect/sandbox"
import { ConfigProvider, Context, Effect, Layer, Option, Redacted, Schedule } from "effect"
import * as Databases from "./support/databases.js"
import { inboxOf, quick } from "./support/world.js"

const [threadId = ""] = Sandbox.defaultThreads

const hostile = `<script>alert("1")</script> \u202e`

/** A worker with a page, and a message in doubt. */
const worker = (health: Omit<OutboxWorker.HealthOptions, "port"> = {}) =>
  Effect.gen(function* () {
    const sandbox = yield* Sandbox.make()
    const database = Layer.succeedContext(yield* Layer.build(yield* Databases.sqlite.fresh))
    const request = { threadId, content: hostile }
    const byHand = Effect.provide(
      Effect.flatMap(InboxClient.InboxClient, (client) => client.sendMessage(request)),
      inboxOf(sandbox)
    )
    yield* Effect.all([byHand, byHand])
    yield* sandbox.addFault(Fault.Reset.make({ when: "before" }), { threadId, times: 1 })
    const context = yield* Layer.build(
      OutboxWorker.layer({ ...quick, health: { ...health, port: 0 } }).pipe(
        Layer.provide(Undici.layer()),
        Layer.provide(database),
        Layer.provide(
          Layer.setConfigProvider(
            ConfigProvider.fromMap(
              new Map([
                ["INBOX_API_TOKEN", Redacted.value(sandbox.token)],
                ["INBOX_API_BASE_URL", sandbox.url]
              ])
            )
          )
        )
      )
    )
    const outbox = Context.get(context, Outbox.Outbox)
    yield* outbox.enqueue("<b>key</b>", request)
    yield* outbox.enqueue("refused", { threadId: "nosuchthread", content: "Nobody" })
    yield* Effect.all([outbox.state("<b>key</b>"), outbox.state("refused")]).pipe(
      Effect.repeat({
        until: ([doubtful, refused]) =>
          Option.exists(doubtful, ({ state }) => state === "doubt") &&
          Option.exists(refused, ({ state }) => state === "refused"),
        schedule: Schedule.spaced("10 millis")
      })
    )
    return { outbox, base: `http://127.0.0.1:${Context.get(context, OutboxWorker.OutboxWorker).port}` }
  })

const ask = (request: HttpClientRequest.HttpClientRequest) =>
  Effect.flatMap(HttpClient.HttpClient, (client) => client.execute(request)).pipe(
    Effect.flatMap((response: HttpClientResponse.HttpClientResponse) =>
      Effect.map(response.text, (text) => ({ status: response.status, headers: response.headers, text }))
    ),
    Effect.scoped,
    Effect.provide(Undici.layer())
  )

const get = (url: string, headers: Readonly<Record<string, string>> = {}) =>
  ask(HttpClientRequest.get(url, { headers }))

const settle = (
  base: string,
  fields: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {}
) => ask(HttpClientRequest.post(`${base}/settle`, { headers }).pipe(HttpClientRequest.bodyUrlParams(fields)))

describe("a worker's page", () => {
  it.scopedLive("tells health, readiness and metrics", () =>
    Effect.gen(function* () {
      const { base } = yield* worker()
      assert.strictEqual((yield* get(`${base}/healthz`)).status, 200)
      assert.strictEqual((yield* get(`${base}/readyz`)).text, "ready\n")
      const metrics = yield* get(`${base}/metrics`)
      assert.match(metrics.text, /^inbox_outbox_messages\{state="doubt"\} 1$/m)
      assert.match(metrics.text, /^inbox_outbox_messages\{state="refused"\} 1$/m)
      assert.match(metrics.text, /^inbox_outbox_outcomes_total\{.*error="ThreadNotFound".*\} \d+$/m)
      assert.match(metrics.text, /^# TYPE inbox_outbox_outcomes_total counter$/m)
      for (const line of metrics.text.trimEnd().split("\n")) {
        assert.match(line, /^(# (HELP|TYPE) \w+ .*|\w+(\{(\w+="[^"\\\n]*",?)*\})? (-?[\d.e+-]+|\+Inf|NaN))$/)
      }
    })
  )

  it.scopedLive("shows what is in doubt with its evidence, escaped, and lets a person settle it", () =>
    Effect.gen(function* () {
      const { base, outbox } = yield* worker()
      const first = yield* get(`${base}/`)
      assert.include(first.text, "&lt;b&gt;key&lt;/b&gt;")
      assert.include(first.text, "several messages fit")
      assert.include(first.text, "ThreadNotFound")
      const page = yield* get(`${base}/doubt?key=${encodeURIComponent("<b>key</b>")}`)
      assert.notInclude(page.text, "<script>")
      assert.notInclude(page.text, "\u202e")
      assert.strictEqual(page.text.split("may be it").length - 1, 2)
      assert.include(page.headers["content-security-policy"] ?? "", "default-src 'none'")
      const form = { key: "<b>key</b>", decision: "Delivered", by: "Ada" }
      assert.strictEqual((yield* settle(base, { ...form, by: " " })).status, 400)
      assert.strictEqual((yield* settle(base, form)).status, 303)
      assert.strictEqual((yield* settle(base, form)).status, 409)
      assert.isTrue(Option.exists(yield* outbox.state("<b>key</b>"), ({ state }) => state === "sent"))
      assert.strictEqual((yield* get(`${base}/doubt?key=nothing`)).status, 404)
    })
  )

  it.scopedLive("is closed to other sites", () =>
    Effect.gen(function* () {
      const { base, outbox } = yield* worker()
      const form = { key: "<b>key</b>", decision: "GiveUp", by: "Mallory" }
      assert.strictEqual((yield* settle(base, form, { origin: "https://example.com" })).status, 403)
      assert.strictEqual((yield* settle(base, form, { "sec-fetch-site": "cross-site" })).status, 403)
      assert.strictEqual((yield* get(`${base}/`, { host: "rebound.example.com" })).status, 403)
      assert.isTrue(Option.exists(yield* outbox.state("<b>key</b>"), ({ state }) => state === "doubt"))
    })
  )

  it.scopedLive("is behind a token where there is one", () =>
    Effect.gen(function* () {
      const { base } = yield* worker({ token: Redacted.make("page-token") })
      assert.strictEqual((yield* get(`${base}/`)).status, 401)
      assert.strictEqual((yield* get(`${base}/metrics`, { authorization: "Bearer wrong" })).status, 401)
      assert.strictEqual((yield* get(`${base}/metrics`, { authorization: "Bearer page-token" })).status, 200)
      const basic = Buffer.from("anybody:page-token").toString("base64")
      assert.strictEqual((yield* get(`${base}/`, { authorization: `Basic ${basic}` })).status, 200)
      assert.strictEqual((yield* get(`${base}/readyz`)).status, 200)
    })
  )

  it.scopedLive("is not opened to other machines without a token", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(worker({ host: "0.0.0.0" }))
      assert.strictEqual((error as { readonly _tag: string })._tag, "TokenMissing")
    })
  )
})
