/**
 * The two ways to use a gateway, each behind a URL of v1.
 */
import { Gateway, GatewayServer, Journal } from "@inbox-effect/gateway"
import { Effect, Layer } from "effect"
import type { Simulator } from "../v2/Simulator.js"
import * as Front from "./front.js"
import * as Simulated from "./simulated.js"

/** In a process, as an `HttpClient`. */
export const inProcess = (simulator: Simulator, options: Pick<Gateway.ClientOptions, "bodyLimit"> = {}) =>
  Effect.gen(function* () {
    const layer = Simulated.clientLayer(simulator, options)
    return yield* Effect.provide(Front.serve, yield* Layer.build(layer))
  }).pipe(Effect.orDie)

/** A gateway behind HTTP, with its journal in memory. */
export const serverWith = (
  simulator: Simulator,
  options: GatewayServer.Options = {},
  journal: Effect.Effect<Journal.Service> = Journal.makeMemory()
) =>
  Effect.gen(function* () {
    const layer = Layer.effect(Journal.Journal, journal).pipe(Layer.provideMerge(Simulated.layer(simulator)), (below) =>
      Layer.provideMerge(Gateway.layer({ baseUrl: Simulated.base }), below)
    )
    const context = yield* Layer.build(layer)
    return yield* Effect.provide(GatewayServer.make(options), context)
  })

/** As a server. */
export const asServer = (simulator: Simulator, options: Pick<GatewayServer.Options, "bodyLimit"> = {}) =>
  Effect.orDie(Effect.map(serverWith(simulator, options), ({ url }) => url))

/** Both ways, by name. */
export const all = [["in a process", inProcess] as const, ["as a server", asServer] as const]
