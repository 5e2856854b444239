import { NodeSdk } from "@effect/opentelemetry"
import { FetchHttpClient } from "@effect/platform"
import { InboxClient } from "@inbox-effect/client"
import {
  ConsoleMetricExporter,
  PeriodicExportingMetricReader,
  type PushMetricExporter
} from "@opentelemetry/sdk-metrics"
import { BatchSpanProcessor, ConsoleSpanExporter, type SpanExporter } from "@opentelemetry/sdk-trace-base"
import { Effect, Layer } from "effect"

/** Exports the spans and the metrics of the client, together with those of the application around it. */
export const telemetry = (spans: SpanExporter, metrics: PushMetricExporter) =>
  NodeSdk.layer(() => ({
    resource: { serviceName: "parcels" },
    spanProcessor: new BatchSpanProcessor(spans),
    metricReader: new PeriodicExportingMetricReader({ exporter: metrics })
  }))

/** The span of the send becomes a child of this one. */
export const program = Effect.gen(function* () {
  const inbox = yield* InboxClient.InboxClient
  return yield* inbox.sendMessage({ threadId: "l44e15irdq4db30i77cgphhx", content: "Your parcel is on its way" })
}).pipe(Effect.withSpan("tellCustomer"))

// Instead of the console, take the exporters of @opentelemetry/exporter-trace-otlp-http and -metrics-otlp-http.
export const main = program.pipe(
  Effect.provide(InboxClient.layerConfig().pipe(Layer.provide(FetchHttpClient.layer))),
  Effect.provide(telemetry(new ConsoleSpanExporter(), new ConsoleMetricExporter()))
)
