import { HttpClient, HttpClientResponse } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { InboxClient, RetryPolicy } from "@inbox-effect/client"
import { Clock, Duration, Effect, Exit, Fiber, FastCheck as fc, Logger, Option, TestClock } from "effect"
import { matcher } from "../src/internal/answer/matching.js"
import { repeats } from "../src/internal/answer/withheld.js"
import { collect } from "../src/internal/http/collect.js"
import * as Scripted from "./Scripted.js"
import * as Servers from "./Servers.js"

const { request } = Scripted

describe("common substrings", () => {
  const naive = (text: string, other: string): ReadonlyArray<number> =>
    Array.from(text, (_, index) => {
      for (let length = index + 1; length > 0; length--) {
        if (other.includes(text.slice(index + 1 - length, index + 1))) return length
      }
      return 0
    })

  it("are found wherever they end", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 30 })
    fc.assert(
      fc.property(text, text, (one, other) => {
        assert.deepStrictEqual(matcher(one).lengths(other), naive(one, other))
      }),
      { numRuns: 300 }
    )
  })
})

/** Counts what a function asks of texts, in place of the time that it takes. */
const counted = (f: () => unknown): number => {
  let count = 0
  const originals = new Map<object, Map<string, unknown>>()
  const watch = (
    target: object,
    names: ReadonlyArray<string>,
    cost: (self: unknown, args: ReadonlyArray<unknown>, result: unknown) => number
  ) => {
    const kept = new Map<string, unknown>()
    originals.set(target, kept)
    for (const name of names) {
      const original = (target as Record<string, (...args: ReadonlyArray<unknown>) => unknown>)[name]
      kept.set(name, original)
      Object.defineProperty(target, name, {
        configurable: true,
        writable: true,
        value(this: unknown, ...args: ReadonlyArray<unknown>) {
          const result = original?.apply(this, args as never)
          count += cost(this, args, result)
          return result
        }
      })
    }
  }
  const length = (self: unknown) => String(self).length
  watch(String.prototype, ["indexOf"], (self, [, from = 0], found) =>
    Math.max(1, (Number(found) < 0 ? length(self) : Number(found)) - Number(from))
  )
  watch(String.prototype, ["includes", "replace", "replaceAll", "search", "split", "toLowerCase"], length)
  watch(String.prototype, ["charCodeAt", "slice"], () => 1)
  watch(Map.prototype, ["get", "set", "has"], () => 1)
  try {
    f()
  } finally {
    for (const [target, kept] of originals) {
      for (const [name, value] of kept)
        Object.defineProperty(target, name, { configurable: true, writable: true, value })
    }
  }
  return count
}

describe("what withholding costs grows as what it is given", () => {
  const size = 4_000
  const cases: ReadonlyArray<readonly [name: string, secret: (n: number) => string, said: (n: number) => string]> = [
    ["one letter", (n) => "a".repeat(n), (n) => "a".repeat(n)],
    ["two letters", (n) => "ab".repeat(n), (n) => "ba".repeat(n)],
    ["runs that begin alike", (n) => "aaaaab".repeat(n / 4), (n) => "aaaaac".repeat(n / 4)],
    ["a short secret", () => "a", (n) => "a".repeat(n)],
    ["a long one", (n) => "lorem ipsum ".repeat(n / 8), (n) => "ipsum lorem ".repeat(n / 8)],
    ["escapes", (n) => "<&\u{1f600}\n".repeat(n / 4), (n) => "&amp;\\ud83d%F0".repeat(n / 4)]
  ]

  it.each(cases)("%s", (_name, secret, said) => {
    const cost = (n: number) => {
      const isSecret = repeats({ text: secret(n), tokens: ["inbox_tok_5f2c9d"] })
      return counted(() => isSecret.mask(said(n)))
    }
    // Four times as much, and not sixteen times.
    assert.isBelow(cost(4 * size) / cost(size), 6)
  })
})

/** The error of a send that is answered so. */
const answered = (status: number, body: string, content = "On my way", headers: Record<string, string> = {}) =>
  Effect.gen(function* () {
    const http = HttpClient.make((sent) =>
      Effect.succeed(HttpClientResponse.fromWeb(sent, new Response(body, { status, headers })))
    )
    const inbox = yield* InboxClient.make({ token: Scripted.token, retry: RetryPolicy.none }).pipe(
      Effect.provideService(HttpClient.HttpClient, http)
    )
    return yield* Effect.flip(inbox.sendMessage({ ...request, content }))
  })

describe("pages of any kind cost their length", () => {
  const pages: ReadonlyArray<readonly [name: string, page: (n: number) => string]> = [
    ["titles that never end", (n) => "<title".repeat(n)],
    ["titles without an end", (n) => "<title>".repeat(n)],
    ["brackets", (n) => "<".repeat(n)],
    ["white space", (n) => `${" ".repeat(n)}<${" ".repeat(n)}`],
    ["control characters", (n) => "\u0001 ".repeat(n)]
  ]

  it.effect.each(pages)("%s", ([, page]) =>
    Effect.gen(function* () {
      // A cost that grows with the square of the length would be some minutes here.
      const error = yield* answered(502, page(100_000))
      assert.strictEqual(error._tag, "ServerError")
      assert.isBelow(error.message.length, 1000)
    })
  )

  it.effect("and have a title", () =>
    Effect.gen(function* () {
      const error = yield* answered(
        502,
        "\n<!doctype html><html><head><TITLE lang=en>502 Bad Gateway</TITLE></head></html>"
      )
      assert.propertyVal(error, "detail", "502 Bad Gateway")
    })
  )

  it.effect("headers and messages too", () =>
    Effect.gen(function* () {
      const error = yield* answered(400, '{"message":"no"}', "lorem ipsum ".repeat(16_000), {
        "x-request-id": "ipsum lorem ".repeat(1000)
      })
      assert.notProperty(error, "requestId")
    })
  )
})

describe("a body that is sent byte by byte", () => {
  it("is kept in few pieces", () => {
    const chunks: Array<Uint8Array> = []
    const fits = collect(chunks, 100_000)
    for (let i = 0; i < 100_000; i++) assert.isTrue(fits(Uint8Array.of(i % 251)))
    assert.isFalse(fits(Uint8Array.of(1)))
    assert.isBelow(chunks.length, 1200)
    assert.deepStrictEqual(
      Buffer.concat(chunks),
      Buffer.from(Uint8Array.from({ length: 100_000 }, (_, index) => index % 251))
    )
  })
})

describe("a 2xx", () => {
  const deep = (depth: number) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`
  const bodies: ReadonlyArray<readonly [name: string, body: string]> = [
    ["a deep object", deep(20_000)],
    ["a deep array", `${"[".repeat(100_000)}${"]".repeat(100_000)}`],
    ["a message with a deep id", JSON.stringify(Servers.message).replace('"message1"', deep(20_000))],
    ["a message with deep reactions", JSON.stringify(Servers.message).replace("[]", `[${deep(20_000)}]`)],
    ["a message with many wrong reactions", JSON.stringify(Servers.message).replace("[]", `[${"0,".repeat(50_000)}0]`)]
  ]

  it.effect.each(bodies)("of %s is delivered", ([, body]) =>
    Effect.gen(function* () {
      const inbox = yield* Scripted.inbox([Scripted.answer(200, body)])
      const exit = yield* Effect.exit(inbox.sendMessage(request))
      if (Exit.isFailure(exit)) {
        const error = yield* Effect.flip(exit)
        assert.deepStrictEqual([error._tag, error.delivery], ["MalformedResponse", "Delivered"])
      }
    })
  )

  it.effect("is delivered though the limiter throws", () =>
    Effect.gen(function* () {
      const limiter = { acquire: Effect.void, learn: () => Effect.die("no") }
      const inbox = yield* Scripted.inbox([Scripted.message()], { limiter })
      assert.strictEqual((yield* inbox.sendMessage(request)).id, "message1")
    })
  )
})

/** The clock of the test, the wall clock of which is set back by an hour at some time. */
const settable = Effect.gen(function* () {
  const clock = yield* Effect.clockWith(Effect.succeed)
  let offset = 0
  const set: Clock.Clock = {
    [Clock.ClockTypeId]: Clock.ClockTypeId,
    unsafeCurrentTimeMillis: () => clock.unsafeCurrentTimeMillis() + offset,
    unsafeCurrentTimeNanos: () => clock.unsafeCurrentTimeNanos(),
    currentTimeMillis: Effect.sync(() => clock.unsafeCurrentTimeMillis() + offset),
    currentTimeNanos: clock.currentTimeNanos,
    sleep: (duration) => clock.sleep(duration)
  }
  return {
    clock: set,
    setBack: Effect.sync(() => {
      offset -= Duration.toMillis("1 hour")
    })
  }
})

describe("a wall clock that is set back", () => {
  it.effect("gives no send more time", () =>
    Effect.gen(function* () {
      const { clock, setBack } = yield* settable
      const inbox = yield* Scripted.inbox([Scripted.refused], { timeout: "3 seconds" })
      const retry = RetryPolicy.make({ baseDelay: "10 seconds", maxRetries: 100 })
      const fiber = yield* Effect.fork(Effect.flip(inbox.sendMessage(request, { retry })).pipe(Effect.withClock(clock)))
      yield* TestClock.adjust("1 second")
      yield* setBack
      yield* TestClock.adjust("2 seconds")
      assert.isTrue(Option.isSome(yield* Fiber.poll(fiber)))
      const error = yield* Fiber.join(fiber)
      assert.strictEqual(error.delivery, "NotDelivered")
      for (const { duration } of error.attempts) assert.isAtLeast(Duration.toMillis(duration), 0)
    })
  )
})

describe("the clock of a server", () => {
  const date = (seconds: number) => new Date(seconds * 1000).toUTCString()
  const halfAnHour = 1800

  const wait = (headers: Record<string, string>) =>
    Effect.map(answered(429, "", "On my way", headers), (error) =>
      error._tag === "RateLimited" && error.retryAfter !== undefined ? Duration.toSeconds(error.retryAfter) : undefined
    )

  it.effect.each([halfAnHour, -halfAnHour, 0])("may be %d seconds off", (skew) =>
    Effect.gen(function* () {
      yield* TestClock.setTime(1_800_000_000_000)
      const now = 1_800_000_000 + skew
      assert.strictEqual(yield* wait({ date: date(now), "retry-after": date(now + 20) }), 20)
      const limits = { "x-ratelimit-limit": "300", "x-ratelimit-reset": String(now + 30) }
      assert.strictEqual(yield* wait({ date: date(now), ...limits, "x-ratelimit-remaining": "0" }), 30)
      assert.isUndefined(yield* wait({ date: date(now), ...limits, "x-ratelimit-remaining": "1" }))
      // What the server says itself comes first.
      assert.strictEqual(
        yield* wait({ date: date(now), ...limits, "x-ratelimit-remaining": "0", "retry-after": "2" }),
        2
      )
    })
  )

  it.effect.each(["999999999999", "1800000000000", "9".repeat(400)])("a wait of %s is too long at once", (seconds) =>
    Effect.gen(function* () {
      const inbox = yield* Scripted.inbox([Scripted.answer(429, "", { "retry-after": seconds })])
      const error = yield* Effect.flip(inbox.sendMessage(request))
      assert.lengthOf(inbox.requests, 1)
      assert.isTrue(error._tag === "RateLimited" && error.retryAfter !== undefined)
      if (error._tag === "RateLimited" && error.retryAfter !== undefined) {
        assert.isAtLeast(Duration.toSeconds(error.retryAfter), 9e11)
      }
    })
  )
})

describe("the last failure", () => {
  it.effect("is not hidden by the time that is left for no other attempt", () =>
    Effect.gen(function* () {
      const never = { acquire: Effect.void, learn: () => Effect.void }
      let turns = 0
      const limiter = { ...never, acquire: Effect.suspend(() => (turns++ === 0 ? Effect.void : Effect.never)) }
      const inbox = yield* Scripted.inbox([Scripted.answer(429, "", { "retry-after": "1" })], {
        limiter,
        timeout: "5 seconds"
      })
      const fiber = yield* Effect.fork(Effect.flip(inbox.sendMessage(request)))
      yield* TestClock.adjust("5 seconds")
      assert.deepInclude(yield* Fiber.join(fiber), { _tag: "RateLimited", delivery: "NotDelivered" })
    })
  )

  it.effect("ends an attempt after a minute unless told otherwise", () =>
    Effect.gen(function* () {
      const inbox = yield* Scripted.inbox([Scripted.never])
      const fiber = yield* Effect.fork(Effect.flip(inbox.sendMessage(request)))
      const endless = yield* Effect.fork(inbox.sendMessage(request, { attemptTimeout: Duration.infinity }))
      yield* TestClock.adjust("1 minute")
      assert.deepInclude(yield* Fiber.join(fiber), { _tag: "TimedOut", delivery: "Unknown", limit: "Attempt" })
      yield* TestClock.adjust("1 day")
      assert.isTrue(Option.isNone(yield* Fiber.poll(endless)))
      yield* Fiber.interrupt(endless)
    })
  )
})

describe("room for an answer", () => {
  it.effect("follows what was sent", () =>
    Effect.gen(function* () {
      const content = "ж".repeat(300_000)
      const inbox = yield* Scripted.inbox([
        Scripted.answer(200, JSON.stringify({ ...Servers.message, content }).replaceAll("ж", "\\u0436"))
      ])
      assert.strictEqual((yield* inbox.sendMessage({ ...request, content })).content.length, content.length)
    })
  )
})

describe("the hosted API", () => {
  const lines = (baseUrl: string | undefined, times: ReadonlyArray<string>) =>
    Effect.gen(function* () {
      const said: Array<string> = []
      const logger = Logger.make(({ logLevel, message }) => {
        said.push(`${logLevel.label} ${String(message)}`)
      })
      const [first = "", ...others] = times
      yield* TestClock.setTime(Date.parse(first))
      yield* Effect.gen(function* () {
        const inbox = yield* Scripted.inbox([Scripted.message()], { baseUrl })
        for (const time of others) {
          yield* TestClock.setTime(Date.parse(time))
          yield* inbox.sendMessage(request)
        }
      }).pipe(Effect.provide(Logger.replace(Logger.defaultLogger, logger)))
      return said
    })

  it.effect("is said to be over, once, where it is used by default", () =>
    Effect.gen(function* () {
      const [before, after, later] = ["2026-12-02T23:59:59Z", "2026-12-03T00:00:00Z", "2026-12-04T00:00:00Z"]
      assert.deepStrictEqual(yield* lines(undefined, [before, before]), [])
      for (const times of [
        [before, after, later],
        [after, after, later]
      ]) {
        const said = yield* lines(undefined, times)
        assert.lengthOf(said, 1)
        assert.match(said[0] ?? "", /^ERROR .*INBOX_API_BASE_URL/)
      }
      assert.deepStrictEqual(yield* lines("http://127.0.0.1:1/api/v1", [after, later]), [])
    })
  )
})
