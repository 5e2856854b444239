import { assert, describe, it } from "@effect/vitest"
import { InboxError, Reconcile } from "@inbox-effect/client"
import {
  createInboxClient,
  createTestInboxClient,
  type Outcome,
  type PromiseClient
} from "@inbox-effect/client/promise"
import * as Undici from "@inbox-effect/client/undici"
import { Effect } from "effect"
import { expectTypeOf } from "vitest"
import * as Unaccepting from "./parity/Unaccepting.js"
import * as Servers from "./Servers.js"

const token = "a-secret-token"

const request = { threadId: "thread1", content: "On my way" }

const collect = async <A>(outcomes: AsyncIterable<A>): Promise<Array<A>> => {
  const all: Array<A> = []
  for await (const outcome of outcomes) all.push(outcome)
  return all
}

const deliveries = (outcomes: ReadonlyArray<Outcome>) =>
  [...outcomes].sort((a, b) => a.index - b.index).map(({ delivery }) => delivery)

/** Requests one after the other, and then none for ever, as out of a queue. */
async function* forEver<A>(...requests: ReadonlyArray<A>): AsyncGenerator<A> {
  yield* requests
  await new Promise(() => {})
}

describe("options", () => {
  const refused: ReadonlyArray<readonly [options: object, sentence: RegExp]> = [
    [{ baseURL: "http://127.0.0.1/" }, /no such thing as the option baseURL: it is called baseUrl$/],
    [{ apiKey: "a" }, /it is called token$/],
    [{ time_out: 3 }, /it is called timeout$/],
    [{ fetch: 3 }, /it is called httpClient$/],
    [{ colour: 3 }, /the options are token, baseUrl, /],
    [{ [`${token} in a key`]: 3 }, /no such thing as an option of that name: the options are/],
    [{ retry: true }, /^retry is false, or options such as \{ maxRetries: 5 \}/],
    [{ retry: 3 }, /^retry is false/],
    [{ retry: { maxretries: 3 } }, /it is called maxRetries$/],
    [{ rateLimit: "yes" }, /^rateLimit is true or false/],
    [{ rateLimit: { quota: [] } }, /the options are quotas$/],
    [{ onLog: "console" }, /^onLog is a function$/],
    [{ httpClient: {} }, /^httpClient is a layer/]
  ]

  it.each(refused)("%j are refused with the right name", (options, sentence) => {
    assert.throws(() => createInboxClient({ token, ...options }), sentence)
  })

  it("of sendAll are refused at once", () => {
    const client = createTestInboxClient()
    assert.throws(() => client.sendAll([], { parallel: 3 } as never), /it is called concurrency$/)
    assert.throws(() => client.sendAll([], { concurrency: 0 }), RangeError)
  })

  it("of a send are refused before anything is sent", async () => {
    const client = createTestInboxClient()
    const result = await client.sendMessage(request, { abortSignal: AbortSignal.abort() } as never)
    assert.deepInclude({ ...result }, { ok: false, delivery: "NotDelivered" })
    assert.match(result.ok ? "" : result.error.message, /it is called signal/)
    assert.isEmpty(client.sends())
  })
})

describe("a signal", () => {
  it.live("aborted while connecting, over the undici layer: nothing was sent", () =>
    Effect.gen(function* () {
      const { baseUrl, resumed } = yield* Unaccepting.make
      const client = createInboxClient({ token, baseUrl, httpClient: Undici.layer() })
      const controller = new AbortController()
      const sending = client.sendMessage(request, { signal: controller.signal })
      yield* Effect.sleep("100 millis")
      controller.abort()
      const result = yield* Effect.promise(() => sending)
      assert.strictEqual(result.ok ? "ok" : result.error._tag, "Aborted")
      assert.strictEqual(result.delivery, "NotDelivered")
      yield* Effect.promise(() => client.close())
      assert.strictEqual(yield* resumed, 0)
    }).pipe(Effect.scoped)
  )
})

describe("reconcile", () => {
  const page = (messages: ReadonlyArray<object>) =>
    JSON.stringify({ teamId: "team1", threadId: "thread1", messages, nextCursor: null, isSyncing: false })

  const stored = (createdAt: string) => ({
    ...Servers.message,
    threadId: "thread1",
    content: request.content,
    createdAt
  })

  /** A server that stores what it is sent, and loses the connection before it answers. */
  const server = (status: number) =>
    Servers.http((response, { method }) => {
      if (method === "POST") return response.destroy()
      return response
        .writeHead(status, { "content-type": "application/json" })
        .end(page([stored(new Date().toISOString())]))
    })

  it.live("finds the message of a failure, and of a window that was kept as JSON", () =>
    Effect.gen(function* () {
      const { baseUrl, received } = yield* server(200)
      const client = createInboxClient({ token, baseUrl, rateLimit: true })
      yield* Effect.promise(async () => {
        const before = new Date()
        const result = await client.sendMessage(request)
        assert(!result.ok && result.delivery === "Unknown")
        const found = await client.reconcile(request, result)
        assert(found.ok && found._tag === "Found")
        assert.strictEqual(found.message.content, request.content)
        assert.isString(found.evidence.readAt)
        const window = JSON.parse(JSON.stringify({ from: before, until: new Date() }))
        assert.strictEqual((await client.reconcile(request, window)).ok, true)
        await client.close()
        const late = await client.reconcile(request, result)
        assert.strictEqual(late.ok ? "ok" : late.error._tag, "Closed")
      })
      assert.strictEqual(received.filter(({ method }) => method === "POST").length, 1)
    }).pipe(Effect.scoped)
  )

  it.live("is never rejected: a thread that cannot be read, an abort, a date that is none", () =>
    Effect.gen(function* () {
      const { baseUrl } = yield* server(403)
      const client = createInboxClient({ token, baseUrl })
      yield* Effect.promise(async () => {
        const window = { from: 0, until: Date.now() }
        const refused = await client.reconcile(request, window)
        assert.strictEqual(refused.ok ? "ok" : refused.error._tag, "ReconcileError")
        const aborted = await client.reconcile(request, window, { signal: AbortSignal.abort() })
        assert.strictEqual(aborted.ok ? "ok" : aborted.error._tag, "Aborted")
        const odd = await client.reconcile(request, { from: "no date", until: 0 })
        assert.strictEqual(odd.ok ? "ok" : odd.error._tag, "Unexpected")
        await client.close()
      })
    }).pipe(Effect.scoped)
  )
})

describe("sendAll", () => {
  const many = Array.from({ length: 20 }, (_, n) => ({ threadId: `thread${n % 3}`, content: `${n}`, parcel: n }))

  it("hands out an outcome for each request, of its type, and keeps the order of each thread", async () => {
    const client = createTestInboxClient("Deliver", new InboxError.Forbidden({ status: 403 }))
    const told: Array<number> = []
    const sending = client.sendAll(many, { concurrency: 4, onOutcome: ({ request }) => void told.push(request.parcel) })
    expectTypeOf(sending).toEqualTypeOf<AsyncGenerator<Outcome<(typeof many)[number]>, void>>()
    const outcomes = await collect(sending)
    assert.strictEqual(outcomes.filter(({ ok }) => ok).length, 19)
    assert.sameMembers(
      told,
      many.map(({ parcel }) => parcel)
    )
    for (const thread of ["thread0", "thread1", "thread2"]) {
      const sent = client.sends().filter(({ threadId }) => threadId === thread)
      assert.deepStrictEqual(
        sent.map(({ content }) => content),
        many.filter(({ threadId }) => threadId === thread).map(({ content }) => content)
      )
    }
  })

  it("tells when what is unknown was under way, so that reconcile takes it", async () => {
    const client = createTestInboxClient(new InboxError.ServerError({ status: 502 }))
    client.scriptReconcile("Found")
    const [outcome] = await collect(client.sendAll([request]))
    assert(outcome !== undefined && !outcome.ok && outcome.window !== undefined)
    const result = await client.reconcile(outcome.request, outcome.window)
    assert(result.ok && result._tag === "Found")
    assert.strictEqual(result.message.content, request.content)
  })

  it("throws what onOutcome throws, once all that was under way was told of", async () => {
    const client = createTestInboxClient()
    const problem = new Error("the database is full")
    const told: Array<number> = []
    const sending = client.sendAll(many, {
      concurrency: 4,
      onOutcome: async ({ index }) => {
        told.push(index)
        if (index === 2) throw problem
      }
    })
    assert.strictEqual(await collect(sending).catch((thrown: unknown) => thrown), problem)
    assert.isBelow(client.sends().length, many.length)
    assert.includeMembers(
      told,
      client.sends().map(({ content }) => Number(content))
    )
  })

  it("throws what the requests throw, after their outcomes", async () => {
    const client = createTestInboxClient()
    const outcomes: Array<Outcome> = []
    const source = async function* () {
      yield request
      throw new Error("the queue is gone")
    }
    const failing = async () => {
      for await (const outcome of client.sendAll(source())) outcomes.push(outcome)
    }
    assert.include(String(await failing().catch((thrown: unknown) => thrown)), "the queue is gone")
    assert.deepStrictEqual(deliveries(outcomes), ["Delivered"])
  })

  it("ends on its signal, although the requests wait for more", async () => {
    const client = createTestInboxClient()
    const controller = new AbortController()
    const outcomes: Array<Outcome> = []
    for await (const outcome of client.sendAll(forEver(request, request), { signal: controller.signal })) {
      outcomes.push(outcome)
      if (outcomes.length === 2) controller.abort()
    }
    assert.deepStrictEqual(deliveries(outcomes), ["Delivered", "Delivered"])
  })

  it("ends when the client is closed, which waits for what is under way", async () => {
    let answer = () => {}
    const held = new Promise<void>((resolve) => {
      answer = resolve
    })
    await Effect.gen(function* () {
      const arrived: Array<() => void> = []
      const arrival = new Promise<void>((resolve) => arrived.push(resolve))
      const server = yield* Servers.http((response) => {
        arrived.shift()?.()
        void held.then(() =>
          response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(Servers.message))
        )
      })
      yield* Effect.promise(async () => {
        const client: PromiseClient = createInboxClient({ token, baseUrl: server.baseUrl })
        const outcomes = collect(client.sendAll(forEver(request, { ...request, content: "second" }, request)))
        await arrival
        const closed = client.close()
        answer()
        await closed
        assert.deepStrictEqual(deliveries(await outcomes), ["Delivered", "NotDelivered", "NotDelivered"])
      })
      assert.strictEqual(server.received.length, 1)
    }).pipe(Effect.scoped, Effect.runPromise)
  })

  it("when left early, waits for what is under way and tells of it", async () => {
    const client = createTestInboxClient()
    const told: Array<string> = []
    for await (const _ of client.sendAll(forEver(...many), { onOutcome: ({ delivery }) => void told.push(delivery) })) {
      break
    }
    assert.include(told, "Delivered")
    assert.strictEqual(told.filter((delivery) => delivery === "Delivered").length, client.sends().length)
    assert.notInclude(told, "Unknown")
  })
})

describe("createTestInboxClient", () => {
  it("delivers, fails and hangs as its script says, and records what was sent", async () => {
    const client = createTestInboxClient(new InboxError.RateLimited({ status: 429 }), "Hang")
    const limited = await client.sendMessage(request)
    assert.deepInclude({ ...limited }, { ok: false, delivery: "NotDelivered" })
    const controller = new AbortController()
    const hanging = client.sendMessage(request, { signal: controller.signal })
    controller.abort()
    const aborted = await hanging
    assert.strictEqual(aborted.ok ? "ok" : aborted.error._tag, "Aborted")
    assert.strictEqual((await client.sendMessageOrThrow(request)).content, request.content)
    assert.lengthOf(client.sends(), 3)
    assert.deepStrictEqual(
      client.delivered().map(({ content }) => content),
      [request.content]
    )
    client.scriptReconcile(new Reconcile.ReconcileError({ reason: "Refused", status: 403 }))
    const window = { from: 0, until: 1 }
    assert.isFalse((await client.reconcile(request, window)).ok)
    const unscripted = await client.reconcile(request, window)
    assert.strictEqual(unscripted.ok ? unscripted._tag : "", "Ambiguous")
    await client.close()
    assert.strictEqual((await client.sendMessage(request)).delivery, "NotDelivered")
  })
})
