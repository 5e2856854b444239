import * as Effect from "effect/Effect"
import * as Acceptance from "../contract/acceptance.js"
import type { Executed } from "../investigate/finding.js"
import * as Case from "../model/Case.js"
import { onOneConnection } from "../model/Case.js"
import * as Exchange from "../model/Exchange.js"
import type { Trial } from "../send/trial.js"

/**
 * Connections that were closed on a request, or on which bytes came that belong to no answer. A server may close one at
 * any time that nobody uses, and the request that was under way then says nothing. One that stays open while it is left
 * alone, and is closed as soon as a request comes, is another matter. Stray bytes are the fault of the request before.
 */
export interface DroppedConnections {
  /** Takes note of what a trial shows. */
  readonly note: (trial: Trial) => void
  /** Cases at whose end a connection may be closed on a request, and no case twice. */
  readonly suspects: () => ReadonlyArray<Case.Case>
  /** Cases at whose end stray bytes may be found, since the last time that they were asked for. */
  readonly strays: () => ReadonlyArray<Case.Case>
}

/** Number of cases that are looked at again, and of numbers of messages on one connection. */
const most = { met: 4, numbers: 3 } as const

/** More messages than this are not sent on one connection to see it closed. */
const longest = 512

export const make = (): DroppedConnections => {
  const met = new Map<string, Case.Case>()
  const numbers = new Set<number>()
  const strayKinds = new Set<string>()
  const strays: Array<Case.Case> = []
  const noteStray = (steps: ReadonlyArray<Case.Step>) => {
    const kind = JSON.stringify([steps.at(-1)?.edit?.id.split("/")[0], steps.at(-1)?.http])
    if (strayKinds.size >= most.met || strayKinds.has(kind)) return
    strayKinds.add(kind)
    strays.push(Case.sequence("connections", [...steps, Case.step("Hello again")], { fresh: true }))
  }
  return {
    note: ({ case: self, exchanges }) => {
      exchanges.forEach(({ exchange: { droppedAfter }, step, strayAfter }, index) => {
        if (strayAfter !== undefined) noteStray(strayAfter)
        if (droppedAfter === undefined) return
        if (numbers.size < most.numbers && droppedAfter <= longest) numbers.add(droppedAfter)
        if (self.mode === "together" || index === 0) return
        const kind = JSON.stringify([exchanges[index - 1]?.edit?.requirement, step.edit?.id])
        if (met.size >= most.met && !met.has(kind)) return
        met.set(kind, { ...self, fresh: true, steps: self.steps.slice(0, index + 1) })
      })
    },
    strays: () => strays.splice(0),
    // The message after so many that went well.
    suspects: () => [...met.values(), ...[...numbers].map((answers) => onOneConnection(answers + 1))]
  }
}

/** Milliseconds that a connection is left alone, in turns: no server closes an idle one after the one and after the other. */
const rests = [200, 60]

/** Shows that a connection is closed on a request, or has stray bytes on it, whenever the request comes, if so it is. */
export const proof = <E>(
  suspect: Case.Case,
  execute: (self: Case.Case) => Effect.Effect<Executed, E>
): Effect.Effect<Executed | undefined, E> =>
  Effect.gen(function* () {
    let shown: Executed | undefined
    for (const rest of rests) {
      shown = yield* execute({ ...suspect, rest })
      const { exchanges } = shown.trial
      const before = exchanges.slice(0, -1)
      // What comes of a request that must be accepted and is refused is part of that fault.
      const isRefused = before.some(
        ({ edit, exchange, step }) =>
          edit === undefined && !Exchange.isSuccess(exchange) && !Acceptance.mayBeRefused(step)
      )
      if (isRefused || exchanges.at(-1)?.exchange.outcome.kind !== "broken") return undefined
    }
    return shown
  })
