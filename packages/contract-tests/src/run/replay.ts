/** Replays one case. */
import * as Effect from "effect/Effect"
import type * as Requirement from "../contract/Requirement.js"
import * as Request from "../generate/request.js"
import { isElsewhere } from "../investigate/byHand.js"
import type { Violation } from "../judge/violation.js"
import * as Case from "../model/Case.js"
import type { Stop } from "../model/Target.js"
import * as Session from "../send/session.js"
import type { Trial } from "../send/trial.js"
import * as FatalRequests from "./fatalRequests.js"
import type { Options } from "./options.js"
import { makeRecorder, type Recorder } from "./recorder.js"

/** Runs one case again, and nothing else. What ends the target breaks one requirement, and says nothing of others. */
export const replay = (
  options: Pick<Options, "target" | "pace" | "onExchange">,
  self: Case.Case,
  requirement: Requirement.Id
): Effect.Effect<{ readonly trial: Trial; readonly violations: ReadonlyArray<Violation> }, Stop> =>
  Effect.gen(function* () {
    const session = yield* Session.make(options.target, options.pace, options.onExchange)
    const recorder = makeRecorder(session)
    const executed = recorder.execute(self).pipe(
      Effect.catchIf(
        ({ reason }) => reason === "gone" && requirement === "protocol.no-server-error",
        (stop) => ended(session) ?? stop
      )
    )
    return yield* Effect.zipRight(prepare(self, recorder), executed).pipe(Effect.ensuring(Effect.sync(session.close)))
  })

/** The requests of the case that ended the target, if it went away on any. */
const ended = ({ lost }: Session.Session) => {
  const finding = FatalRequests.finding([...lost], () => false)
  return finding === undefined ? undefined : Effect.succeed({ trial: finding.trial, violations: [finding.violation] })
}

/** Messages that are sent in search of one whose id begins like one that a case replied to. */
const searchedIds = 80

/** A case may need a message of a certain kind to reply to, or one of the other thread, which the target may not have any more. */
const prepare = (self: Case.Case, recorder: Recorder): Effect.Effect<void, Stop> =>
  Effect.gen(function* () {
    const elsewhere = self.steps.find((step) => isElsewhere({ edit: Request.editOf(step) }))
    if (elsewhere !== undefined && recorder.session.target.threads[1] !== undefined) {
      const thread = elsewhere.thread === 0 ? 1 : 0
      yield* recorder.execute(Case.sequence("plain", [Case.step("Hello", { thread })]))
    }
    for (const step of self.steps.filter((each) => each.reply?.startsWith("id:"))) {
      const wanted = step.reply?.charAt("id:".length)
      const isThere = () =>
        recorder.session.ledger.messages(step.thread).some((message) => message.id.charAt(0) === wanted)
      for (let sent = 0; sent < searchedIds && !isThere(); sent++) {
        yield* recorder.execute(Case.sequence("plain", [Case.step("Hello", { thread: step.thread })]))
      }
    }
  })
