import * as Effect from "effect/Effect"
import * as Case from "../model/Case.js"
import { onOneConnection } from "../model/Case.js"
import type { Context, Executed, Failure } from "./finding.js"
import { settle } from "./reproduce.js"

/** The first failure of each requirement among plain messages that are sent again and again. */
export interface Repeats {
  readonly soaked: Effect.Effect<ReadonlyMap<string, Failure>>
  readonly onOneConnection: Effect.Effect<ReadonlyMap<string, Failure>>
}

/** Plain messages sent one after another to see whether a fault comes back whatever is sent. */
export const soakSize = 110

export const soakContent = "Plain message "

/** Plain messages, none of them in flight with another. */
export const soak = (context: Context): Effect.Effect<ReadonlyMap<string, Failure>> =>
  Effect.gen(function* () {
    const seen = new Map<string, Failure>()
    yield* settle(context)
    for (let count = 1; count <= soakSize; count++) {
      const executed = yield* Effect.option(
        context.execute(Case.sequence("plain", [Case.step(`${soakContent}${count}`)]))
      )
      if (executed._tag === "None") break
      for (const [requirement, failure] of firstFailures(executed.value)) {
        if (!seen.has(requirement)) seen.set(requirement, failure)
      }
    }
    return seen
  })

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
