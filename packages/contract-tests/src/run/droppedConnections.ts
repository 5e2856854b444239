import type { Executed } from "../investigate/finding.js"
import type * as Case from "../model/Case.js"
import { onOneConnection } from "../model/Case.js"
import type { Trial } from "../send/trial.js"

/**
 * Connections that were closed on a request. A server may close one at any time that nobody uses, and the request that
 * was under way then says nothing. One that stays open while it is left alone, and is closed as soon as a request comes,
 * is another matter.
 */
export interface DroppedConnections {
  /** Takes note of what a trial shows. */
  readonly note: (trial: Trial) => void
  /** Cases at whose end a connection may be closed on a request, and no case twice. */
  readonly suspects: () => ReadonlyArray<Case.Case>
}

/** So many cases that were met are looked at again, and so many numbers of messages on one connection. */
const most = { met: 4, numbers: 3 } as const

/** More messages than this are not sent on one connection to see it closed. */
const longest = 512

export const make = (): DroppedConnections => {
  const met = new Map<string, Case.Case>()
  const numbers = new Set<number>()
  return {
    note: ({ case: self, exchanges }) => {
      exchanges.forEach(({ exchange: { droppedAfter }, step }, index) => {
        if (droppedAfter === undefined) return
        if (numbers.size < most.numbers && droppedAfter <= longest) numbers.add(droppedAfter)
        if (self.mode === "together" || index === 0) return
        const kind = JSON.stringify([exchanges[index - 1]?.edit?.requirement, step.edit?.id])
        if (met.size >= most.met && !met.has(kind)) return
        met.set(kind, { ...self, fresh: true, steps: self.steps.slice(0, index + 1) })
      })
    },
    // The message after so many that went well.
    suspects: () => [...met.values(), ...[...numbers].map((answers) => onOneConnection(answers + 1))]
  }
}

/** Milliseconds that a connection is left alone, in turns: no server closes an idle one after the one and after the other. */
const rests = [200, 60]

/** What shows that a connection is closed on a request, whenever it comes, if it is. */
export const proof = async (
  suspect: Case.Case,
  execute: (self: Case.Case) => Promise<Executed>
): Promise<Executed | undefined> => {
  let shown: Executed | undefined
  for (const rest of rests) {
    shown = await execute({ ...suspect, rest })
    const last = shown.trial.exchanges.at(-1)?.exchange.outcome
    if (last?.kind !== "broken") return undefined
  }
  return shown
}
