/** Numbers of messages by state, and the age of the oldest. */
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import * as Schema from "effect/Schema"
import type { StoreUnavailable } from "../DurableError.js"
import * as OutboxMetrics from "../OutboxMetrics.js"
import { State } from "../store/row.js"
import type { Store } from "../store/store.js"

const Millis = Schema.Union(Schema.Number, Schema.NumberFromString)

const Line = Schema.Struct({ state: State, count: Millis, age: Millis })

const decode = Schema.decodeUnknownSync(Schema.Array(Line))

/** The messages of one state: their number, and the age of the oldest in milliseconds. */
export interface Line extends Schema.Schema.Type<typeof Line> {}

/** Counts the open messages and those that were refused. */
export const count = ({ run, sql }: Store): Effect.Effect<ReadonlyArray<Line>, StoreUnavailable> =>
  Effect.map(
    run(
      "count the messages",
      (now) => sql`SELECT state, COUNT(*) AS count, ${now} - MIN(created_at) AS age FROM inbox_sends
        WHERE settled_at IS NULL AND driven = 1 GROUP BY state
        UNION ALL SELECT state, COUNT(*) AS count, ${now} - MIN(settled_at) AS age FROM inbox_sends
        WHERE state = 'refused' GROUP BY state`
    ),
    decode
  )

const shown = ["queued", "sending", "unknown", "reconciling", "doubt", "refused"] as const

const open: ReadonlySet<string> = new Set(["queued", "sending", "unknown", "reconciling"])

const oldestOf = (lines: ReadonlyArray<Line>): number => Math.max(0, ...lines.map(({ age }) => age)) / 1000

/** Sets the gauges. */
export const update = (store: Store): Effect.Effect<ReadonlyArray<Line>, StoreUnavailable> =>
  Effect.tap(count(store), (lines) =>
    Effect.all(
      [
        ...shown.map((state) =>
          Metric.set(
            Metric.tagged(OutboxMetrics.messages, "state", state),
            lines.find((line) => line.state === state)?.count ?? 0
          )
        ),
        Metric.set(
          Metric.tagged(OutboxMetrics.oldest, "state", "open"),
          oldestOf(lines.filter(({ state }) => open.has(state)))
        ),
        Metric.set(
          Metric.tagged(OutboxMetrics.oldest, "state", "doubt"),
          oldestOf(lines.filter(({ state }) => state === "doubt"))
        )
      ],
      { discard: true }
    )
  )
