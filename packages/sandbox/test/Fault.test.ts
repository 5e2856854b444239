import { assert, describe, it } from "@effect/vitest"
import { Fault, Inspector, Sandbox } from "@inbox-effect/sandbox"
import { DateTime, Effect, Either, Fiber, Schema } from "effect"
import { errorOf, exchange, firstThread, type Running, rawSend, send } from "./support/http.js"

const parse = (text: string) => Either.getOrThrowWith(Fault.parse(text), (sentence) => new Error(sentence))

describe("the spelling of faults", () => {
  it.prop("reads what it writes", [Fault.Fault], ([fault]) => {
    const [read, ...others] = parse(Fault.format(fault))
    assert.deepStrictEqual(others, [])
    assert.isTrue(Schema.equivalence(Fault.Fault)(read as Fault.Fault, fault), Fault.format(fault))
  })

  it("takes several, in several ways", () => {
    assert.deepStrictEqual(parse("latency=2s, status=500;stored"), [
      Fault.Latency.make({ millis: 2_000 }),
      Fault.Status.make({ status: 500, stored: true })
    ])
    assert.deepStrictEqual(parse("rate-limited,missing,media-type"), [
      Fault.RateLimited.make({ retryAfter: 1, format: "seconds" }),
      Fault.MissingKeys.make({ keys: ["isEncrypted", "deletedAt", "platformDeletedAt"] }),
      Fault.MediaType.make({ mediaType: "text/html" })
    ])
    const [sunset] = parse("sunset=2026-12-03")
    assert.deepStrictEqual(sunset, Fault.Sunset.make({ at: DateTime.unsafeMake("2026-12-03T00:00:00Z") }))
  })

  const typos: ReadonlyArray<readonly [text: string, sentence: RegExp]> = [
    ["statsu=500", /^There is no fault "statsu": did you mean status\?/],
    ["explode", /^There is no fault "explode": there are reset, stall, /],
    ["", /^There is no fault "": there are /],
    ["constructor", /^There is no fault "constructor"/],
    ["status", /^The fault status takes a status from 400 to 599/],
    ["status=200", /^The fault status takes/],
    ["status=500;sotred", /^The fault status takes .*status=500;stored/],
    ["rate-limited=soon", /^The fault rate-limited takes seconds/],
    ["latency=1h", /^The fault latency takes a time/],
    ["latency=601s", /^The fault latency takes a time/],
    ["stall", /^The fault stall takes head or body/],
    ["reset=later", /^The fault reset takes before or after/],
    ["truncated=1", /^The fault truncated takes nothing/],
    ["missing=isEncrypted+nosuch", /^The fault missing takes keys/],
    ["media-type=html", /^The fault media-type takes/],
    ["sunset=2026-02-31", /^The fault sunset takes a date/],
    ["latency=1s status=500", /^The fault latency takes/],
    ["latency=1s,", /^There is no fault ""/]
  ]
  for (const [text, expected] of typos) {
    it(`says what is wrong with ${JSON.stringify(text)}`, () => {
      const sentence = Either.flip(Fault.parse(text)).pipe(Either.getOrThrow)
      assert.match(sentence, expected)
    })
  }
})

const withSandbox =
  <A, E>(body: (sandbox: Running) => Effect.Effect<A, E>, options?: Sandbox.Options) =>
  () =>
    Effect.provide(Effect.flatMap(Sandbox.Sandbox, body), Sandbox.layer(options))

const sendWith = (sandbox: Running, faults: string, content = "x") =>
  send(sandbox, { content }, { headers: { "x-sandbox-fault": faults } })

const stored = (sandbox: Running) =>
  Effect.map(sandbox.messages(firstThread(sandbox).id), (messages) =>
    messages.filter(({ origin }) => origin === "api").map(({ content }) => content)
  )

/** The newest exchange, once there are that many. */
const newest = (sandbox: Running, count: number) =>
  exchange(sandbox.url, { method: "GET", path: "/sandbox/exchanges" }).pipe(
    Effect.flatMap(({ text }) => Schema.decodeUnknown(Schema.parseJson(Inspector.Exchanges))(text)),
    Effect.delay("20 millis"),
    Effect.repeat({ until: ({ exchanges }) => exchanges.length >= count }),
    Effect.timeout("4 minutes"),
    Effect.map(({ exchanges }) => {
      const [last] = exchanges
      assert(last !== undefined)
      return last
    })
  )

describe("faults", () => {
  it.live(
    "any error status, before or after the message is stored",
    withSandbox((sandbox) =>
      Effect.gen(function* () {
        const codes = {
          400: "BAD_REQUEST",
          401: "UNAUTHORIZED",
          403: "FORBIDDEN",
          404: "THREAD_NOT_FOUND",
          409: "CONFLICT",
          422: "VALIDATION_ERROR",
          429: "RATE_LIMITED",
          500: "INTERNAL_SERVER_ERROR",
          503: "SERVICE_UNAVAILABLE"
        }
        for (const [status, code] of Object.entries(codes)) {
          const answer = yield* sendWith(sandbox, `status=${status}`)
          assert.strictEqual(answer.status, Number(status))
          assert.deepInclude(errorOf(answer), { code, status: Number(status) })
          assert.strictEqual(answer.headers["content-type"], "application/json")
          assert.match(String(answer.headers["x-request-id"]), /^[0-9a-z]{24}$/)
        }
        assert.deepStrictEqual(yield* stored(sandbox), [])
        const kept = yield* sendWith(sandbox, "status=500;stored", "kept")
        assert.strictEqual(kept.status, 500)
        assert.deepStrictEqual(yield* stored(sandbox), ["kept"])
        const last = yield* newest(sandbox, 10)
        assert.deepInclude(last, { status: 500, delivered: "Complete" })
        assert.isString(last.messageId)
        assert.deepStrictEqual(last.faults, [Fault.Status.make({ status: 500, stored: true })])
      })
    )
  )

  it.live(
    "a limit with Retry-After in seconds, as a date, or without",
    withSandbox((sandbox) =>
      Effect.gen(function* () {
        const seconds = yield* sendWith(sandbox, "rate-limited=30")
        assert.strictEqual(seconds.status, 429)
        assert.deepInclude(seconds.headers, { "retry-after": "30", "x-ratelimit-remaining": "0" })
        const date = yield* sendWith(sandbox, "rate-limited=30;date")
        assert.match(String(date.headers["retry-after"]), / GMT$/)
        assert.approximately(Date.parse(String(date.headers["retry-after"])), Date.now() + 30_000, 10_000)
        assert.notProperty((yield* sendWith(sandbox, "rate-limited=5;none")).headers, "retry-after")
        assert.deepStrictEqual(yield* stored(sandbox), [])
      })
    )
  )

  it.live(
    "answers that are late, that lack keys, are no JSON or no application/json, or announce the end",
    withSandbox((sandbox) =>
      Effect.gen(function* () {
        const before = Date.now()
        assert.strictEqual((yield* sendWith(sandbox, "latency=300ms")).status, 200)
        assert.isAtLeast(Date.now() - before, 299)
        const missing = JSON.parse((yield* sendWith(sandbox, "missing=id+deletedAt")).text)
        assert.notProperty(missing, "id")
        assert.notProperty(missing, "deletedAt")
        assert.property(missing, "content")
        const malformed = yield* sendWith(sandbox, "malformed")
        assert.deepInclude(malformed, { status: 200 })
        assert.strictEqual(malformed.headers["content-type"], "application/json")
        assert.throws(() => JSON.parse(malformed.text))
        const html = yield* sendWith(sandbox, "media-type=text/html")
        assert.strictEqual(html.headers["content-type"], "text/html")
        assert.strictEqual(JSON.parse(html.text).content, "x")
        const end = yield* sendWith(sandbox, "sunset=2026-12-03,deprecation=2026-06-01T00:00:00Z")
        assert.strictEqual(end.status, 200)
        assert.deepInclude(end.headers, { sunset: "Thu, 03 Dec 2026 00:00:00 GMT", deprecation: "@1780272000" })
        assert.strictEqual((yield* stored(sandbox)).length, 5)
      })
    )
  )

  it.live(
    "a reset: before storing there is no message, after storing there is one that the client does not know of",
    withSandbox((sandbox) =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* rawSend(sandbox, "reset=before", { content: "lost" }), {
          text: "",
          end: "ECONNRESET"
        })
        assert.deepStrictEqual(yield* stored(sandbox), [])
        assert.deepInclude(yield* newest(sandbox, 1), { status: null, delivered: "Nothing", messageId: null })
        assert.deepStrictEqual(yield* rawSend(sandbox, "reset=after", { content: "kept" }), {
          text: "",
          end: "ECONNRESET"
        })
        assert.deepStrictEqual(yield* stored(sandbox), ["kept"])
        const last = yield* newest(sandbox, 2)
        const [message] = (yield* sandbox.messages(firstThread(sandbox).id)).slice(-1)
        assert.deepInclude(last, {
          status: null,
          delivered: "Nothing",
          messageId: message?.id ?? "none",
          preview: "kept"
        })
      })
    )
  )

  it.live(
    "a cut, and silence before the head or in the body",
    withSandbox((sandbox) =>
      Effect.gen(function* () {
        const cut = yield* rawSend(sandbox, "truncated")
        assert.match(cut.text, /^HTTP\/1\.1 200 OK\r\n/)
        const [head = "", body = ""] = cut.text.split("\r\n\r\n")
        const length = Number(/content-length: (\d+)/i.exec(head)?.[1])
        assert.strictEqual(body.length, Math.floor(length / 2))
        assert.notStrictEqual(cut.end, "silence")
        const silent = yield* rawSend(sandbox, "stall=head", { silentAfter: /^$/ })
        assert.deepStrictEqual(silent, { text: "", end: "silence" })
        yield* newest(sandbox, 2)
        const half = /^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\n\{.+[^}]$/
        const stalled = yield* rawSend(sandbox, "stall=body", { silentAfter: half })
        assert.match(stalled.text, half)
        assert.strictEqual(stalled.end, "silence")
        assert.deepInclude(yield* newest(sandbox, 3), { status: 200, delivered: "Partial" })
        assert.strictEqual((yield* stored(sandbox)).length, 3)
        assert.strictEqual((yield* send(sandbox, { content: "x" })).status, 200)
      })
    )
  )

  it.live(
    "records a client that left before the answer",
    withSandbox((sandbox) =>
      Effect.gen(function* () {
        const waiting = yield* Effect.fork(rawSend(sandbox, "latency=60s", { content: "left" }))
        while ((yield* stored(sandbox)).length === 0) yield* Effect.sleep("20 millis")
        yield* Fiber.interrupt(waiting)
        const last = yield* newest(sandbox, 1)
        assert.deepInclude(last, { status: null, delivered: "Nothing", preview: "left" })
        assert.isString(last.messageId)
      })
    )
  )

  it.live(
    "by rule: for a thread or for all, so many times or until cleared",
    withSandbox((sandbox) =>
      Effect.gen(function* () {
        const [first, second] = sandbox.threads
        const to = (thread = first) =>
          send(sandbox, { content: "x" }, { path: `/api/v1/threads/${thread?.id}/messages` })
        const statuses = (n: number, thread = first) =>
          Effect.map(Effect.replicateEffect(to(thread), n), (answers) => answers.map(({ status }) => status))
        yield* sandbox.addFault(Fault.Status.make({ status: 503, stored: false }), { threadId: first?.id, times: 2 })
        assert.deepStrictEqual(yield* statuses(2, second), [200, 200])
        assert.deepStrictEqual(yield* statuses(3), [503, 503, 200])
        yield* sandbox.addFault(Fault.Status.make({ status: 500, stored: false }))
        assert.deepStrictEqual(yield* statuses(2), [500, 500])
        const path = `/api/v1/threads/${first?.id}/messages`
        const headers = { authorization: "Bearer sandbox-token" }
        const list = yield* exchange(sandbox.url, { method: "GET", path, headers })
        assert.strictEqual(list.status, 200)
        assert.strictEqual((yield* sendWith(sandbox, "status=409")).status, 409)
        yield* sandbox.clearFaults
        assert.deepStrictEqual(yield* statuses(1), [200])
      })
    )
  )

  it.live(
    "by the inspector",
    withSandbox((sandbox) =>
      Effect.gen(function* () {
        const ask = (method: string, path: string, body?: unknown) =>
          exchange(sandbox.url, {
            method,
            path: `/sandbox/faults${path}`,
            headers: { "content-type": "application/json" },
            body: JSON.stringify(body)
          })
        const order = { fault: { _tag: "RateLimited", retryAfter: 5, format: "seconds" }, threadId: null, times: 2 }
        const rule = JSON.parse((yield* ask("POST", "", order)).text)
        assert.deepInclude(rule, { ...order, applied: 0, remaining: 2 })
        assert.strictEqual((yield* send(sandbox, { content: "x" })).status, 429)
        const { faults } = JSON.parse((yield* ask("GET", "")).text)
        assert.deepInclude(faults[0], { id: rule.id, applied: 1, remaining: 1 })
        assert.deepStrictEqual(JSON.parse((yield* ask("DELETE", `/${rule.id}`)).text), { faults: [] })
        assert.strictEqual((yield* ask("DELETE", `/${rule.id}`)).status, 404)
        assert.strictEqual((yield* send(sandbox, { content: "x" })).status, 200)
        yield* ask("POST", "", { ...order, times: null })
        assert.deepStrictEqual(JSON.parse((yield* ask("DELETE", "")).text), { faults: [] })
        for (const bad of [
          {},
          { ...order, fault: { _tag: "Boom" } },
          { ...order, times: 0 },
          { ...order, threadId: "A" }
        ]) {
          assert.strictEqual((yield* ask("POST", "", bad)).status, 422)
        }
      })
    )
  )

  it.live(
    "with a typing error are a 400 that says so, and nothing is stored",
    withSandbox((sandbox) =>
      Effect.gen(function* () {
        const answer = yield* sendWith(sandbox, "statsu=500")
        assert.strictEqual(answer.status, 400)
        assert.match(errorOf(answer).message, /^X-Sandbox-Fault: There is no fault "statsu": did you mean status\?/)
        assert.deepStrictEqual(yield* stored(sandbox), [])
      })
    )
  )
})
