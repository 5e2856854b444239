/** Health, readiness, metrics and the page, on one port. */
import { createServer } from "node:http"
import * as HttpRouter from "@effect/platform/HttpRouter"
import * as HttpServer from "@effect/platform/HttpServer"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type { StoreUnavailable } from "../DurableError.js"
import type { Service as OutboxService } from "../Outbox.js"
import * as OutboxMessage from "../outbox/message.js"
import { Decision } from "../outbox/settle.js"
import { decode } from "../store/row.js"
import type { Store } from "../store/store.js"
import { check, type Gate } from "./gate.js"
import * as gauges from "./gauges.js"
import * as page from "./page.js"
import { spell } from "./prometheus.js"
import { style } from "./style.js"
import type { ThreadMessage } from "./thread.js"

/** Sources of the contents that the server shows. */
export interface Shown {
  readonly outbox: OutboxService
  readonly store: Store
  readonly gate: Gate
  readonly readThread: (threadId: string) => Effect.Effect<ReadonlyArray<ThreadMessage>, "Unreadable">
}

const policy = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

const headers = {
  "content-security-policy": policy,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store"
}

const answer = (status: number, contentType: string, body: string) =>
  HttpServerResponse.text(body, { status, contentType, headers })

const asPage = (body: string, status = 200) => answer(status, "text/html; charset=utf-8", body)

const refusals = {
  Elsewhere: answer(403, "text/plain; charset=utf-8", "This page is not open to other sites.\n"),
  NoToken: HttpServerResponse.setHeader(
    answer(401, "text/plain; charset=utf-8", "The token is needed, as a password or as a bearer token.\n"),
    "www-authenticate",
    'Basic realm="inbox-outbox", charset="UTF-8"'
  )
}

const limit = 50

const first = <A>(stream: Stream.Stream<A, StoreUnavailable>) =>
  Effect.map(Stream.runCollect(Stream.take(stream, limit)), Chunk.toReadonlyArray)

const waiting = ({ store: { run, sql } }: Shown) =>
  Effect.map(
    run(
      "list the messages that wait",
      (now) => sql`SELECT *, ${now} AS now FROM inbox_sends
        WHERE settled_at IS NULL AND driven = 1 AND state <> 'doubt' ORDER BY number LIMIT ${limit}`
    ),
    (rows) => rows.map((row) => OutboxMessage.toMessage(decode(row)))
  )

const overview = (shown: Shown) =>
  Effect.map(
    Effect.all({
      lines: gauges.count(shown.store),
      doubts: first(shown.outbox.doubts),
      refused: first(shown.outbox.deadLetters),
      waiting: waiting(shown)
    }),
    (found) => asPage(page.overview({ ...found, limit }))
  )

const contentOf = ({ store: { run, sql } }: Shown, key: string) =>
  Effect.map(
    run("read a text", (now) => sql`SELECT *, ${now} AS now FROM inbox_sends WHERE key = ${key}`),
    ([row]) => (row === undefined ? null : decode(row).content)
  )

const unknown = asPage(page.notice("Unknown", "There is no message with this key."), 404)

const doubt = (shown: Shown, key: string) =>
  Effect.flatMap(
    shown.outbox.state(key),
    Option.match({
      onNone: () => Effect.succeed(unknown),
      onSome: (message) =>
        Effect.map(
          Effect.all({ content: contentOf(shown, key), thread: Effect.option(shown.readThread(message.threadId)) }),
          ({ content, thread }) => asPage(page.doubt({ message, content, thread: Option.getOrUndefined(thread) }))
        )
    })
  )

const Settlement = Schema.Struct({
  key: Schema.String,
  decision: Decision,
  by: Schema.Trim.pipe(Schema.minLength(1))
})

const settle = (shown: Shown) =>
  HttpServerRequest.schemaBodyUrlParams(Settlement).pipe(
    Effect.flatMap(({ by, decision, key }) => shown.outbox.settle(key, decision, { by })),
    Effect.as(HttpServerResponse.redirect("/", { status: 303, headers })),
    Effect.catchTag("NotInDoubt", (error) => Effect.succeed(asPage(page.notice("Not in doubt", error.message), 409))),
    Effect.catchTags({
      ParseError: () => Effect.succeed(asPage(page.notice("Incomplete", "A name and a decision are needed."), 400)),
      RequestError: () => Effect.succeed(asPage(page.notice("Incomplete", "The form cannot be read."), 400))
    })
  )

const ready = ({ store }: Shown) =>
  store
    .run("answer", () => store.sql`SELECT 1`)
    .pipe(
      Effect.timeout("2 seconds"),
      Effect.as(answer(200, "text/plain; charset=utf-8", "ready\n")),
      Effect.catchAll(() => Effect.succeed(answer(503, "text/plain; charset=utf-8", "the database does not answer\n")))
    )

const metrics = ({ store }: Shown) =>
  gauges.update(store).pipe(
    Effect.timeout("5 seconds"),
    Effect.ignore,
    Effect.zipRight(Metric.snapshot),
    Effect.map((pairs) => answer(200, "text/plain; version=0.0.4; charset=utf-8", spell(pairs)))
  )

const guarded =
  (shown: Shown) =>
  <E, R>(handler: Effect.Effect<HttpServerResponse.HttpServerResponse, E, R>) =>
    Effect.flatMap(HttpServerRequest.HttpServerRequest, (request) => {
      const refusal = check(shown.gate, request.headers, request.method === "POST")
      return refusal === undefined ? handler : Effect.succeed(refusals[refusal])
    })

const keyOf = Effect.map(
  HttpServerRequest.HttpServerRequest,
  ({ url }) => new URL(url, "http://localhost").searchParams.get("key") ?? ""
)

const routes = (shown: Shown) => {
  const guard = guarded(shown)
  return HttpRouter.empty.pipe(
    HttpRouter.get("/healthz", Effect.succeed(answer(200, "text/plain; charset=utf-8", "alive\n"))),
    HttpRouter.get("/readyz", ready(shown)),
    HttpRouter.get("/metrics", guard(metrics(shown))),
    HttpRouter.get("/style.css", Effect.succeed(answer(200, "text/css; charset=utf-8", style))),
    HttpRouter.get("/", guard(overview(shown))),
    HttpRouter.get("/doubt", guard(Effect.flatMap(keyOf, (key) => doubt(shown, key)))),
    HttpRouter.post("/settle", guard(settle(shown))),
    HttpRouter.catchTag("StoreUnavailable", (error) =>
      Effect.succeed(asPage(page.notice("The database does not answer", error.message), 503))
    )
  )
}

/** Serves until the scope is closed, and gives the port. */
export const serve = (shown: Shown, port: number) =>
  Effect.gen(function* () {
    const context = yield* Layer.build(NodeHttpServer.layer(() => createServer(), { port, host: shown.gate.host }))
    yield* Effect.provide(HttpServer.serveEffect(routes(shown)), context)
    const { address } = yield* Effect.provide(HttpServer.HttpServer, context)
    return address._tag === "TcpAddress" ? address.port : port
  })
