/**
 * The metrics of the process in the text format of Prometheus.
 */
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import type * as MetricPair from "effect/MetricPair"
import * as MetricState from "effect/MetricState"

const own = /^inbox_/

const escaped = (text: string): string => text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")

type Labels = ReadonlyArray<readonly [name: string, value: string]>

const line = (name: string, labels: Labels, value: number | bigint): string => {
  const inner = labels.map(([key, text]) => `${key}="${escaped(text)}"`).join(",")
  return `${name}${inner === "" ? "" : `{${inner}}`} ${value}`
}

interface Rendered {
  readonly type: "counter" | "gauge" | "histogram"
  readonly name: string
  readonly lines: ReadonlyArray<string>
}

const histogram = (name: string, labels: Labels, state: MetricState.MetricState.Histogram): ReadonlyArray<string> => [
  ...[...state.buckets].map(([limit, count]) =>
    line(`${name}_bucket`, [...labels, ["le", Number.isFinite(limit) ? String(limit) : "+Inf"]], count)
  ),
  ...(state.buckets.some(([limit]) => !Number.isFinite(limit))
    ? []
    : [line(`${name}_bucket`, [...labels, ["le", "+Inf"]], state.count)]),
  line(`${name}_sum`, labels, state.sum),
  line(`${name}_count`, labels, state.count)
]

const render = ({ metricKey, metricState }: MetricPair.MetricPair.Untyped): Rendered | undefined => {
  const labels = metricKey.tags.filter(({ key }) => key !== "time_unit").map(({ key, value }) => [key, value] as const)
  if (MetricState.isCounterState(metricState)) {
    const name = `${metricKey.name}_total`
    return { type: "counter", name, lines: [line(name, labels, metricState.count)] }
  }
  if (MetricState.isGaugeState(metricState)) {
    return { type: "gauge", name: metricKey.name, lines: [line(metricKey.name, labels, metricState.value)] }
  }
  if (MetricState.isHistogramState(metricState)) {
    const name = `${metricKey.name}_milliseconds`
    return { type: "histogram", name, lines: histogram(name, labels, metricState) }
  }
  return undefined
}

/** All metrics of this project, one after the other. */
export const text: Effect.Effect<string> = Effect.map(Metric.snapshot, (pairs) => {
  const families = new Map<string, Array<string>>()
  for (const pair of pairs) {
    const rendered = own.test(pair.metricKey.name) ? render(pair) : undefined
    if (rendered === undefined) continue
    const lines = families.get(rendered.name) ?? [`# TYPE ${rendered.name} ${rendered.type}`]
    families.set(rendered.name, [...lines, ...rendered.lines])
  }
  return [...families.values(), [""]].flat().join("\n")
})
