import { SendLedger } from "@inbox-effect/durable"
import { Effect } from "effect"

export const program = Effect.gen(function* () {
  const ledger = yield* SendLedger.SendLedger
  return yield* ledger
    .sendOnce("shipped:P-1", { threadId: "l44e15irdq4db30i77cgphhx", content: "Your parcel P-1 is on its way" })
    .pipe(Effect.retry(SendLedger.schedule))
})
