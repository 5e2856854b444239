/** Effect's metrics in the text format of Prometheus. */

import type * as MetricPair from "effect/MetricPair"
import * as MetricState from "effect/MetricState"
import * as Option from "effect/Option"

type Pair = MetricPair.MetricPair.Untyped

type Labels = ReadonlyArray<readonly [string, string]>

const nameOf = (name: string): string => name.replace(/[^a-zA-Z0-9_:]/g, "_").replace(/^(?=\d)/, "_")

const escaped = (text: string): string => text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")

const labelled = (name: string, labels: Labels): string =>
  labels.length === 0
    ? name
    : `${name}{${labels.map(([key, value]) => `${nameOf(key)}="${escaped(value)}"`).join(",")}}`

const line = (name: string, labels: Labels, value: number | bigint): string => `${labelled(name, labels)} ${value}`

const labelsOf = (pair: Pair): Labels => [...pair.metricKey.tags].map(({ key, value }) => [key, value])

const bound = (value: number): string => (Number.isFinite(value) ? String(value) : "+Inf")

/** The kind of a metric, and its samples. */
const samples = (name: string, pair: Pair): readonly [kind: string, lines: ReadonlyArray<string>] => {
  const state: unknown = pair.metricState
  const labels = labelsOf(pair)
  if (MetricState.isHistogramState(state)) {
    const buckets = [...state.buckets].filter(([limit]) => Number.isFinite(limit))
    return [
      "histogram",
      [
        ...buckets.map(([limit, count]) => line(`${name}_bucket`, [...labels, ["le", bound(limit)]], count)),
        line(`${name}_bucket`, [...labels, ["le", "+Inf"]], state.count),
        line(`${name}_sum`, labels, state.sum),
        line(`${name}_count`, labels, state.count)
      ]
    ]
  }
  if (MetricState.isSummaryState(state)) {
    const quantiles = [...state.quantiles].flatMap(([share, value]) =>
      Option.match(value, {
        onNone: () => [],
        onSome: (known) => [line(name, [...labels, ["quantile", String(share)]], known)]
      })
    )
    return [
      "summary",
      [...quantiles, line(`${name}_sum`, labels, state.sum), line(`${name}_count`, labels, state.count)]
    ]
  }
  if (MetricState.isFrequencyState(state)) {
    return ["counter", [...state.occurrences].map(([key, count]) => line(name, [...labels, ["key", key]], count))]
  }
  if (MetricState.isCounterState(state)) return ["counter", [line(name, labels, state.count)]]
  return MetricState.isGaugeState(state) ? ["gauge", [line(name, labels, state.value)]] : ["untyped", []]
}

/** Spells metrics, those of one name together. */
export const spell = (pairs: ReadonlyArray<Pair>): string => {
  const families = new Map<string, Array<Pair>>()
  for (const pair of pairs) {
    const name = nameOf(pair.metricKey.name)
    families.set(name, [...(families.get(name) ?? []), pair])
  }
  const lines = [...families]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, family]) => {
      const spelled = family.map((pair) => samples(name, pair))
      const description = family.flatMap(({ metricKey }) => Option.toArray(metricKey.description))[0]
      return [
        ...(description === undefined
          ? []
          : [`# HELP ${name} ${description.replaceAll("\\", "\\\\").replaceAll("\n", "\\n")}`]),
        `# TYPE ${name} ${spelled[0]?.[0] ?? "untyped"}`,
        ...spelled.flatMap(([, each]) => each)
      ]
    })
  return `${lines.join("\n")}\n`
}
