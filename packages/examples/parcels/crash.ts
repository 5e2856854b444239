/** A shop, two workers of its outbox, and a crash of one of them in the middle of its sends. */
import { spawn } from "node:child_process"
import { createServer } from "node:http"
import { FetchHttpClient, HttpClient, HttpClientRequest, HttpServer } from "@effect/platform"
import { NodeHttpServer } from "@effect/platform-node"
import { PgClient } from "@effect/sql-pg"
import { Outbox } from "@inbox-effect/durable"
import { Fault, Sandbox } from "@inbox-effect/sandbox"
import { Array as Arr, Effect, Layer, Redacted, Schedule } from "effect"
import { Orders } from "./orders.js"
import { router } from "./service.js"

export interface Options {
  readonly database: Redacted.Redacted
  /** The file of the command `inbox-outbox`. */
  readonly command: string
  /** Number of orders. */
  readonly count: number
  /** The port of the page that one of the workers has. */
  readonly health: number
}

const threads = Arr.makeBy(20, (index) => `customer${index}`)

/** A worker, as an operator starts it. */
const worker = (sandbox: Sandbox.Sandbox["Type"], { command, database }: Options, health: ReadonlyArray<string>) =>
  Effect.acquireRelease(
    Effect.sync(() =>
      spawn(process.execPath, ["--no-deprecation", command, "work", ...health], {
        stdio: "inherit",
        env: {
          ...process.env,
          INBOX_API_TOKEN: Redacted.value(sandbox.token),
          INBOX_API_BASE_URL: sandbox.url,
          INBOX_OUTBOX_DATABASE: Redacted.value(database)
        }
      })
    ),
    (child) => Effect.sync(() => child.kill("SIGTERM"))
  )

const texts = (sandbox: Sandbox.Sandbox["Type"]) =>
  Effect.map(Effect.forEach(threads, sandbox.messages), (all) =>
    all.flat().flatMap(({ content, origin }) => (origin === "api" ? [content] : []))
  )

const placeOrders = (url: string, count: number) =>
  Effect.flatMap(HttpClient.HttpClient, (client) =>
    Effect.forEach(
      Arr.range(1, count),
      (number) =>
        HttpClientRequest.post(`${url}/orders`).pipe(
          HttpClientRequest.bodyUnsafeJson({ number: `P-${number}`, threadId: threads[number % threads.length] }),
          HttpClient.filterStatusOk(client).execute,
          Effect.flatMap((response) => response.text),
          Effect.scoped
        ),
      { concurrency: 4, discard: true }
    )
  ).pipe(Effect.provide(FetchHttpClient.layer))

/** Takes orders, kills one of the workers, and gives how many customers were told, and how many twice. */
export const crash = (options: Options) =>
  Effect.gen(function* () {
    const { count, database, health } = options
    const sandbox = yield* Sandbox.make({ threads })
    // Slow enough to be in the middle of something when the worker is killed.
    yield* sandbox.addFault(Fault.Latency.make({ millis: 300 }))
    const shop = yield* Layer.build(
      Orders.layer.pipe(Layer.provide(Outbox.layer()), Layer.provide(PgClient.layer({ url: database })))
    )
    const server = yield* Layer.build(NodeHttpServer.layer(() => createServer(), { port: 0, host: "127.0.0.1" }))
    yield* HttpServer.serveEffect(router).pipe(Effect.provide(shop), Effect.provide(server))
    const { address } = yield* Effect.provide(HttpServer.HttpServer, server)
    const victim = yield* worker(sandbox, options, [])
    yield* worker(sandbox, options, ["--health", String(health)])
    yield* placeOrders(address._tag === "TcpAddress" ? `http://127.0.0.1:${address.port}` : "", count)
    const told = (enough: number) =>
      texts(sandbox).pipe(
        Effect.repeat({
          until: (all) => new Set(all).size >= enough,
          schedule: Schedule.zipRight(Schedule.spaced("100 millis"), Schedule.identity<ReadonlyArray<string>>())
        })
      )
    yield* told(count / 4)
    yield* Effect.log("Killing a worker in the middle of its sends")
    yield* Effect.sync(() => victim.kill("SIGKILL"))
    const all = yield* told(count)
    const customers = new Set(all).size
    return { customers, twice: all.length - customers }
  }).pipe(Effect.scoped)
