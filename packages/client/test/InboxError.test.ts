import { inspect } from "node:util"
import { HttpClient, HttpClientError, HttpClientResponse } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import * as Attempt from "@inbox-effect/client/Attempt"
import * as InboxClient from "@inbox-effect/client/InboxClient"
import * as InboxError from "@inbox-effect/client/InboxError"
import * as RetryPolicy from "@inbox-effect/client/RetryPolicy"
import * as SendAll from "@inbox-effect/client/SendAll"
import {
  Arbitrary,
  Cause,
  type Console,
  Effect,
  Exit,
  FastCheck as fc,
  Layer,
  Logger,
  LogLevel,
  Metric,
  Redacted,
  Schema,
  Stream,
  Tracer
} from "effect"
import { expectTypeOf } from "vitest"
import * as Servers from "./Servers.js"

describe("InboxError", () => {
  it.each(InboxError.InboxError.members.map((member) => [member._tag, member] as const))(
    "%s survives encode and decode",
    (_tag, member) => {
      const schema = member as Schema.Schema<InboxError.InboxError, unknown>
      fc.assert(
        fc.property(Arbitrary.make(schema), (error) => {
          assert.isArray(error.attempts)
          const text = JSON.stringify(Schema.encodeSync(schema)(error))
          const again = Schema.decodeUnknownSync(InboxError.InboxError)(JSON.parse(text))
          assert.strictEqual(again._tag, error._tag)
          assert.strictEqual(again.delivery, error.delivery)
          assert.strictEqual(again.message, error.message)
          assert.strictEqual(JSON.stringify(Schema.encodeSync(schema)(again)), text)
          assert.instanceOf(again, Error)
        }),
        { numRuns: 25 }
      )
    }
  )

  it.each(InboxError.InboxError.members.map((member) => [member._tag, member] as const))(
    "%s says in its message what became of the message sent",
    (_tag, member) => {
      const words = { NotDelivered: "was not delivered", Unknown: "Nobody knows", Delivered: "was delivered" }
      fc.assert(
        fc.property(Arbitrary.make(member as never as Schema.Schema<InboxError.InboxError>), (error) => {
          assert.include(error.message, words[error.delivery])
          assert.strictEqual(error.name, error._tag)
        }),
        { numRuns: 10 }
      )
    }
  )

  it("tells combinators what they take out of the error channel", () => {
    type E = InboxError.InboxError
    const send = Effect.fail(new InboxError.ServerError({ status: 500 })) as Effect.Effect<"sent", E>
    type Left<F> = F extends Effect.Effect<unknown, infer X> ? X : never

    const limited = Effect.catchTag(send, "RateLimited", () => Effect.succeed("later" as const))
    expectTypeOf<Left<typeof limited>>().toEqualTypeOf<Exclude<E, InboxError.RateLimited>>()

    const known = send.pipe(
      InboxError.catchDelivery("Unknown", (error) => {
        expectTypeOf(error._tag).toEqualTypeOf<"ServerError" | "ConnectionLost" | "TimedOut" | "UnexpectedStatus">()
        expectTypeOf(error.delivery).toEqualTypeOf<"Unknown">()
        return Effect.succeed("ask" as const)
      })
    )
    expectTypeOf<Left<typeof known>["_tag"]>().toEqualTypeOf<Exclude<E["_tag"], "ServerError" | "ConnectionLost">>()
    expectTypeOf<Left<typeof known>["delivery"]>().toEqualTypeOf<"NotDelivered" | "Delivered">()

    const all = known.pipe(
      InboxError.catchDelivery("NotDelivered", () => Effect.succeed("again" as const)),
      InboxError.catchDelivery("Delivered", (error) => Effect.succeed(error.reason))
    )
    expectTypeOf<Left<typeof all>>().toEqualTypeOf<never>()
    expectTypeOf<Effect.Effect.Success<typeof all>>().toEqualTypeOf<
      "sent" | "ask" | "again" | InboxError.MalformedReason
    >()
    assert.strictEqual(Effect.runSync(all), "ask")
  })

  it("gives an error another ledger, and leaves the rest as it is", () => {
    for (const member of InboxError.InboxError.members) {
      const schema = member as never as Schema.Schema<InboxError.InboxError, object>
      fc.assert(
        fc.property(Arbitrary.make(schema), Arbitrary.make(schema), (error, other) => {
          const again = InboxError.withAttempts(error, other.attempts)
          assert.deepStrictEqual(Schema.encodeSync(schema)(again), {
            ...Schema.encodeSync(schema)(error),
            ...Schema.encodeSync(Schema.Struct({ attempts: Attempt.Ledger }))({ attempts: other.attempts })
          })
        }),
        { numRuns: 20 }
      )
    }
  })

  it("reads well", () => {
    assert.strictEqual(
      new InboxError.ThreadNotFound({ status: 404, code: "THREAD_NOT_FOUND", detail: "No thread", requestId: "req_1" })
        .message,
      "There is no such thread, or no Inbox API at the base URL (status 404, THREAD_NOT_FOUND, request req_1): No thread. The message was not delivered."
    )
    assert.strictEqual(
      new InboxError.MalformedResponse({
        status: 200,
        reason: "NotAMessage",
        keys: [{ key: "isEncrypted", problem: "missing" }]
      }).message,
      "The server accepted the message, but its body is not a Message: isEncrypted is missing (status 200). The message was delivered: do not send it again."
    )
    assert.strictEqual(
      new InboxError.ConnectionFailed({ code: "ECONNREFUSED" }).message,
      "No connection to the server (ECONNREFUSED). The message was not delivered."
    )
  })
})

interface Sent {
  readonly token: string
  readonly content: string
}

/** What a server does with a request that it repeats wherever it can. */
interface Echo {
  readonly name: string
  readonly answer: (sent: Sent, text: string) => HttpClient.HttpClient["execute"]
}

const status = (code: number, body: (sent: Sent, text: string) => string): Echo => ({
  name: `${code} ${body({ token: "T", content: "C" }, "X").slice(0, 40)}`,
  answer: (sent, text) => (request) =>
    Effect.suspend(() => {
      const value = text.replace(/[^\x20-\x7e]/g, "?")
      const headers = new Headers()
      for (const name of ["x-request-id", "request-id", "retry-after", "x-ratelimit-limit", "x-ratelimit-reset"]) {
        headers.set(name, value)
      }
      return Effect.succeed(
        HttpClientResponse.fromWeb(request, new Response(body(sent, text), { status: code, headers }))
      )
    })
})

const nested = (_: Sent, text: string) => JSON.stringify({ error: { code: text, message: text, requestId: text } })
const flat = (_: Sent, text: string) => JSON.stringify({ error: text, message: `Invalid: '${text}'` })
const newer = (_: Sent, text: string) => JSON.stringify({ code: text, message: `"${text}"`, requestId: text })
const plain = (_: Sent, text: string) => `You said ${text}`
const html = (_: Sent, text: string) => `<html><title>${text.replace(/</g, "&lt;")}</title>${text}</html>`

/** What can stand in an id. */
const idLike = (text: string): string => text.toLowerCase().replace(/[^0-9a-z]/g, "") || "m1"

const transport = (name: string, cause: (text: string) => unknown): Echo => ({
  name,
  answer: (_, text) => (request) =>
    Effect.fail(
      new HttpClientError.RequestError({ request, reason: "Transport", cause: cause(text), description: text })
    )
})

const echoes: ReadonlyArray<Echo> = [
  ...[302, 401, 418, 429, 500].flatMap((code) => [nested, flat, newer, plain, html].map((body) => status(code, body))),
  ...[nested, flat, newer, plain, html].map((body) => status(200, body)),
  status(200, ({ content }) => JSON.stringify({ content, platform: content, reactions: [content] })),
  transport("a failure", (text) => new Error(text)),
  transport("a coded failure", (text) => Object.assign(new Error(text), { code: text, syscall: text })),
  transport(
    "a wrapped failure",
    (text) => new TypeError(text, { cause: Object.assign(new Error(text), { code: text }) })
  ),
  {
    name: "a message with an echo in its headers, keys and enumerations",
    answer: (_, text) => (request) =>
      Effect.sync(() => {
        const value = text.replace(/[^\x20-\x7e]/g, "?")
        const headers = new Headers()
        for (const name of ["content-type", "x-request-id", "x-debug", "sunset", "deprecation", "x-ratelimit-limit"]) {
          headers.set(name, value)
        }
        const body = JSON.stringify({ ...Servers.message, id: idLike(text), platform: text, origin: text, [text]: 1 })
        return HttpClientResponse.fromWeb(request, new Response(body, { status: 200, headers }))
      })
  },
  { name: "a defect", answer: (_, text) => () => Effect.die(new Error(text)) },
  {
    name: "a thrown defect",
    answer: (_, text) => () => {
      throw text
    }
  },
  {
    name: "a broken body",
    answer: (_, text) => (request) =>
      Effect.succeed(
        HttpClientResponse.fromWeb(
          request,
          new Response(new ReadableStream({ pull: (controller) => controller.error(new Error(text)) }), { status: 200 })
        )
      )
  }
]

/** Every logger that Effect has. */
const loggers = (print: (line: unknown) => void) =>
  Layer.mergeAll(
    Logger.remove(Logger.defaultLogger),
    Logger.add(Logger.prettyLogger({ colors: false })),
    Logger.add(Logger.map(Logger.stringLogger, print)),
    Logger.add(Logger.map(Logger.logfmtLogger, print)),
    Logger.add(Logger.map(Logger.jsonLogger, print)),
    Logger.add(Logger.map(Logger.structuredLogger, print))
  )

/** The keys of metrics that were rendered already: a snapshot in full costs more than all the rest. */
const seen = new WeakSet<object>()

/** All that an application may print of a send: the failure or the metadata, logs, spans, metrics, stream outcomes. */
const renderings = (sent: Sent, execute: HttpClient.HttpClient["execute"], threadId: string) =>
  Effect.gen(function* () {
    const out: Array<string> = []
    const print = (...values: ReadonlyArray<unknown>) => {
      for (const value of values) out.push(inspect(value, { depth: Infinity, showHidden: true, getters: true }))
    }
    const tracer = yield* Effect.tracer
    const defaultConsole = yield* Effect.console
    const spans: Array<Tracer.Span> = []
    const inbox = yield* InboxClient.make({
      token: Redacted.make(sent.token),
      baseUrl: "http://127.0.0.1:1",
      retry: RetryPolicy.make({ maxRetries: 1, baseDelay: 0 })
    }).pipe(
      Effect.provideService(
        HttpClient.HttpClient,
        HttpClient.make((request) => execute(request))
      )
    )
    const console = new Proxy(globalThis.console, { get: () => print })
    const printing = <A, E>(effect: Effect.Effect<A, E>) =>
      Effect.provide(effect, loggers(print)).pipe(
        Logger.withMinimumLogLevel(LogLevel.All),
        Effect.withConsole({ ...defaultConsole, unsafe: console } as Console.Console)
      )
    const exit = yield* inbox.sendMessageWithMetadata({ threadId, content: sent.content }).pipe(
      printing,
      Effect.withSpan("application"),
      Effect.withTracer(
        Tracer.make({
          ...tracer,
          context: (f, fiber) => tracer.context(f, fiber),
          span: (...args) => {
            const span = tracer.span(...args)
            spans.push(span)
            return span
          }
        })
      ),
      Effect.exit
    )
    for (const span of spans) {
      // The application's own span keeps the message that it gets.
      if (Exit.isSuccess(exit) && span.name === "application") continue
      print(span.name, span.attributes, span.status, span.links, (span as never as { readonly events: unknown }).events)
    }
    const outcomes = yield* Stream.runCollect(SendAll.sendAll(Stream.make({ threadId, content: sent.content }))).pipe(
      Effect.provideService(InboxClient.InboxClient, inbox),
      printing
    )
    for (const outcome of outcomes) {
      out.push(JSON.stringify(outcome), String(outcome))
      print(outcome)
      yield* printing(Effect.annotateLogs(Effect.logWarning("outcome", outcome), "outcome", outcome))
    }
    // Whatever a send leaves in metrics makes a pair of its own: the others are from before it, and hold numbers.
    const pairs = yield* Metric.snapshot
    print(pairs.filter(({ metricKey }) => !seen.has(metricKey)))
    for (const { metricKey } of pairs) {
      seen.add(metricKey)
      out.push([metricKey.name, ...metricKey.tags.map(({ key, value }) => `${key}=${value}`)].join(" "))
    }
    if (Exit.isSuccess(exit)) {
      // The message itself is what the caller asked for.
      print(exit.value.metadata)
      return out.join("\n")
    }
    const error = Cause.squash(exit.cause) as InboxError.InboxError
    out.push(JSON.stringify(error), String(error), error.stack ?? "", error.message, `${error}`)
    out.push(Cause.pretty(exit.cause), Cause.pretty(exit.cause, { renderErrorCause: true }), JSON.stringify(exit))
    print(
      error,
      exit,
      exit.cause,
      Object.getOwnPropertyDescriptors(error),
      Schema.decodeUnknownEither(Schema.Never)(error)
    )
    yield* Effect.logError("failed", error, exit.cause).pipe(
      Effect.zipRight(Effect.logError(exit.cause)),
      Effect.annotateLogs("error", error),
      printing
    )
    return out.join("\n")
  })

/** A word or two, whole, are in many sentences. */
const isOrdinary = (part: string, rest: string): boolean =>
  part !== "" && rest !== "" && /^ *[a-z]+(?: [a-z]+)? *$/i.test(part) && !/[\p{L}\p{N}_]/u.test(rest)

/** A part that begins or ends with a space is no longer than what stands between: a sentence around it has spaces too. */
const isTold = (part: string, rest: string): boolean => part.trim() === part && !isOrdinary(part, rest)

/** A part of a secret, and the ways in which it may be spelled in a rendering. */
const traces = (secret: string): ReadonlyArray<string> =>
  [
    secret,
    ...(isTold(secret.slice(0, 12), secret.charAt(12)) ? [secret.slice(0, 12)] : []),
    ...(isTold(secret.slice(-12), secret.charAt(secret.length - 13)) ? [secret.slice(-12)] : [])
  ]
    .flatMap((part) => [part, JSON.stringify(part).slice(1, -1), inspect(part).slice(1, -1)])
    .filter((part) => part.length >= 8)

const token = fc.stringMatching(/^[!-~]{12,40}$/)

const content = fc.oneof(
  fc.string({ minLength: 8 }),
  fc.fullUnicodeString({ minLength: 8 }),
  fc.string16bits({ minLength: 8 }),
  fc.stringMatching(/^[a-z ,.]{8,40}$/),
  fc.constantFrom("<script>alert('x')</script>", 'say "hello world"\n\ttwice', "12345678901234", "ECONNRESET_SECRET")
)

const cut = fc.constantFrom<(text: string) => string>(
  (text) => text,
  (text) => text.slice(0, 12),
  (text) => text.slice(-12),
  (text) => text.toUpperCase()
)

describe("no token and no message text in any rendering", () => {
  it.live.each(echoes)("of $name", ({ answer }) =>
    Effect.promise(() =>
      fc.assert(
        fc.asyncProperty(token, content, cut, fc.boolean(), async (token, content, cut, first) => {
          const sent = { token, content }
          const secrets = first ? [token, content] : [content, token]
          const text = secrets.map(cut).join(" ")
          const one = cut(secrets[0] as string)
          const quiet = { token: "inbox_quiet_0", content: "nothing to see" }
          for (const echo of [text, one]) {
            const rendered = await Effect.runPromise(renderings(sent, answer(sent, echo), "thread1"))
            const found = secrets.flatMap(traces).filter((trace) => rendered.includes(trace))
            if (found.length === 0) continue
            // What a quiet server's failure looks like too is no trace of a secret.
            const baseline = await Effect.runPromise(renderings(quiet, answer(quiet, "quiet"), "thread1"))
            for (const trace of found.filter((trace) => !baseline.includes(trace))) {
              const at = rendered.indexOf(trace)
              assert.fail(`${JSON.stringify(trace)} is in: ${rendered.slice(Math.max(0, at - 200), at + 100)}`)
            }
          }
        }),
        { numRuns: 2, endOnFailure: true }
      )
    )
  )

  it.live("of a request that is refused before it is sent", () =>
    Effect.promise(() =>
      fc.assert(
        fc.asyncProperty(content, async (content) => {
          const sent = { token: "inbox_tok_5f2c9d", content }
          const rendered = await Effect.runPromise(renderings(sent, () => Effect.die("not reached"), `${content}!`))
          for (const trace of traces(content)) assert.notInclude(rendered, trace)
        }),
        { numRuns: 15, endOnFailure: true }
      )
    )
  )

  it("sees a leak where there is one", async () => {
    const sent = { token: "inbox_tok_5f2c9d", content: "nothing to see" }
    const leaky = new InboxError.Forbidden({ status: 403, detail: sent.content })
    assert.include(inspect(leaky), sent.content)
    const rendered = await Effect.runPromise(
      renderings(sent, status(403, () => '{"error":{"code":"PLAN","message":"Upgrade to Pro"}}').answer(sent, ""), "t1")
    )
    for (const part of [
      "Upgrade to Pro",
      "PLAN",
      "InboxClient.sendMessage",
      "url.template",
      '"index":0,"threadId":"t1","error":"Forbidden"'
    ]) {
      assert.include(rendered, part)
    }
  })

  it("keeps the body of a malformed answer for those who ask", async () => {
    const body = JSON.stringify({ content: "nothing to see" })
    const error = await Effect.runPromise(
      InboxClient.make({ token: Redacted.make("t"), baseUrl: "http://127.0.0.1:1" }).pipe(
        Effect.flatMap((inbox) => Effect.flip(inbox.sendMessage({ threadId: "t1", content: "nothing to see" }))),
        Effect.provideService(
          HttpClient.HttpClient,
          HttpClient.make((request) => Effect.succeed(HttpClientResponse.fromWeb(request, new Response(body))))
        )
      )
    )
    assert.instanceOf(error, InboxError.MalformedResponse)
    assert.strictEqual(error.body === undefined ? undefined : Redacted.value(error.body), body)
    assert.notInclude(inspect(error, { depth: Infinity, showHidden: true }), "nothing to see")
  })
})
