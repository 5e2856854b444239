/**
 * An `HttpClient` over fetch, for wherever there is one: `FetchHttpClient`, with a shorter way for the sends of this
 * package.
 *
 * @example
 * ```ts
 * import { InboxClient } from "@inbox-effect/client"
 * import * as Fetch from "@inbox-effect/client/fetch"
 * import { Layer } from "effect"
 *
 * export const InboxLive = InboxClient.layerConfig().pipe(Layer.provide(Fetch.layer))
 * ```
 *
 * @since 0.1.0
 */
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import type * as ConfigError from "effect/ConfigError"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { identity } from "effect/Function"
import * as Layer from "effect/Layer"
import * as InboxClient from "./InboxClient.js"
import * as client from "./internal/client.js"
import * as environment from "./internal/config/environment.js"
import { direct } from "./internal/http/fetchClient.js"
import { withDirect } from "./internal/http/wire.js"
import { directly } from "./internal/send/directly.js"

/**
 * The `HttpClient` as a layer. It takes `FetchHttpClient.Fetch` and `FetchHttpClient.RequestInit` as
 * `FetchHttpClient.layer` does, and any request, which it leaves to that one.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<HttpClient.HttpClient> = /* @__PURE__ */ Layer.provide(
  /* @__PURE__ */ Layer.effect(
    HttpClient.HttpClient,
    /* @__PURE__ */ Effect.zipWith(
      HttpClient.HttpClient,
      /* @__PURE__ */ Effect.context<never>(),
      (client, { unsafeMap }: Context.Context<never>) =>
        // A client of its own: the one that is wrapped may be in use elsewhere.
        withDirect(HttpClient.transformResponse(client, identity), direct(unsafeMap))
    )
  ),
  FetchHttpClient.layer
)

/**
 * The options of a client without an `HttpClient`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options extends Omit<InboxClient.Options, "transformClient"> {}

/**
 * An `InboxClient` that sends through fetch and has no `HttpClient`: the smallest program that there is, as nothing of
 * `@effect/platform` but its headers is in it. It takes `FetchHttpClient.Fetch` and `FetchHttpClient.RequestInit` as
 * `layer` does. Fails as `InboxClient.layer` does.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerInbox = (options: Options): Layer.Layer<InboxClient.InboxClient, ConfigError.ConfigError> =>
  Layer.effect(
    InboxClient.InboxClient,
    Effect.flatMap(Effect.context<never>(), ({ unsafeMap }: Context.Context<never>) =>
      client.make(options, {
        names: {},
        isGateway: false,
        keepsStartWithin: false,
        way: () => directly(direct(unsafeMap))
      })
    )
  )

/**
 * Sources of the options that `layerInboxConfig` does not take from the environment.
 *
 * @since 0.1.0
 * @category models
 */
export interface ConfigOptions extends Omit<InboxClient.ConfigOptions, "transformClient"> {}

/**
 * The client of `layerInbox`, configured as `InboxClient.layerConfig` is.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerInboxConfig = (
  options: ConfigOptions = {}
): Layer.Layer<InboxClient.InboxClient, ConfigError.ConfigError> =>
  environment.read(options).pipe(
    Effect.map((config) => layerInbox({ ...options, ...config })),
    Layer.unwrapEffect
  )
