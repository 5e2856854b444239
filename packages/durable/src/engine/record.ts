/** Metrics of the rows that an engine has changed. */
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import * as OutboxMetrics from "../OutboxMetrics.js"
import type { Row } from "../store/row.js"

const isEnd = (row: Row): boolean => row.settled_at !== null || row.state === "doubt"

const outcome = (row: Row): Effect.Effect<void> => {
  const counter = Metric.tagged(OutboxMetrics.outcomes, "outcome", row.state)
  return Metric.increment(
    row.state === "refused"
      ? Metric.tagged(counter, "error", row.settled_by === "expiry" ? "Expired" : (row.error?._tag ?? "Unknown"))
      : counter
  )
}

/** Counts a step, an outcome, and how long a message took. */
export const record = (row: Row): Effect.Effect<void> =>
  Effect.all(
    [
      Metric.increment(Metric.tagged(OutboxMetrics.steps, "state", row.state)),
      isEnd(row) ? outcome(row) : Effect.void,
      row.state === "sent" && row.settled_at !== null
        ? Metric.update(OutboxMetrics.latency, (row.settled_at - row.created_at) / 1000)
        : Effect.void
    ],
    { discard: true }
  )
