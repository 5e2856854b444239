/**
 * The metrics of an outbox, as Effect's own: with `@effect/opentelemetry` they go wherever OpenTelemetry exports to, and
 * the worker gives them to Prometheus. Times are in seconds.
 *
 * @since 0.1.0
 */
import * as Metric from "effect/Metric"
import * as MetricBoundaries from "effect/MetricBoundaries"

/**
 * Messages that came to an end or into doubt in this process, by `outcome` (`sent`, `refused`, `doubt`) and, for those
 * that were refused, by the tag of their `error`.
 *
 * @since 0.1.0
 * @category metrics
 */
export const outcomes: Metric.Metric.Counter<number> = Metric.counter("inbox_outbox_outcomes_total", {
  description: "Messages that came to an end or into doubt",
  incremental: true
})

/**
 * Attempts that this process made, by the `state` that they left their message in.
 *
 * @since 0.1.0
 * @category metrics
 */
export const steps: Metric.Metric.Counter<number> = Metric.counter("inbox_outbox_steps_total", {
  description: "Steps that messages took, by the state that they came to",
  incremental: true
})

/**
 * Time from enqueuing to the entry that a message was sent.
 *
 * @since 0.1.0
 * @category metrics
 */
export const latency: Metric.Metric.Histogram<number> = Metric.histogram(
  "inbox_outbox_latency_seconds",
  MetricBoundaries.fromIterable([0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 3600, 86400]),
  "Time from enqueuing to the entry that a message was sent"
)

/**
 * Messages of the outbox by `state`; of those that are settled, the refused only.
 *
 * @since 0.1.0
 * @category metrics
 */
export const messages: Metric.Metric.Gauge<number> = Metric.gauge("inbox_outbox_messages", {
  description: "Messages of the outbox by state"
})

/**
 * Age of the oldest message that waits (`state="open"`) or is in doubt (`state="doubt"`).
 *
 * @since 0.1.0
 * @category metrics
 */
export const oldest: Metric.Metric.Gauge<number> = Metric.gauge("inbox_outbox_oldest_seconds", {
  description: "Age of the oldest message that waits or is in doubt"
})
