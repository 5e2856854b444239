/**
 * Connections that are kept open and lent to one exchange after another.
 *
 * @since 0.1.0
 */
import type { Outcome, RawRequest } from "../model/Exchange.js"
import type { Barrier } from "./barrier.js"
import { type Attempt, exchangeOnce } from "./exchange.js"
import { type Endpoint, isUsable, type Link, open } from "./socket.js"
import { asksToClose, written } from "./write.js"

/**
 * One connection, kept alive from request to request. It reconnects by itself when the server has closed it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Connection {
  /** Sends one request; one at a time. Answers how to break it off, after which there is no outcome. */
  readonly send: (request: RawRequest, sending: Sending) => () => void
  readonly close: () => void
}

/**
 * How a request is sent.
 *
 * @since 0.1.0
 * @category models
 */
export interface Sending {
  /** In milliseconds. */
  readonly timeout: number
  /** Those that are to be in flight with it: the last byte of its body waits until theirs can go out as well. */
  readonly others?: Barrier | undefined
  /** Whether it is not sent again where a connection that was in use before is closed on it. */
  readonly once?: boolean | undefined
  /**
   * Called with what became of it: trouble is an outcome, too. `droppedAfter` is there where it was sent again, and says
   * how many answers the connection had had that was closed on it.
   */
  readonly done: (outcome: Outcome, droppedAfter: number | undefined) => void
}

/**
 * Opens a connection to an endpoint, on its first use.
 *
 * @since 0.1.0
 * @category constructors
 */
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
  /** Whether the next answer on the connection would be something that came before its request. */
  const spoiled = (request: RawRequest): string | undefined => {
    if (kept === undefined || kept.surplus === 0 || asksToClose(request)) return undefined
    const { surplus } = kept
    kept = undefined
    return `${surplus} bytes that belong to no answer came on the connection before the request`
  }
  return {
    send: (request, { done, once, others, timeout }) => {
      const reason = spoiled(request)
      if (reason !== undefined) {
        const immediate = setImmediate(() => {
          others?.leave()
          done({ kind: "broken", reason }, undefined)
        })
        return () => clearImmediate(immediate)
      }
      const head = written(target, request)
      const attempt = (settle: (attempt: Attempt) => void, others?: Barrier) =>
        exchangeOnce(linkFor(request), { request, head, timeout, others }, settle)
      let breakOff = attempt(({ droppedAfter, outcome }) => {
        others?.leave()
        // A server may close an idle connection at any time; that says nothing about this request.
        const isRepeated = droppedAfter !== undefined && once !== true
        if (isRepeated) breakOff = attempt((second) => done(second.outcome, droppedAfter))
        else done(outcome, undefined)
      }, others)
      return () => breakOff()
    },
    close: () => kept?.socket.destroy()
  }
}
