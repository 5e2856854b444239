/** What a shop does with its parcels: it tells customers, once and never twice, and keeps what a person has to look at. */
import { InboxClient, InboxError } from "@inbox-effect/client"
import { Config, Context, Data, Effect, Layer, Queue } from "effect"

/** A parcel, and the conversation with the customer who waits for it. */
export interface Parcel {
  readonly number: string
  readonly threadId: string
}

/** A send of which nobody knows whether it arrived, for a person to look into the conversation. */
export interface Doubt {
  readonly parcel: Parcel
  readonly why: string
}

/** The customer was not told. `later` is whether that may be different in a while. */
export class NotTold extends Data.TaggedError("NotTold")<{
  readonly parcel: Parcel
  readonly later: boolean
  readonly why: string
}> {}

export class Parcels extends Context.Tag("examples/Parcels")<
  Parcels,
  {
    /** Tells the customer that the parcel is on its way. Fails where the customer was certainly not told. */
    readonly announce: (parcel: Parcel) => Effect.Effect<"told" | "in doubt", NotTold>
    /** What is in doubt, for the office. */
    readonly doubts: Queue.Dequeue<Doubt>
  }
>() {
  static readonly layer = Layer.effect(
    Parcels,
    Effect.gen(function* () {
      const inbox = yield* InboxClient.InboxClient
      const shop = yield* Config.string("SHOP_NAME").pipe(Config.withDefault("the shop"))
      const doubts = yield* Queue.unbounded<Doubt>()

      const announce = (parcel: Parcel) =>
        inbox
          .sendMessage({ threadId: parcel.threadId, content: `${shop}: your parcel ${parcel.number} is on its way` })
          .pipe(
            Effect.as("told" as const),
            // The customer has it, although the answer could not be read: sending again would tell twice.
            InboxError.catchDelivery("Delivered", (error) =>
              Effect.as(Effect.logWarning("told, but the answer is not as documented", error), "told" as const)
            ),
            InboxError.catchDelivery("Unknown", (error) =>
              Effect.as(Queue.offer(doubts, { parcel, why: error.message }), "in doubt" as const)
            ),
            // What is left was not delivered, as the type of the error says: it may be tried again at any time.
            Effect.mapError((error) => {
              const later = error._tag === "RateLimited" || error._tag === "ConnectionFailed"
              return new NotTold({ parcel, later, why: error.message })
            }),
            Effect.withSpan("Parcels.announce", { attributes: { "parcel.number": parcel.number } })
          )

      return { announce, doubts }
    })
  )
}
