/** A case with the exchanges that were made for it. */
import type { EditSpec } from "../generate/edits/edit.js"
import type { Case, Step } from "../model/Case.js"
import type * as Exchange from "../model/Exchange.js"

/** A step with what was sent for it and what came back. */
export interface Sent {
  readonly step: Step
  readonly edit: EditSpec | undefined
  readonly threadId: string
  readonly replyId: string | undefined
  readonly exchange: Exchange.Exchange
  /** The request with whose answer bytes came that belong to no answer, after its base if it is an edit. */
  readonly strayAfter?: ReadonlyArray<Step> | undefined
}

/** A case with everything that was sent for it, in the order of its steps. */
export interface Trial {
  readonly case: Case
  readonly exchanges: ReadonlyArray<Sent>
}
