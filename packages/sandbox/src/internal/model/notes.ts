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

const key = Symbol("notes")

/** The notes on a request, begun when they are first asked for. */
export const of = ({ notes }: Exchange.Exchange): Notes => {
  const known = notes[key] as Notes | undefined
  if (known !== undefined) return known
  const begun: Notes = { messageId: undefined, faults: [], isRecorded: false }
  notes[key] = begun
  return begun
}
