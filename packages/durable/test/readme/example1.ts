import { PgClient } from "@effect/sql-pg"
import { InboxClient, Reconcile } from "@inbox-effect/client"
import * as Undici from "@inbox-effect/client/undici"
import { SendLedger } from "@inbox-effect/durable"
import { Config, Effect, Layer } from "effect"

// Reads INBOX_API_TOKEN, INBOX_API_BASE_URL and DATABASE_URL. The tables are made when they are missing.
const LedgerLive = SendLedger.layer().pipe(
  Layer.provide(Layer.merge(InboxClient.layerConfig(), Reconcile.layerConfig())),
  Layer.provide(Undici.layer()),
  Layer.provide(PgClient.layerConfig({ url: Config.redacted("DATABASE_URL") }))
)

/** May be run again, by whatever engine and as often as it likes: the message is sent at most once. */
export const tellCustomer = (order: string) =>
  Effect.gen(function* () {
    const ledger = yield* SendLedger.SendLedger
    const outcome = yield* ledger.sendOnce(`shipped:${order}`, {
      threadId: "l44e15irdq4db30i77cgphhx",
      content: `Your parcel ${order} is on its way`
    })
    yield* Effect.log(outcome._tag)
  }).pipe(Effect.provide(LedgerLive))
