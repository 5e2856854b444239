/** Connections that are kept open and lent to one exchange after another. */
import type { Outcome, RawRequest, Replaced } from "../model/Exchange.js"
import type { Barrier } from "./barrier.js"
import { type Attempt, exchangeOnce } from "./exchange.js"
import { type Endpoint, isUsable, type Link, open } from "./socket.js"
import { asksToClose, written } from "./write.js"

/** One connection, kept alive from request to request. It reconnects by itself when the server has closed it. */
export interface Connection {
  /** Sends one request; one at a time. Answers how to break it off, after which there is no outcome. */
  readonly send: (request: RawRequest, sending: Sending) => () => void
  readonly close: () => void
}

/** Options of sending one request. */
export interface Sending {
  /** In milliseconds. */
  readonly timeout: number
  /** Those that are to be in flight with it: the last byte of its body waits until theirs can go out as well. */
  readonly others?: Barrier | undefined
  /** True if it is sent on no other connection where the one that was in use before is closed on it or spoiled. */
  readonly once?: boolean | undefined
  /** Called with what became of it: trouble is an outcome, too. */
  readonly done: (outcome: Outcome, replaced: Replaced) => void
}

/** Opens a connection to an endpoint, on its first use. */
export const connect = (target: Endpoint): Connection => {
  let kept: Link | undefined
  const linkFor = (request: RawRequest): Link => {
    // A connection that was asked to close is not used again, whatever the answer says.
    if (asksToClose(request)) return open(target)
    if (kept === undefined || !isUsable(kept)) {
      kept?.socket.destroy()
      kept = open(target)
    }
    return kept
  }
  /** The number of bytes that a client would take for the next answer, though they came before its request. */
  const strayBytes = (request: RawRequest): number => {
    if (kept === undefined || kept.surplus === 0 || asksToClose(request)) return 0
    const { surplus } = kept
    kept = undefined
    return surplus
  }
  return {
    send: (request, { done, once, others, timeout }) => {
      const stray = strayBytes(request)
      if (stray > 0 && once === true) {
        const reason = `${stray} bytes that belong to no answer came on the connection before the request`
        const immediate = setImmediate(() => done({ kind: "broken", reason }, {}))
        return () => clearImmediate(immediate)
      }
      const replaced: Replaced = stray > 0 ? { strayBefore: stray } : {}
      const head = written(target, request)
      const attempt = (settle: (attempt: Attempt) => void, others?: Barrier) =>
        exchangeOnce(linkFor(request), { request, head, timeout, others }, settle)
      let breakOff = attempt(({ droppedAfter, outcome, stray }) => {
        others?.leave()
        // A server may close an idle connection at any time, or answer once more what came before: that says nothing
        // about this request.
        const isRepeated = (droppedAfter !== undefined || stray > 0) && once !== true
        const before = { ...replaced, droppedAfter, ...(stray > 0 ? { strayBefore: stray } : {}) }
        if (isRepeated) breakOff = attempt((second) => done(second.outcome, before))
        else done(outcome, replaced)
      }, others)
      return () => breakOff()
    },
    close: () => kept?.socket.destroy()
  }
}
