/**
 * Counts and measurements of the client.
 *
 * @example
 * ```ts
 * import { Metrics } from "@inbox-effect/client"
 * import { Effect, Metric } from "effect"
 *
 * export const program = Effect.flatMap(Metric.value(Metrics.sends), ({ count }) => Effect.log(`${count} sends`))
 * ```
 *
 * @since 0.1.0
 */
import * as Metric from "effect/Metric"
import * as MetricBoundaries from "effect/MetricBoundaries"

/**
 * Number of attempts: `inbox_client_attempts`, by `outcome` (see `Attempt.Outcome`).
 *
 * @since 0.1.0
 * @category metrics
 */
export const attempts: Metric.Metric.Counter<number> = Metric.counter("inbox_client_attempts", {
  description: "Attempts to send a message, by outcome",
  incremental: true
})

/**
 * Number of sends that ended: `inbox_client_sends`, by `delivery` (`Delivered`, `NotDelivered`, `Unknown`) and by
 * `error`, the tag of the error, `Interrupted`, or `none`.
 *
 * @since 0.1.0
 * @category metrics
 */
export const sends: Metric.Metric.Counter<number> = Metric.counter("inbox_client_sends", {
  description: "Sends that ended, by delivery and error",
  incremental: true
})

/**
 * Duration of sends, waits and all attempts together: `inbox_client_send_duration`, in seconds, by `delivery` and
 * `error`.
 *
 * @since 0.1.0
 * @category metrics
 */
export const duration: Metric.Metric.Histogram<number> = Metric.histogram(
  "inbox_client_send_duration",
  MetricBoundaries.fromIterable([0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30, 60]),
  "Duration of sends, in seconds"
)
