import type * as Exchange from "@inbox-effect/server/Exchange"
import type * as Fault from "../../Fault.js"

/** Notes on a request, taken while it is handled. */
export interface Notes {
  /** The message that it made the sandbox store. */
  messageId: string | undefined
  faults: ReadonlyArray<Fault.Fault>
  /** Tells whether the journal has it: a broken connection is recorded when it breaks. */
  isRecorded: boolean
}

const kept = new WeakMap<Exchange.Exchange, Notes>()

/** The notes on a request, begun when they are first asked for. */
export const of = (exchange: Exchange.Exchange): Notes => {
  const known = kept.get(exchange)
  if (known !== undefined) return known
  const notes: Notes = { messageId: undefined, faults: [], isRecorded: false }
  kept.set(exchange, notes)
  return notes
}
