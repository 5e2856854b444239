import * as FiberRef from "effect/FiberRef"
import type * as Fault from "../Fault.js"
import { Keeper } from "./inspector/kept.js"
import type { Verdict } from "./rateLimit.js"

/** What becomes known of a request while it is handled. */
export interface Notes {
  /** The id of the exchange, which the answer carries as `X-Request-Id`. */
  readonly id: string
  readonly body: Keeper
  /** The team that the request was made for, once its token has been accepted. */
  teamId: string | undefined
  /** What the rate limits have to say, once the team is known. */
  verdict: Verdict | undefined
  /** What it made the sandbox store. */
  messageId: string | undefined
  faults: ReadonlyArray<Fault.Fault>
}

export const make = (id: string): Notes => ({
  id,
  body: new Keeper(),
  teamId: undefined,
  verdict: undefined,
  messageId: undefined,
  faults: []
})

/** The notes on the request that this fiber handles. */
export const current: FiberRef.FiberRef<Notes> = FiberRef.unsafeMake<Notes>(make(""))
