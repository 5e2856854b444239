import * as Effect from "effect/Effect"
import * as Acceptance from "../contract/acceptance.js"
import type { Violation } from "../judge/violation.js"
import * as Case from "../model/Case.js"
import * as Exchange from "../model/Exchange.js"
import { Stop } from "../model/Target.js"
import type * as Session from "../send/session.js"
import type { Trial } from "../send/trial.js"
import type { Exclusion } from "./exclusion.js"

/**
 * The end of a run whose target has accepted messages and refuses plain ones from now on, as it does when a token
 * has expired or a thread was closed: that is no fault of the target. Nor can it be told from one that takes so many
 * messages and no more, but where there are two threads.
 */
export interface ClosedTarget {
  readonly stop: Stop
  /** The refusal that shows a fault, if one does. */
  readonly proof: Trial | undefined
}

/** Statuses of an answer to an expired token, or in a closed thread. */
export const statuses: ReadonlySet<number> = new Set([401, 403, 404, 409, 410, 423])

interface Control {
  readonly alone: Exclusion["alone"]
  readonly run: (control: Case.Case) => Effect.Effect<Trial, Stop>
}

/**
 * Milliseconds between one look and the next. A token that has expired stays so; one that was locked out for its
 * neighbours' sake, after wrong ones, is let in again.
 */
const looks = { token: [0, 0, 1_000, 2_000, 4_000], thread: [0, 0] } as const

/** A message that is new to the target, on a connection of its own: neither what was said before nor where it was said matters. */
const control = (content: string, step: Partial<Case.Step>): Case.Case =>
  Case.sequence("plain", [Case.step(content, step)], { fresh: true })

const statusOf = (trial: Trial): number => {
  const exchange = trial.exchanges[0]?.exchange
  return exchange === undefined ? 0 : (Exchange.status(exchange) ?? 0)
}

/** Looks whether a trial is the first of those that are refused for good. */
export const after = (
  trial: Trial,
  violations: ReadonlyArray<Violation>,
  session: Session.Session,
  { alone, run }: Control
): Effect.Effect<ClosedTarget | undefined, Stop> =>
  Effect.gen(function* () {
    const refusal = violations
      .filter((violation) => violation.requirement === Acceptance.acceptance)
      .map((violation) => trial.exchanges[violation.step])
      .find((sent) => sent !== undefined && statuses.has(Exchange.status(sent.exchange) ?? 0))
    const wasWelcome = session.stats.accepted > 0 && !session.brokenAtFirst.has(Acceptance.acceptance)
    if (refusal === undefined || !wasWelcome) return undefined
    const status = Exchange.status(refusal.exchange) ?? 0
    const { thread } = refusal.step
    for (const [turn, wait] of looks[status === 401 ? "token" : "thread"].entries()) {
      if (wait > 0) yield* Effect.sleep(wait)
      // What was sent since, and accepted, has shown that nothing is closed.
      if ((session.lastAcceptedAt.get(refusal.threadId) ?? 0) > refusal.exchange.ended) return undefined
      const again = yield* alone(
        run(control(`Is this open, after request ${refusal.exchange.index}? Look ${turn + 1}`, { thread }))
      )
      if (statusOf(again) !== status) return undefined
    }
    const taken = session.acceptedIn.get(refusal.threadId) ?? 0
    const proof = yield* alone(fullness(status, thread, taken, session, run))
    return {
      proof,
      stop: new Stop({ reason: "refused", message: sentence(status, session, refusal.threadId, proof) })
    }
  })

/** Messages by which two threads may differ that are said to take the same number: some may have been there before. */
const slack = 3

/**
 * The refusal that shows that nobody has closed anything: that of the other thread, at once or after as many messages as
 * this one has taken.
 */
const fullness = (
  status: number,
  thread: 0 | 1,
  taken: number,
  session: Session.Session,
  run: Control["run"]
): Effect.Effect<Trial | undefined, Stop> =>
  Effect.gen(function* () {
    const other = thread === 0 ? 1 : 0
    const otherId = session.target.threads[other]
    if (status === 401 || otherId === undefined) return undefined
    // A token that has expired is refused as a wrong one is.
    const wrong = yield* run(
      control("Is this how a wrong token is refused?", { thread, edit: { id: "auth.wrong/random" } })
    )
    if (statusOf(wrong) === status) return undefined
    const takenThere = () => session.acceptedIn.get(otherId) ?? 0
    for (let count = 0; count === 0 || takenThere() <= taken + slack; count++) {
      const trial = yield* run(control(`Is there room for message ${takenThere() + 1}?`, { thread: other }))
      if (statusOf(trial) === status) return count === 0 || takenThere() >= taken - slack ? trial : undefined
      if (!trial.exchanges.some((sent) => Exchange.isSuccess(sent.exchange))) return undefined
    }
    return undefined
  })

/** The violation of a refusal that comes although nobody has closed anything. */
export const violation = (proof: Trial): Violation => ({
  requirement: "semantics.stable",
  level: "MUST",
  step: 0,
  facet: "full",
  expected: "status 200, as for the messages before",
  actual: `status ${statusOf(proof)}, in each of two threads`,
  place: "status"
})

const sentence = (status: number, session: Session.Session, threadId: string, proof: Trial | undefined): string => {
  const when = `after ${session.stats.accepted} accepted messages`
  if (proof !== undefined) return `both threads were refused (${status}) ${when}, so that nothing more could be tested`
  return status === 401
    ? `the token was refused (401) ${when}; it may have expired: give a fresh one with --token, or a command that gives one with --token-command`
    : `the thread ${threadId} was refused (${status}) ${when}; it may be closed: give another one with --thread`
}
