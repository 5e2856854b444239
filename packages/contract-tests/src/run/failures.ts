import { type Failure, refusedBefore, sentOf } from "../investigate/finding.js"
import { suspicion } from "../investigate/suspicions.js"
import { kindsOf } from "./fatalRequests.js"

/** The failures of a run that are kept: enough of each kind to find out what they have in common. */
export interface Failures {
  readonly add: (failure: Failure) => void
  readonly all: () => ReadonlyArray<Failure>
}

/** Number of failures of one kind that are kept; and of those with one feature, whatever others have come before. */
const most = { ofKind: 16, withFeature: 4 } as const

export const makeFailures = (): Failures => {
  const kept: Array<Failure> = []
  const counts = new Map<string, number>()
  const isBelow = (key: string, limit: number) => (counts.get(key) ?? 0) < limit
  return {
    add: (failure) => {
      const { trial, violation } = failure
      const kind = `${trial.case.mode} ${suspicion(failure)} ${violation.facet} ${refusedBefore(failure) ?? ""}`
      // One fault may show in most messages, and another one in a few of them only.
      const features = kindsOf(sentOf(failure)).map((feature) => `${kind} ${feature}`)
      if (!isBelow(kind, most.ofKind) && !features.some((feature) => isBelow(feature, most.withFeature))) return
      kept.push(failure)
      for (const key of [kind, ...features]) counts.set(key, 1 + (counts.get(key) ?? 0))
    },
    all: () => kept
  }
}
