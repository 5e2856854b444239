import { SendLedger } from "@inbox-effect/durable"
import { Effect, type ManagedRuntime } from "effect"
import type PgBoss from "pg-boss"

/** The data of a job: the key of its message, and the message. */
export interface Job {
  readonly key: string
  readonly threadId: string
  readonly content: string
}

/**
 * Works off a queue of pg-boss. A job that is run again after a crash sends nothing that was sent, and a job that is not
 * settled fails, so that pg-boss runs it again later.
 */
export const work = (
  boss: PgBoss,
  queue: string,
  runtime: ManagedRuntime.ManagedRuntime<SendLedger.SendLedger, unknown>
): Promise<string> =>
  boss.work<Job>(queue, async ([job]) => {
    if (job === undefined) return
    const { content, key, threadId } = job.data
    await runtime.runPromise(
      Effect.flatMap(SendLedger.SendLedger, (ledger) => ledger.sendOnce(key, { threadId, content }))
    )
  })
