/**
 * The two ways to use a gateway, each behind a URL of v1.
 */
import { Gateway } from "@inbox-effect/gateway"
import { Effect, Layer } from "effect"
import type { Simulator } from "../v2/Simulator.js"
import * as Front from "./front.js"
import * as Simulated from "./simulated.js"

/** In a process, as an `HttpClient`. */
export const inProcess = (simulator: Simulator) =>
  Effect.gen(function* () {
    const layer = Gateway.layerClient({ baseUrl: Simulated.base }).pipe(Layer.provide(Simulated.layer(simulator)))
    return yield* Effect.provide(Front.serve, yield* Layer.build(layer))
  })
