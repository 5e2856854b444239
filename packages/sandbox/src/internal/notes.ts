import type { IncomingMessage } from "node:http"
import type * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as NodeHttpServerRequest from "@effect/platform-node/NodeHttpServerRequest"
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

const make = (id: string): Notes => ({
  id,
  body: new Keeper(),
  teamId: undefined,
  verdict: undefined,
  messageId: undefined,
  faults: []
})

/** By the request as Node has it, the only object that stays the same on its way. A fiber's own state costs more. */
const kept = new WeakMap<IncomingMessage, Notes>()

/** Begins the notes on a request. */
export const open = (request: HttpServerRequest.HttpServerRequest, id: string): Notes => {
  const notes = make(id)
  kept.set(NodeHttpServerRequest.toIncomingMessage(request), notes)
  return notes
}

/** The notes on a request; where none were begun, notes that nobody will read. */
export const of = (request: HttpServerRequest.HttpServerRequest): Notes =>
  kept.get(NodeHttpServerRequest.toIncomingMessage(request)) ?? make("")
