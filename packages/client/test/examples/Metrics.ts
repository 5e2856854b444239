import { Metrics } from "@inbox-effect/client"
import { Effect, Metric } from "effect"

export const program = Effect.flatMap(Metric.value(Metrics.sends), ({ count }) => Effect.log(`${count} sends`))
