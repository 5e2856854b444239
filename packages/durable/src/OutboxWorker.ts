/**
 * A worker of an outbox, as it is run: an engine, the client and the limiter that it sends with, and a page with health,
 * readiness, metrics, and what people have to decide.
 *
 * @since 0.1.0
 */
import * as HttpClient from "@effect/platform/HttpClient"
import type { ServeError } from "@effect/platform/HttpServerError"
import type * as SqlClient from "@effect/sql/SqlClient"
import * as InboxClient from "@inbox-effect/client/InboxClient"
import * as RateLimiter from "@inbox-effect/client/RateLimiter"
import * as Reconcile from "@inbox-effect/client/Reconcile"
import * as Config from "effect/Config"
import type { ConfigError } from "effect/ConfigError"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import type { EngineRunning, TablesUnavailable, UnsafeClient } from "./DurableError.js"
import * as Outbox from "./Outbox.js"
import * as OutboxEngine from "./OutboxEngine.js"
import * as SendLedger from "./SendLedger.js"
import * as store from "./store/store.js"
import { isLoopback } from "./worker/gate.js"
import { serve } from "./worker/server.js"
import * as thread from "./worker/thread.js"

/**
 * Address and token of the page.
 *
 * @since 0.1.0
 * @category models
 */
export interface HealthOptions {
  /** The port to listen on; 0 takes a free one. */
  readonly port: number
  /** The address to listen on. Default: `127.0.0.1`, which other machines cannot reach. */
  readonly host?: string | undefined
  /**
   * The token to see the page and the metrics, as the password of HTTP Basic or as a bearer token; health and readiness
   * need none. Required off a loopback address. Default there: none.
   */
  readonly token?: Redacted.Redacted | undefined
}

/**
 * Options of a worker: those of its engine, a limiter and a page.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options extends OutboxEngine.Options {
  /** Gives attempts their turn: one limiter for a team. Default: `RateLimiter`, for this process alone. */
  readonly limiter?: InboxClient.Limiter | undefined
  /**
   * Time after its request by which any server has stored a message: one that is not in the thread by then was not
   * delivered. A longer time makes recovery as much slower. Default: 7 seconds.
   */
  readonly settle?: Duration.DurationInput | undefined
  /** Address of the page. Default: no page is served. */
  readonly health?: HealthOptions | undefined
}

/**
 * A running worker. `port` is that of the page, if there is one.
 *
 * @since 0.1.0
 * @category tags
 */
export class OutboxWorker extends Context.Tag("@inbox-effect/durable/OutboxWorker")<
  OutboxWorker,
  { readonly port: number | undefined }
>() {}

/**
 * The page would be open to everybody who reaches the address: a token is missing.
 *
 * @since 0.1.0
 * @category errors
 */
export class TokenMissing extends Error {
  readonly _tag = "TokenMissing"
  override readonly name = "TokenMissing"

  constructor(host: string) {
    super(`Other machines can reach ${host}: the page needs a token there.`)
  }
}

const reachOf = Effect.gen(function* () {
  const token = yield* Config.redacted("INBOX_API_TOKEN")
  const baseUrl = yield* Config.withDefault(Config.string("INBOX_API_BASE_URL"), InboxClient.hostedBaseUrl)
  return { token, baseUrl: baseUrl.replace(/\/+$/, "") }
})

const serving = (health: HealthOptions, reach: thread.Reach) =>
  Effect.gen(function* () {
    const host = health.host ?? "127.0.0.1"
    if (!isLoopback(host) && health.token === undefined) return yield* Effect.fail(new TokenMissing(host))
    const client = yield* HttpClient.HttpClient
    return yield* serve(
      {
        outbox: yield* Outbox.Outbox,
        store: yield* store.make("3 seconds"),
        gate: { host, token: health.token },
        readThread: (threadId) => Effect.provideService(thread.read(reach, threadId), HttpClient.HttpClient, client)
      },
      health.port
    )
  })

/**
 * A worker for as long as the layer lives, configured by `INBOX_API_TOKEN` and `INBOX_API_BASE_URL`. The limiter is asked
 * before a message is claimed, so that nothing waits under a lease.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (
  options: Options = {}
): Layer.Layer<
  OutboxWorker | Outbox.Outbox,
  ConfigError | UnsafeClient | TablesUnavailable | EngineRunning | TokenMissing | ServeError,
  SqlClient.SqlClient | HttpClient.HttpClient
> =>
  Layer.unwrapEffect(
    Effect.gen(function* () {
      const reach = yield* reachOf
      const limiter = options.limiter ?? (yield* RateLimiter.make())
      const learning = SendLedger.learning(limiter)
      const engine = OutboxEngine.layer({ ...options, limiter }).pipe(
        Layer.provide(
          Layer.merge(
            InboxClient.layer({ ...reach, limiter: learning }),
            Reconcile.layer({ ...reach, limiter, settle: options.settle ?? "7 seconds" })
          )
        )
      )
      const page = Layer.scoped(
        OutboxWorker,
        options.health === undefined
          ? Effect.succeed({ port: undefined })
          : Effect.map(serving(options.health, reach), (port) => ({ port }))
      )
      return page.pipe(Layer.provide(engine), Layer.provideMerge(Outbox.layer()))
    })
  )
