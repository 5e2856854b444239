/** Sends cases to one target, and keeps the pace that the target asks for. */
import * as Effect from "effect/Effect"
import { identity } from "effect/Function"
import type * as Redacted from "effect/Redacted"
import * as Request from "../generate/request.js"
import type { Case, Step } from "../model/Case.js"
import * as Exchange from "../model/Exchange.js"
import * as Ledger from "../model/Ledger.js"
import type { Pace, Stop, Target } from "../model/Target.js"
import { makeBarrier } from "./barrier.js"
import type * as Connection from "./connection.js"
import { type Credentials, makeCredentials } from "./credentials.js"
import { makePool } from "./pool.js"
import { resolveReply } from "./replyTarget.js"
import { requestOf } from "./requestOf.js"
import { type How, makeSender } from "./sender.js"
import * as Socket from "./socket.js"
import type { Stats } from "./stats.js"
import type { Sent, Trial } from "./trial.js"

/** A run in progress. */
export interface Session {
  readonly target: Target
  readonly ledger: Ledger.Ledger
  /** Sends everything that a case asks for. An interruption breaks off what is in flight, and nothing more is sent. */
  readonly run: (self: Case, options?: RunOptions) => Effect.Effect<Trial, Stop>
  readonly stats: Stats
  /** Requirements that the plain messages at the beginning of the run broke. */
  readonly brokenAtFirst: Set<string>
  /** When the latest message of each thread that was accepted had been sent, in milliseconds since the Unix epoch. */
  readonly lastAcceptedAt: ReadonlyMap<string, number>
  /** Number of messages that each thread has taken. */
  readonly acceptedIn: ReadonlyMap<string, number>
  /** Requests whose connections were closed on them, and since which the target has answered none. */
  readonly lost: ReadonlySet<Sent>
  /** Milliseconds since the run began. */
  readonly elapsed: () => number
  readonly close: () => void
}

/** Options of sending one case. */
export interface RunOptions {
  /**
   * Tells whether requests that are sent together wait with their last bytes for one another, so that they meet in the target.
   * Otherwise each is written at once. True unless given.
   */
  readonly isHeld?: boolean | undefined
}

/** Begins a run, timed by the clock of the fiber. */
export const make = (
  target: Target,
  pace: Pace,
  onExchange: ((exchange: Exchange.Exchange) => void) | undefined
): Effect.Effect<Session> =>
  Effect.map(Effect.clock, (clock) => {
    const now = () => Number(clock.unsafeCurrentTimeNanos()) / 1_000_000
    const began = now()
    const ledger = Ledger.make()
    const lost = new Set<Sent>()
    const sender = makeSender(target, pace, now, (exchange) => {
      onExchange?.(exchange)
      // Whoever answers what was sent after another request was lost, and be it with a 429, was not ended by that.
      const isAnswered = "response" in exchange.outcome
      for (const each of lost) if (isAnswered && each.exchange.ended <= exchange.started) lost.delete(each)
    })
    const connections = makePool(Socket.endpoint(target.url, target.ca))
    const credentials = makeCredentials(target, now)
    const lastAcceptedAt = new Map<string, number>()
    const acceptedIn = new Map<string, number>()
    const latest = new WeakMap<Connection.Connection, ReadonlyArray<Step>>()

    const sendStep = (
      step: Step,
      exchanges: ReadonlyArray<Sent>,
      connection: Connection.Connection,
      how: How = {}
    ): Effect.Effect<Sent | undefined, Stop> =>
      Effect.suspend(() => {
        const threadId = (step.thread === 1 ? target.threads[1] : undefined) ?? target.threads[0]
        const replyId = step.reply === null ? undefined : resolveReply(step, step.reply, exchanges, target, ledger)
        const sent = { step, edit: Request.editOf(step), threadId, replyId }
        let lostOnce: Sent | undefined
        const onLost = (exchange: Exchange.Exchange) => {
          lostOnce = { ...sent, exchange }
          lost.add(lostOnce)
        }
        const sendWith = (token: Redacted.Redacted): Effect.Effect<Exchange.Exchange | undefined, Stop> => {
          const request = requestOf(step, {
            target,
            ledger,
            threadId,
            replyId,
            token,
            takesChunks: !sender.stats.isOldHttp
          })
          // An edit that does not apply here is not made.
          return request === undefined
            ? Effect.succeed(undefined)
            : sender.send(request, connection, { ...how, onLost, token })
        }
        return Effect.map(withToken(credentials, step, sendWith), (exchange) => {
          if (exchange === undefined) return undefined
          if (lostOnce !== undefined) lost.delete(lostOnce)
          if (exchange.outcome.kind === "broken") lost.add({ ...sent, exchange })
          if (Exchange.isSuccess(exchange)) {
            acceptedIn.set(threadId, 1 + (acceptedIn.get(threadId) ?? 0))
            if (step.edit === null) {
              lastAcceptedAt.set(threadId, Math.max(exchange.started, lastAcceptedAt.get(threadId) ?? 0))
            }
          }
          const before = latest.get(connection)
          latest.set(connection, step.edit === null ? [step] : [{ ...step, edit: null }, step])
          const isStray = exchange.strayBefore !== undefined && before !== undefined
          return { ...sent, exchange, ...(isStray ? { strayAfter: before } : {}) }
        })
      })

    const runSequence = (self: Case): Effect.Effect<ReadonlyArray<Sent>, Stop> =>
      connections.lend(self.fresh, (connection) =>
        Effect.gen(function* () {
          const exchanges: Array<Sent> = []
          for (const [index, step] of self.steps.entries()) {
            const isLast = index > 0 && index === self.steps.length - 1
            const wait = isLast ? (self.rest ?? self.pause) : undefined
            if (wait !== undefined) yield* Effect.sleep(wait)
            const how = { once: isLast && self.rest !== undefined }
            const send = (on: Connection.Connection) => sendStep(step, exchanges, on, how)
            const sent = yield* step.fresh === true ? connections.lend(true, send) : send(connection)
            if (sent !== undefined) exchanges.push(sent)
          }
          return exchanges
        })
      )

    const runTogether = (self: Case, isHeld: boolean): Effect.Effect<ReadonlyArray<Sent>, Stop> =>
      Effect.suspend(() => {
        const join = makeBarrier(self.steps.length)
        const send = (step: Step) => {
          const others = isHeld ? join() : undefined
          return Effect.ensuring(
            connections.lend(self.fresh, (connection) => sendStep(step, [], connection, { others })),
            Effect.sync(() => others?.leave())
          )
        }
        return Effect.map(Effect.forEach(self.steps.map(send), identity, { concurrency: "unbounded" }), (exchanges) =>
          exchanges.filter((sent) => sent !== undefined)
        )
      })

    return {
      target,
      ledger,
      stats: sender.stats,
      brokenAtFirst: new Set(),
      lastAcceptedAt,
      acceptedIn,
      lost,
      run: (self, { isHeld = true } = {}) =>
        Effect.map(self.mode === "together" ? runTogether(self, isHeld) : runSequence(self), (exchanges) => ({
          case: self,
          exchanges
        })),
      elapsed: () => now() - began,
      close: connections.close
    }
  })

/** Sends a step with the token of the moment, and once more where a valid one was refused and there is another token by then. */
const withToken = (
  credentials: Credentials,
  step: Step,
  send: (token: Redacted.Redacted) => Effect.Effect<Exchange.Exchange | undefined, Stop>
): Effect.Effect<Exchange.Exchange | undefined, Stop> =>
  Effect.gen(function* () {
    yield* credentials.refresh
    const token = credentials.token()
    const exchange = yield* send(token)
    if (exchange === undefined || step.edit !== null) return exchange
    if (Exchange.isSuccess(exchange)) credentials.accepted(token)
    if (Exchange.status(exchange) !== 401 || !(yield* credentials.replaced(token))) return exchange
    const another = credentials.token()
    const again = yield* send(another)
    if (again !== undefined && Exchange.isSuccess(again)) credentials.accepted(another)
    if (again !== undefined && Exchange.status(again) === 401) credentials.wasNoHelp()
    return again
  })
