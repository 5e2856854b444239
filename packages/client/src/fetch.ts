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
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { identity } from "effect/Function"
import * as Layer from "effect/Layer"
import { direct } from "./internal/http/fetchClient.js"
import { withDirect } from "./internal/http/wire.js"

/**
 * The `HttpClient` as a layer. It takes `FetchHttpClient.Fetch` and `FetchHttpClient.RequestInit` as
 * `FetchHttpClient.layer` does, and any request, which it leaves to that one.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<HttpClient.HttpClient> = Layer.effect(
  HttpClient.HttpClient,
  Effect.zipWith(HttpClient.HttpClient, Effect.context<never>(), (client, { unsafeMap }: Context.Context<never>) =>
    // A client of its own: the one that is wrapped may be in use elsewhere.
    withDirect(HttpClient.transformResponse(client, identity), direct(unsafeMap))
  )
).pipe(Layer.provide(FetchHttpClient.layer))
