/** The application as it runs, over HTTP, against a sandbox of its own. */
import { assert, it } from "@effect/vitest"
import { InboxClient } from "@inbox-effect/client"
import * as Undici from "@inbox-effect/client/undici"
import { Sandbox } from "@inbox-effect/sandbox"
import { AggregationTemporality, InMemoryMetricExporter } from "@opentelemetry/sdk-metrics"
import { InMemorySpanExporter } from "@opentelemetry/sdk-trace-base"
import { ConfigProvider, Effect, Layer, Redacted } from "effect"
import { Parcels } from "../Parcels.js"
import * as Telemetry from "../telemetry.js"

/** The sandbox takes the place of the hosted service by the variables that the application reads anyway. */
const environment = Layer.unwrapEffect(
  Effect.map(Sandbox.Sandbox, ({ token, url }) =>
    Layer.setConfigProvider(
      ConfigProvider.fromMap(
        new Map([
          ["INBOX_API_BASE_URL", url],
          ["INBOX_API_TOKEN", Redacted.value(token)]
        ])
      )
    )
  )
)

const layer = Parcels.layer.pipe(
  Layer.provide(InboxClient.layerConfig()),
  Layer.provide(Undici.layer()),
  Layer.provide(environment),
  Layer.provideMerge(Sandbox.layer())
)

it.live("tells the customers of a sandbox", () =>
  Effect.gen(function* () {
    const sandbox = yield* Sandbox.Sandbox
    const parcels = yield* Parcels
    const threadId = sandbox.threads[0]?.id ?? ""
    assert.strictEqual(yield* parcels.announce({ number: "P-7", threadId }), "told")
    const stored = yield* sandbox.messages(threadId)
    assert.strictEqual(stored.at(-1)?.content, "the shop: your parcel P-7 is on its way")
  }).pipe(Effect.provide(layer))
)

it.live("says of a conversation that does not exist that nobody was told", () =>
  Effect.gen(function* () {
    const parcels = yield* Parcels
    const error = yield* Effect.flip(parcels.announce({ number: "P-8", threadId: "nosuchthread" }))
    assert.strictEqual(error.later, false)
  }).pipe(Effect.provide(layer))
)

/** In-memory exporters forget what they have when they are shut down, which happens as the program ends. */
class Spans extends InMemorySpanExporter {
  override shutdown(): Promise<void> {
    return Promise.resolve()
  }
}

it.live("exports a span of its own, with that of the client in it", () =>
  Effect.gen(function* () {
    const spans = new Spans()
    const metrics = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
    yield* Effect.gen(function* () {
      const parcels = yield* Parcels
      const { threads } = yield* Sandbox.Sandbox
      yield* parcels.announce({ number: "P-9", threadId: threads[0]?.id ?? "" })
    }).pipe(Effect.provide(layer), Effect.provide(Telemetry.layer(spans, metrics)), Effect.scoped)

    const finished = spans.getFinishedSpans()
    const outer = finished.find(({ name }) => name === "Parcels.announce")
    const inner = finished.find(({ name }) => name === "InboxClient.sendMessage")
    assert.strictEqual(inner?.attributes["inbox.delivery"], "Delivered")
    assert.strictEqual(inner?.parentSpanContext?.spanId, outer?.spanContext().spanId)
  })
)
