/** The shop with an engine beside it, against a sandbox: no order without its message, no message twice. */
import { HttpClient, HttpClientRequest, HttpServer } from "@effect/platform"
import { NodeHttpServer } from "@effect/platform-node"
import { SqlClient } from "@effect/sql"
import { assert, it } from "@effect/vitest"
import { InboxClient, Reconcile } from "@inbox-effect/client"
import * as Undici from "@inbox-effect/client/undici"
import { Outbox, OutboxDatabase, OutboxEngine } from "@inbox-effect/durable"
import { Sandbox } from "@inbox-effect/sandbox"
import { Context, Effect, Layer, Redacted, Schedule } from "effect"
import { Orders } from "../orders.js"
import { router } from "../service.js"

const [threadId = ""] = Sandbox.defaultThreads

const engineOf = ({ token, url }: Sandbox.Sandbox["Type"]) => {
  const reach = { token, baseUrl: url }
  return OutboxEngine.layer().pipe(
    Layer.provide(Layer.merge(InboxClient.layer(reach), Reconcile.layer(reach))),
    Layer.provide(Undici.layer())
  )
}

const post = (order: unknown) => HttpClientRequest.bodyUnsafeJson(HttpClientRequest.post("/orders"), order)

const ask = (request: HttpClientRequest.HttpClientRequest) =>
  Effect.flatMap(HttpClient.HttpClient, (client) => client.execute(request)).pipe(
    Effect.flatMap((response) => Effect.map(response.json, (body) => ({ status: response.status, body }))),
    Effect.scoped
  )

it.scopedLive("takes an order, tells its customer once, and says so", () =>
  Effect.gen(function* () {
    const sandbox = yield* Sandbox.make()
    const database = Layer.succeedContext(yield* Layer.build(OutboxDatabase.layer(Redacted.make(":memory:"))))
    const shop = yield* Layer.build(Orders.layer.pipe(Layer.provideMerge(Outbox.layer()), Layer.provideMerge(database)))
    yield* Layer.build(Layer.provide(engineOf(sandbox), database))
    yield* Effect.gen(function* () {
      yield* HttpServer.serveEffect(router).pipe(Effect.provide(shop))
      const order = { number: "P-1", threadId }
      assert.strictEqual((yield* ask(post(order))).status, 202)
      assert.strictEqual((yield* ask(post(order))).status, 202)
      assert.strictEqual((yield* ask(post({ number: "P-1", threadId: "another" }))).status, 409)
      assert.strictEqual((yield* ask(post({ number: "P-2", threadId: "Not an id" }))).status, 422)
      yield* ask(HttpClientRequest.get("/orders/P-1")).pipe(
        Effect.repeat({
          until: ({ body }) => JSON.stringify(body) === '{"number":"P-1","customer":"told"}',
          schedule: Schedule.spaced("10 millis")
        })
      )
      const orders = yield* Context.get(shop, SqlClient.SqlClient)`SELECT number FROM orders`
      assert.deepStrictEqual(orders, [{ number: "P-1" }])
      const texts = (yield* sandbox.messages(threadId)).filter(({ origin }) => origin === "api")
      assert.deepStrictEqual(
        texts.map(({ content }) => content),
        ["Your parcel P-1 is on its way"]
      )
    }).pipe(Effect.provide(NodeHttpServer.layerTest))
  })
)
