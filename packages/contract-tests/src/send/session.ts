/**
 * Sends cases to one target, and keeps the pace that the target asks for.
 *
 * @since 0.1.0
 */
import * as Redacted from "effect/Redacted"
import * as Request from "../generate/request.js"
import type { Case, Step } from "../model/Case.js"
import * as Exchange from "../model/Exchange.js"
import * as Ledger from "../model/Ledger.js"
import type { Pace, Target } from "../model/Target.js"
import { makeBarrier } from "./barrier.js"
import { makeUnderWay } from "./cancellation.js"
import { makeConcurrency } from "./concurrency.js"
import * as Connection from "./connection.js"
import { makeGate, now } from "./pace.js"
import { maxUnanswered, patienceOf, silent, unreachable } from "./patience.js"
import { resolveReply } from "./replyTarget.js"
import * as Socket from "./socket.js"
import { type Stats, sampler } from "./stats.js"
import type { Sent, Trial } from "./trial.js"

/**
 * A run in progress.
 *
 * @since 0.1.0
 * @category models
 */
export interface Session {
  readonly target: Target
  readonly ledger: Ledger.Ledger
  /**
   * Sends everything that a case asks for. Rejects with a {@link Stop}, and with nothing else. When the signal is
   * aborted, what is in flight is broken off, and nothing more is sent.
   */
  readonly run: (self: Case, signal: AbortSignal, options?: RunOptions) => Promise<Trial>
  readonly stats: Stats
  /** Requirements that the plain messages at the beginning of the run broke. */
  readonly brokenAtFirst: Set<string>
  /** When the latest message of each thread that was accepted had been sent, in milliseconds since the Unix epoch. */
  readonly lastAcceptedAt: ReadonlyMap<string, number>
  /** How many messages each thread has taken. */
  readonly acceptedIn: ReadonlyMap<string, number>
  /** Requests whose connections were closed on them, before the target took no more connections. */
  readonly lost: ReadonlySet<Sent>
  /** Milliseconds since the run began. */
  readonly elapsed: () => number
  readonly close: () => void
}

/**
 * How the requests of one case are sent.
 *
 * @since 0.1.0
 * @category models
 */
export interface RunOptions {
  /**
   * Whether requests that are sent together wait with their last bytes for one another, so that they meet in the target.
   * Otherwise each is written at once. True unless given.
   */
  readonly isHeld?: boolean | undefined
}

/** How a step is sent. */
interface How extends Pick<Connection.Sending, "others" | "once"> {
  /** Called with a request on which its connection was closed, and which cannot be sent again for now. */
  readonly onLost?: ((exchange: Exchange.Exchange) => void) | undefined
}

/**
 * Begins a run.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (
  target: Target,
  pace: Pace,
  onExchange: ((exchange: Exchange.Exchange) => void) | undefined
): Session => {
  const began = now()
  const endpoint = Socket.endpoint(target.url, target.ca)
  const added = (target.headers ?? []).map(([name, value]) => [name, Redacted.value(value)] as const)
  const idle: Array<Connection.Connection> = []
  const ledger = Ledger.make()
  const latencies: Array<number> = []
  const noteLatency = sampler(latencies)
  const stats: Stats = { requests: 0, accepted: 0, limited: 0, waited: 0, latencies }
  const gate = makeGate(pace, began, stats)
  const underWay = makeUnderWay()
  const lastAcceptedAt = new Map<string, number>()
  const acceptedIn = new Map<string, number>()
  const lost = new Set<Sent>()
  const latest = new WeakMap<Connection.Connection, ReadonlyArray<Step>>()
  const crowd = makeConcurrency(now)
  const patience = patienceOf(pace.timeout)
  let inFlight = 0
  let unanswered = 0

  const attempt = (
    request: Exchange.RawRequest,
    connection: Connection.Connection,
    signal: AbortSignal,
    how: How
  ): Promise<Exchange.Exchange> =>
    underWay.until(signal, (done) => {
      const index = ++stats.requests
      const together = ++inFlight
      const started = now()
      const settle = (outcome: Exchange.Outcome, replaced: Exchange.Replaced) => {
        inFlight--
        done({ index, request, outcome, started, ended: now(), inFlight: together, ...replaced })
      }
      const breakOff = connection.send(request, { ...how, timeout: patience.timeout(), done: settle })
      return () => {
        inFlight--
        breakOff()
      }
    })

  const pause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
    underWay.until<void>(signal, (done) => {
      const timer = setTimeout(done, milliseconds)
      return () => clearTimeout(timer)
    })

  const inTurn = async <A>(signal: AbortSignal, use: () => Promise<A>): Promise<A> => {
    await underWay.until<void>(signal, crowd.take)
    try {
      return await use()
    } finally {
      crowd.leave()
    }
  }

  const send = async (
    request: Exchange.RawRequest,
    connection: Connection.Connection,
    signal: AbortSignal,
    how: How
  ): Promise<Exchange.Exchange> => {
    let refusedConnections = 0
    for (let tries = 0; ; tries++) {
      const sendNow = async () => {
        do {
          const delay = gate.delay()
          if (delay > 0) await pause(delay, signal)
          // The gate may be closed anew during the wait.
        } while (gate.isClosed())
        return attempt(request, connection, signal, how)
      }
      // Those that are to meet in the target do not wait for one another, unless it has refused the meeting.
      const isFree = !crowd.isNarrow() || (how.others !== undefined && tries === 0)
      const exchange = await (isFree ? sendNow() : inTurn(signal, sendNow))
      onExchange?.(exchange)
      if (exchange.outcome.kind === "unreachable") {
        if (exchange.droppedAfter !== undefined) {
          how.onLost?.({ ...exchange, outcome: { kind: "broken", reason: "the connection was closed on it" } })
        }
        if (++refusedConnections > 5) throw unreachable(target, stats, exchange.outcome.reason)
        await pause(100 * 2 ** refusedConnections, signal)
      } else if (Exchange.response(exchange)?.status === 429) {
        stats.limited++
        crowd.refused(exchange.inFlight, exchange.started)
        gate.limited(exchange)
      } else {
        gate.passed()
        crowd.passed()
        unanswered = "response" in exchange.outcome ? 0 : unanswered + 1
        if (unanswered > maxUnanswered) throw silent(stats)
        noteLatency(exchange.ended - exchange.started)
        patience.note(exchange)
        if (Exchange.isSuccess(exchange)) stats.accepted++
        return exchange
      }
    }
  }

  const lease = async <A>(fresh: boolean, use: (connection: Connection.Connection) => Promise<A>): Promise<A> => {
    const connection = (fresh ? undefined : idle.pop()) ?? Connection.connect(endpoint)
    try {
      return await use(connection)
    } finally {
      if (fresh) connection.close()
      else idle.push(connection)
    }
  }

  const sendStep = async (
    step: Step,
    exchanges: ReadonlyArray<Sent>,
    connection: Connection.Connection,
    signal: AbortSignal,
    how: How = {}
  ): Promise<Sent | undefined> => {
    const threadId = (step.thread === 1 ? target.threads[1] : undefined) ?? target.threads[0]
    const replyId = step.reply === null ? undefined : resolveReply(step, step.reply, exchanges, target, ledger)
    const spelled = Request.request(step, {
      token: Redacted.value(target.token),
      thread: threadId,
      replyId,
      messageId: ledger.messages(0).at(-1)?.id,
      isMessage: (id) => ledger.get(id) !== undefined,
      threads: target.threads.filter((thread) => thread !== undefined),
      elsewhere: target.threads[1] === undefined ? [] : endsOf(ledger.messages(step.thread === 0 ? 1 : 0))
    })
    // An edit that does not apply here is not made.
    if (spelled === undefined) return undefined
    const names = new Set(spelled.headers.map(([name]) => name.toLowerCase()))
    const headers = [...spelled.headers, ...added.filter(([name]) => !names.has(name.toLowerCase()))]
    const request = added.length === 0 ? spelled : { ...spelled, headers }
    const edit = Request.editOf(step)
    let lostOnce: Sent | undefined
    const onLost = (exchange: Exchange.Exchange) => {
      lostOnce = { step, edit, threadId, replyId, exchange }
      lost.add(lostOnce)
    }
    const exchange = await send(request, connection, signal, { ...how, onLost })
    if (lostOnce !== undefined) lost.delete(lostOnce)
    if (Exchange.isSuccess(exchange)) {
      acceptedIn.set(threadId, 1 + (acceptedIn.get(threadId) ?? 0))
      if (step.edit === null) {
        lastAcceptedAt.set(threadId, Math.max(exchange.started, lastAcceptedAt.get(threadId) ?? 0))
      }
    }
    const before = latest.get(connection)
    latest.set(connection, step.edit === null ? [step] : [{ ...step, edit: null }, step])
    const isStray = exchange.strayBefore !== undefined && before !== undefined
    return { step, edit, threadId, replyId, exchange, ...(isStray ? { strayAfter: before } : {}) }
  }

  const runSequence = (self: Case, signal: AbortSignal): Promise<ReadonlyArray<Sent>> =>
    lease(self.fresh, async (connection) => {
      const exchanges: Array<Sent> = []
      for (const [index, step] of self.steps.entries()) {
        const isLast = index > 0 && index === self.steps.length - 1
        const wait = isLast ? (self.rest ?? self.pause) : undefined
        if (wait !== undefined) await pause(wait, signal)
        const how = { once: isLast && self.rest !== undefined }
        const send = (on: Connection.Connection) => sendStep(step, exchanges, on, signal, how)
        const sent = await (step.fresh === true ? lease(true, send) : send(connection))
        if (sent !== undefined) exchanges.push(sent)
      }
      return exchanges
    })

  const runTogether = async (self: Case, signal: AbortSignal, isHeld: boolean): Promise<ReadonlyArray<Sent>> => {
    const join = makeBarrier(self.steps.length)
    const exchanges = await Promise.all(
      self.steps.map((step) => {
        const others = isHeld ? join() : undefined
        return lease(self.fresh, (connection) => sendStep(step, [], connection, signal, { others })).finally(() =>
          others?.leave()
        )
      })
    )
    return exchanges.filter((sent) => sent !== undefined)
  }

  return {
    target,
    ledger,
    stats,
    brokenAtFirst: new Set(),
    lastAcceptedAt,
    acceptedIn,
    lost,
    run: async (self, signal, { isHeld = true } = {}) => ({
      case: self,
      exchanges: await (self.mode === "together" ? runTogether(self, signal, isHeld) : runSequence(self, signal))
    }),
    elapsed: () => now() - began,
    close: () => {
      for (const connection of idle) connection.close()
    }
  }
}

/** The ids of the oldest message and of the latest one. */
const endsOf = (messages: ReadonlyArray<Ledger.Known>): ReadonlyArray<string> =>
  [messages[0]?.id, messages.at(-1)?.id].filter((id) => id !== undefined)
