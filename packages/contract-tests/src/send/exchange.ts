/**
 * One exchange on one connection. Sockets call back, and so does everything up to the sender, where a request becomes an
 * effect: that one costs 4 us of some 300, and a request has half a dozen events of its socket.
 */
import type { Outcome } from "../model/Exchange.js"
import { decoded, tooLarge } from "./decode.js"
import * as ResponseParser from "./responseParser.js"
import { keep, type Link, spoil } from "./socket.js"
import { asksToClose, type Order, partSize, transmit } from "./write.js"

/**
 * Number of parts of a time-out. A process that was held up for long would otherwise find the time-out over before it has
 * looked at the answer that arrived meanwhile. On a machine that is busy the target is held up as well: a part that ends
 * late, by so many milliseconds, is waited for again, so many times at the most.
 */
const [slices, heldUp, mostHeldUp] = [20, 15, 60]

export interface Attempt {
  readonly outcome: Outcome
  /** Number of bytes of no HTTP that came in place of a later answer, and belong to none. */
  readonly stray: number
  /** Number of answers that the connection had had, if it was in use before and was closed instead of this one. */
  readonly droppedAfter: number | undefined
}

const connectPhase = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EADDRNOTAVAIL",
  "EMFILE",
  "EACCES",
  "EPERM"
])

const isConnectPhase = (error: NodeJS.ErrnoException): boolean =>
  error.syscall === "connect" ||
  connectPhase.has(error.code ?? "") ||
  /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/.test(error.code ?? "")

const isClosure = (error: NodeJS.ErrnoException): boolean => error.code === "ECONNRESET" || error.code === "EPIPE"

export const exchangeOnce = (link: Link, order: Order, done: (attempt: Attempt) => void): (() => void) => {
  const { request, timeout } = order
  const answer = ResponseParser.make(request.method)
  const { answers } = link
  let timer: NodeJS.Timeout | undefined

  const settle = (outcome: Outcome, { isDropped = false, stray = 0 } = {}) => {
    clearTimeout(timer)
    link.listener = undefined
    done({ outcome, stray, droppedAfter: isDropped ? answers : undefined })
  }
  const breakOff = (
    reason: string,
    cause: "unreachable" | "closed" | "other" = "other",
    { isUnfinished = link.isWriting, stray = 0 } = {}
  ) => {
    const head = answer.head()
    link.socket.destroy()
    if (head !== undefined)
      settle({ kind: "incomplete", response: { ...head, body: answer.body() }, cause: "cut", reason })
    else if (cause === "unreachable") settle({ kind: "unreachable", reason })
    else
      settle(
        { kind: "broken", reason, ...(isUnfinished ? { isUnfinished } : {}) },
        { stray, isDropped: answers > 0 && cause === "closed" && !answer.hasBegun() }
      )
  }
  const proceed = (progress: ResponseParser.Progress, arrived = 0) => {
    if (progress.kind === "malformed")
      return breakOff(progress.problem, "other", { isUnfinished: false, stray: answers > 0 ? arrived : 0 })
    const head = answer.head()
    if (progress.kind === "reading" || head === undefined) return
    if (progress.kind === "excessive") {
      link.socket.destroy()
      return settle(tooLarge(head, answer.body(), progress.problem))
    }
    // Of a large body, who has answered may never read the rest.
    const isStuck = link.isWriting && (request.body?.byteLength ?? 0) > partSize
    const isKept = progress.reusable && !asksToClose(request) && !isStuck
    if (isKept && progress.surplus > 0) spoil(link, progress.surplus)
    else if (isKept) keep(link, head)
    else link.socket.destroy()
    settle(decoded(head, answer.body()))
  }
  const tick = (left: number, again: number) => {
    const slice = timeout / slices
    const due = performance.now() + slice
    timer = setTimeout(() => {
      if (performance.now() - due > heldUp && again > 0) tick(left, again - 1)
      else if (left > 1) tick(left - 1, again)
      else giveUp()
    }, slice)
  }
  const giveUp = () => {
    if (answer.head() !== undefined) return breakOff(`the body did not end within ${timeout} ms`)
    link.socket.destroy()
    settle({ kind: "silent", timeout })
  }
  const start = () => transmit(link, order)

  tick(slices, mostHeldUp)
  link.listener = {
    connected: start,
    arrived: (part) => proceed(answer.push(part), part.byteLength),
    ended: () => {
      const progress = answer.end()
      if (progress.kind === "reading") breakOff("the connection was closed before the end of an answer", "closed")
      else proceed(progress)
    },
    failed: (error) => {
      const told = error.code === undefined || error.message.includes(error.code)
      const reason = told ? error.message : `${error.message} (${error.code})`
      const cause = isConnectPhase(error) ? "unreachable" : isClosure(error) ? "closed" : "other"
      breakOff(reason, cause, { isUnfinished: link.isWriting || error.syscall === "write" })
    }
  }
  if (link.isWriting) link.onceWritten = start
  else if (link.isConnected) start()
  return () => {
    clearTimeout(timer)
    link.listener = undefined
    link.socket.destroy()
  }
}
