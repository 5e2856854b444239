import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { Sent } from "../send/trial.js"
import { type Context, type Failure, type Slow, sentOf } from "./finding.js"
import { recorded } from "./reproduce.js"

/** Answers that are looked at again at the most. */
const mostLate = 16

/**
 * Takes a single late answer out of the failures, if it does not come late again when its request is sent alone: a
 * machine may have been busy, or a neighbour large. Requests that were in flight at one time count as one.
 */
export const withoutSlow = (
  failures: ReadonlyArray<Failure>,
  context: Context
): Effect.Effect<{ readonly others: ReadonlyArray<Failure>; readonly slow: ReadonlyArray<Slow> }> =>
  Effect.gen(function* () {
    const none = { others: failures, slow: [] }
    const late = new Map<Sent, Failure>()
    for (const failure of failures) {
      const sent = sentOf(failure)
      if (isLate(sent)) late.set(sent, failure)
    }
    if (!context.possible || late.size === 0 || late.size > mostLate || !overlap([...late.keys()])) return none
    const slow: Array<Slow> = []
    for (const [sent, failure] of late) {
      const again = yield* Effect.option(
        context.execute({ ...recorded(failure, { times: 0, failed: 0 }).trial.case, fresh: true })
      )
      const exchange = Option.getOrUndefined(again)?.trial.exchanges.at(-1)?.exchange
      if (exchange === undefined || exchange.outcome.kind !== "answered") return none
      slow.push({
        index: sent.exchange.index,
        timeoutMs: Math.round(sent.exchange.ended - sent.exchange.started),
        againMs: Math.round(exchange.ended - exchange.started)
      })
    }
    return { others: failures.filter((failure) => !late.has(sentOf(failure))), slow }
  })

const isLate = ({ exchange }: Sent): boolean => exchange.outcome.kind === "silent"

/** Tells whether all of them were in flight at one time. */
const overlap = (exchanges: ReadonlyArray<Sent>): boolean =>
  Math.max(...exchanges.map(({ exchange }) => exchange.started)) <=
  Math.min(...exchanges.map(({ exchange }) => exchange.ended))
