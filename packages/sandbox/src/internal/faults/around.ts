import * as Identifier from "@inbox-effect/client/Identifier"
import type * as Answer from "@inbox-effect/server/Answer"
import type * as Exchange from "@inbox-effect/server/Exchange"
import * as Refusal from "@inbox-effect/server/Refusal"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Fault from "../../Fault.js"
import type { Record } from "../inspector/recording.js"
import * as Notes from "../model/notes.js"
import type { Breakage } from "./kind.js"
import * as Plan from "./plan.js"
import type { FaultRules } from "./rules.js"

/** The faults that the header of a request asks for; 400 where it cannot be read. */
const asked = ({
  headers
}: Exchange.Exchange): Either.Either<ReadonlyArray<Fault.Fault> | undefined, Refusal.Refusal> => {
  const text = headers[Fault.header]
  if (text === undefined) return Either.right(undefined)
  return Either.mapLeft(Fault.parse(String(text)), (sentence) => Refusal.badRequest(`X-Sandbox-Fault: ${sentence}`))
}

/** The faults that the request asks for itself; else those of the rules for its thread, if it is a send. */
const dueOf = (exchange: Exchange.Exchange, rules: typeof FaultRules.Service) =>
  Either.map(asked(exchange), (header): ReadonlyArray<Fault.Fault> => {
    if (header !== undefined) return header
    const { operation, threadId } = exchange
    return operation === "send" && threadId !== undefined && Identifier.pattern.test(threadId)
      ? rules.take(threadId)
      : []
  })

/** Sends a part of an answer, and waits until the connection is gone. */
const deliver = (
  { outgoing }: Exchange.Exchange,
  part: Answer.Answer | undefined,
  breakage: Breakage
): Effect.Effect<never> =>
  Effect.sync(() => {
    if (breakage === "reset") outgoing.socket?.resetAndDestroy()
    if (part === undefined) return
    outgoing.writeHead(part.status, part.headers)
    outgoing.write(part.body, () => {
      if (breakage === "truncate") outgoing.destroy()
    })
  }).pipe(Effect.zipRight(Effect.never))

/** Makes the faults that are due. Whoever comes here has a token, so that nobody else uses a rule up. */
export const make =
  (rules: typeof FaultRules.Service, record: Record) =>
  <Caller>(exchange: Exchange.Authenticated<Caller>, handled: Effect.Effect<Answer.Answer>) => {
    const breaking = (answer: Answer.Answer | undefined, breakage: Breakage) => {
      const part = answer === undefined ? undefined : Plan.partOf(exchange.complete(answer), breakage)
      record(exchange, part === undefined ? "Nothing" : "Partial", part)
      return deliver(exchange, part, breakage)
    }

    const faulty = (plan: Plan.Plan) =>
      Effect.gen(function* () {
        if (plan.resetsFirst || plan.refuses) yield* exchange.drain
        if (plan.resetsFirst) return yield* breaking(undefined, "reset")
        const answer = plan.change(plan.refuses ? Plan.blank : yield* handled)
        if (plan.latency > 0) yield* Effect.sleep(plan.latency)
        return plan.breakage === undefined ? answer : yield* breaking(answer, plan.breakage)
      })

    const due = dueOf(exchange, rules)
    if (Either.isLeft(due)) return Effect.fail(due.left)
    if (due.right.length === 0) return handled
    Notes.of(exchange).faults = due.right
    return faulty(Plan.make(due.right, exchange.startedAt))
  }
