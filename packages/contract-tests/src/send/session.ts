/**
 * One run against one target: connections, pace, patience with rate limits, and the memory of what was sent.
 *
 * @since 0.1.0
 */

import * as RateLimit from "@inbox-effect/client/RateLimit"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Request from "../generate/request.js"
import type { Sent, Trial } from "../judge/judge.js"
import type { Case, Step } from "../model/Case.js"
import * as Exchange from "../model/Exchange.js"
import * as Ledger from "../model/Ledger.js"
import { meeting } from "./barrier.js"
import { turns } from "./concurrency.js"
import * as Connection from "./connection.js"

/**
 * What is tested: an implementation's base URL up to and including `/api/v1`, and what is needed to send there.
 *
 * @since 0.1.0
 * @category models
 */
export interface Target {
  readonly url: URL
  readonly token: Redacted.Redacted
  readonly threads: readonly [first: string, second?: string]
  /** An existing message of the first thread, an inbound one as a rule, to reply to. */
  readonly replyTo?: string | undefined
}

/**
 * How fast, and for how long. Times in milliseconds.
 *
 * @since 0.1.0
 * @category models
 */
export interface Pace {
  readonly timeout: number
  readonly maxDuration: number
  /** Milliseconds from one request to the next at the least; 0 for no limit of the kit's own. */
  readonly interval: number
}

/**
 * Why a run cannot go on. It says nothing about conformance.
 *
 * @since 0.1.0
 * @category errors
 */
export class Stop extends Data.TaggedError("Stop")<{
  readonly reason: "gone" | "limited" | "refused" | "time" | "interrupted" | "unanswered"
  readonly message: string
}> {}

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
  readonly run: (self: Case, signal: AbortSignal) => Promise<Trial>
  readonly stats: Stats
  /** Requirements that the plain messages at the beginning of the run broke. */
  readonly brokenAtFirst: Set<string>
  /** When the latest message of each thread that was accepted had been sent, in milliseconds since the Unix epoch. */
  readonly welcomedAt: ReadonlyMap<string, number>
  /** How many messages each thread has taken. */
  readonly acceptedIn: ReadonlyMap<string, number>
  /** Milliseconds since the run began. */
  readonly elapsed: () => number
  readonly close: () => void
}

/**
 * What a run has counted so far.
 *
 * @since 0.1.0
 * @category models
 */
export interface Stats {
  requests: number
  accepted: number
  limited: number
  /** Milliseconds spent waiting for a limit to be lifted. */
  waited: number
  /** Milliseconds from request to answer: of the longest one, and of a sample of the others where there are many. */
  readonly latencies: ReadonlyArray<number>
}

/** How a step is sent. */
type How = Pick<Connection.Sending, "others" | "once">

const now = (): number => performance.timeOrigin + performance.now()

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
  const endpoint = Connection.endpoint(target.url)
  const idle: Array<Connection.Connection> = []
  const ledger = Ledger.make()
  const latencies: Array<number> = []
  const noteLatency = sampler(latencies)
  const stats: Stats = { requests: 0, accepted: 0, limited: 0, waited: 0, latencies }
  const gate = makeGate(pace, began, stats)
  const underWay = makeUnderWay()
  const welcomedAt = new Map<string, number>()
  const acceptedIn = new Map<string, number>()
  const crowd = turns(now)
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
      const settle = (outcome: Exchange.Outcome, droppedAfter: number | undefined) => {
        inFlight--
        done({ index, request, outcome, started, ended: now(), inFlight: together, droppedAfter })
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
    before: ReadonlyArray<Sent>,
    connection: Connection.Connection,
    signal: AbortSignal,
    how: How = {}
  ): Promise<Sent | undefined> => {
    const threadId = (step.thread === 1 ? target.threads[1] : undefined) ?? target.threads[0]
    const replyId = step.reply === null ? undefined : resolveReply(step, step.reply, before, target, ledger)
    const request = Request.request(step, {
      token: Redacted.value(target.token),
      thread: threadId,
      replyId,
      messageId: ledger.messages(0).at(-1)?.id,
      threads: target.threads.filter((thread) => thread !== undefined)
    })
    // An edit that does not apply here is not made.
    if (request === undefined) return undefined
    const exchange = await send(request, connection, signal, how)
    if (Exchange.isSuccess(exchange)) {
      acceptedIn.set(threadId, 1 + (acceptedIn.get(threadId) ?? 0))
      if (step.edit === null) {
        welcomedAt.set(threadId, Math.max(exchange.started, welcomedAt.get(threadId) ?? 0))
      }
    }
    return { step, edit: Request.editOf(step), threadId, replyId, exchange }
  }

  const runSequence = (self: Case, signal: AbortSignal): Promise<ReadonlyArray<Sent>> =>
    lease(self.fresh, async (connection) => {
      const sents: Array<Sent> = []
      for (const [index, step] of self.steps.entries()) {
        const rest = index > 0 && index === self.steps.length - 1 ? self.rest : undefined
        if (rest !== undefined) await pause(rest, signal)
        const sent = await sendStep(step, sents, connection, signal, { once: rest !== undefined })
        if (sent !== undefined) sents.push(sent)
      }
      return sents
    })

  const runTogether = async (self: Case, signal: AbortSignal): Promise<ReadonlyArray<Sent>> => {
    const join = meeting(self.steps.length)
    const sents = await Promise.all(
      self.steps.map((step) => {
        const others = join()
        return lease(self.fresh, (connection) => sendStep(step, [], connection, signal, { others })).finally(
          others.leave
        )
      })
    )
    return sents.filter((sent) => sent !== undefined)
  }

  return {
    target,
    ledger,
    stats,
    brokenAtFirst: new Set(),
    welcomedAt,
    acceptedIn,
    run: async (self, signal) => ({
      case: self,
      sents: await (self.mode === "together" ? runTogether(self, signal) : runSequence(self, signal))
    }),
    elapsed: () => now() - began,
    close: () => {
      for (const connection of idle) connection.close()
    }
  }
}

/** So many numbers are kept of a sample at the most. */
const largestSample = 20_000

/** Keeps the largest number first, and of the others each one, or where there are too many each second one, and so on. */
const sampler = (kept: Array<number>): ((value: number) => void) => {
  let every = 1
  let seen = 0
  return (value) => {
    const isLargest = value > (kept[0] ?? Number.NEGATIVE_INFINITY)
    const other = isLargest ? kept[0] : value
    if (isLargest) kept[0] = value
    if (other === undefined || seen++ % every !== 0) return
    kept.push(other)
    if (kept.length < largestSample) return
    const thinned = kept.filter((_, index) => index === 0 || index % 2 === 1)
    kept.splice(0, kept.length, ...thinned)
    every *= 2
  }
}

/** So many requests get no answer within the time-out before it is made shorter. */
const fullTimeouts = 2

/** Milliseconds that are waited for an answer at the least, and how many times as long as for the slowest one so far. */
const shortened = { least: 2_000, times: 20 } as const

interface Patience {
  /** How long the next answer is waited for, in milliseconds. */
  readonly timeout: () => number
  readonly note: (exchange: Exchange.Exchange) => void
}

/**
 * A target that leaves requests unanswered is at fault when it has done so twice. Those that follow would take as long
 * each, and only tell when it does.
 */
const patienceOf = (timeout: number): Patience => {
  let silences = 0
  let slowest = 0
  return {
    timeout: () =>
      silences < fullTimeouts
        ? timeout
        : Math.min(timeout, Math.max(shortened.least, Math.ceil(shortened.times * slowest))),
    note: ({ ended, outcome, started }) => {
      if (outcome.kind === "silent") silences++
      if (outcome.kind === "answered") slowest = Math.max(slowest, ended - started)
    }
  }
}

/** So many requests in a row without an answer, and the rest is not worth its time-outs. */
const maxUnanswered = 30

const silent = (stats: Stats) =>
  new Stop({
    reason: "unanswered",
    message: `the target stopped answering: ${maxUnanswered} requests in a row, up to request ${stats.requests}, got no answer`
  })

const unreachable = (target: Target, stats: Stats, reason: string) =>
  new Stop({
    reason: "gone",
    message:
      stats.accepted === 0
        ? `no connection to ${target.url.origin} (${reason}); check --url, and that the server runs`
        : `the target went away after ${stats.accepted} accepted messages (${reason}); start it again and repeat the run`
  })

/**
 * The message that a step replies to. The edit of a reply names the same message as the reply that it edits.
 */
const resolveReply = (
  step: Step,
  selector: string,
  before: ReadonlyArray<Sent>,
  target: Target,
  ledger: Ledger.Ledger
): string | undefined => {
  const base = before.at(-1)
  if (step.edit !== null && base?.step.reply === selector && base.replyId !== undefined) return base.replyId
  const messages = ledger.messages(step.thread)
  const [kind, argument] = selector.split(":")
  const position = Number(argument ?? 0)
  const pick = <A>(of: ReadonlyArray<A>) => (of.length === 0 ? undefined : of[position % of.length])
  switch (kind) {
    case "inbound":
      return step.thread === 0 && target.replyTo !== undefined ? target.replyTo : messages.at(-1)?.id
    case "oldest":
      return messages[0]?.id
    case "again":
      return ledger.repliedIds(step.thread).at(-1) ?? messages.at(-1)?.id
    case "id":
      return pinnedReply(argument ?? "", step.thread, target, ledger)
    case "nth":
      return pick(messages)?.id
    case "with":
      return (messages.findLast(({ id }) => id.includes(argument ?? "")) ?? messages.at(-1))?.id
    case "first":
      return pick(distinctBy(messages, (id) => id.charAt(0)))
    case "last":
      return pick(distinctBy(messages, (id) => id.slice(-1)))
    case "length":
      return pick(distinctBy(messages, (id) => String(id.length)))
    default:
      return messages.at(-1)?.id
  }
}

/** The very message; or one of the thread whose id begins alike, where it is of another one or a replay cannot know it. */
const pinnedReply = (id: string, thread: 0 | 1, target: Target, ledger: Ledger.Ledger): string | undefined => {
  if (ledger.get(id)?.thread === thread || (id === target.replyTo && thread === 0)) return id
  const messages = ledger.messages(thread)
  return (messages.findLast((message) => message.id.charAt(0) === id.charAt(0)) ?? messages.at(-1))?.id
}

/** An id of each kind, the kinds in order. */
const distinctBy = (messages: ReadonlyArray<Ledger.Known>, kind: (id: string) => string): ReadonlyArray<string> => {
  const kinds = new Map<string, string>()
  for (const message of messages) {
    const name = kind(message.id)
    if (!kinds.has(name)) kinds.set(name, message.id)
  }
  return [...kinds].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, id]) => id)
}

// ---------------------------------------------------------------------------------------------------------------------
// what is under way
// ---------------------------------------------------------------------------------------------------------------------

interface UnderWay {
  /** Waits for something that calls back and can be broken off; rejects when the signal is aborted before. */
  readonly until: <A>(signal: AbortSignal, begin: (done: (value: A) => void) => () => void) => Promise<A>
}

const makeUnderWay = (): UnderWay => {
  // One listener for each signal, since there are few signals and many waits.
  const waits = new WeakMap<AbortSignal, Set<() => void>>()
  const waitsOf = (signal: AbortSignal): Set<() => void> => {
    const known = waits.get(signal)
    if (known !== undefined) return known
    const made = new Set<() => void>()
    waits.set(signal, made)
    signal.addEventListener("abort", () => {
      for (const breakOff of made) breakOff()
    })
    return made
  }
  return {
    until: (signal, begin) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(interrupted())
        const all = waitsOf(signal)
        const breakOff = () => {
          all.delete(breakOff)
          end()
          reject(interrupted())
        }
        all.add(breakOff)
        const end = begin((value) => {
          all.delete(breakOff)
          resolve(value)
        })
      })
  }
}

/**
 * What is done until an interruption aborts its signal or a {@link Stop} ends it.
 *
 * @since 0.1.0
 * @category constructors
 */
export const abortable = <A>(use: (signal: AbortSignal) => Promise<A>): Effect.Effect<A, Stop> =>
  Effect.async((resume) => {
    const controller = new AbortController()
    use(controller.signal).then(
      (value) => resume(Effect.succeed(value)),
      (error) => {
        controller.abort()
        resume(error instanceof Stop ? Effect.fail(error) : Effect.die(error))
      }
    )
    return Effect.sync(() => controller.abort())
  })

/**
 * That a run was called off.
 *
 * @since 0.1.0
 * @category errors
 */
export const interrupted = (): Stop => new Stop({ reason: "interrupted", message: "the run was interrupted" })

// ---------------------------------------------------------------------------------------------------------------------
// pace
// ---------------------------------------------------------------------------------------------------------------------

interface Gate {
  /** Milliseconds until the next request may go out, which is then taken to go out. Throws where it never may. */
  readonly delay: () => number
  /** Whether nothing may go out now, because of a 429. */
  readonly isClosed: () => boolean
  /** Closes the gate after a 429, for as long as it says; throws where that seems to have no end. */
  readonly limited: (exchange: Exchange.Exchange) => void
  /** Notes that something other than a 429 came back. */
  readonly passed: () => void
}

const makeGate = (pace: Pace, began: number, stats: Stats): Gate => {
  const deadline = began + pace.maxDuration
  let closedUntil = 0
  let next = 0
  let limitedSince: number | undefined
  let tries = 0
  return {
    delay: () => {
      const at = now()
      const slot = Math.max(closedUntil, next, at)
      if (slot >= deadline) throw timeUp(pace)
      if (pace.interval > 0) next = slot + pace.interval
      return slot - at
    },
    isClosed: () => closedUntil > now(),
    limited: (exchange) => {
      limitedSince ??= exchange.started
      const announced = announcedWait(exchange)
      // Requests that were in flight together are refused together: that is one refusal, not many.
      if (announced === undefined && closedUntil > now()) return
      const backoff = Math.min(unannounced.first * 2 ** tries++, unannounced.most)
      const delay = announced === undefined ? backoff : Math.max(announced, Math.min(backoff, 1_000))
      const patience = announced === undefined ? unannounced.patience : 2 * announced + 20_000
      if (now() - limitedSince > patience) throw neverLifted(now() - limitedSince)
      if (now() + delay > deadline) throw liftedTooLate(delay)
      const until = now() + delay
      stats.waited += Math.max(0, until - Math.max(closedUntil, now()))
      closedUntil = Math.max(closedUntil, until)
    },
    passed: () => {
      limitedSince = undefined
      tries = 0
    }
  }
}

/** Milliseconds to wait where a 429 does not say how long. */
const unannounced = { first: 250, most: 5_000, patience: 75_000 } as const

const timeUp = (pace: Pace) =>
  new Stop({
    reason: "time",
    message: `the time of ${Math.round(pace.maxDuration / 1000)} s was up; give more with --max-duration`
  })

const neverLifted = (since: number) =>
  new Stop({
    reason: "limited",
    message: `the rate limit was not lifted within ${Math.round(since / 1000)} s; raise the limit of the target, or lower --rate`
  })

const liftedTooLate = (delay: number) =>
  new Stop({
    reason: "limited",
    message: `the target asks to wait ${Math.ceil(delay / 1000)} s, beyond the end of the run; give more time with --max-duration, or lower --rate`
  })

const announcedWait = (exchange: Exchange.Exchange): number | undefined => {
  const headers = Exchange.response(exchange)?.headers ?? []
  const millis = (name: string, from: number) =>
    Option.fromNullable(Exchange.header(headers, name)).pipe(
      Option.flatMap((text) => RateLimit.parseRetryAfter(text, from)),
      Option.map(Duration.toMillis)
    )
  // A date is meant by the server's own clock, which `Date` tells.
  const clock = Option.getOrElse(millis("date", 0), () => exchange.ended)
  return Option.getOrUndefined(millis("retry-after", clock))
}
