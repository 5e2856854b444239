import { SendLedger } from "@inbox-effect/durable"
import { Effect, type ManagedRuntime } from "effect"
import type PgBoss from "pg-boss"

interface Job {
  readonly key: string
  readonly threadId: string
  readonly content: string
}

export const work = (boss: PgBoss, runtime: ManagedRuntime.ManagedRuntime<SendLedger.SendLedger, unknown>) =>
  boss.work<Job>("tell", async ([job]) => {
    if (job === undefined) return
    const { content, key, threadId } = job.data
    await runtime.runPromise(
      Effect.flatMap(SendLedger.SendLedger, (ledger) => ledger.sendOnce(key, { threadId, content }))
    )
  })
