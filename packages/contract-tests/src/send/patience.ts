/** Time-outs that get shorter while a target stays silent. */
import type * as Exchange from "../model/Exchange.js"
import { Stop, type Target } from "../model/Target.js"
import type { Stats } from "./stats.js"

/** Number of requests without an answer within the time-out before it is made shorter. */
const fullTimeouts = 2

/** Milliseconds that are waited for an answer at the least, and how many times as long as for the slowest one so far. */
const shortened = { least: 2_000, times: 20 } as const

interface Patience {
  /** Time-out of the next answer, in milliseconds. */
  readonly timeout: () => number
  readonly note: (exchange: Exchange.Exchange) => void
}

/**
 * A target that leaves requests unanswered is at fault when it has done so twice. Those that follow would take as long
 * each, and only tell when it does.
 */
export const patienceOf = (timeout: number): Patience => {
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

/** Number of requests in a row without an answer after which the rest is not worth its time-outs. */
export const maxUnanswered = 30

export const silent = (stats: Stats) =>
  new Stop({
    reason: "unanswered",
    message: `the target stopped answering: ${maxUnanswered} requests in a row, up to request ${stats.requests}, got no answer`
  })

export const unreachable = (target: Target, stats: Stats, reason: string) =>
  new Stop({ reason: "gone", message: whyUnreachable(target, stats, reason) })

const whyUnreachable = ({ url }: Target, { accepted, isReached }: Stats, reason: string): string => {
  if (accepted > 0) {
    return `the target went away after ${accepted} accepted messages (${reason}); start it again and repeat the run`
  }
  if (isReached) {
    return `the target went away before it accepted a message (${reason}); look at what it logged, and start it again`
  }
  return /certificate|CERT_|SELF_SIGNED|UNABLE_TO/.test(reason)
    ? `the certificate of ${url.origin} is not trusted (${reason}); give the certificate of its authority with --cacert FILE`
    : `no connection to ${url.origin} (${reason}); check --url, and that the server runs`
}
