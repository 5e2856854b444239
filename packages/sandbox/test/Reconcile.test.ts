import { FetchHttpClient, HttpClient, HttpClientError } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { InboxClient, InboxError, Reconcile } from "@inbox-effect/client"
import { Sandbox } from "@inbox-effect/sandbox"
import { Array as Arr, Effect, Layer } from "effect"
import { firstThread } from "./support/http.js"

/** Loses the connection before the request gets through, or before the answer comes back. */
const losing = (what: "request" | "answer") => (client: HttpClient.HttpClient) =>
  HttpClient.transform(client, (execute, request) => {
    const lost = new HttpClientError.RequestError({ request, reason: "Transport", cause: { code: "ECONNRESET" } })
    return what === "answer" ? Effect.zipRight(execute, Effect.fail(lost)) : Effect.fail(lost)
  })

/** Sends one message whose delivery stays unknown, after so many others, and asks what became of it. */
const lookFor = (lost: "request" | "answer", others: number) =>
  Effect.gen(function* () {
    const { threads, token, url: baseUrl } = yield* Sandbox.Sandbox
    const [thread] = threads
    const request = { threadId: thread?.id ?? "", content: "On my way" }
    const inbox = yield* InboxClient.make({ token, baseUrl })
    const send = (content: string) => inbox.sendMessage({ ...request, content })
    yield* Effect.forEach(Arr.range(1, others), (n) => send(`before ${n}`), { concurrency: 16, discard: true })
    const unlucky = yield* InboxClient.make({ token, baseUrl }).pipe(
      Effect.updateService(HttpClient.HttpClient, losing(lost))
    )
    const error = yield* Effect.flip(unlucky.sendMessage(request))
    yield* Effect.forEach(Arr.range(1, others), (n) => send(`after ${n}`), { concurrency: 16, discard: true })
    const reconciler = yield* Reconcile.make({ token, baseUrl, settle: "100 millis" })
    return { error, outcome: yield* reconciler.reconcile(request, Reconcile.windowOf(error)) }
  }).pipe(Effect.provide(Layer.merge(Sandbox.layer(), FetchHttpClient.layer)))

describe("a send whose delivery is unknown", () => {
  it.live("is found where it was stored, behind more than one page", () =>
    Effect.gen(function* () {
      const { error, outcome } = yield* lookFor("answer", 120)
      assert.strictEqual(error.delivery, "Unknown")
      assert.strictEqual(outcome._tag, "Found")
      assert.strictEqual(outcome._tag === "Found" ? outcome.message.content : "", "On my way")
      assert.isAtLeast(outcome.evidence.pages, 2)
    })
  )

  it.live("is not found where it was not", () =>
    Effect.map(lookFor("request", 3), ({ error, outcome }) => {
      assert.instanceOf(error, InboxError.ConnectionLost)
      assert.strictEqual(outcome._tag, "NotFound")
      assert.strictEqual(outcome.evidence.messages, 7)
    })
  )

  it.live("stays unknown where the thread cannot be read", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.Sandbox
      const reconciler = yield* Reconcile.make({ token: sandbox.token, baseUrl: sandbox.url })
      const request = { threadId: `${firstThread(sandbox).id}0`, content: "On my way" }
      const error = yield* Effect.flip(reconciler.reconcile(request, Reconcile.windowOf({ attempts: [] })))
      assert.deepInclude(
        { ...error },
        { reason: "Refused", status: 404, code: "THREAD_NOT_FOUND", delivery: "Unknown" }
      )
    }).pipe(Effect.provide(Layer.merge(Sandbox.layer(), FetchHttpClient.layer)))
  )
})
