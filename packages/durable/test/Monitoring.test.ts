import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { Metrics } from "@inbox-effect/client"
import { Outbox } from "@inbox-effect/durable"
import { Effect, Layer, Metric } from "effect"
import { record } from "../src/engine/record.js"
import { decode } from "../src/store/row.js"
import * as store from "../src/store/store.js"
import * as gauges from "../src/worker/gauges.js"
import { spell } from "../src/worker/prometheus.js"
import * as Databases from "./support/databases.js"

const read = (file: string) => readFileSync(new URL(`../monitoring/${file}`, import.meta.url), "utf8")

interface Panel {
  readonly title: string
  readonly targets: ReadonlyArray<{ readonly expr: string }>
}

const { panels } = JSON.parse(read("grafana.json")) as { readonly panels: ReadonlyArray<Panel> }

const expressions: ReadonlyArray<readonly [place: string, expression: string]> = [
  ...panels.flatMap(({ targets, title }) => targets.map(({ expr }) => [title, expr] as const)),
  ...[...read("alerts.yaml").matchAll(/alert: (\w+)\n\s+expr: (.+)$/gm)].map(
    ([, name = "", expression = ""]) => [name, expression] as const
  )
]

const row = (changes: object) =>
  decode({
    number: 1,
    key: "key",
    thread_id: "thread",
    digest: "",
    content: null,
    reply_to: null,
    driven: 1,
    state: "sent",
    attempt: 1,
    holder: null,
    due_at: 0,
    window_from: 0,
    window_until: 0,
    unknown_since: null,
    message_id: null,
    error: null,
    evidence: null,
    settled_by: null,
    created_at: 0,
    changed_at: 0,
    settled_at: 0,
    now: 0,
    ...changes
  })

/** The metrics of a worker that has sent and refused a message, and has one in doubt, as Prometheus reads them. */
const scraped = Effect.gen(function* () {
  yield* Effect.forEach(
    [{}, { state: "refused", settled_by: "expiry" }, { state: "doubt", settled_at: null }],
    (each) => record(row(each))
  )
  yield* gauges.update(yield* store.make(0))
  yield* Metric.increment(Metric.tagged(Metrics.attempts, "outcome", "Success"))
  return spell(yield* Metric.snapshot)
}).pipe(Effect.provide(Layer.provideMerge(Outbox.layer(), Layer.unwrapEffect(Databases.sqlite.fresh))))

describe("the dashboard and the alert rules", () => {
  it.effect("ask for metrics, labels and values that there are", () =>
    Effect.gen(function* () {
      const samples = (yield* scraped).split("\n").filter((line) => line.startsWith("inbox_"))
      assert.isAbove(expressions.length, 15)
      for (const [place, expression] of expressions) {
        const selectors = [...expression.matchAll(/(inbox_\w+)(?:\{([^}]*)\})?/g)]
        const own = selectors.flatMap(([, name = "", labels = ""]) => {
          const found = samples.filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
          const matching = labels === "" ? found : found.filter((line) => line.includes(labels))
          assert.isNotEmpty(matching, `${place}: ${name} {${labels}}`)
          return matching
        })
        for (const [, label] of expression.matchAll(/by \((\w+)\)/g)) {
          assert.include(own.join("\n"), `${label}="`, place)
        }
      }
    })
  )
})
