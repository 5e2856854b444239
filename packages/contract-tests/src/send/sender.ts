/** Sends requests as fast as the target and the kit's own pace allow, and again where a limit refused them. */
import * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import * as Exchange from "../model/Exchange.js"
import type { Pace, Stop, Target } from "../model/Target.js"
import { makeConcurrency } from "./concurrency.js"
import type * as Connection from "./connection.js"
import { makeGate } from "./pace.js"
import { maxUnanswered, patienceOf, silent, unreachable } from "./patience.js"
import { type Stats, sampler } from "./stats.js"

/** The way in which a step is sent. */
export interface How extends Pick<Connection.Sending, "others" | "once"> {
  /** The token that the request was made with. */
  readonly token?: Redacted.Redacted | undefined
  /** Called with a request on which its connection was closed, and which cannot be sent again for now. */
  readonly onLost?: ((exchange: Exchange.Exchange) => void) | undefined
}

interface Sender {
  readonly send: (
    request: Exchange.RawRequest,
    connection: Connection.Connection,
    how: How
  ) => Effect.Effect<Exchange.Exchange, Stop>
  readonly stats: Stats
}

/** Number of times that a connection is refused before the target counts as gone. */
const mostRefused = 5

/** Makes a sender. `now` tells milliseconds since the Unix epoch. */
export const makeSender = (
  target: Target,
  pace: Pace,
  now: () => number,
  onExchange: ((exchange: Exchange.Exchange) => void) | undefined
): Sender => {
  const latencies: Array<number> = []
  const noteLatency = sampler(latencies)
  const stats: Stats = {
    requests: 0,
    accepted: 0,
    limited: 0,
    waited: 0,
    isReached: false,
    isOldHttp: false,
    latencies
  }
  const gate = makeGate(pace, now, stats)
  const crowd = makeConcurrency(now)
  const patience = patienceOf(pace.timeout)
  let inFlight = 0
  let unanswered = 0

  const attempt = (
    request: Exchange.RawRequest,
    connection: Connection.Connection,
    how: How
  ): Effect.Effect<Exchange.Exchange> =>
    Effect.async((resume) => {
      const index = ++stats.requests
      const together = ++inFlight
      const started = now()
      const breakOff = connection.send(request, {
        ...how,
        timeout: patience.timeout(),
        done: (outcome, replaced) => {
          inFlight--
          stats.isReached ||= outcome.kind !== "unreachable"
          const { token } = how
          resume(
            Effect.succeed({ index, request, outcome, started, ended: now(), inFlight: together, token, ...replaced })
          )
        }
      })
      return Effect.sync(() => {
        inFlight--
        breakOff()
      })
    })

  /** Takes note of an answer, or of the lack of one, that is none of a limit. */
  const noteOutcome = (exchange: Exchange.Exchange): Effect.Effect<void, Stop> => {
    gate.passed()
    unanswered = "response" in exchange.outcome ? 0 : unanswered + 1
    if (unanswered > maxUnanswered) return silent(stats)
    noteLatency(exchange.ended - exchange.started)
    patience.note(exchange)
    if (Exchange.isSuccess(exchange)) {
      stats.accepted++
      stats.isOldHttp = Exchange.response(exchange)?.httpVersion === "1.0"
    }
    return crowd.isNarrow() ? crowd.passed : Effect.void
  }

  const send: Sender["send"] = (request, connection, how) => {
    const sendNow = Effect.zipRight(gate.pass, attempt(request, connection, how))
    const attemptAgain = (tries: number, refusedConnections: number): Effect.Effect<Exchange.Exchange, Stop> => {
      // Those that are to meet in the target do not wait for one another, unless it has refused the meeting.
      const isFree = !crowd.isNarrow() || (how.others !== undefined && tries === 0)
      return Effect.flatMap(isFree ? sendNow : crowd.inTurn(sendNow), (exchange) => {
        onExchange?.(exchange)
        if (exchange.outcome.kind === "unreachable") return notConnected(exchange, tries, refusedConnections + 1)
        if (Exchange.response(exchange)?.status !== 429) return Effect.as(noteOutcome(exchange), exchange)
        stats.limited++
        return crowd
          .refused(exchange.inFlight, exchange.started)
          .pipe(
            Effect.zipRight(gate.limited(exchange)),
            Effect.zipRight(Effect.suspend(() => attemptAgain(tries + 1, refusedConnections)))
          )
      })
    }
    const notConnected = (exchange: Exchange.Exchange, tries: number, refused: number) => {
      const { droppedAfter, outcome } = exchange
      if (droppedAfter !== undefined) {
        how.onLost?.({ ...exchange, outcome: { kind: "broken", reason: "the connection was closed on it" } })
      }
      return refused > mostRefused && outcome.kind === "unreachable"
        ? unreachable(target, stats, outcome.reason)
        : Effect.flatMap(Effect.sleep(100 * 2 ** refused), () => attemptAgain(tries + 1, refused))
    }
    return attemptAgain(0, 0)
  }

  return { send, stats }
}
