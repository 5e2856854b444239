import { NodeSdk } from "@effect/opentelemetry"
import {
  ConsoleMetricExporter,
  PeriodicExportingMetricReader,
  type PushMetricExporter
} from "@opentelemetry/sdk-metrics"
import { BatchSpanProcessor, ConsoleSpanExporter, type SpanExporter } from "@opentelemetry/sdk-trace-base"
import { Config, Effect, Layer } from "effect"

/** Exports the spans and metrics of the application, those of the client among them. */
export const layer = (spans: SpanExporter, metrics: PushMetricExporter) =>
  NodeSdk.layer(() => ({
    resource: { serviceName: "parcels" },
    spanProcessor: new BatchSpanProcessor(spans),
    metricReader: new PeriodicExportingMetricReader({ exporter: metrics })
  }))

/** To the console where TELEMETRY is true, else nowhere. An application of yours takes exporters for OTLP instead. */
export const layerConfig = Config.boolean("TELEMETRY").pipe(
  Config.withDefault(false),
  Effect.map((on) => (on ? layer(new ConsoleSpanExporter(), new ConsoleMetricExporter()) : Layer.empty)),
  Layer.unwrapEffect
)
