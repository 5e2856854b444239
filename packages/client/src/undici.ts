/**
 * An `HttpClient` for Node over undici, of little cost, with bounds on everything, and sure of whether a request was
 * put on the wire: a send that failed before is a `ConnectionFailed`, whatever the failure says.
 *
 * @example
 * ```ts
 * import { InboxClient } from "@inbox-effect/client"
 * import * as Undici from "@inbox-effect/client/undici"
 * import { Layer } from "effect"
 *
 * export const InboxLive = InboxClient.layerConfig().pipe(
 *   Layer.provide(Undici.layer({ connections: 32, connectTimeout: "5 seconds" }))
 * )
 * ```
 *
 * @since 0.1.0
 */
import * as HttpClient from "@effect/platform/HttpClient"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import type { buildConnector, Dispatcher } from "undici"
import { check, type Names } from "./internal/config/knownOptions.js"
import * as client from "./internal/http/undiciClient.js"
import { Pools } from "./internal/http/undiciPools.js"

/**
 * Limits of an answer: time to wait for it, and size. undici counts these times to within a second.
 *
 * @since 0.1.0
 * @category models
 */
export interface Limits {
  /** From the last byte of the request to the last byte of the answer's head. Default: 30 seconds. */
  readonly headersTimeout?: Duration.DurationInput | undefined
  /** Between two pieces of the answer's body. Default: 30 seconds. */
  readonly bodyTimeout?: Duration.DurationInput | undefined
  /** Largest body of an answer, in bytes; the connection is broken off beyond it. Default: 8 MiB. */
  readonly maxBodySize?: number | undefined
}

/**
 * The limits of an answer, and those of the connections.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options extends Limits {
  /** Number of connections of an origin. Further requests wait for one of them. Default: 128. */
  readonly connections?: number | undefined
  /**
   * Opens a connection for each request and closes it afterwards. That costs a handshake per request, and spares those
   * that a server would lose by closing an idle connection at the moment of use. Default: `false`.
   */
  readonly freshConnections?: boolean | undefined
  /** Time that a connection is kept for the next request, where the server names no time. Default: 4 seconds. */
  readonly keepAlive?: Duration.DurationInput | undefined
  /** From the look-up of the host to the end of the TLS handshake. Default: 10 seconds. */
  readonly connectTimeout?: Duration.DurationInput | undefined
  /** Options of undici for opening sockets: certificate authorities, local address and the like. */
  readonly connect?: buildConnector.BuildOptions | undefined
}

/** undici spells "without end" as zero, and takes whole milliseconds. */
const millis = (duration: Duration.DurationInput): number => {
  const value = Duration.toMillis(duration)
  return Number.isFinite(value) ? Math.ceil(value) : 0
}

/** Bun resolves undici to a module of its own that sends nothing. */
const refuseBun = (): void => {
  if ("Bun" in globalThis) {
    throw new Error("The undici layer does not run on Bun, which has no undici: use @inbox-effect/client/fetch on Bun")
  }
}

const limitNames: Names<Limits> = { headersTimeout: true, bodyTimeout: true, maxBodySize: true }

const names: Names<Options> = {
  connections: true,
  freshConnections: true,
  keepAlive: true,
  connectTimeout: true,
  connect: true,
  ...limitNames
}

const limitsOf = (options: Limits): client.Limits => ({
  headersTimeout: millis(options.headersTimeout ?? "30 seconds"),
  bodyTimeout: millis(options.bodyTimeout ?? "30 seconds"),
  maxBodySize: options.maxBodySize ?? 8_388_608
})

const poolsOf = (options: Options): Pools =>
  new Pools({
    connections: options.connections ?? 128,
    // Requests never share a connection before the one ahead has its answer.
    pipelining: options.freshConnections === true ? 0 : 1,
    keepAliveTimeout: millis(options.keepAlive ?? "4 seconds"),
    connect: { ...options.connect, timeout: millis(options.connectTimeout ?? "10 seconds") }
  })

/**
 * An `HttpClient` over a dispatcher of your own, such as undici's `ProxyAgent`, whose connections it leaves alone. Where
 * the dispatcher starts a request twice, the second start fails: nothing is sent twice. Throws on a
 * limit that there is not.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromDispatcher = (dispatcher: Dispatcher, limits: Limits = {}): HttpClient.HttpClient => {
  refuseBun()
  check(limits, limitNames)
  const route = { dispatcher, waiting: { count: 0 } }
  return client.make(() => route, limitsOf(limits))
}

/**
 * An `HttpClient` with connections of its own, which are closed with the scope. It follows no redirects, and it takes an
 * answer's body in full, up to its limit, so that an answer nobody reads holds no connection. A count or a time that
 * undici cannot use is a defect, and so is an option that there is not.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (options: Options = {}): Effect.Effect<HttpClient.HttpClient, never, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => {
        refuseBun()
        check(options, names)
        return poolsOf(options)
      }),
      (pools) => Effect.promise(() => pools.destroy())
    ),
    (pools) => client.make(pools.of, limitsOf(options))
  )

/**
 * The `HttpClient` as a layer.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: Options = {}): Layer.Layer<HttpClient.HttpClient> =>
  Layer.scoped(HttpClient.HttpClient, make(options))
