import { assert, describe, it } from "@effect/vitest"
import { Journal } from "@inbox-effect/gateway"
import { Effect, HashMap, Logger, LogLevel, Redacted } from "effect"
import * as TokenFile from "../src/cli/tokenFile.js"
import * as Ways from "./support/ways.js"
import { faults } from "./v2/faults.js"
import { plain } from "./v2/readings.js"
import { Simulator } from "./v2/Simulator.js"

/** What the gateway logs has a test of its own. */
const serve = (...options: Parameters<typeof Ways.serverWith>) =>
  Logger.withMinimumLogLevel(Ways.serverWith(...options), LogLevel.None)

interface Sending {
  readonly token?: string
  readonly threadId?: string
  readonly content?: string
  readonly key?: string
}

const post = (url: string, { content = "Hi", key, threadId = "thread1", token = "Secret0Token1" }: Sending = {}) =>
  Effect.promise(async () => {
    const response = await fetch(`${url}/threads/${threadId}/messages`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${token}`,
        "content-type": "application/json",
        ...(key === undefined ? {} : { "idempotency-key": key })
      },
      body: JSON.stringify({ content, extra: 1 })
    })
    return { status: response.status, headers: response.headers, json: JSON.parse(await response.text()) }
  })

const get = (url: string, path: string) =>
  Effect.promise(async () => {
    const response = await fetch(new URL(path, url))
    return { status: response.status, text: await response.text() }
  })

const fault = (name: string) => faults.find((each) => each.name === name)

/** Keeps what is logged, as text. */
const recording = (lines: Array<string>) =>
  Logger.replace(
    Logger.defaultLogger,
    Logger.make(({ annotations, message }) => {
      lines.push(`${JSON.stringify(message)} ${JSON.stringify(Object.fromEntries(HashMap.toEntries(annotations)))}`)
    })
  )

describe("the server", () => {
  it.scopedLive("answers with what v2 said of limits and requests, and with what was lost", () =>
    Effect.gen(function* () {
      const extraHeaders = { sunset: "Fri, 03 Dec 2027 00:00:00 GMT", deprecation: "@1790000000" }
      const { url } = yield* serve(new Simulator({ reading: { ...plain, extraHeaders } }))
      const { headers, json, status } = yield* post(url)
      assert.strictEqual(status, 200)
      assert.strictEqual(headers.get("sunset"), extraHeaders.sunset)
      assert.strictEqual(headers.get("deprecation"), extraHeaders.deprecation)
      assert.strictEqual(Object.keys(json).length, 21)
      assert.strictEqual(headers.get("x-ratelimit-limit"), "300")
      assert.match(headers.get("x-request-id") ?? "", /^req\d+$/)
      assert.match(headers.get("x-inbox-gateway-request") ?? "", /^gw[0-9a-f]{32}$/)
      assert.strictEqual(headers.get("x-inbox-gateway-lost"), "userId, updatedAt, platformDeletedAt")
      assert.strictEqual(headers.get("accept-idempotency-key"), "?1")
    })
  )

  it.scopedLive("says of each refusal whether the message may have been delivered", () =>
    Effect.gen(function* () {
      const simulator = new Simulator()
      const { url } = yield* serve(simulator)
      simulator.faults.push(
        fault("plan required"),
        fault("unconfirmed, never delivered"),
        fault("rate limited for an hour")
      )
      const answers = yield* Effect.forEach([1, 2, 3], () => post(url))
      assert.deepStrictEqual(
        answers.map(({ headers, json, status }) => [status, json.error.code, headers.get("x-inbox-gateway-delivery")]),
        [
          [403, "FORBIDDEN", "NotDelivered"],
          [500, "DELIVERY_UNKNOWN", "Unknown"],
          [429, "RATE_LIMITED", "NotDelivered"]
        ]
      )
      assert.strictEqual(answers[2]?.headers.get("retry-after"), "3600")
      for (const { json } of answers) assert.match(json.error.message, /^[A-Z].{10,}$/)
    })
  )

  it.scopedLive("sends once under a caller's key", () =>
    Effect.gen(function* () {
      const simulator = new Simulator()
      const { url } = yield* serve(simulator)
      const [first, second] = yield* Effect.all([post(url, { key: "k" }), post(url, { key: "k" })], { concurrency: 2 })
      assert.strictEqual(first.json.id, second.json.id)
      assert.strictEqual((yield* post(url, { key: "k", content: "other" })).status, 422)
      assert.strictEqual((yield* post(url, { key: " " })).status, 400)
      assert.lengthOf(simulator.delivered("thread1"), 1)
    })
  )

  it.scopedLive("knows callers of its own, whose keys are apart, and keeps the upstream token to itself", () =>
    Effect.gen(function* () {
      const simulator = new Simulator()
      const clients = [
        { name: "shop", token: Redacted.make("shop-token") },
        { name: "desk", token: Redacted.make("desk-token") }
      ]
      const { url } = yield* serve(simulator, { own: { token: Redacted.make("Secret0Token1"), clients } })
      assert.strictEqual((yield* post(url)).status, 401)
      const shop = yield* post(url, { token: "shop-token", key: "1" })
      const desk = yield* post(url, { token: "desk-token", key: "1", content: "another" })
      assert.deepStrictEqual([shop.status, desk.status], [200, 200])
    })
  )

  it.scopedLive("refuses, and sends nothing, when it cannot write down what it is about to send", () =>
    Effect.gen(function* () {
      const simulator = new Simulator()
      const broken = Effect.map(Journal.makeMemory(), (journal) => ({
        ...journal,
        note: () => new Journal.JournalError({ reason: "Unwritable" }),
        isSound: Effect.succeed(false)
      }))
      const { url } = yield* serve(simulator, {}, broken)
      const { headers, json, status } = yield* post(url)
      assert.deepStrictEqual([status, json.error.code], [503, "JOURNAL_UNAVAILABLE"])
      assert.strictEqual(headers.get("x-inbox-gateway-delivery"), "NotDelivered")
      assert.lengthOf(simulator.sends, 0)
      assert.strictEqual((yield* get(url, "/ready")).status, 503)
      assert.strictEqual((yield* get(url, "/health")).status, 200)
    })
  )

  it.scopedLive("counts what it sends, for Prometheus", () =>
    Effect.gen(function* () {
      const { url } = yield* serve(new Simulator())
      yield* post(url)
      const { status, text } = yield* get(url, "/metrics")
      assert.strictEqual(status, 200)
      assert.match(text, /^# TYPE inbox_gateway_sends_total counter$/m)
      assert.match(text, /^inbox_gateway_sends_total\{result="delivered"\} [1-9]\d*$/m)
      assert.match(text, /^inbox_gateway_send_milliseconds_bucket\{le="\+Inf"\} [1-9]\d*$/m)
    })
  )

  it.scopedLive("logs both sides' ids, and neither tokens nor texts nor callers' keys", () =>
    Effect.gen(function* () {
      const lines: Array<string> = []
      const simulator = new Simulator()
      yield* Effect.gen(function* () {
        const { url } = yield* Ways.serverWith(simulator)
        simulator.faults.push(...faults.filter(({ how }) => how === "Answer").slice(0, 8))
        for (let n = 0; n < 9; n++) yield* post(url, { content: "A-secret-text", key: `A-secret-key-${n}` })
        yield* post(url, { token: "A-secret-token" })
      }).pipe(Effect.scoped, Effect.provide(recording(lines)))
      assert.isAtLeast(lines.length, 10)
      assert.match(lines.join("\n"), /"upstreamId":"req\d+"/)
      assert.notMatch(lines.join("\n"), /secret/i)
    })
  )
})

describe("the token file", () => {
  it("has a name and a token in each line", () => {
    const clients = TokenFile.parse("# callers\n\nshop  abc\r\ndesk\tdef\n")
    assert.deepStrictEqual(clients._tag === "Right" ? clients.right.map(({ name }) => name) : [], ["shop", "desk"])
  })

  it.each([
    ["", "names no caller"],
    ["shop", "Line 1"],
    ["shop abc\nshop def", "one name"],
    ["shop abc\ndesk abc", "one token"],
    ["shop abc def", "Line 1"]
  ])("that is %j is refused, without a token in the sentence", (text, part) => {
    const read = TokenFile.parse(text)
    const sentence = read._tag === "Left" ? read.left : ""
    assert.include(sentence, part)
    assert.notMatch(sentence, /abc|def/)
  })
})
