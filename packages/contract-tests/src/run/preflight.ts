/** Checks before a run that the target answers and knows the token and the threads. */
import * as Effect from "effect/Effect"
import * as Case from "../model/Case.js"
import * as Exchange from "../model/Exchange.js"
import { Stop, type Target } from "../model/Target.js"
import * as Plan from "../plan/plan.js"
import * as Spellings from "../plan/spellings.js"
import type { Sent } from "../send/trial.js"
import * as ClosedTarget from "./closedTarget.js"
import type { Options } from "./options.js"
import type { Recorder } from "./recorder.js"
import * as Refused from "./refused.js"

/** Sends a few plain messages, and says in one sentence why a target that refuses them cannot be tested. */
export const preflight = (options: Options, recorder: Recorder): Effect.Effect<void, Stop> =>
  Effect.gen(function* () {
    for (const self of Plan.preflight(options.target.threads[1] !== undefined)) {
      const { trial, violations } = yield* recorder.execute(self)
      for (const violation of violations) recorder.session.brokenAtFirst.add(violation.requirement)
      options.onProgress?.({
        phase: "first messages",
        done: 0,
        total: 1,
        requests: recorder.session.stats.requests,
        broken: recorder.broken()
      })
      const first = trial.exchanges[0]
      if (first === undefined || trial.exchanges.some((sent) => Exchange.isSuccess(sent.exchange))) continue
      if (yield* isTakenOtherwise(first, recorder)) break
      yield* tryTheRest(options.target, recorder)
      return yield* new Stop({ reason: "refused", message: Refused.message(first, options.target) })
    }
    yield* lookAtReplyTo(options.target, recorder)
  })

/** Tells whether a target that refuses a plain message takes the same one in another spelling. */
const isTakenOtherwise = (refused: Sent, recorder: Recorder): Effect.Effect<boolean, Stop> =>
  Effect.gen(function* () {
    const status = Exchange.status(refused.exchange) ?? 0
    // The others tell of the token or the thread; a 403 may come from a firewall that misses a header.
    if (status < 400 || status >= 500 || (ClosedTarget.statuses.has(status) && status !== 403)) return false
    for (const self of Spellings.otherwise(refused.step)) {
      const { trial } = yield* recorder.execute(self)
      if (trial.exchanges.some((sent) => Exchange.isSuccess(sent.exchange))) return true
    }
    return false
  })

/** Sends what may prove a fault of a target that refuses plain messages: their answers are judged as all others are. */
const tryTheRest = (target: Target, recorder: Recorder): Effect.Effect<void, Stop> => {
  const last: ReadonlyArray<Case.Case> = [
    ...Plan.wrongTokens().map((edit) => Case.sequence("plain", [Case.step("Hello", { edit })])),
    ...(target.replyTo === undefined ? [] : [Case.sequence("plain", [Case.step("Hello", { reply: "inbound" })])]),
    ...(target.threads[1] === undefined ? [] : [Case.sequence("plain", [Case.step("Hello", { thread: 1 })])])
  ]
  return Effect.forEach(last, (self) => recorder.executeOnly(self), { discard: true })
}

/** Messages of its own that a target is asked to take replies to, before one that was given is held to be mistyped. */
const ownMessages = 8

/**
 * Stops a run whose message to reply to is refused, where replies to messages of the run are not. A target that refuses
 * some of those has a fault, which the run will tell.
 */
const lookAtReplyTo = (target: Target, recorder: Recorder): Effect.Effect<void, Stop> =>
  Effect.gen(function* () {
    if (target.replyTo === undefined) return
    // It is not judged unless it tells of the target: a mistyped id is the user's.
    const reply = (to: string) =>
      Effect.map(
        recorder.session.run(Case.sequence("plain", [Case.step("A reply", { reply: to })])),
        ({ exchanges }) => exchanges[0]
      )
    const given = yield* reply("inbound")
    if (given === undefined || !isClientError(given)) return
    for (let position = 0; position < ownMessages; position++) {
      const own = yield* reply(position === 0 ? "latest" : `nth:${position - 1}`)
      if (own === undefined || !Exchange.isSuccess(own.exchange)) return
    }
    return yield* new Stop({ reason: "refused", message: Refused.replyMessage(given, target) })
  })

const isClientError = ({ exchange }: Sent): boolean => {
  const status = Exchange.status(exchange) ?? 0
  return status >= 400 && status < 500
}
