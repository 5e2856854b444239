import { PgClient } from "@effect/sql-pg"
import { InboxClient, Reconcile } from "@inbox-effect/client"
import * as Undici from "@inbox-effect/client/undici"
import { OutboxEngine } from "@inbox-effect/durable"
import { Config, Layer } from "effect"

// Run it on as many machines as you like, all with one database.
export const main = Layer.launch(
  OutboxEngine.layer().pipe(
    Layer.provide(Layer.merge(InboxClient.layerConfig(), Reconcile.layerConfig())),
    Layer.provide(Undici.layer()),
    Layer.provide(PgClient.layerConfig({ url: Config.redacted("DATABASE_URL") }))
  )
)
