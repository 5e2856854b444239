/**
 * A gateway over a simulated API v2, in one process and without sockets.
 */
import { HttpClient, HttpClientError, HttpClientResponse } from "@effect/platform"
import { Gateway, Journal } from "@inbox-effect/gateway"
import { Effect, Layer, Redacted } from "effect"
import type { Simulator } from "../v2/Simulator.js"
import type { Response as Said } from "../v2/wire.js"

export const token = Redacted.make("Secret0Token1")

export const base = "http://v2.test/api/v2"

/** A body that is only begun. */
const begun = ({ body, then }: Said): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode(body)),
    pull: (controller) => {
      if (then === "Reset") controller.error(Object.assign(new Error("terminated"), { code: "ECONNRESET" }))
    }
  })

const toWeb = (said: Said): Response => {
  const body = said.body === "" ? null : said.body
  return new Response(said.then === undefined ? body : begun(said), { status: said.status, headers: said.headers })
}

/** The `HttpClient` that reaches the simulator. */
export const clientOf = (simulator: Simulator): HttpClient.HttpClient =>
  HttpClient.make((request, url) =>
    simulator
      .handle({
        method: request.method,
        path: url.pathname.replace("/api/v2", "") + url.search,
        headers: request.headers,
        body: request.body._tag === "Uint8Array" ? new TextDecoder().decode(request.body.body) : ""
      })
      .pipe(
        Effect.flatMap((reply) =>
          reply === "Reset"
            ? new HttpClientError.RequestError({
                request,
                reason: "Transport",
                cause: Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET", syscall: "read" })
              })
            : Effect.succeed(HttpClientResponse.fromWeb(request, toWeb(reply)))
        )
      )
  )

/** The `HttpClient` of the simulator as a layer. */
export const layer = (simulator: Simulator): Layer.Layer<HttpClient.HttpClient> =>
  Layer.succeed(HttpClient.HttpClient, clientOf(simulator))

/** A gateway before the simulator, with a journal in memory. */
export const gateway = (simulator: Simulator, options: Gateway.Options = {}, journal?: Journal.Service) =>
  Effect.flatMap(journal === undefined ? Journal.makeMemory() : Effect.succeed(journal), (service) =>
    Gateway.make({ baseUrl: base, ...options }).pipe(
      Effect.provideService(Journal.Journal, service),
      Effect.provide(layer(simulator))
    )
  )

/** The `HttpClient` of v1 before the simulator. */
export const clientLayer = (simulator: Simulator, options: Gateway.ClientOptions = {}) =>
  Gateway.layerClient({ baseUrl: base, ...options }).pipe(Layer.provide(layer(simulator)))
