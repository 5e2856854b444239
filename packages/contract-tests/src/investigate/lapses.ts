/** Requests that were not answered, where that says nothing of the target: failures that are none. */
import * as Effect from "effect/Effect"
import type { Exchange } from "../model/Exchange.js"
import { response } from "../model/Exchange.js"
import { type Context, type Failure, type Lapse, sentOf } from "./finding.js"
import { recorded } from "./reproduce.js"

/** Requests that are sent again at the most. */
const most = 16

interface Outcome {
  readonly others: ReadonlyArray<Failure>
  readonly lapses: ReadonlyArray<Lapse>
}

/** Takes what is no fault of the target out of the failures. */
export const withoutLapses = (failures: ReadonlyArray<Failure>, context: Context): Effect.Effect<Outcome> =>
  Effect.gen(function* () {
    if (!context.possible) return { others: failures, lapses: [] }
    const unlost = yield* withoutLost(failures, context)
    const unhurried = yield* withoutLate(unlost.others, context)
    return { others: unhurried.others, lapses: [...unlost.lapses, ...unhurried.lapses] }
  })

/**
 * Takes out answers that may have been lost: whoever refuses a request before its end may close the connection on the
 * rest, and with it the sender can lose the answer (RFC 9112 section 9.6). So it may have been where the request is
 * refused, and rightly, when it is sent again alone.
 */
const withoutLost = (failures: ReadonlyArray<Failure>, context: Context): Effect.Effect<Outcome> =>
  Effect.gen(function* () {
    const lapses = new Map<Exchange, Lapse>()
    for (const failure of ofEach(failures.filter((each) => isLost(exchangeOf(each)))).slice(0, most)) {
      const exchange = exchangeOf(failure)
      const status = yield* refusalOf(failure, context)
      if (!isLost(exchange) || status === undefined) continue
      lapses.set(exchange, { kind: "lost", index: exchange.index, reason: exchange.outcome.reason, status })
    }
    return { others: failures.filter((each) => !lapses.has(exchangeOf(each))), lapses: [...lapses.values()] }
  })

/** Number of times that a request is sent again whose answer may be lost each time: of a large one it often is. */
const tries = 5

/** The status with which a request is refused, and rightly, when it is sent again, if its answer arrives. */
const refusalOf = (failure: Failure, context: Context): Effect.Effect<number | undefined> =>
  Effect.gen(function* () {
    for (let time = 0; time < tries; time++) {
      const { again, isRight } = yield* sentAgain(failure, context)
      const status = again && response(again)?.status
      if (status !== undefined) return isRight && status >= 400 && status < 500 ? status : undefined
      if (again === undefined || !isLost(again)) return undefined
    }
    return undefined
  })

/**
 * Takes out a single late answer, if it does not come late again when its request is sent alone: a machine may have been
 * busy, or a neighbour large. Requests that were in flight at one time count as one.
 */
const withoutLate = (failures: ReadonlyArray<Failure>, context: Context): Effect.Effect<Outcome> =>
  Effect.gen(function* () {
    const none = { others: failures, lapses: [] }
    const late = ofEach(failures.filter((each) => isLate(exchangeOf(each))))
    if (late.length === 0 || late.length > most || !overlap(late.map(exchangeOf))) return none
    const lapses: Array<Lapse> = []
    for (const failure of late) {
      const exchange = exchangeOf(failure)
      const { again, isRight } = yield* sentAgain(failure, context)
      if (again === undefined || again.outcome.kind !== "answered" || !isRight) return none
      lapses.push({ kind: "late", index: exchange.index, timeoutMs: spent(exchange), againMs: spent(again) })
    }
    return { others: failures.filter((each) => !isLate(exchangeOf(each))), lapses }
  })

const exchangeOf = (failure: Failure): Exchange => sentOf(failure).exchange

/** One failure of each exchange, of which several things may be wrong. */
const ofEach = (failures: ReadonlyArray<Failure>): ReadonlyArray<Failure> => [
  ...new Map(failures.map((failure) => [exchangeOf(failure), failure])).values()
]

interface Again {
  readonly again: Exchange | undefined
  /** True if nothing that binds is broken by it. */
  readonly isRight: boolean
}

/** The outcome of a request that is sent again, after those that went before it, on a connection of its own. */
const sentAgain = (failure: Failure, context: Context): Effect.Effect<Again> =>
  context.execute({ ...recorded(failure, { times: 0, failed: 0 }).trial.case, fresh: true }).pipe(
    Effect.map(({ trial: { exchanges }, violations }) => ({
      again: exchanges.at(-1)?.exchange,
      isRight: !violations.some(({ level, step }) => level === "MUST" && step === exchanges.length - 1)
    })),
    Effect.orElseSucceed(() => ({ again: undefined, isRight: false }))
  )

const isLost = (
  exchange: Exchange
): exchange is Exchange & { readonly outcome: Extract<Exchange["outcome"], { kind: "broken" }> } =>
  exchange.outcome.kind === "broken" && exchange.outcome.isUnfinished === true

const isLate = ({ outcome }: Exchange): boolean => outcome.kind === "silent"

const spent = ({ ended, started }: Exchange): number => Math.round(ended - started)

/** Tells whether all of them were in flight at one time. */
const overlap = (exchanges: ReadonlyArray<Exchange>): boolean =>
  Math.max(...exchanges.map(({ started }) => started)) <= Math.min(...exchanges.map(({ ended }) => ended))
