import { SendLedger } from "@inbox-effect/durable"
import { Effect } from "effect"

export const tellCustomer = (order: string) =>
  Effect.gen(function* () {
    const ledger = yield* SendLedger.SendLedger
    const outcome = yield* ledger.sendOnce(`shipped:${order}`, {
      threadId: "l44e15irdq4db30i77cgphhx",
      content: `Your parcel ${order} is on its way`
    })
    return outcome._tag
  })
