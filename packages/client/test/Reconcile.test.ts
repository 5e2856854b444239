import { inspect } from "node:util"
import { HttpClient, HttpClientError, HttpClientResponse } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Attempt, InboxError, ListMessages, Reconcile } from "@inbox-effect/client"
import {
  Arbitrary,
  Config,
  ConfigProvider,
  Context,
  DateTime,
  Duration,
  Effect,
  Fiber,
  FastCheck as fc,
  Layer,
  Redacted,
  Schema,
  TestClock
} from "effect"
import { message } from "./Servers.js"

const minute = 60_000

const content = "On my way"

const request = { threadId: "thread1", content }

const token = "a-secret-token"

const at = (millis: number) => new Date(millis).toISOString()

/** A message of the thread as it travels, sent at an instant. */
const sent = (id: string, millis: number, fields: object = {}) => ({ ...message, id, createdAt: at(millis), ...fields })

/** The time of the send: the tenth minute, for one second. */
const window: Reconcile.Window = {
  from: DateTime.unsafeMake(10 * minute),
  until: DateTime.unsafeMake(10 * minute + 1_000)
}

interface Thread {
  /** Newest first. */
  readonly messages: ReadonlyArray<object>
  readonly pageSize?: number
  readonly isSyncing?: boolean
}

/** A server of one thread, and the URLs that were asked of it. */
const serverOf = (thread: () => Thread) => {
  const urls: Array<URL> = []
  const client = HttpClient.make((request, url) =>
    Effect.sync(() => {
      urls.push(url)
      const { isSyncing = false, messages, pageSize = 100 } = thread()
      const ids = messages.map((one) => (one as { id: string }).id)
      const from = ids.indexOf(url.searchParams.get("cursorId") ?? "") + 1
      const page = messages.slice(from, from + pageSize)
      const last = page.at(-1) as { id: string; createdAt: string } | undefined
      const more = last !== undefined && from + pageSize < messages.length
      return HttpClientResponse.fromWeb(
        request,
        Response.json({
          teamId: "team1",
          threadId: "thread1",
          messages: page,
          nextCursor: more ? { timestamp: last.createdAt, id: last.id } : null,
          isSyncing
        })
      )
    })
  )
  return { client, urls }
}

const reconcilerOf = (client: HttpClient.HttpClient, options?: Partial<Reconcile.Options>) =>
  Reconcile.make({ token: Redacted.make(token), ...options }).pipe(Effect.provideService(HttpClient.HttpClient, client))

/** Asks an hour after the send, when everything has settled. */
const ask = (thread: Thread, options?: Partial<Reconcile.Options>, known?: Reconcile.Known, asked: object = request) =>
  Effect.gen(function* () {
    yield* TestClock.setTime(70 * minute)
    const server = serverOf(() => thread)
    const reconciler = yield* reconcilerOf(server.client, options)
    const outcome = yield* reconciler.reconcile(asked as typeof request, window, known)
    return { outcome, urls: server.urls }
  })

const ours = sent("ours", 10 * minute)
const before = sent("before", 5 * minute, { content: "Where are you?", origin: "external" })
const after = sent("after", 11 * minute, { content: "Good", origin: "external" })

describe("Reconcile", () => {
  it.effect("finds the message, with the evidence", () =>
    Effect.gen(function* () {
      const { outcome, urls } = yield* ask({ messages: [after, ours, before] })
      assert.strictEqual(outcome._tag, "Found")
      assert.strictEqual(outcome._tag === "Found" ? outcome.message.id : "", "ours")
      assert.deepInclude(outcome.evidence, { messageIds: ["after", "ours"], messages: 3, pages: 1, isSyncing: false })
      assert.deepStrictEqual(outcome.evidence.window, window)
      assert.strictEqual(DateTime.toEpochMillis(outcome.evidence.oldest ?? DateTime.unsafeMake(0)), 5 * minute)
      assert.strictEqual(urls.length, 1)
      assert.strictEqual(urls[0]?.href, "https://inboxapp.com/api/v1/threads/thread1/messages?limit=100")
    })
  )

  const cases: Record<
    string,
    readonly [
      expected: Reconcile.Outcome["_tag"] | Reconcile.Doubt,
      thread: Thread,
      options?: Partial<Reconcile.Options>
    ]
  > = {
    "an empty thread": ["NotFound", { messages: [] }],
    "other messages": ["NotFound", { messages: [after, before] }],
    "the content of somebody else": ["NotFound", { messages: [{ ...ours, origin: "external" }] }],
    "the content of a colleague": ["NotFound", { messages: [{ ...ours, origin: "internal" }] }],
    "another content in other Unicode": ["NotFound", { messages: [{ ...ours, content: "On my way " }] }],
    "the content long before": ["NotFound", { messages: [sent("old", 7 * minute)] }],
    "a clock two minutes behind": ["Found", { messages: [sent("early", 8 * minute)] }],
    "a clock two minutes ahead": ["Found", { messages: [sent("late", 12 * minute)] }],
    "the content twice": ["Several", { messages: [ours, sent("twin", 10 * minute)] }],
    "the content of unknown origin": ["Doubtful", { messages: [{ ...ours, origin: null }] }],
    "the content of a new origin": ["Doubtful", { messages: [{ ...ours, origin: "robot" }] }],
    "the content as a reply": ["Doubtful", { messages: [{ ...ours, replyData: {} }] }],
    "the content much later": ["Doubtful", { messages: [sent("again", 20 * minute)] }],
    "a thread that is syncing": ["Syncing", { messages: [before], isSyncing: true }],
    "a thread that is syncing, with the message": ["Syncing", { messages: [ours], isSyncing: true }],
    "a message that cannot be read": ["Unreadable", { messages: [{ ...after, createdAt: "yesterday" }] }],
    "a message of another thread": ["Unreadable", { messages: [{ ...ours, threadId: "thread2" }] }],
    "messages that lack keys": [
      "Found",
      { messages: [{ ...ours, isEncrypted: undefined, deletedAt: undefined, platformDeletedAt: undefined }] }
    ],
    "more pages than it may read": ["Incomplete", { messages: [after, ours, before], pageSize: 1 }, { maxPages: 1 }]
  }
  for (const [name, [expected, thread, options]] of Object.entries(cases)) {
    it.effect(`${name}: ${expected}`, () =>
      Effect.map(ask(thread, options), ({ outcome }) => {
        assert.strictEqual(outcome._tag === "Ambiguous" ? outcome.doubts.join() : outcome._tag, expected)
      })
    )
  }

  it.effect("leaves out what is known to come from other sends", () =>
    Effect.gen(function* () {
      const messages = [ours, sent("twin", 10 * minute)]
      const { outcome } = yield* ask({ messages }, {}, { except: ["twin"] })
      assert.strictEqual(outcome._tag === "Found" ? outcome.message.id : outcome._tag, "ours")
      const none = yield* ask({ messages }, {}, { except: ["twin", "ours"] })
      assert.strictEqual(none.outcome._tag, "NotFound")
    })
  )

  it.effect("tells a reply from a message that is none", () =>
    Effect.gen(function* () {
      const messages = [{ ...ours, replyData: { id: "x" } }]
      const { outcome } = yield* ask({ messages }, {}, {}, { ...request, replyToMessageId: "x" })
      assert.strictEqual(outcome._tag, "Found")
    })
  )

  it.effect("reads back to before the send, and no further", () =>
    Effect.gen(function* () {
      const newer = Array.from({ length: 30 }, (_, n) => sent(`new${n}`, 40 * minute - n, { content: "x" }))
      const older = Array.from({ length: 30 }, (_, n) => sent(`old${n}`, 5 * minute - n, { content: "x" }))
      const found = yield* ask({ messages: [...newer, ours, ...older], pageSize: 8 })
      assert.strictEqual(found.outcome._tag, "Found")
      assert.strictEqual(found.urls.length, 4)
      assert.strictEqual(found.urls[1]?.searchParams.get("cursorTimestamp"), newer[7]?.createdAt)
      const none = yield* ask({ messages: [...newer, ...older], pageSize: 8 })
      assert.strictEqual(none.outcome._tag, "NotFound")
      assert.strictEqual(none.urls.length, 4)
      const disordered = yield* ask({ messages: [...[...older].reverse(), ours, ...newer], pageSize: 8 })
      assert.strictEqual(disordered.outcome._tag, "Found")
    })
  )

  it.effect("gives a slow server time to store, before it says that there is nothing", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(10 * minute + 1_000)
      const thread = { messages: [before] as ReadonlyArray<object> }
      const server = serverOf(() => thread)
      const reconciler = yield* reconcilerOf(server.client)
      const fiber = yield* Effect.fork(reconciler.reconcile(request, window))
      yield* TestClock.adjust("9 seconds")
      assert.strictEqual((yield* Fiber.poll(fiber))._tag, "None")
      thread.messages = [ours, before]
      yield* TestClock.adjust("1 second")
      assert.strictEqual((yield* Fiber.join(fiber))._tag, "Found")
      assert.strictEqual(server.urls.length, 2)
      assert.strictEqual((yield* reconciler.reconcile(request, window))._tag, "Found")
    })
  )

  describe("errors", () => {
    const fails = (answer: () => Response | HttpClientError.RequestError, options?: Partial<Reconcile.Options>) =>
      Effect.gen(function* () {
        let asked = 0
        const client = HttpClient.make((request) => {
          asked++
          const one = answer()
          return one instanceof Response ? Effect.succeed(HttpClientResponse.fromWeb(request, one)) : one
        })
        const reconciler = yield* reconcilerOf(client, options)
        const fiber = yield* Effect.fork(Effect.flip(reconciler.reconcile(request, window)))
        yield* TestClock.adjust("1 hour")
        return { error: yield* Fiber.join(fiber), asked: () => asked }
      })

    const echo = JSON.stringify({ error: { code: "NOPE", message: `${content} with ${token}` } })
    const transport = () =>
      new HttpClientError.RequestError({ request: {} as never, reason: "Transport", cause: { code: "ECONNREFUSED" } })

    const table: Record<
      string,
      readonly [Reconcile.ReconcileError["reason"], asked: number, () => Response | HttpClientError.RequestError]
    > = {
      "401": ["Refused", 1, () => new Response(echo, { status: 401 })],
      "403": ["Refused", 1, () => new Response(echo, { status: 403 })],
      "404": ["Refused", 1, () => new Response(echo, { status: 404 })],
      "302": ["Refused", 1, () => new Response(null, { status: 302, headers: { location: "http://127.0.0.1/" } })],
      "429": ["RateLimited", 4, () => new Response(echo, { status: 429, headers: { "retry-after": "7" } })],
      "429 with a long wait": [
        "RateLimited",
        1,
        () => new Response(echo, { status: 429, headers: { "retry-after": "3600" } })
      ],
      "500": ["ServerError", 4, () => new Response(echo, { status: 500 })],
      refused: ["ConnectionFailed", 4, transport],
      "200 with HTML": ["MalformedResponse", 1, () => new Response("<html>")],
      "200 with another shape": ["MalformedResponse", 1, () => Response.json({ messages: [] })],
      "200 with another thread": [
        "MalformedResponse",
        1,
        () => Response.json({ teamId: "t", threadId: "t2", messages: [], nextCursor: null, isSyncing: false })
      ],
      "200 without UTF-8": ["MalformedResponse", 1, () => new Response(Uint8Array.of(0xff))]
    }
    for (const [name, [reason, times, answer]] of Object.entries(table)) {
      it.effect(`${name}: ${reason}, the delivery stays unknown, and nothing leaks`, () =>
        Effect.gen(function* () {
          const { asked, error } = yield* fails(answer)
          assert.strictEqual(error.reason, reason)
          assert.strictEqual(error.delivery, "Unknown")
          assert.strictEqual(asked(), times)
          const encoded = Schema.encodeSync(Reconcile.ReconcileError)(error)
          const decoded = Schema.decodeSync(Reconcile.ReconcileError)(encoded)
          assert.deepStrictEqual(Schema.encodeSync(Reconcile.ReconcileError)(decoded), encoded)
          for (const rendering of [String(error), error.stack ?? "", JSON.stringify(encoded), inspect(error)]) {
            assert.notInclude(rendering, token)
            assert.notInclude(rendering, content)
          }
        })
      )
    }

    it.effect("no answer in time", () =>
      Effect.gen(function* () {
        const reconciler = yield* reconcilerOf(
          HttpClient.make(() => Effect.never),
          { retries: 0 }
        )
        const fiber = yield* Effect.fork(Effect.flip(reconciler.reconcile(request, window)))
        yield* TestClock.adjust("30 seconds")
        assert.strictEqual((yield* Fiber.join(fiber)).reason, "TimedOut")
      })
    )

    it.effect("no token, and a request that could not have been sent", () =>
      Effect.gen(function* () {
        const { asked, error } = yield* fails(() => new Response(), { token: Effect.fail(token) })
        assert.deepStrictEqual([error.reason, asked()], ["CredentialsUnavailable", 0])
        const reconciler = yield* reconcilerOf(serverOf(() => ({ messages: [] })).client)
        const invalid = yield* Effect.flip(reconciler.reconcile({ ...request, content: "" }, window))
        assert.strictEqual(invalid.reason, "InvalidRequest")
      })
    )
  })

  describe("layerConfig", () => {
    const asking = (variables: Record<string, string>, options?: Reconcile.ConfigOptions) => {
      const { client, urls } = serverOf(() => ({ messages: [ours, before] }))
      return Layer.build(Reconcile.layerConfig(options)).pipe(
        Effect.flatMap((context) => Context.get(context, Reconcile.Reconciler).reconcile(request, window)),
        Effect.map(({ _tag }) => [_tag, urls[0]?.origin, urls[0]?.pathname]),
        Effect.provideService(HttpClient.HttpClient, client),
        Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(variables)))),
        Effect.scoped
      )
    }

    it.effect("reads the variables of the client, or configs of your own", () =>
      Effect.gen(function* () {
        const path = "/api/v1/threads/thread1/messages"
        const INBOX_API_TOKEN = token
        assert.deepStrictEqual(yield* asking({ INBOX_API_TOKEN }), ["Found", "https://inboxapp.com", path])
        const INBOX_API_BASE_URL = "http://localhost:8787/api/v1/"
        assert.deepStrictEqual(yield* asking({ INBOX_API_TOKEN, INBOX_API_BASE_URL }), [
          "Found",
          "http://localhost:8787",
          path
        ])
        const own = { token: Config.redacted("MINE"), baseUrl: Config.succeed("http://localhost/api/v1") }
        assert.deepStrictEqual(yield* asking({ MINE: token }, own), ["Found", "http://localhost", path])
      })
    )

    const wrong: ReadonlyArray<readonly [Record<string, string>, name: string, fix: string]> = [
      [{}, "INBOX_API_TOKEN", "Set it to the API token"],
      [{ INBOX_API_TOKEN: "hunter2 " }, "INBOX_API_TOKEN", "copy it again"],
      [{ INBOX_API_TOKEN: token, INBOX_API_BASE_URL: "hunter2" }, "INBOX_API_BASE_URL", "up to and including"]
    ]

    it.effect.each(wrong)("names the variable and the fix (%#)", ([variables, name, fix]) =>
      Effect.gen(function* () {
        const error = String(yield* Effect.flip(asking(variables)))
        assert.include(error, name)
        assert.include(error, fix)
        assert.notInclude(error, "hunter2")
      })
    )
  })

  it("knows the time of a send from the ledger of its error", () => {
    const attempts = [0, 5_000].map((startedAt, index) =>
      Attempt.Attempt.make({
        number: index + 1,
        startedAt: DateTime.unsafeMake(startedAt),
        delay: Duration.zero,
        duration: Duration.millis(300),
        outcome: "ConnectionLost"
      })
    )
    const { from, until } = Reconcile.windowOf(new InboxError.ConnectionLost({ attempts }))
    assert.deepStrictEqual([DateTime.toEpochMillis(from), DateTime.toEpochMillis(until)], [0, 5_300])
    assert.deepStrictEqual(Reconcile.windowOf({ attempts: [] }).until, DateTime.unsafeMake(0))
  })

  it.effect("outcomes survive being stored", () =>
    Effect.gen(function* () {
      for (const thread of [{ messages: [ours] }, { messages: [] }, { messages: [ours, ours] }]) {
        const { outcome } = yield* ask(thread)
        const text = yield* Schema.encode(Schema.parseJson(Reconcile.Outcome))(outcome)
        assert.deepStrictEqual(yield* Schema.decode(Schema.parseJson(Reconcile.Outcome))(text), outcome)
      }
    })
  )

  it("errors survive encode and decode", () => {
    const schema = Schema.parseJson(Reconcile.ReconcileError)
    fc.assert(
      fc.property(Arbitrary.make(Reconcile.ReconcileError), (error) => {
        const text = Schema.encodeSync(schema)(error)
        const again = Schema.decodeSync(schema)(text)
        assert.instanceOf(again, Reconcile.ReconcileError)
        assert.strictEqual(again.message, error.message)
        assert.strictEqual(Schema.encodeSync(schema)(again), text)
      })
    )
  })

  it("stays out of the document of the contract", async () => {
    const { openApi } = await import("@inbox-effect/client/InboxApi")
    assert.notInclude(JSON.stringify(openApi), "nextCursor")
    assert.strictEqual(ListMessages.listMessages.method, "GET")
  })
})
