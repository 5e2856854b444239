/**
 * The gateway: takes requests of API v1, and answers them from API v2.
 *
 * @since 0.1.0
 */
import * as HttpClient from "@effect/platform/HttpClient"
import type * as ConfigError from "effect/ConfigError"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import * as environment from "./environment.js"
import * as client from "./http/client.js"
import { Journal, type JournalError, layerDirectory, layerMemory } from "./Journal.js"
import type { Options, Service } from "./model.js"
import * as service from "./service.js"
import * as settings from "./settings.js"

/**
 * The nouns of the gateway: whom it sends for, what it answers with, what it does, and how it is set up.
 *
 * @since 0.1.0
 * @category models
 */
export type { Answer, Caller, Options, Service } from "./model.js"
/**
 * A refusal: the status, code and sentence that a v1 caller gets, and the headers that go with it. `delivery` is
 * `Unknown` where the message may have been delivered all the same; the code is `DELIVERY_UNKNOWN` then.
 *
 * @since 0.1.0
 * @category errors
 */
export { type Delivery, Refusal } from "./refusal.js"

/**
 * The gateway as a service.
 *
 * @since 0.1.0
 * @category tags
 */
export class Gateway extends Context.Tag("@inbox-effect/gateway/Gateway")<Gateway, Service>() {}

/**
 * The base URL of the hosted API v2.
 *
 * @since 0.1.0
 * @category defaults
 */
export const hostedBaseUrl: string = settings.hostedBaseUrl

/**
 * The header that names the keys of an answer for which API v2 had no value.
 *
 * @since 0.1.0
 * @category headers
 */
export const lostHeader: string = service.lostHeader

/**
 * Makes a gateway over an `HttpClient` and a journal. Closing its scope waits for sends that are under way. Fails with a
 * `ConfigError` that names the option which cannot be used.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (
  options: Options = {}
): Effect.Effect<Service, ConfigError.ConfigError, HttpClient.HttpClient | Journal | Scope.Scope> =>
  Effect.gen(function* () {
    const resolved = yield* settings.resolve(options)
    return yield* service.make(yield* HttpClient.HttpClient, yield* Journal, resolved, options.repeat !== "Never")
  })

/**
 * The gateway as a layer.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (
  options: Options = {}
): Layer.Layer<Gateway, ConfigError.ConfigError, HttpClient.HttpClient | Journal> =>
  Layer.scoped(Gateway, make(options))

/**
 * The options of a gateway in a process.
 *
 * @since 0.1.0
 * @category models
 */
export interface ClientOptions extends Options {
  /** The token of API v2. Default: the one that the v1 request carries, which API v2 knows as well. */
  readonly token?: Redacted.Redacted | undefined
  /**
   * The directory of the journal. Without one it is kept in memory: keys are known again for as long as the process
   * lives, and a crash leaves no list of what was under way.
   */
  readonly journal?: string | undefined
  /** Bytes that the body of a request may have. More is answered with 413. Default: 1 MiB. */
  readonly bodyLimit?: number | undefined
}

/**
 * An `HttpClient` that takes the requests of `InboxClient` and `Reconcile`, which speak API v1, and answers them from
 * API v2 over the `HttpClient` beneath. The host of a request does not matter, only the end of its path does.
 *
 * @example
 * ```ts
 * import { InboxClient } from "@inbox-effect/client"
 * import * as Undici from "@inbox-effect/client/undici"
 * import { Gateway } from "@inbox-effect/gateway"
 * import { Layer } from "effect"
 *
 * export const InboxLive = InboxClient.layerConfig().pipe(
 *   Layer.provide(Gateway.layerClient()),
 *   Layer.provide(Undici.layer())
 * )
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layerClient = (
  options: ClientOptions = {}
): Layer.Layer<HttpClient.HttpClient, ConfigError.ConfigError | JournalError, HttpClient.HttpClient> =>
  Layer.scoped(
    HttpClient.HttpClient,
    Effect.gen(function* () {
      const bodyLimit = yield* settings.bodyLimit(options.bodyLimit)
      return client.make(yield* make(options), { token: options.token, bodyLimit })
    })
  ).pipe(Layer.provide(options.journal === undefined ? layerMemory() : layerDirectory({ directory: options.journal })))

/**
 * {@link layerClient} with a journal on disk, configured by `INBOX_GATEWAY_UPSTREAM` (default: the hosted API v2),
 * `INBOX_GATEWAY_JOURNAL` (default: `inbox-gateway-journal`) and `INBOX_GATEWAY_DEADLINE` (seconds; default: 25). What
 * is given as an option counts in place of the variable.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerClientConfig = (
  options: ClientOptions = {}
): Layer.Layer<HttpClient.HttpClient, ConfigError.ConfigError | JournalError, HttpClient.HttpClient> =>
  Layer.unwrapEffect(Effect.map(environment.options, (read) => layerClient({ ...read, ...options })))
