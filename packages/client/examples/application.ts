import { InboxClient } from "@inbox-effect/client"
import { Effect } from "effect"

/** What a shop has to do after it tried to tell a customer that a parcel is on its way. */
export type Next = "nothing" | "try again tomorrow" | "ask a person"

/** Tells a customer once, and never twice. */
export const tellCustomer = (threadId: string, parcel: string) =>
  Effect.gen(function* () {
    const inbox = yield* InboxClient.InboxClient
    return yield* inbox.sendMessage({ threadId, content: `Your parcel ${parcel} is on its way` }).pipe(
      Effect.as<Next>("nothing"),
      Effect.catchTag("RateLimited", () => Effect.succeed<Next>("try again tomorrow")),
      Effect.catchIf(
        (error) => error.delivery !== "NotDelivered",
        (error) => Effect.succeed<Next>(error.delivery === "Delivered" ? "nothing" : "ask a person")
      )
    )
  })
