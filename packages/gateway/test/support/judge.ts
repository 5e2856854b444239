/**
 * The kit's judgement of a gateway over a simulator.
 */
import { Conformance } from "@inbox-effect/contract-tests"
import { Effect } from "effect"
import type { Simulator } from "../v2/Simulator.js"

/** Runs the kit on a URL with both threads and an inbound message to reply to. */
export const judge = (
  url: string,
  simulator: Simulator,
  options: Pick<Conformance.Options, "seed" | "runs" | "budget" | "concurrency" | "only"> = {}
) => {
  const replyTo = simulator.inbound("thread1")
  return Effect.orDie(
    Conformance.run({
      url,
      token: "Secret0Token1",
      threadId: ["thread1", "thread2"],
      // The kit takes ids of v1 only.
      ...(/^[0-9a-z]+$/.test(replyTo) ? { replyTo } : {}),
      seed: 1,
      ...options
    })
  )
}

/** The ids of the requirements with a status. */
export const idsWith = (
  report: Effect.Effect.Success<ReturnType<typeof judge>>,
  ...statuses: ReadonlyArray<string>
): ReadonlyArray<string> => report.requirements.filter(({ status }) => statuses.includes(status)).map(({ id }) => id)
