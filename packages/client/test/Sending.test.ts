import { FetchHttpClient, HttpClient, HttpClientResponse } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import * as Attempt from "@inbox-effect/client/Attempt"
import * as Credentials from "@inbox-effect/client/Credentials"
import * as Delivery from "@inbox-effect/client/Delivery"
import * as InboxClient from "@inbox-effect/client/InboxClient"
import type * as InboxError from "@inbox-effect/client/InboxError"
import * as Metadata from "@inbox-effect/client/Metadata"
import * as Metrics from "@inbox-effect/client/Metrics"
import * as RetryPolicy from "@inbox-effect/client/RetryPolicy"
import {
  DateTime,
  Duration,
  Effect,
  Exit,
  Fiber,
  HashMap,
  Logger,
  Metric,
  MetricLabel,
  Option,
  Random,
  Redacted,
  Schema,
  TestClock,
  Tracer
} from "effect"
import * as Scripted from "./Scripted.js"
import * as Servers from "./Servers.js"

const { request } = Scripted

/** Runs a send to its end, however long it waits, and says how long that was in milliseconds. */
const elapse = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const start = yield* Effect.clockWith((clock) => clock.currentTimeMillis)
    const fiber = yield* Effect.fork(
      Effect.zip(
        Effect.exit(effect),
        Effect.clockWith((clock) => clock.currentTimeMillis)
      )
    )
    yield* TestClock.adjust(0)
    while (Option.isNone(yield* Fiber.poll(fiber))) {
      const [first, ...others] = yield* TestClock.sleeps()
      if (first === undefined) yield* TestClock.adjust(0)
      else yield* TestClock.setTime(Math.min(first, ...others))
    }
    const [exit, end] = yield* Fiber.join(fiber)
    return { exit, millis: end - start }
  }).pipe(Effect.withRandom(Random.fixed([0.5])))

const errorOf = <A>(exit: Exit.Exit<A, InboxError.InboxError>): InboxError.InboxError =>
  Exit.match(exit, {
    onSuccess: () => assert.fail("the send has to fail"),
    onFailure: (cause) => (cause._tag === "Fail" ? cause.error : assert.fail(String(cause)))
  })

/** Everything that is logged, in order. */
const logged = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.suspend(() => {
    const lines: Array<{ level: string; message: string; annotations: Record<string, unknown> }> = []
    const logger = Logger.make<unknown, void>(({ annotations, logLevel, message }) => {
      lines.push({
        level: logLevel.label,
        message: [message].flat().join(" "),
        annotations: Object.fromEntries(HashMap.toEntries(annotations))
      })
    })
    return Effect.map(Effect.provide(effect, Logger.replace(Logger.defaultLogger, logger)), (value) => ({
      value,
      lines
    }))
  })

interface Recorded extends Tracer.Span {
  readonly events: ReadonlyArray<readonly [name: string, at: bigint, attributes: Record<string, unknown>]>
}

/** All spans that an effect starts. */
const traced = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const tracer = yield* Effect.tracer
    const spans: Array<Recorded> = []
    const value = yield* Effect.withTracer(
      effect,
      Tracer.make({
        context: (f, fiber) => tracer.context(f, fiber),
        span: (...args) => {
          const span = tracer.span(...args) as never as Recorded
          spans.push(span)
          return span
        }
      })
    )
    return { value, spans }
  })

describe("retries", () => {
  const conditions: ReadonlyArray<
    readonly [Delivery.Condition, Scripted.Answer, standard: number, none: number, unsafe: number]
  > = [
    ["NotConnected", Scripted.refused, 4, 1, 4],
    ["BadRequest", Scripted.answer(400), 1, 1, 1],
    ["Unauthorized", Scripted.answer(401), 1, 1, 1],
    ["Forbidden", Scripted.answer(403), 1, 1, 1],
    ["ThreadNotFound", Scripted.answer(404), 1, 1, 1],
    ["Conflict", Scripted.answer(409), 1, 1, 1],
    ["UnprocessableContent", Scripted.answer(422), 1, 1, 1],
    ["RateLimited", Scripted.answer(429), 4, 1, 4],
    ["OtherClientError", Scripted.answer(408), 1, 1, 1],
    ["ServerError", Scripted.answer(502), 1, 1, 4],
    ["ConnectionLost", Scripted.reset, 1, 1, 4],
    ["TimedOut", Scripted.never, 1, 1, 4],
    ["NotAMessage", Scripted.answer(200, "<html>"), 1, 1, 1],
    ["Redirect", Scripted.answer(302, "", { location: "/" }), 1, 1, 1]
  ]

  it.effect.each(conditions)("%s", ([condition, answer, standard, none, unsafe]) =>
    Effect.gen(function* () {
      const policies = [
        [undefined, standard],
        [RetryPolicy.none, none],
        [RetryPolicy.unsafeRetryUnknown(RetryPolicy.standard), unsafe]
      ] as const
      for (const [retry, count] of policies) {
        const inbox = yield* Scripted.inbox([answer], { attemptTimeout: "10 seconds", retry })
        const { exit } = yield* elapse(inbox.sendMessage(request))
        const error = errorOf(exit)
        assert.lengthOf(inbox.requests, count)
        assert.strictEqual(Delivery.ofFailure(error).condition, condition)
        assert.deepStrictEqual(
          error.attempts.map(({ number, outcome }) => [number, outcome]),
          Array.from({ length: count }, (_, index) => [index + 1, condition])
        )
      }
    })
  )

  it.effect("send the same message until it is delivered, and keep the ledger", () =>
    Effect.gen(function* () {
      const inbox = yield* Scripted.inbox([
        Scripted.refused,
        Scripted.answer(429, "", { "retry-after": "7", "x-request-id": "req_2" }),
        Scripted.message({}, { "x-request-id": "req_3", "x-ratelimit-remaining": "299" })
      ])
      const { exit, millis } = yield* elapse(inbox.sendMessageWithMetadata(request))
      const { message, metadata } = yield* exit
      assert.strictEqual(message.id, "message1")
      assert.strictEqual(millis, 7250)
      assert.deepStrictEqual(
        metadata.attempts.map((one) => [
          one.number,
          DateTime.toEpochMillis(one.startedAt),
          Duration.toMillis(one.delay),
          one.outcome,
          Attempt.delivery(one),
          one.status,
          one.requestId
        ]),
        [
          [1, 0, 0, "NotConnected", "NotDelivered", undefined, undefined],
          [2, 250, 250, "RateLimited", "NotDelivered", 429, "req_2"],
          [3, 7250, 7000, "Message", "Delivered", 200, "req_3"]
        ]
      )
      assert.deepStrictEqual(metadata.rateLimit, { remaining: 299 })
      assert.strictEqual(metadata.requestId, "req_3")
      assert.strictEqual(new Set(inbox.requests.map(({ body, url }) => `${url} ${JSON.stringify(body)}`)).size, 1)
    })
  )

  const retryAfters: ReadonlyArray<readonly [string, millis: number, requests: number]> = [
    ["0", 0, 2],
    ["3", 3000, 2],
    ["Thu, 01 Jan 1970 00:00:05 GMT", 5000, 2],
    ["Wed, 31 Dec 1969 23:59:59 GMT", 0, 2],
    ["soon", 250, 2],
    ["60", 60_000, 2],
    ["61", 0, 1]
  ]

  it.effect.each(retryAfters)("honour Retry-After: %s", ([retryAfter, wait, count]) =>
    Effect.gen(function* () {
      const inbox = yield* Scripted.inbox([Scripted.answer(429, "", { "retry-after": retryAfter }), Scripted.message()])
      const { exit, millis } = yield* elapse(inbox.sendMessage(request))
      assert.strictEqual(millis, wait)
      assert.lengthOf(inbox.requests, count)
      assert.strictEqual(Exit.isSuccess(exit), count === 2)
    })
  )

  it.effect("end at once where the server asks for more than the deadline leaves", () =>
    Effect.gen(function* () {
      const inbox = yield* Scripted.inbox([Scripted.answer(429, "", { "retry-after": "5" })], { timeout: "5 seconds" })
      const { exit, millis } = yield* elapse(inbox.sendMessage(request))
      const error = errorOf(exit)
      assert.strictEqual(error._tag, "RateLimited")
      assert.strictEqual(millis, 0)
      assert.lengthOf(error.attempts, 1)
      assert.lengthOf(inbox.requests, 1)
    })
  )

  it.effect("a later refusal does not hide that an earlier attempt may have delivered", () =>
    Effect.gen(function* () {
      const inbox = yield* Scripted.inbox([Scripted.answer(502), Scripted.answer(403)], {
        retry: RetryPolicy.unsafeRetryUnknown(RetryPolicy.standard)
      })
      const error = errorOf((yield* elapse(inbox.sendMessage(request))).exit)
      assert.deepStrictEqual([error._tag, error.delivery], ["ServerError", "Unknown"])
      assert.deepStrictEqual(
        error.attempts.map(({ outcome }) => outcome),
        ["ServerError", "Forbidden"]
      )
      assert.include(error.message, "after 2 attempts")
    })
  )

  it.effect("may differ from send to send", () =>
    Effect.gen(function* () {
      const inbox = yield* Scripted.inbox([Scripted.refused])
      yield* elapse(inbox.sendMessage(request, { retry: RetryPolicy.none }))
      assert.lengthOf(inbox.requests, 1)
      yield* elapse(inbox.sendMessage(request, { retry: RetryPolicy.make({ maxRetries: 1 }) }))
      assert.lengthOf(inbox.requests, 3)
    })
  )
})

describe("deadlines", () => {
  it.effect("bound one attempt, and all of them", () =>
    Effect.gen(function* () {
      const unsafe = RetryPolicy.unsafeRetryUnknown(RetryPolicy.make({ baseDelay: "1 second" }))
      const inbox = yield* Scripted.inbox([Scripted.never], { retry: unsafe, attemptTimeout: "2 seconds" })
      const one = yield* elapse(inbox.sendMessage(request, { retry: RetryPolicy.none }))
      assert.strictEqual(one.millis, 2000)
      assert.deepInclude(errorOf(one.exit), { limit: "Attempt", after: Duration.seconds(2), delivery: "Unknown" })
      // Attempts at 0, 2.5 and 5.5 seconds; the third has half a second left.
      const all = yield* elapse(inbox.sendMessage(request, { timeout: "6 seconds" }))
      assert.strictEqual(all.millis, 6000)
      const error = errorOf(all.exit)
      assert.deepInclude(error, { _tag: "TimedOut", limit: "Total", after: Duration.seconds(6) })
      assert.deepStrictEqual(
        error.attempts.map(({ duration }) => Duration.toMillis(duration)),
        [2000, 2000, 500]
      )
    })
  )

  it.effect.each([0, -1, Number.NaN, "10 secs"])("need a time that is one: not %j", (time) =>
    Effect.gen(function* () {
      for (const option of ["attemptTimeout", "timeout"]) {
        const error = yield* Effect.flip(Scripted.inbox([Scripted.message()], { [option]: time }))
        assert.deepInclude(error, { _tag: "ConfigError", _op: "InvalidData", path: [option] })
      }
    })
  )

  it.effect("know that nothing was sent where the transport says so", () =>
    Effect.gen(function* () {
      const waiting = HttpClient.make((_request, _url, _signal, fiber) => {
        const wire = fiber.currentContext.unsafeMap.get("@inbox-effect/client/Wire")
        wire.state = "Waiting"
        return Effect.never
      })
      const inbox = yield* InboxClient.make({
        token: Scripted.token,
        attemptTimeout: "1 second",
        retry: RetryPolicy.none
      }).pipe(Effect.provideService(HttpClient.HttpClient, waiting))
      const { exit } = yield* elapse(inbox.sendMessage(request))
      assert.deepInclude(errorOf(exit), { _tag: "ConnectionFailed", delivery: "NotDelivered" })
    })
  )
})

describe("interruption", () => {
  const interrupted = (answer: Scripted.Answer, options?: Partial<InboxClient.Options>) =>
    Effect.gen(function* () {
      const inbox = yield* Scripted.inbox([answer], options)
      const fiber = yield* Effect.fork(inbox.sendMessage(request))
      yield* TestClock.adjust("1 second")
      const exit = yield* Fiber.interrupt(fiber)
      assert.isTrue(Exit.isInterrupted(exit))
    }).pipe(logged, traced)

  it.effect("after the request may have left is told by log and by span", () =>
    Effect.gen(function* () {
      const { spans, value } = yield* interrupted(Scripted.never)
      assert.deepStrictEqual(value.lines, [
        {
          level: "WARN",
          message:
            "A send was interrupted after its request may have left: nobody knows whether the message was delivered",
          annotations: { threadId: "thread1", delivery: "Unknown", attempts: 1 }
        }
      ])
      const [span] = spans
      assert.strictEqual(span?.attributes.get("inbox.delivery"), "Unknown")
      assert.strictEqual(span?.events[0]?.[2]?.["inbox.attempt.outcome"], "Interrupted")
    })
  )

  it.effect("in the body of a 200 is delivered, in that of a 404 it is not", () =>
    Effect.gen(function* () {
      const open = (status: number) => (request: Parameters<Scripted.Answer>[0]) =>
        Effect.succeed(HttpClientResponse.fromWeb(request, new Response(new ReadableStream({}), { status })))
      const delivered = yield* interrupted(open(200))
      assert.deepStrictEqual(
        delivered.value.lines.map(({ message }) => message),
        ["A send was interrupted after its message was delivered"]
      )
      assert.deepStrictEqual((yield* interrupted(open(404))).value.lines, [])
    })
  )

  it.effect("after the answer, while the limiter learns of it, is what the answer says", () =>
    Effect.gen(function* () {
      const limiter: InboxClient.Limiter = { acquire: Effect.void, learn: () => Effect.never }
      const answers: ReadonlyArray<readonly [Scripted.Answer, Delivery.Delivery]> = [
        [Scripted.message(), "Delivered"],
        [Scripted.answer(200, "<html>"), "Delivered"],
        [Scripted.answer(503), "Unknown"],
        [Scripted.answer(404), "NotDelivered"]
      ]
      for (const [answer, delivery] of answers) {
        const { spans, value } = yield* interrupted(answer, { limiter })
        assert.strictEqual(spans[0]?.attributes.get("inbox.delivery"), delivery)
        assert.deepStrictEqual(
          value.lines.map(({ annotations }) => annotations),
          delivery === "NotDelivered" ? [] : [{ threadId: "thread1", delivery, attempts: 1 }]
        )
      }
    })
  )

  it.effect("while waiting for the next attempt says nothing: nothing was delivered", () =>
    Effect.gen(function* () {
      const { spans, value } = yield* interrupted(Scripted.answer(429, "", { "retry-after": "30" }))
      assert.deepStrictEqual(
        value.lines.map(({ level }) => level),
        ["INFO"]
      )
      assert.strictEqual(spans[0]?.attributes.get("inbox.delivery"), "NotDelivered")
    })
  )
})

describe("credentials", () => {
  const rotating = (...tokens: ReadonlyArray<string>) => {
    let at = 0
    return Effect.sync(() => Redacted.make(tokens[Math.min(at++, tokens.length - 1)] as string))
  }

  const used = (inbox: { readonly requests: ReadonlyArray<{ readonly headers: Record<string, string> }> }) =>
    inbox.requests.map(({ headers }) => headers.authorization)

  it.effect("are asked before each attempt", () =>
    Effect.gen(function* () {
      const inbox = yield* Scripted.inbox([Scripted.refused, Scripted.message()], { token: rotating("a", "b") })
      yield* elapse(inbox.sendMessage(request))
      assert.deepStrictEqual(used(inbox), ["Bearer a", "Bearer b"])
    })
  )

  it.effect("a 401 is tried once more with a fresh token, at once", () =>
    Effect.gen(function* () {
      const inbox = yield* Scripted.inbox([Scripted.answer(401), Scripted.message()], { token: rotating("a", "b") })
      const { exit, millis } = yield* elapse(inbox.sendMessageWithMetadata(request))
      assert.deepStrictEqual(
        (yield* exit).metadata.attempts.map(({ outcome }) => outcome),
        ["Unauthorized", "Message"]
      )
      assert.strictEqual(millis, 0)
      const refusing = yield* Scripted.inbox([Scripted.answer(401)], { token: rotating("a", "b", "c") })
      const error = errorOf((yield* elapse(refusing.sendMessage(request))).exit)
      assert.strictEqual(error._tag, "Unauthorized")
      assert.deepStrictEqual(used(refusing), ["Bearer a", "Bearer b"])
    })
  )

  it.effect("a 401 is final where the token stays, or the policy says so", () =>
    Effect.gen(function* () {
      const same = yield* Scripted.inbox([Scripted.answer(401)], { token: rotating("a") })
      yield* elapse(same.sendMessage(request))
      assert.lengthOf(same.requests, 1)
      const none = yield* Scripted.inbox([Scripted.answer(401)], {
        token: rotating("a", "b"),
        retry: RetryPolicy.none
      })
      yield* elapse(none.sendMessage(request))
      assert.lengthOf(none.requests, 1)
    })
  )

  it.effect("a 401 is final where the source cannot be told of it", () =>
    Effect.gen(function* () {
      for (const refused of [Effect.never, Effect.die("hunter2")]) {
        const inbox = yield* Scripted.inbox([Scripted.answer(401)], {
          token: Credentials.make(rotating("a", "b"), () => refused),
          attemptTimeout: "1 second"
        })
        const { exit } = yield* elapse(inbox.sendMessage(request))
        assert.strictEqual(errorOf(exit)._tag, "Unauthorized")
        assert.notInclude(String(exit), "hunter2")
        assert.lengthOf(inbox.requests, 1)
      }
    })
  )

  const bad: ReadonlyArray<readonly [Effect.Effect<Redacted.Redacted, unknown>, string]> = [
    [Effect.fail("hunter2"), "Failed"],
    [Effect.die("hunter2"), "Failed"],
    [Effect.never, "TimedOut"],
    [Effect.succeed(Redacted.make("hunter2\nx: y")), "Malformed"],
    [Effect.succeed(Redacted.make("hunter 2")), "Malformed"],
    [Effect.succeed(Redacted.make("")), "Malformed"]
  ]

  it.effect.each(bad)("without a token nothing is sent (%#)", ([token, reason]) =>
    Effect.gen(function* () {
      const inbox = yield* Scripted.inbox([Scripted.message()], { token, attemptTimeout: "1 second" })
      const error = errorOf((yield* elapse(inbox.sendMessage(request))).exit)
      assert.strictEqual(error._tag, "CredentialsUnavailable")
      assert.strictEqual(error.delivery, "NotDelivered")
      assert.propertyVal(error, "reason", reason)
      assert.notInclude(`${error} ${JSON.stringify(error)}`, "hunter")
      assert.lengthOf(inbox.requests, 0)
    })
  )

  it.effect("are kept for their time, asked for once, and renewed after a 401", () =>
    Effect.gen(function* () {
      let asked = 0
      const slow = Effect.delay(
        Effect.sync(() => Redacted.make(`token${++asked}`)),
        "1 second"
      )
      const credentials = yield* Credentials.cached(slow, { timeToLive: "1 minute" })
      const fiber = yield* Effect.fork(Effect.all([credentials.token, credentials.token], { concurrency: 2 }))
      yield* TestClock.adjust("5 seconds")
      assert.deepStrictEqual((yield* Fiber.join(fiber)).map(Redacted.value), ["token1", "token1"])
      yield* TestClock.adjust("59 seconds")
      const inbox = yield* Scripted.inbox([Scripted.message(), Scripted.answer(401), Scripted.message()], {
        token: credentials
      })
      yield* elapse(inbox.sendMessage(request))
      yield* elapse(inbox.sendMessage(request))
      assert.deepStrictEqual(used(inbox), ["Bearer token2", "Bearer token2", "Bearer token3"])
      assert.strictEqual(asked, 3)
    })
  )
})

describe("a limiter", () => {
  it.effect("gives each attempt its turn, learns from each answer, and is no part of what may have left", () =>
    Effect.gen(function* () {
      let turns = 0
      const learned: Array<unknown> = []
      const limiter: InboxClient.Limiter = {
        acquire: Effect.suspend(() => (++turns > 2 ? Effect.never : Effect.sleep("1 second"))),
        learn: (answer) => Effect.sync(() => void learned.push(answer))
      }
      const inbox = yield* Scripted.inbox(
        [Scripted.answer(429, "", { "retry-after": "2", "x-ratelimit-remaining": "0" }), Scripted.message()],
        { limiter, timeout: "10 seconds" }
      )
      assert.strictEqual((yield* elapse(inbox.sendMessage(request))).millis, 4000)
      assert.strictEqual(turns, 2)
      assert.deepStrictEqual(learned, [
        { status: 429, rateLimit: { remaining: 0 }, retryAfter: Duration.seconds(2) },
        { status: 200 }
      ])
      const { exit, millis } = yield* elapse(inbox.sendMessage(request))
      assert.deepInclude(errorOf(exit), { _tag: "TimedOut", delivery: "NotDelivered", attempts: [] })
      assert.strictEqual(millis, 10_000)
      assert.lengthOf(inbox.requests, 2)
    })
  )
})

describe("the end of the API", () => {
  it.effect("is told once by log, and each time by the metadata", () =>
    Effect.gen(function* () {
      const headers = { sunset: "Thu, 03 Dec 2026 00:00:00 GMT", deprecation: "@1772323200" }
      const inbox = yield* Scripted.inbox([Scripted.answer(404, "", headers), Scripted.message({}, headers)])
      const { lines, value } = yield* logged(
        Effect.zipRight(
          Effect.flip(inbox.sendMessage(request)),
          Effect.all([inbox.sendMessageWithMetadata(request), inbox.sendMessageWithMetadata(request)])
        )
      )
      assert.deepStrictEqual(
        lines.map(({ level, message }) => [level, message]),
        [["WARN", "The server announces that this API stops responding on 2026-12-03T00:00:00.000Z"]]
      )
      for (const { metadata } of value) {
        assert.deepStrictEqual(metadata.sunset, {
          deprecatedAt: DateTime.unsafeMake("2026-03-01T00:00:00Z"),
          sunsetAt: DateTime.unsafeMake("2026-12-03T00:00:00Z")
        })
      }
    })
  )
})

describe("metadata", () => {
  it.effect("hold what the answer says, without what repeats the request, and survive encode and decode", () =>
    Effect.gen(function* () {
      const inbox = yield* Scripted.inbox([
        Scripted.message(
          { "On my way": 1, extra: 2, platform: "telegram", origin: "On my way" },
          {
            "content-type": "Application/JSON; charset=utf-8",
            "x-debug": "sent On my way",
            "x-token": "inbox_tok_5f2c9d",
            "set-cookie": "session=1",
            "x-ratelimit-limit": "300",
            "x-request-id": "req_1",
            "x-region": "eu"
          }
        )
      ])
      const { message, metadata } = yield* inbox.sendMessageWithMetadata(request)
      assert.strictEqual(message.platform, "telegram")
      assert.deepStrictEqual(Object.keys(metadata.headers).sort(), [
        "content-type",
        "x-ratelimit-limit",
        "x-region",
        "x-request-id"
      ])
      assert.deepStrictEqual(metadata.drift, {
        unknownKeys: ["(withheld: it repeats the request)", "extra"],
        unknownMembers: [
          { key: "platform", value: "telegram" },
          { key: "origin", value: "(withheld: it repeats the request)" }
        ],
        missingKeys: []
      })
      const text = JSON.stringify(Schema.encodeSync(Metadata.Metadata)(metadata))
      assert.deepStrictEqual(Schema.decodeUnknownSync(Metadata.Metadata)(JSON.parse(text)), metadata)
      assert.notInclude(text, "On my way")
      assert.notInclude(text, "inbox_tok")
    })
  )

  it.effect("say where the media type is another one, if that is to be accepted", () =>
    Effect.gen(function* () {
      const inbox = yield* Scripted.inbox(
        [
          Scripted.message({}, { "content-type": "text/plain; charset=utf-8" }),
          Scripted.message({}, { "content-type": "" }),
          Scripted.answer(200, "<html>", { "content-type": "text/html" })
        ],
        { otherMediaType: "Accept" }
      )
      const first = yield* inbox.sendMessageWithMetadata(request)
      assert.strictEqual(first.metadata.drift.mediaType, "text/plain")
      const second = yield* inbox.sendMessageWithMetadata(request)
      assert.strictEqual(second.metadata.drift.mediaType, "")
      assert.deepInclude(yield* Effect.flip(inbox.sendMessage(request)), { reason: "NotJson", delivery: "Delivered" })
    })
  )
})

describe("another media type", () => {
  it.effect("is refused, as delivered, and nothing of the message is lost", () =>
    Effect.gen(function* () {
      const inbox = yield* Scripted.inbox([Scripted.message({}, { "content-type": "text/plain; charset=utf-8" })])
      const error = yield* Effect.flip(inbox.sendMessage(request))
      assert.strictEqual(error._tag, "MalformedResponse")
      assert.deepInclude(error, { reason: "MediaType", delivery: "Delivered", keys: [] })
      const body = error._tag === "MalformedResponse" && error.body !== undefined ? Redacted.value(error.body) : ""
      assert.strictEqual(JSON.parse(body).id, Servers.message.id)
      assert.lengthOf(inbox.requests, 1)
      const { metadata } = yield* inbox.sendMessageWithMetadata(request, { otherMediaType: "Accept" })
      assert.strictEqual(metadata.drift.mediaType, "text/plain")
    })
  )

  it.effect("is not what an answer has that declares none, or declares JSON in other words", () =>
    Effect.gen(function* () {
      const declared = ["", "Application/JSON", "application/json ; charset=utf-8"]
      const inbox = yield* Scripted.inbox(declared.map((type) => Scripted.message({}, { "content-type": type })))
      for (const type of declared) {
        const { metadata } = yield* inbox.sendMessageWithMetadata(request)
        assert.strictEqual(metadata.drift.mediaType, type === "" ? "" : undefined)
      }
    })
  )
})

describe("missing keys", () => {
  const { deletedAt: _d, isEncrypted: _e, platformDeletedAt: _p, ...asInTheGuide } = Servers.message

  it.effect("are refused, or read as null and listed", () =>
    Effect.gen(function* () {
      const inbox = yield* Scripted.inbox([Scripted.answer(200, asInTheGuide)])
      const error = yield* Effect.flip(inbox.sendMessage(request))
      assert.deepInclude(error, { _tag: "MalformedResponse", delivery: "Delivered" })
      const { message, metadata } = yield* inbox.sendMessageWithMetadata(request, { missingKeys: "ReadAsNull" })
      assert.deepStrictEqual(metadata.drift.missingKeys, ["isEncrypted", "deletedAt", "platformDeletedAt"])
      assert.isNull(message.isEncrypted)
      assert.strictEqual(message.id, "message1")
    })
  )

  it.effect("that cannot be null are refused either way, and nothing is lost", () =>
    Effect.gen(function* () {
      const { id: _id, ...withoutId } = asInTheGuide
      const inbox = yield* Scripted.inbox([Scripted.answer(200, withoutId)], { missingKeys: "ReadAsNull" })
      const error = yield* Effect.flip(inbox.sendMessage(request))
      assert.deepInclude(error, { _tag: "MalformedResponse", keys: [{ key: "id", problem: "missing" }] })
      const { body } = error as InboxError.MalformedResponse
      assert.deepStrictEqual(JSON.parse(body === undefined ? "" : Redacted.value(body)), withoutId)
    })
  )
})

describe("what is put around the client", () => {
  it.live("follows no redirect", () =>
    Effect.gen(function* () {
      const elsewhere = yield* Servers.fixed(200, JSON.stringify(Servers.message))
      const server = yield* Servers.fixed(307, '{"error":{"code":"MOVED","message":"Over there"}}', {
        location: `${elsewhere.baseUrl}/threads/thread1/messages`
      })
      const inbox = yield* InboxClient.make({
        token: Scripted.token,
        baseUrl: server.baseUrl,
        transformClient: HttpClient.followRedirects(5)
      })
      const error = yield* Effect.flip(inbox.sendMessage(request))
      assert.deepInclude(error, { _tag: "UnexpectedStatus", status: 307, code: "MOVED", delivery: "Unknown" })
      assert.lengthOf(server.received, 1)
      assert.lengthOf(elsewhere.received, 0)
    }).pipe(Effect.scoped, Effect.provide(FetchHttpClient.layer))
  )

  const answers: ReadonlyArray<readonly [string, Scripted.Answer, Delivery.ErrorTag]> = [
    ["503", Scripted.answer(503), "ServerError"],
    ["a reset", Scripted.reset, "ConnectionLost"],
    ["a refused connection", Scripted.refused, "ConnectionFailed"]
  ]

  it.effect.each(answers)("sends nothing twice after %s", ([, answer, tag]) =>
    Effect.gen(function* () {
      const inbox = yield* Scripted.inbox([answer], {
        retry: RetryPolicy.none,
        transformClient: HttpClient.retryTransient({ times: 5 })
      })
      const error = errorOf((yield* elapse(inbox.sendMessage(request))).exit)
      assert.strictEqual(error._tag, tag)
      assert.lengthOf(inbox.requests, 1)
    })
  )

  it.effect("may make requests of its own", () =>
    Effect.gen(function* () {
      const inbox = yield* Scripted.inbox([Scripted.answer(200), Scripted.message()], {
        transformClient: (client) => HttpClient.tapRequest(client, () => client.get("http://127.0.0.1:1/health"))
      })
      assert.strictEqual((yield* inbox.sendMessage(request)).id, "message1")
      assert.lengthOf(inbox.requests, 2)
    })
  )
})

describe("a body that is too large", () => {
  const endless =
    (status: number, seen: { bytes: number; cancelled: boolean }): Scripted.Answer =>
    (request) =>
      Effect.sync(() =>
        HttpClientResponse.fromWeb(
          request,
          new Response(
            new ReadableStream({
              pull: (controller) => {
                seen.bytes += 65_536
                controller.enqueue(new Uint8Array(65_536).fill(120))
              },
              cancel: () => {
                seen.cancelled = true
              }
            }),
            { status }
          )
        )
      )

  it.effect("is read to the limit and no further, and kept", () =>
    Effect.gen(function* () {
      const seen = { bytes: 0, cancelled: false }
      const inbox = yield* Scripted.inbox([endless(200, seen)], { maxBodySize: 100_000 })
      const error = yield* Effect.flip(inbox.sendMessage(request))
      assert.deepInclude(error, { _tag: "MalformedResponse", reason: "TooLarge", delivery: "Delivered" })
      const { body } = error as InboxError.MalformedResponse
      assert.strictEqual(body === undefined ? "" : Redacted.value(body), "x".repeat(100_000))
      assert.isTrue(seen.cancelled)
      assert.isBelow(seen.bytes, 400_000)
    })
  )

  it.effect("leaves the meaning of a status as it is", () =>
    Effect.gen(function* () {
      const seen = { bytes: 0, cancelled: false }
      const inbox = yield* Scripted.inbox([endless(403, seen)])
      const error = yield* Effect.flip(inbox.sendMessage(request))
      assert.deepStrictEqual([error._tag, error.delivery], ["Forbidden", "NotDelivered"])
      assert.isTrue(seen.cancelled)
      assert.isBelow(seen.bytes, 2 * 1024 * 1024)
    })
  )

  it.live.each(Servers.backends)("over %s, declared or not", ([, layer]) =>
    Effect.gen(function* () {
      const text = JSON.stringify({ ...Servers.message, padding: "x".repeat(200_000) })
      const whole = yield* Servers.fixed(200, text)
      const chunked = yield* Servers.http((response) => {
        response.writeHead(200, { "content-type": "application/json" })
        response.write(text.slice(0, 70_000))
        response.end(text.slice(70_000))
      })
      for (const { baseUrl } of [whole, chunked]) {
        const make = (maxBodySize?: number) => InboxClient.make({ token: Scripted.token, baseUrl, maxBodySize })
        assert.strictEqual((yield* (yield* make()).sendMessage(request)).id, "message1")
        const error = yield* Effect.flip((yield* make(150_000)).sendMessage(request))
        assert.deepInclude(error, { _tag: "MalformedResponse", reason: "TooLarge" })
        const { body } = error as InboxError.MalformedResponse
        assert.strictEqual(body === undefined ? "" : Redacted.value(body), text.slice(0, 150_000))
      }
    }).pipe(Effect.scoped, Effect.provide(layer))
  )

  it.effect.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])(
    "needs a limit that is one: not %d",
    (maxBodySize) =>
      Effect.gen(function* () {
        assert.include(String(yield* Effect.flip(Scripted.inbox([Scripted.message()], { maxBodySize }))), "maxBodySize")
      })
  )
})

describe("telemetry", () => {
  it.effect("spans say what OpenTelemetry asks for, and one event for each attempt", () =>
    Effect.gen(function* () {
      const inbox = yield* Scripted.inbox([Scripted.refused, Scripted.message({}, { "x-request-id": "req_1" })])
      const { spans } = yield* traced(elapse(inbox.sendMessage(request)))
      assert.deepStrictEqual(
        spans.map(({ kind, name }) => [name, kind]),
        [["InboxClient.sendMessage", "client"]]
      )
      const [span] = spans
      assert.deepStrictEqual(Object.fromEntries(span?.attributes ?? []), {
        "http.request.method": "POST",
        "url.template": "/threads/{threadId}/messages",
        "url.full": "http://127.0.0.1:1/api/v1/threads/thread1/messages",
        "server.address": "127.0.0.1",
        "server.port": 1,
        "messaging.system": "inbox",
        "messaging.operation.name": "sendMessage",
        "messaging.operation.type": "send",
        "messaging.destination.name": "thread1",
        "messaging.message.id": "message1",
        "http.response.status_code": 200,
        "http.request.resend_count": 1,
        "inbox.delivery": "Delivered"
      })
      assert.deepStrictEqual(
        // The log that a retry leaves is an event too.
        span?.events.filter(([name]) => name.startsWith("inbox.")).map(([name, , attributes]) => [name, attributes]),
        [
          [
            "inbox.attempt",
            { "inbox.attempt.number": 1, "inbox.attempt.outcome": "NotConnected", "inbox.attempt.delay_ms": 0 }
          ],
          [
            "inbox.attempt",
            {
              "inbox.attempt.number": 2,
              "inbox.attempt.outcome": "Message",
              "inbox.attempt.delay_ms": 250,
              "http.response.status_code": 200,
              "inbox.request_id": "req_1"
            }
          ]
        ]
      )
    })
  )

  it.effect("metrics count attempts by outcome and sends by delivery, and measure sends", () =>
    Effect.gen(function* () {
      const labels = [MetricLabel.make("test", "telemetry")]
      const count = (metric: Metric.Metric.Counter<number>, ...pairs: ReadonlyArray<readonly [string, string]>) =>
        Effect.map(
          Metric.value(
            pairs.reduce(
              (tagged, [key, value]) => Metric.tagged(tagged, key, value),
              Metric.taggedWithLabels(metric, labels)
            )
          ),
          (state) => state.count
        )
      const inbox = yield* Scripted.inbox([Scripted.refused, Scripted.message(), Scripted.answer(502), Scripted.never])
      yield* Effect.gen(function* () {
        yield* elapse(inbox.sendMessage(request))
        yield* elapse(inbox.sendMessage(request))
        yield* elapse(inbox.sendMessage({ ...request, content: "" }))
        const fiber = yield* Effect.fork(inbox.sendMessage(request))
        yield* Effect.yieldNow()
        yield* Fiber.interrupt(fiber)
      }).pipe(Effect.labelMetrics(labels))
      const attempts = ["NotConnected", "Message", "ServerError", "Interrupted", "RateLimited"] as const
      assert.deepStrictEqual(
        yield* Effect.forEach(attempts, (outcome) => count(Metrics.attempts, ["outcome", outcome])),
        [1, 1, 1, 1, 0]
      )
      const ends = [
        ["Delivered", "none"],
        ["Unknown", "ServerError"],
        ["NotDelivered", "InvalidRequest"],
        ["Unknown", "Interrupted"]
      ] as const
      assert.deepStrictEqual(
        yield* Effect.forEach(ends, ([delivery, error]) =>
          count(Metrics.sends, ["delivery", delivery], ["error", error])
        ),
        [1, 1, 1, 1]
      )
      const histogram = yield* Metric.value(
        Metrics.duration.pipe(
          Metric.taggedWithLabels(labels),
          Metric.tagged("delivery", "Delivered"),
          Metric.tagged("error", "none")
        )
      )
      assert.strictEqual(histogram.count, 1)
      assert.strictEqual(histogram.sum, 0.25)
    })
  )

  it.effect("the runtime counts the fibers of a send as begun and as ended under the same labels", () =>
    Effect.gen(function* () {
      const labels = [MetricLabel.make("application", "fibers")]
      const count = (metric: Metric.Metric.Counter<number>) =>
        Effect.map(Metric.value(Metric.taggedWithLabels(metric, labels)), (state) => state.count)
      const inbox = yield* Scripted.inbox([Scripted.message(), Scripted.answer(401)])
      yield* Effect.labelMetrics(inbox.sendMessage(request), labels)
      yield* Effect.labelMetrics(Effect.flip(inbox.sendMessage(request)), labels)
      assert.isAbove(yield* count(Metric.fiberStarted), 0)
      assert.strictEqual(yield* count(Metric.fiberActive), 0)
    })
  )

  it.effect("a send that succeeds at once logs nothing", () =>
    Effect.gen(function* () {
      const inbox = yield* Scripted.inbox([Scripted.message()])
      assert.deepStrictEqual((yield* logged(inbox.sendMessage(request))).lines, [])
    })
  )
})
