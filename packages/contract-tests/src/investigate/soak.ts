import * as Effect from "effect/Effect"
import * as Case from "../model/Case.js"
import { onOneConnection } from "../model/Case.js"
import type { Context, Executed, Failure, Soaked } from "./finding.js"
import { settle } from "./reproduce.js"

/** The failures of each requirement among plain messages that are sent again and again. */
export interface Repeats {
  readonly soaked: Effect.Effect<ReadonlyMap<string, Soaked>>
  readonly onOneConnection: Effect.Effect<ReadonlyMap<string, Failure>>
}

/** Plain messages sent one after another to see whether a fault comes back whatever is sent. */
const soakSize = 110

const soakContent = "Plain message "

/** Plain messages, none of them in flight with another. */
export const soak = (context: Context): Effect.Effect<ReadonlyMap<string, Soaked>> =>
  Effect.gen(function* () {
    const seen = new Map<string, { first: Failure; positions: Array<number>; of: number }>()
    yield* settle(context)
    let sent = 0
    for (let count = 1; count <= soakSize; count++) {
      const executed = yield* Effect.option(
        context.execute(Case.sequence("plain", [Case.step(`${soakContent}${count}`)]))
      )
      if (executed._tag === "None") break
      sent = count
      for (const [requirement, failure] of firstFailures(executed.value)) {
        const known = seen.get(requirement)
        if (known === undefined) seen.set(requirement, { first: failure, positions: [count], of: 0 })
        else known.positions.push(count)
      }
    }
    for (const each of seen.values()) each.of = sent
    return seen
  })

/** The number of requests from one failure to the next, where it is the same each time. */
export const periodOf = ({ positions }: Soaked): number | undefined => {
  const [first, second] = positions
  if (first === undefined || second === undefined || positions.length < 4) return undefined
  const period = second - first
  return positions.every((position, index) => position === first + index * period) ? period : undefined
}

/** Plain messages sent one after another on a connection of their own. */
const lastingSize = 64

export const lastingConnection = (context: Context): Effect.Effect<ReadonlyMap<string, Failure>> =>
  context.execute(onOneConnection(lastingSize)).pipe(
    Effect.map(firstFailures),
    Effect.orElseSucceed(() => new Map())
  )

const firstFailures = ({ trial, violations }: Executed): ReadonlyMap<string, Failure> => {
  const first = new Map<string, Failure>()
  for (const violation of violations) {
    if (!first.has(violation.requirement)) first.set(violation.requirement, { trial, violation, violations })
  }
  return first
}
