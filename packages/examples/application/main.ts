import { NodeRuntime } from "@effect/platform-node"
import { InboxClient } from "@inbox-effect/client"
import * as Undici from "@inbox-effect/client/undici"
import { Config, Effect, Layer, Queue } from "effect"
import { Parcels } from "./Parcels.js"
import * as Telemetry from "./telemetry.js"

// INBOX_API_TOKEN and INBOX_API_BASE_URL say where to and as whom; the undici layer knows best what was sent.
const InboxLive = InboxClient.layerConfig({ attemptTimeout: "10 seconds", timeout: "1 minute" }).pipe(
  Layer.provide(Undici.layer())
)

const program = Effect.gen(function* () {
  const { announce, doubts } = yield* Parcels
  const threads = yield* Config.array(Config.string(), "THREADS")
  yield* Effect.forEach(
    threads,
    (threadId, index) =>
      announce({ number: `P-${index + 1}`, threadId }).pipe(
        Effect.andThen((outcome) => Effect.log(`P-${index + 1}: ${outcome}`)),
        Effect.catchTag("NotTold", ({ later, why }) => Effect.logError(`P-${index + 1}: not told. ${why}`, { later }))
      ),
    { concurrency: 4 }
  )
  for (const { parcel, why } of yield* Queue.takeAll(doubts)) {
    yield* Effect.logWarning(`${parcel.number}: look into the conversation ${parcel.threadId}. ${why}`)
  }
})

program.pipe(
  Effect.provide(Parcels.layer.pipe(Layer.provide(InboxLive))),
  Effect.provide(Telemetry.layerConfig),
  NodeRuntime.runMain
)
